// Flat memory of pages: user and kernel accesses, protections, presence, owners of rseq areas, written bits of automatic storage.
// Word halves come in and go out as 32-bit numbers; a loaded value is left in `machine.lo` and `machine.hi`.
import { PAGE_WORDS } from "./machine.ts";
import type { Machine } from "./machine.ts";
import {
  A_KERNEL,
  A_READ,
  A_WRITE,
  N_VIOLATION,
  V_MISALIGNED,
  V_PRIVATE,
  V_UNINITIALISED,
} from "./notes.ts";
import { noteArmed, updateArmed } from "./armed.ts";
import {
  PAGE_ABSENT,
  PAGE_AREA,
  PAGE_MAPPED,
  PAGE_READ,
  PAGE_STACK,
  PAGE_WRITE,
  P_OVERLAP,
  T_AREA_HI,
  T_AREA_LO,
  T_LENGTH,
  T_REGISTERED,
  T_SHARED_HI,
  T_SHARED_LO,
} from "./words.ts";

export const ACCESS_OK = 0;
/** Not mapped, or against the protection. */
export const ACCESS_FAULT = 1;
/** The page `faultSlot` is absent: the access blocks. */
export const ACCESS_ABSENT = 2;

const READ_CHECK = PAGE_READ | PAGE_MAPPED | PAGE_ABSENT | PAGE_AREA | PAGE_STACK;
const READ_WANT = PAGE_READ | PAGE_MAPPED;
/** Present and readable, but with an rseq area in it. */
const READ_AREA = READ_WANT | PAGE_AREA;
const WRITE_CHECK = PAGE_WRITE | PAGE_MAPPED | PAGE_ABSENT | PAGE_AREA | PAGE_STACK;
const WRITE_WANT = PAGE_WRITE | PAGE_MAPPED;
const WRITE_AREA = WRITE_WANT | PAGE_AREA;

/** Can `size` bytes be accessed with `right` (PAGE_READ or PAGE_WRITE)? */
export function accessible(
  m: Machine,
  lo: number,
  hi: number,
  size: number,
  right: number,
): number {
  const first = pageAccess(m, lo, hi, right);
  if (first !== ACCESS_OK || (lo & 4095) + size <= 4096) return first;
  const next = (lo >>> 0) + size - 1;
  return pageAccess(m, next | 0, hi + (next > 0xffffffff ? 1 : 0), right);
}

function pageAccess(m: Machine, lo: number, hi: number, right: number): number {
  const slot = m.slotOf(lo, hi);
  if (slot < 0) return ACCESS_FAULT;
  const flags = m.words[m.pageBase + slot]!;
  if ((flags & PAGE_MAPPED) === 0 || (flags & right) === 0) return ACCESS_FAULT;
  return (flags & PAGE_ABSENT) === 0 ? ACCESS_OK : ACCESS_ABSENT;
}

/** Index of a byte in `machine.bytes`; the page must exist. */
export function byteIndex(m: Machine, lo: number, hi: number): number {
  return (m.memoryBase + m.slotOf(lo, hi) * PAGE_WORDS) * 4 + (lo & 4095);
}

/** A user load; the caller narrows and extends. */
export function userLoad(m: Machine, thread: number, lo: number, hi: number, size: number): number {
  const slot = m.slotOf(lo, hi);
  const flags = slot < 0 ? 0 : m.words[m.pageBase + slot]!;
  const offset = lo & 4095;
  if ((flags & READ_CHECK) !== READ_WANT || offset + size > 4096) {
    if ((flags & READ_CHECK) !== READ_AREA || offset + size > 4096) {
      const access = accessible(m, lo, hi, size, PAGE_READ);
      if (access !== ACCESS_OK) return access;
    }
    checkSpecial(m, thread, lo, hi, size, flags, 0);
  }
  fetchBytes(m, slot, lo, hi, size);
  m.access(lo, hi, size, m.lo, m.hi, A_READ);
  return ACCESS_OK;
}

export function userStore(
  m: Machine,
  thread: number,
  lo: number,
  hi: number,
  size: number,
  valueLo: number,
  valueHi: number,
): number {
  const slot = m.slotOf(lo, hi);
  const flags = slot < 0 ? 0 : m.words[m.pageBase + slot]!;
  const crosses = (lo & 4095) + size > 4096;
  const special = (flags & WRITE_CHECK) !== WRITE_WANT || crosses;
  if (special) {
    if ((flags & WRITE_CHECK) !== WRITE_AREA || crosses) {
      const access = accessible(m, lo, hi, size, PAGE_WRITE);
      if (access !== ACCESS_OK) return access;
    }
    checkSpecial(m, thread, lo, hi, size, flags, 1);
  }
  storeBytes(m, slot, lo, hi, size, valueLo, valueHi);
  m.access(lo, hi, size, valueLo, valueHi, A_WRITE);
  if (special) noteStore(m, thread, lo, hi, size);
  return ACCESS_OK;
}

