// exit-to-user, one step: pending signals are delivered, then due rseq work is done; a fault of either forces SIGSEGV.
// The order, and when a handler for SIGSEGV rescues, are the oracle's rules G1 to G6.
import { highOf, lowOf, toNumber } from "../support/word64.ts";
import { block, isLegacyByMode, isLive, killProcess } from "./scheduling.ts";
import { classicWork, modernSignalWork, modernWork } from "./rseq-work.ts";
import { peekNumber as peekWord } from "./armed.ts";
import { instructionAddress } from "./ip.ts";
import type { Machine } from "./machine.ts";
import { ACCESS_ABSENT, accessible } from "./memory.ts";
import { DEATH_STACK, N_FAULT, N_SIGNAL } from "./notes.ts";
import { armSliceTimer } from "./slice.ts";
import { pushFrame } from "./frame.ts";
import {
  BLOCKED_FAULT,
  EVENT_IDS_CHANGED,
  EVENT_SCHED_SWITCH,
  FRAME_SEGV,
  FRAME_SEGV_FATAL,
  FRAME_SIGNAL,
  F_BAD_HI,
  F_BAD_LO,
  F_FUNCTION,
  F_KIND,
  F_PREVIOUS,
  MASK_SIGNAL,
  PAGE_READ,
  P_PAGED_OUT,
  P_SEGV_HANDLER,
  SIGSEGV,
  T_AREA_HI,
  T_AREA_LO,
  T_BAD_HI,
  T_BAD_LO,
  T_EVENT,
  T_EXIT,
  T_FRAME,
  T_MASK,
  T_NOTIFY,
  T_PC,
  T_PENDING,
  T_PENDING_COUNT,
  T_REGISTERED,
  T_STATE_HI,
  T_STATE_LO,
} from "./words.ts";

/** One exit-to-user step of a running thread. An absent page that it needs makes it block and start again. */
export function exitToUser(m: Machine, thread: number): void {
  const at = m.thread(thread);
  const absent = absentPage(m, thread);
  if (absent !== undefined) {
    m.note(N_FAULT, thread, absent);
    block(m, thread, BLOCKED_FAULT, lowOf(absent), highOf(absent));
    return;
  }
  m.put(at + T_EXIT, 0);
  deliverSignals(m, thread);
  if (!isLive(m, at)) return;
  const death = dueWork(m, thread);
  if (death !== 0) forceSegv(m, thread, death, 0);
  else armSliceTimer(m, thread);
}

/** Is there anything to do before user space goes on? */
export function needsExit(m: Machine, thread: number): boolean {
  const at = m.thread(thread);
  if (m.words[at + T_NOTIFY] === 1) return true;
  if ((m.words[at + T_EVENT]! & EVENT_SCHED_SWITCH) !== 0) return true;
  return deliverable(m, thread) >= 0;
}

function dueWork(m: Machine, thread: number): number {
  const at = m.thread(thread);
  if (m.behaviour.eventAt === "switch-out") {
    if (m.words[at + T_NOTIFY] === 0) return 0;
    m.put(at + T_NOTIFY, 0);
    return m.words[at + T_REGISTERED] === 0 ? 0 : classicWork(m, thread);
  }
  const due = (m.words[at + T_EVENT]! & EVENT_SCHED_SWITCH) !== 0;
  const death = due && m.words[at + T_REGISTERED] !== 0 ? modernWork(m, thread) : 0;
  m.put(at + T_EVENT, 0);
  m.put(at + T_NOTIFY, 0);
  return death;
}

/** Position in the queue of the oldest signal whose handler is not running, or -1. */
function deliverable(m: Machine, thread: number): number {
  const at = m.thread(thread);
  const count = m.words[at + T_PENDING_COUNT]!;
  for (let index = 0; index < count; index++) {
    if (!isHandlerRunning(m, thread, m.words[at + T_PENDING + index]!)) return index;
  }
  return -1;
}

/** A handler's own signal is blocked until it returns. */
function isHandlerRunning(m: Machine, thread: number, handler: number): boolean {
  for (
    let frame = m.words[m.thread(thread) + T_FRAME]!;
    frame !== 0;
    frame = m.words[frame + F_PREVIOUS]!
  ) {
    if (m.words[frame + F_KIND] === FRAME_SIGNAL && m.words[frame + F_FUNCTION] === handler) {
      return true;
    }
  }
  return false;
}

function isSegvHandlerRunning(m: Machine, thread: number): boolean {
  for (
    let frame = m.words[m.thread(thread) + T_FRAME]!;
    frame !== 0;
    frame = m.words[frame + F_PREVIOUS]!
  ) {
    if (m.words[frame + F_KIND]! >= FRAME_SEGV) return true;
  }
  return false;
}

