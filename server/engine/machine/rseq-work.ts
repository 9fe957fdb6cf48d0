// The kernel's rseq work on the way back to user space: the section's fix-up (abort, lazy clear, or death) and the id stores.
// Up to 6.18 the section comes first and is validated even outside of it; from 6.19 on ids come first, and only what an
// interrupt and a switch made necessary is done. Which of it applies is the profile's data.
// Linux 6.18 kernel/rseq.c: __rseq_handle_notify_resume; 7.1 include/linux/rseq_entry.h: rseq_update_usr.
import { add64, compareUnsigned, subtract64, toNumber } from "../support/word64.ts";
import type { Word64 } from "../support/word64.ts";
import type { FieldPlace } from "../program/program.ts";
import { updateArmed } from "./armed.ts";
import { CODE_WORDS, I_HOW, OP_DATA } from "./code.ts";
import { instructionPointer, setInstructionPointer } from "./ip.ts";
import type { Machine } from "./machine.ts";
import { ACCESS_OK, accessible, kernelLoad, kernelStore } from "./memory.ts";
import {
  DEATH_ABORT_ADDRESS,
  DEATH_ABORT_INSIDE,
  DEATH_CLEAR,
  DEATH_CS_DESCRIPTOR,
  DEATH_CS_POINTER,
  DEATH_CS_READ,
  DEATH_END,
  DEATH_FLAGS,
  DEATH_IDS,
  DEATH_SCHED_STATE,
  DEATH_SCRIBBLE,
  DEATH_SIGNATURE,
  DEATH_SIGNATURE_READ,
  DEATH_SLICE,
  DEATH_START,
  DEATH_VERSION,
  DEATH_WRAP,
  N_ABORT,
  N_CLEAR,
  N_IDS,
  N_ON_CPU,
} from "./notes.ts";
import { isLegacyByMode } from "./scheduling.ts";
import { clearSliceControl } from "./slice.ts";
import {
  EVENT_IDS_CHANGED,
  EVENT_USER_IRQ,
  PAGE_READ,
  T_ABORTS,
  T_AREA_HI,
  T_AREA_LO,
  T_CACHED_CPU,
  T_CACHED_MM_CID,
  T_CACHED_NODE,
  T_CPU,
  T_EVENT,
  T_MASK,
  T_MM_CID,
  T_OPTIMISED,
  T_SIGNATURE,
  T_STATE_HI,
  T_STATE_LO,
} from "./words.ts";

/** The descriptor being looked at, read once. */
const descriptor = {
  pointer: word(),
  version: 0,
  flags: 0,
  start: word(),
  length: word(),
  end: word(),
  abort: word(),
};
const ip: Word64 = word();
const scratch: Word64 = word();

function word(): Word64 {
  return { lo: 0, hi: 0 };
}

/** The whole work of kernels up to 6.18: section, ids, ON_CPU. 0, or the reason of death (DEATH_*). */
export function classicWork(m: Machine, thread: number): number {
  const death = classicSection(m, thread);
  return death === 0 ? storeIds(m, thread) : death;
}

/** The work of 6.19 and later after a switch: ids if they changed, then the section if an interrupt hit user mode. */
export function modernWork(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const changed = (m.words[at + T_EVENT]! & EVENT_IDS_CHANGED) !== 0;
  const optimised = m.words[at + T_OPTIMISED] === 1;
  if (changed) {
    if ((optimised && m.behaviour.scribbledIds === "by-mode") || m.program.kernel.debug) {
      const death = verifyIds(m, thread);
      if (death !== 0) return death;
    }
    const death = storeIds(m, thread);
    if (death !== 0) return death;
  }
  if (m.behaviour.sliceExtension && optimised && !clearSliceControl(m, thread)) return DEATH_SLICE;
  const interrupted = (m.words[at + T_EVENT]! & EVENT_USER_IRQ) !== 0;
  if (changed && !interrupted && !m.behaviour.sectionAfterSystemCall && !m.program.kernel.debug) {
    return 0;
  }
  return modernSection(m, thread);
}