/** A store into the thread's own area arms or disarms it if it hits rseq_cs; elsewhere it may do so for others. */
function noteStore(m: Machine, thread: number, lo: number, hi: number, size: number): void {
  const offset = thread < m.threadCount ? areaOffset(m, thread, lo, hi) : -1;
  const place = m.rseq.rseqCs;
  if (offset >= 0 && place !== undefined) {
    if (m.words[P_OVERLAP] === 0) {
      const isBeside = offset >= place.offset + place.size || offset + size <= place.offset;
      if (!isBeside) updateArmed(m, thread);
      return;
    }
  }
  noteArmed(m, lo, hi, size);
}

/** get_user: a fault is an answer, not a signal. */
export function kernelLoad(m: Machine, lo: number, hi: number, size: number): boolean {
  if (accessible(m, lo, hi, size, PAGE_READ) !== ACCESS_OK) return false;
  fetchBytes(m, m.slotOf(lo, hi), lo, hi, size);
  m.access(lo, hi, size, m.lo, m.hi, A_READ | A_KERNEL);
  return true;
}

/** put_user. */
export function kernelStore(
  m: Machine,
  lo: number,
  hi: number,
  size: number,
  valueLo: number,
  valueHi: number,
): boolean {
  if (accessible(m, lo, hi, size, PAGE_WRITE) !== ACCESS_OK) return false;
  const slot = m.slotOf(lo, hi);
  storeBytes(m, slot, lo, hi, size, valueLo, valueHi);
  if (m.stackPages[slot]! >= 0) markWrittenBytes(m, lo, hi, size);
  m.access(lo, hi, size, valueLo, valueHi, A_WRITE | A_KERNEL);
  return true;
}

function fetchBytes(m: Machine, slot: number, lo: number, hi: number, size: number): void {
  const offset = lo & 4095;
  const at = m.memoryBase + slot * PAGE_WORDS + (offset >> 2);
  const { words } = m;
  if (offset + size > 4096 || m.program.machine.bigEndian || (offset & (size - 1)) !== 0) {
    fetchSlowly(m, lo, hi, size);
  } else if (size === 8) {
    m.lo = words[at]!;
    m.hi = words[at + 1]!;
  } else if (size === 4) {
    m.lo = words[at]!;
    m.hi = 0;
  } else {
    const word = words[at]! >>> ((offset & 3) * 8);
    m.lo = size === 2 ? word & 0xffff : word & 0xff;
    m.hi = 0;
  }
}

/** Byte by byte: across pages, misaligned, or big endian. */
function fetchSlowly(m: Machine, lo: number, hi: number, size: number): void {
  let low = 0;
  let high = 0;
  for (let index = 0; index < size; index++) {
    const address = (lo >>> 0) + index;
    const byte = m.bytes[byteIndex(m, address | 0, hi + (address > 0xffffffff ? 1 : 0))]!;
    const place = m.program.machine.bigEndian ? size - 1 - index : index;
    if (place < 4) low |= byte << (place * 8);
    else high |= byte << ((place - 4) * 8);
  }
  m.lo = low;
  m.hi = high;
}

function storeBytes(
  m: Machine,
  slot: number,
  lo: number,
  hi: number,
  size: number,
  valueLo: number,
  valueHi: number,
): void {
  m.touchedPages[slot] = 1;
  const offset = lo & 4095;
  const at = m.memoryBase + slot * PAGE_WORDS + (offset >> 2);
  if (offset + size > 4096 || m.program.machine.bigEndian || (offset & (size - 1)) !== 0) {
    storeSlowly(m, lo, hi, size, valueLo, valueHi);
  } else if (size === 8) {
    m.put(at, valueLo);
    m.put(at + 1, valueHi);
  } else if (size === 4) {
    m.put(at, valueLo);
  } else {
    const shift = (offset & 3) * 8;
    const mask = (size === 2 ? 0xffff : 0xff) << shift;
    m.put(at, (m.words[at]! & ~mask) | ((valueLo << shift) & mask));
  }
}

function storeSlowly(
  m: Machine,
  lo: number,
  hi: number,
  size: number,
  valueLo: number,
  valueHi: number,
): void {
  for (let index = 0; index < size; index++) {
    const address = (lo >>> 0) + index;
    const place = m.program.machine.bigEndian ? size - 1 - index : index;
    const byte = place < 4 ? valueLo >>> (place * 8) : valueHi >>> ((place - 4) * 8);
    storeByte(m, address | 0, hi + (address > 0xffffffff ? 1 : 0), byte & 0xff);
  }
}

/** One byte into an existing page, whatever its protection. */
export function storeByte(m: Machine, lo: number, hi: number, byte: number): void {
  const slot = m.slotOf(lo, hi);
  m.touchedPages[slot] = 1;
  const offset = lo & 4095;
  const at = m.memoryBase + slot * PAGE_WORDS + (offset >> 2);
  const shift = (offset & 3) * 8;
  m.put(at, (m.words[at]! & ~(0xff << shift)) | (byte << shift));
}

