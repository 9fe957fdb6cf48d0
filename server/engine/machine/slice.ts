// Time-slice extension (7.0 and later): the request and grant protocol between a thread and the tick of its CPU.
// Linux 7.1 kernel/rseq.c, include/linux/rseq_entry.h: rseq_grant_slice_extension and what follows it.
import type { Machine } from "./machine.ts";
import { kernelLoad, kernelStore } from "./memory.ts";
import { add64 } from "../support/word64.ts";
import { N_SLICE_GRANT, N_SLICE_REVOKE, N_SLICE_YIELD } from "./notes.ts";
import {
  C_TIMER,
  EVENT_SCHED_SWITCH,
  T_AREA_HI,
  T_AREA_LO,
  T_CPU,
  T_EVENT,
  T_PENDING_COUNT,
  T_REGISTERED,
  T_SLICE_ENABLED,
  T_SLICE_GRANTED,
  T_SLICE_YIELDED,
} from "./words.ts";

/** The timer of a granted extension has run out: the CPU's next step is a tick. */
export const TIMER_EXPIRED = -1;

const address = { lo: 0, hi: 0 };

/** request and granted are the first two bytes of slice_ctrl on every target. */
function sliceWord(m: Machine, thread: number): boolean {
  const at = m.thread(thread);
  const place = m.rseq.sliceControl;
  if (place === undefined || m.words[at + T_REGISTERED] === 0) return false;
  add64(address, m.words[at + T_AREA_LO]!, m.words[at + T_AREA_HI]!, place.offset, 0);
  return true;
}

/** slice_ctrl.all := 0 and no grant; false on a fault. */
export function clearSliceControl(m: Machine, thread: number): boolean {
  const at = m.thread(thread);
  if (m.words[at + T_SLICE_GRANTED] === 1) m.put(at + T_SLICE_GRANTED, 0);
  return !sliceWord(m, thread) || kernelStore(m, address.lo, address.hi, 4, 0, 0);
}

/** A granted thread leaves its CPU, or its timer has fired. */
export function revokeSlice(m: Machine, thread: number): void {
  const at = m.thread(thread);
  if (m.words[at + T_SLICE_GRANTED] === 0) return;
  m.put(m.cpu(m.words[at + T_CPU]!) + C_TIMER, 0);
  clearSliceControl(m, thread);
  m.note(N_SLICE_REVOKE, thread);
}

/** The tick wants the CPU: granted if the thread has asked, nothing else is due, and it has no grant yet. */
export function grantSlice(m: Machine, thread: number): boolean {
  const at = m.thread(thread);
  if (m.words[at + T_SLICE_ENABLED] === 0 || m.words[at + T_SLICE_GRANTED] === 1) return false;
  if (m.words[at + T_PENDING_COUNT] !== 0) return false;
  if ((m.words[at + T_EVENT]! & EVENT_SCHED_SWITCH) !== 0 || !sliceWord(m, thread)) return false;
  const { lo, hi } = address;
  if (!kernelLoad(m, lo, hi, 1) || m.lo === 0) return false;
  if (!kernelStore(m, lo, hi, 1, 0, 0) || !kernelStore(m, lo + 1, hi, 1, 1, 0)) return false;
  m.put(at + T_SLICE_GRANTED, 1);
  m.note(N_SLICE_GRANT, thread);
  armSliceTimer(m, thread);
  return true;
}

/** The last step of exit-to-user arms the timer of a grant. */
export function armSliceTimer(m: Machine, thread: number): void {
  const at = m.thread(thread);
  if (m.words[at + T_SLICE_GRANTED] === 0) return;
  const timer = m.cpu(m.words[at + T_CPU]!) + C_TIMER;
  if (m.words[timer] === 0) m.put(timer, m.program.machine.sliceExtension);
}

/** Any system call ends a grant: true if the thread gives up its CPU before the call's body. */
export function endGrantAtSystemCall(m: Machine, thread: number, isYield: boolean): boolean {
  const at = m.thread(thread);
  if (m.words[at + T_SLICE_GRANTED] === 0) return false;
  m.put(m.cpu(m.words[at + T_CPU]!) + C_TIMER, 0);
  clearSliceControl(m, thread);
  if (isYield) m.put(at + T_SLICE_YIELDED, 1);
  m.note(isYield ? N_SLICE_YIELD : N_SLICE_REVOKE, thread);
  return true;
}