/** Section fix-up before a signal's frame is built, 6.19 and later; whether it happens depends on how the kernel was entered. */
export function modernSignalWork(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const rule = m.behaviour.signalFromSystemCallEvaluates;
  const always = rule === "yes" || (rule === "legacy" && isLegacyByMode(m, at));
  if (!always && (m.words[at + T_EVENT]! & EVENT_USER_IRQ) === 0) return 0;
  return modernSection(m, thread);
}

function classicSection(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const read = readPointer(m, at);
  if (read !== 0 || isZero(descriptor.pointer)) return read;
  const { pointer, start, length, end, abort } = descriptor;
  if (isAboveTask(m, pointer)) return DEATH_CS_POINTER;
  if (!readDescriptor(m)) return DEATH_CS_DESCRIPTOR;
  if (isAboveTask(m, start)) return DEATH_START;
  if (isAboveTask(m, end)) return DEATH_END;
  if (isAboveTask(m, abort)) return DEATH_ABORT_ADDRESS;
  if (descriptor.version !== 0) return DEATH_VERSION;
  if (less(end, start)) return DEATH_WRAP;
  subtract64(scratch, abort.lo, abort.hi, start.lo, start.hi);
  if (less(scratch, length)) return DEATH_ABORT_INSIDE;
  const signature = checkSignature(m, at);
  if (signature !== 0) return signature;
  if (!isInside(m, at)) return clear(m, thread);
  return classicAbort(m, thread);
}

/** The instruction pointer is inside: flags, then the recorded events decide. */
function classicAbort(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const place = m.rseq.flags;
  let flags = 0;
  if (place !== undefined) {
    if (!loadField(m, at, place)) return DEATH_FLAGS;
    flags = m.lo;
  }
  const inhibited = flags | descriptor.flags;
  if (m.behaviour.sectionFlags === "fatal" && inhibited !== 0) return DEATH_FLAGS;
  const inhibits = m.behaviour.sectionFlags === "inhibit";
  // NO_RESTART_ON_SIGNAL without both others kills: Linux 4.18 kernel/rseq.c, rseq_need_restart.
  if (inhibits && (inhibited & 2) !== 0 && (inhibited & 5) !== 5) return DEATH_FLAGS;
  const events = m.words[at + T_MASK]!;
  m.put(at + T_MASK, 0);
  if ((inhibits ? events & ~inhibited : events) === 0) return 0;
  return abort(m, thread);
}

function modernSection(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const read = readPointer(m, at);
  if (read !== 0 || isZero(descriptor.pointer)) return read;
  if (isAboveTask(m, descriptor.pointer)) return DEATH_CS_POINTER;
  if (!readDescriptor(m)) return DEATH_CS_DESCRIPTOR;
  if (m.program.kernel.debug) {
    if (isAboveTask(m, descriptor.start)) return DEATH_START;
    const { start, end } = descriptor;
    instructionPointer(m, at, ip);
    if (less(ip, start)) return clear(m, thread);
    if (isAboveTask(m, end) || less(end, start)) return DEATH_END;
  }
  if (!isInside(m, at)) return clear(m, thread);
  const { abort: target } = descriptor;
  if (isAboveTask(m, target)) return DEATH_ABORT_ADDRESS;
  if (target.hi === 0 && target.lo >>> 0 < 4) return DEATH_ABORT_ADDRESS;
  if (m.program.kernel.debug) {
    subtract64(scratch, target.lo, target.hi, descriptor.start.lo, descriptor.start.hi);
    if (less(scratch, descriptor.length)) return DEATH_ABORT_INSIDE;
    if (descriptor.version !== 0) return DEATH_VERSION;
    if (descriptor.flags !== 0) return DEATH_FLAGS;
  }
  const signature = checkSignature(m, at);
  return signature === 0 ? abort(m, thread) : signature;
}