function deliverSignals(m: Machine, thread: number): void {
  const at = m.thread(thread);
  for (let index = deliverable(m, thread); index >= 0; index = deliverable(m, thread)) {
    const handler = m.words[at + T_PENDING + index]!;
    takePending(m, at, index);
    const death = signalWork(m, thread);
    if (!buildFrame(m, thread, handler, FRAME_SIGNAL)) return;
    if (death === 0) continue;
    forceSegv(m, thread, death, 0);
    if (!isLive(m, at)) return;
  }
}

function takePending(m: Machine, at: number, index: number): void {
  const count = m.words[at + T_PENDING_COUNT]! - 1;
  for (let place = index; place < count; place++) {
    m.put(at + T_PENDING + place, m.words[at + T_PENDING + place + 1]!);
  }
  m.put(at + T_PENDING + count, 0);
  m.put(at + T_PENDING_COUNT, count);
}

/** rseq work on the interrupted context, before the frame is built. */
function signalWork(m: Machine, thread: number): number {
  const at = m.thread(thread);
  if (m.words[at + T_REGISTERED] === 0) return 0;
  if (m.behaviour.eventAt === "switch-out") {
    m.put(at + T_MASK, m.words[at + T_MASK]! | MASK_SIGNAL);
    return classicWork(m, thread);
  }
  const death = modernSignalWork(m, thread);
  if (isLegacyByMode(m, at)) {
    m.put(at + T_EVENT, m.words[at + T_EVENT]! | EVENT_IDS_CHANGED | EVENT_SCHED_SWITCH);
  }
  return death;
}

function buildFrame(m: Machine, thread: number, handler: number, kind: number): boolean {
  const at = m.thread(thread);
  const fn = m.code.functions[handler]!;
  const interrupted = instructionAddress(m, at);
  if (!pushFrame(m, thread, handler, fn, kind, m.words[at + T_PC]!, -1, 0)) {
    killProcess(m, thread, SIGSEGV, DEATH_STACK, 0);
    return false;
  }
  const frame = m.words[at + T_FRAME]!;
  m.put(frame + F_BAD_LO, m.words[at + T_BAD_LO]!);
  m.put(frame + F_BAD_HI, m.words[at + T_BAD_HI]!);
  m.put(at + T_PC, fn.start);
  m.note(N_SIGNAL, thread, handler, interrupted);
  return true;
}

/** SIGSEGV that cannot be ignored: the handler runs if there is one and it is not running already, else the process dies. */
export function forceSegv(m: Machine, thread: number, reason: number, detail: number): void {
  const handler = m.words[P_SEGV_HANDLER]! - 1;
  if (handler < 0 || isSegvHandlerRunning(m, thread)) {
    killProcess(m, thread, SIGSEGV, reason, detail);
    return;
  }
  // The delivery of SIGSEGV does its own work; if that fails again the handler runs once, and its return is the end.
  const death = signalWork(m, thread);
  buildFrame(m, thread, handler, death === 0 ? FRAME_SEGV : FRAME_SEGV_FATAL);
}

/** Address of an absent page that the coming work needs, or undefined. */
function absentPage(m: Machine, thread: number): number | undefined {
  const at = m.thread(thread);
  if (m.words[P_PAGED_OUT] === 0 || m.words[at + T_REGISTERED] === 0) return undefined;
  const area = toNumber(m.words[at + T_AREA_LO]!, m.words[at + T_AREA_HI]!);
  const state = toNumber(m.words[at + T_STATE_LO]!, m.words[at + T_STATE_HI]!);
  return (
    absentIn(m, area, 32) ??
    absentDescriptor(m, area) ??
    (state === 0 ? undefined : absentIn(m, state, 4))
  );
}

function absentIn(m: Machine, address: number, size: number): number | undefined {
  const lo = lowOf(address);
  const hi = highOf(address);
  if (accessible(m, lo, hi, size, PAGE_READ) !== ACCESS_ABSENT) return undefined;
  const first = accessible(m, lo, hi, 1, PAGE_READ) === ACCESS_ABSENT;
  return (first ? address : address + size - 1) - ((first ? address : address + size - 1) % 4096);
}

/** The descriptor's page, and the page of the signature. */
function absentDescriptor(m: Machine, area: number): number | undefined {
  const place = m.rseq.rseqCs;
  if (place === undefined) return undefined;
  const pointer = peekWord(m, area + place.offset, place.size);
  if (pointer === undefined || pointer === 0) return undefined;
  const descriptor = absentIn(m, pointer, 32);
  if (descriptor !== undefined) return descriptor;
  const abort = peekWord(m, pointer + 24, 8);
  return abort === undefined || abort < 4 ? undefined : absentIn(m, abort - 4, 4);
}