/** What the fast path leaves out: owners of area bytes, and written bits of automatic storage. */
function checkSpecial(
  m: Machine,
  thread: number,
  lo: number,
  hi: number,
  size: number,
  flags: number,
  store: number,
): void {
  if (thread < 0 || thread >= m.threadCount) return;
  if ((flags & PAGE_AREA) !== 0) checkOwner(m, thread, lo, hi, size, store);
  if ((flags & PAGE_STACK) !== 0) checkWritten(m, thread, lo, hi, size, store);
}

function checkOwner(
  m: Machine,
  thread: number,
  lo: number,
  hi: number,
  size: number,
  store: number,
): void {
  const at = m.thread(thread);
  const { words } = m;
  if (words[at + T_REGISTERED] === 1 && hi === words[at + T_AREA_HI]) {
    const offset = (lo - words[at + T_AREA_LO]!) >>> 0;
    if (offset < words[at + T_LENGTH]! >>> 0) return;
  }
  for (let owner = 0; owner < m.threadCount; owner++) {
    if (owner === thread) continue;
    for (let index = 0; index < size; index++) {
      const offset = areaOffset(m, owner, lo + index, hi);
      if (offset < 0 || classOf(m, owner, offset) === 1) continue;
      m.note(N_VIOLATION, thread, V_PRIVATE, hi * 4294967296 + (lo >>> 0), owner, store);
      m.violated = true;
      return;
    }
  }
}

/** Offset in the thread's registered private area, or -1. */
export function areaOffset(m: Machine, thread: number, lo: number, hi: number): number {
  const at = m.thread(thread);
  const { words } = m;
  if (words[at + T_REGISTERED] === 0) return -1;
  const offset =
    (hi - words[at + T_AREA_HI]!) * 4294967296 + (lo >>> 0) - (words[at + T_AREA_LO]! >>> 0);
  return offset >= 0 && offset < words[at + T_LENGTH]! >>> 0 ? offset : -1;
}

/** 0 private, 1 shared: the class of a byte of a private area, or of the whole of a split struct. */
export function classOf(m: Machine, thread: number, offset: number): number {
  const at = m.thread(thread);
  const shared = m.program.shared;
  if (shared?.placement === "split" && offset >= shared.offset) {
    const split = m.words[at + T_SHARED_LO] !== 0 || m.words[at + T_SHARED_HI] !== 0;
    if (split) return 1;
  }
  return m.rseq.classes[offset] ?? 0;
}

/** Automatic storage counts as written, whoever wrote it. */
export function markWrittenBytes(m: Machine, lo: number, hi: number, size: number): void {
  checkWritten(m, -1, lo, hi, size, 1);
}

function checkWritten(
  m: Machine,
  thread: number,
  lo: number,
  hi: number,
  size: number,
  store: number,
): void {
  for (let index = 0; index < size; index++) {
    const slot = m.slotOf(lo + index, hi);
    const stack = m.stackPages[slot] ?? -1;
    if (stack < 0) continue;
    const offset = (lo + index) & 4095;
    const at = m.writtenBase + stack * 128 + (offset >> 5);
    const bit = 1 << (offset & 31);
    if (store === 1) {
      m.touchedPages[slot] = 1;
      m.put(at, m.words[at]! | bit);
    } else if ((m.words[at]! & bit) === 0) {
      m.note(N_VIOLATION, thread, V_UNINITIALISED, hi * 4294967296 + (lo >>> 0), 0, 0);
      m.violated = true;
      return;
    }
  }
}

/** Forgets what was written in a range of a stack: a new frame's locals are unwritten. */
export function clearWritten(m: Machine, lo: number, hi: number, size: number): void {
  for (let index = 0; index < size; index += 4) {
    const slot = m.slotOf(lo + index, hi);
    const stack = m.stackPages[slot] ?? -1;
    if (stack < 0) continue;
    const offset = (lo + index) & 4095;
    const at = m.writtenBase + stack * 128 + (offset >> 5);
    const mask = 15 << (offset & 31);
    m.touchedPages[slot] = 1;
    if ((m.words[at]! & mask) !== 0) m.put(at, m.words[at]! & ~mask);
  }
}

/** Atomic accesses must be naturally aligned. */
export function checkAligned(
  m: Machine,
  thread: number,
  lo: number,
  hi: number,
  size: number,
): void {
  if ((lo & (size - 1)) === 0 || thread >= m.threadCount) return;
  m.note(N_VIOLATION, thread, V_MISALIGNED, hi * 4294967296 + (lo >>> 0), size, 0);
  m.violated = true;
}

/** Marks the mapped pages of an area, so that accesses to them look for owners. */
export function markArea(m: Machine, address: number, length: number): void {
  for (let slot = 0; slot < m.pageCount; slot++) {
    const page = m.pageAddresses[slot]!;
    if (page + 4096 <= address || page >= address + length) continue;
    const at = m.pageBase + slot;
    if ((m.words[at]! & PAGE_AREA) === 0) m.put(at, m.words[at]! | PAGE_AREA);
  }
}