function readPointer(m: Machine, at: number): number {
  descriptor.pointer.lo = 0;
  descriptor.pointer.hi = 0;
  const place = m.rseq.rseqCs;
  if (place === undefined) return 0;
  if (!loadField(m, at, place)) return DEATH_CS_READ;
  descriptor.pointer.lo = m.lo;
  descriptor.pointer.hi = m.hi;
  return 0;
}

/** struct rseq_cs: version, flags, start_ip, post_commit_offset, abort_ip. */
function readDescriptor(m: Machine): boolean {
  const { lo, hi } = descriptor.pointer;
  if (accessible(m, lo, hi, 32, PAGE_READ) !== ACCESS_OK) return false;
  kernelLoad(m, lo, hi, 4);
  descriptor.version = m.lo;
  loadAt(m, 4, 4);
  descriptor.flags = m.lo;
  loadAt(m, 8, 8);
  descriptor.start.lo = m.lo;
  descriptor.start.hi = m.hi;
  loadAt(m, 16, 8);
  descriptor.length.lo = m.lo;
  descriptor.length.hi = m.hi;
  loadAt(m, 24, 8);
  descriptor.abort.lo = m.lo;
  descriptor.abort.hi = m.hi;
  const { start, length, end } = descriptor;
  add64(end, start.lo, start.hi, length.lo, length.hi);
  return true;
}

function loadAt(m: Machine, offset: number, size: number): void {
  add64(scratch, descriptor.pointer.lo, descriptor.pointer.hi, offset, 0);
  kernelLoad(m, scratch.lo, scratch.hi, size);
}

/** The 4 bytes before abort_ip must be the registered signature. An instruction's own bytes equal none. */
function checkSignature(m: Machine, at: number): number {
  subtract64(scratch, descriptor.abort.lo, descriptor.abort.hi, 4, 0);
  const { lo, hi } = scratch;
  if (accessible(m, lo, hi, 4, PAGE_READ) !== ACCESS_OK) return DEATH_SIGNATURE_READ;
  kernelLoad(m, lo, hi, 4);
  const address = toNumber(lo, hi);
  const index = (address - m.textLow) / 4;
  let found = m.lo;
  if (index > -1 && index < m.code.programCount) {
    if (!Number.isInteger(index)) return DEATH_SIGNATURE;
    if (m.code.code[index * CODE_WORDS] !== OP_DATA) return DEATH_SIGNATURE;
    found = m.code.code[index * CODE_WORDS + I_HOW]!;
  }
  return found === m.words[at + T_SIGNATURE] ? 0 : DEATH_SIGNATURE;
}

function isInside(m: Machine, at: number): boolean {
  instructionPointer(m, at, ip);
  subtract64(scratch, ip.lo, ip.hi, descriptor.start.lo, descriptor.start.hi);
  return less(scratch, descriptor.length);
}

/** Outside: the pointer is forgotten, the recorded events are not. */
function clear(m: Machine, thread: number): number {
  if (!storePointer(m, thread)) return DEATH_CLEAR;
  m.note(N_CLEAR, thread, toNumber(descriptor.pointer.lo, descriptor.pointer.hi));
  return 0;
}

function abort(m: Machine, thread: number): number {
  const at = m.thread(thread);
  instructionPointer(m, at, ip);
  const interrupted = toNumber(ip.lo, ip.hi);
  if (!storePointer(m, thread)) return DEATH_CLEAR;
  setInstructionPointer(m, at, descriptor.abort.lo, descriptor.abort.hi);
  m.put(at + T_ABORTS, m.words[at + T_ABORTS]! + 1);
  const from = toNumber(descriptor.pointer.lo, descriptor.pointer.hi);
  m.note(N_ABORT, thread, from, toNumber(descriptor.abort.lo, descriptor.abort.hi), interrupted);
  return 0;
}

function storePointer(m: Machine, thread: number): boolean {
  const at = m.thread(thread);
  const place = m.rseq.rseqCs;
  if (place === undefined) return true;
  const stored = storeField(m, at, place, 0);
  updateArmed(m, thread);
  return stored;
}

