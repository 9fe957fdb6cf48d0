// Which instructions a thread's rseq_cs covers at this moment, as an instruction range in its state: so that a commit is noticed
// by one comparison a step. Kept up to date at every store to rseq_cs, by whomever.
import type { Machine } from "./machine.ts";
import { PAGE_WORDS } from "./machine.ts";
import { toNumber } from "../support/word64.ts";
import {
  PAGE_MAPPED,
  T_AREA_HI,
  T_AREA_LO,
  T_ARMED_END,
  T_ARMED_START,
  T_REGISTERED,
} from "./words.ts";

/** Called after a store of `size` bytes at an address: threads whose rseq_cs it may have changed are looked at again. */
export function noteArmed(m: Machine, lo: number, hi: number, size: number): void {
  const place = m.rseq.rseqCs;
  if (place === undefined) return;
  const address = toNumber(lo, hi);
  for (let thread = 0; thread < m.threadCount; thread++) {
    const at = m.thread(thread);
    if (m.words[at + T_REGISTERED] === 0) continue;
    const field = toNumber(m.words[at + T_AREA_LO]!, m.words[at + T_AREA_HI]!) + place.offset;
    if (address < field + place.size && field < address + size) updateArmed(m, thread);
  }
}

export function updateArmed(m: Machine, thread: number): void {
  const at = m.thread(thread);
  const descriptor = armedDescriptor(m, thread);
  const known = descriptor === undefined ? undefined : m.constantSections.get(descriptor);
  if (known !== undefined) {
    setRange(m, at, known.start, known.end);
    return;
  }
  let start = -1;
  let end = -1;
  const from = descriptor === undefined ? undefined : peekNumber(m, descriptor + 8, 8);
  const length = descriptor === undefined ? undefined : peekNumber(m, descriptor + 16, 8);
  if (from !== undefined && length !== undefined && length < 2 ** 48) {
    const first = Math.ceil((from - m.textLow) / 4);
    const last = Math.ceil((from + length - m.textLow) / 4);
    if (0 <= first && first < last && last <= m.code.programCount) {
      start = first;
      end = last;
    }
  }
  setRange(m, at, start, end);
}

function setRange(m: Machine, at: number, start: number, end: number): void {
  if (m.words[at + T_ARMED_START] !== start) m.put(at + T_ARMED_START, start);
  if (m.words[at + T_ARMED_END] !== end) m.put(at + T_ARMED_END, end);
}

/** Value of rseq_cs of a registered thread; undefined if 0, unreadable, or not registered. */
export function armedDescriptor(m: Machine, thread: number): number | undefined {
  const at = m.thread(thread);
  const place = m.rseq.rseqCs;
  if (place === undefined || m.words[at + T_REGISTERED] === 0) return undefined;
  const area = toNumber(m.words[at + T_AREA_LO]!, m.words[at + T_AREA_HI]!);
  const value = peekNumber(m, area + place.offset, place.size);
  return value === undefined || value === 0 ? undefined : value;
}

/** Memory as a debugger sees it: no protection, no presence, no trace. undefined: not mapped, or 2^53 and more. */
export function peekNumber(m: Machine, address: number, size: number): number | undefined {
  const big = m.program.machine.bigEndian;
  if (size === 8 && address % 8 === 0 && !big) return peekAligned(m, address);
  let value = 0;
  for (let index = 0; index < size; index++) {
    const byte = peekByte(m, address + (big ? index : size - 1 - index));
    if (byte === undefined) return undefined;
    value = value * 256 + byte;
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The common case: 8 aligned bytes in the simulator's own order. */
function peekAligned(m: Machine, address: number): number | undefined {
  const lo = address | 0;
  const slot = m.slotOf(lo, Math.floor(address / 4294967296) | 0);
  if (slot < 0 || (m.words[m.pageBase + slot]! & PAGE_MAPPED) === 0) return undefined;
  const at = m.memoryBase + slot * PAGE_WORDS + ((lo & 4095) >> 2);
  const high = m.words[at + 1]! >>> 0;
  return high < 0x200000 ? high * 4294967296 + (m.words[at]! >>> 0) : undefined;
}

export function peekByte(m: Machine, address: number): number | undefined {
  const lo = address | 0;
  const hi = Math.floor(address / 4294967296) | 0;
  const slot = m.slotOf(lo, hi);
  if (slot < 0 || (m.words[m.pageBase + slot]! & PAGE_MAPPED) === 0) return undefined;
  return m.bytes[(m.memoryBase + slot * PAGE_WORDS) * 4 + (lo & 4095)];
}