function less(a: Word64, b: Word64): boolean {
  return compareUnsigned(a.lo, a.hi, b.lo, b.hi) < 0;
}

function isZero(value: Word64): boolean {
  return (value.lo | value.hi) === 0;
}

function isAboveTask(m: Machine, value: Word64): boolean {
  return toNumber(value.lo, value.hi) >= m.program.kernel.taskSize;
}

/** Loads a field of the thread's area; the value is in `machine.lo`, `machine.hi`. */
export function loadField(m: Machine, at: number, place: FieldPlace): boolean {
  add64(scratch, m.words[at + T_AREA_LO]!, m.words[at + T_AREA_HI]!, place.offset, 0);
  return kernelLoad(m, scratch.lo, scratch.hi, place.size);
}

/** Stores a value of at most 32 bits, zero-extended, into a field of the thread's area. */
export function storeField(m: Machine, at: number, place: FieldPlace, value: number): boolean {
  add64(scratch, m.words[at + T_AREA_LO]!, m.words[at + T_AREA_HI]!, place.offset, 0);
  return kernelStore(m, scratch.lo, scratch.hi, place.size, value, 0);
}

/** cpu_id_start, cpu_id, node_id, mm_cid, then ON_CPU where it is published. */
function storeIds(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const cpu = m.words[at + T_CPU]!;
  const node = m.program.machine.nodes[cpu] ?? 0;
  const mmCid = m.words[at + T_MM_CID]! - 1;
  if (!storeIdFields(m, at, cpu, cpu, node, mmCid)) return DEATH_IDS;
  if (m.behaviour.eventAt === "switch-in") {
    m.put(at + T_CACHED_CPU, cpu);
    m.put(at + T_CACHED_NODE, node);
    m.put(at + T_CACHED_MM_CID, mmCid);
  }
  m.note(N_IDS, thread, cpu, node, mmCid);
  return storeOnCpu(m, thread);
}

/** One group of stores; fields that the struct in force lacks, or the kernel does not know, are not written. */
export function storeIdFields(
  m: Machine,
  at: number,
  cpuIdStart: number,
  cpuId: number,
  node: number,
  mmCid: number,
): boolean {
  const { cpuIdStart: start, cpuId: id, nodeId, mmCid: cid } = m.rseq;
  if (start !== undefined && !storeField(m, at, start, cpuIdStart)) return false;
  if (id !== undefined && !storeField(m, at, id, cpuId)) return false;
  if (!m.behaviour.mmCid) return true;
  if (nodeId !== undefined && !storeField(m, at, nodeId, node)) return false;
  return cid === undefined || storeField(m, at, cid, mmCid);
}

function storeOnCpu(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const lo = m.words[at + T_STATE_LO]!;
  const hi = m.words[at + T_STATE_HI]!;
  if (lo === 0 && hi === 0) return 0;
  if (!kernelStore(m, lo, hi, 4, 1, 0)) return DEATH_SCHED_STATE;
  m.note(N_ON_CPU, thread);
  return 0;
}

/** The optimised mode compares what user space left there with what was stored last. */
function verifyIds(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const { cpuIdStart, cpuId, nodeId, mmCid } = m.rseq;
  const cpu = m.words[at + T_CACHED_CPU]!;
  const same =
    fieldIs(m, at, cpuIdStart, cpu) &&
    fieldIs(m, at, cpuId, cpu) &&
    fieldIs(m, at, nodeId, m.words[at + T_CACHED_NODE]!) &&
    fieldIs(m, at, mmCid, m.words[at + T_CACHED_MM_CID]!);
  return same ? 0 : DEATH_SCRIBBLE;
}

function fieldIs(m: Machine, at: number, place: FieldPlace | undefined, value: number): boolean {
  if (place === undefined) return true;
  return loadField(m, at, place) && m.lo === (value | 0);
}
