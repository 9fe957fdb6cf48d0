// Threads on and off CPUs: dispatch, switch-out, migration, blocking, waking, ending. What each means for rseq is here too, because
// the kernel decides it in its scheduler: events recorded at switch-out (to 6.18) or looked at in switch-in (6.19 and later).
import { lowOf, highOf, toNumber } from "../support/word64.ts";
import { kernelStore } from "./memory.ts";
import type { Machine } from "./machine.ts";
import {
  N_BLOCK,
  N_EXIT,
  N_KILL,
  N_MIGRATE,
  N_OFF_CPU,
  N_SWITCH_IN,
  N_SWITCH_OUT,
  N_WAKE,
  OUT_BLOCK,
  OUT_EXIT,
  OUT_MIGRATE,
  OUT_PREEMPT,
} from "./notes.ts";
import { dequeue, enqueue, enterWaitList, leaveWaitList } from "./queue.ts";
import { storeResult } from "./frame.ts";
import { revokeSlice } from "./slice.ts";
import {
  BLOCKED_FAULT,
  BLOCKED_FUTEX,
  C_HEAD,
  C_RUNNING,
  EVENT_IDS_CHANGED,
  EVENT_SCHED_SWITCH,
  EVENT_USER_IRQ,
  MASK_MIGRATE,
  MASK_PREEMPT,
  PAGE_ABSENT,
  PAGE_MAPPED,
  P_DEAD,
  P_LIVE,
  STATE_BLOCKED,
  STATE_EXITED,
  STATE_KILLED,
  STATE_RUNNABLE,
  STATE_RUNNING,
  T_BLOCKED,
  T_CPU,
  T_EVENT,
  T_EXIT,
  T_MASK,
  T_MM_CID,
  T_NOTIFY,
  T_OPTIMISED,
  T_REGISTERED,
  T_RESTART,
  T_SIGNAL,
  T_STATE,
  T_STATE_HI,
  T_STATE_LO,
  T_TOOK_SIGNAL,
  T_WAIT_HI,
  T_WAIT_LO,
} from "./words.ts";

/** In user mode: running, and nothing of the kernel comes before its next instruction. */
export function inUserMode(m: Machine, at: number): boolean {
  return (
    m.words[at + T_STATE] === STATE_RUNNING &&
    m.words[at + T_EXIT] === 0 &&
    m.words[at + T_RESTART] === 0
  );
}

/** An interrupt hits the thread's CPU: remembered if it hit user mode. */
export function interrupt(m: Machine, at: number): void {
  if (m.behaviour.eventAt === "switch-in" && inUserMode(m, at)) addEvent(m, at, EVENT_USER_IRQ);
}

export function addEvent(m: Machine, at: number, bits: number): void {
  m.put(at + T_EVENT, m.words[at + T_EVENT]! | bits);
}

/** An event of the section is recorded and rseq work is due. Unregistered threads record nothing. */
export function recordEvent(m: Machine, at: number, bits: number): void {
  if (m.words[at + T_REGISTERED] === 0 || m.behaviour.eventAt === "switch-in") return;
  m.put(at + T_MASK, m.words[at + T_MASK]! | bits);
  m.put(at + T_NOTIFY, 1);
}

export function isLive(m: Machine, at: number): boolean {
  return m.words[at + T_STATE]! < STATE_EXITED;
}

export function runningThread(m: Machine, cpu: number): number {
  return m.words[m.cpu(cpu) + C_RUNNING]! - 1;
}

/** The running thread leaves its CPU; what it becomes is the caller's. */
function switchOut(m: Machine, thread: number, why: number): void {
  const at = m.thread(thread);
  const cpu = m.words[at + T_CPU]!;
  m.put(m.cpu(cpu) + C_RUNNING, 0);
  m.put(at + T_EXIT, 0);
  m.note(N_SWITCH_OUT, thread, cpu, why);
  if (why === OUT_EXIT) return;
  recordEvent(m, at, MASK_PREEMPT);
  storeOffCpu(m, thread);
  revokeSlice(m, thread);
}

/** sched_state becomes 0 where it is published, if its page is present (page faults are disabled here). */
function storeOffCpu(m: Machine, thread: number): void {
  const at = m.thread(thread);
  const lo = m.words[at + T_STATE_LO]!;
  const hi = m.words[at + T_STATE_HI]!;
  if (lo === 0 && hi === 0) return;
  if (kernelStore(m, lo, hi, 4, 0, 0)) m.note(N_OFF_CPU, thread);
}

export function preempt(m: Machine, thread: number): void {
  const at = m.thread(thread);
  interrupt(m, at);
  switchOut(m, thread, OUT_PREEMPT);
  m.put(at + T_STATE, STATE_RUNNABLE);
  enqueue(m, thread);
}

/** sched_yield and a reschedule inside a system call: to the tail of the queue. */
export function yieldCpu(m: Machine, thread: number, why: number): void {
  switchOut(m, thread, why);
  m.put(m.thread(thread) + T_STATE, STATE_RUNNABLE);
  enqueue(m, thread);
}

/** To the CPU of the thread; exit-to-user comes before its next instruction, unless it goes on inside a system call. */
export function dispatch(m: Machine, thread: number): void {
  const at = m.thread(thread);
  const cpu = m.words[at + T_CPU]!;
  dequeue(m, thread);
  m.put(at + T_STATE, STATE_RUNNING);
  m.put(m.cpu(cpu) + C_RUNNING, thread + 1);
  m.put(at + T_EXIT, m.words[at + T_RESTART] === 0 ? 1 : 0);
  assignMmCid(m, thread);
  raiseSchedSwitch(m, at);
  m.note(N_SWITCH_IN, thread, cpu, m.words[at + T_MM_CID]! - 1);
}

/** Linux 6.19 rseq_sched_switch_event: only an interrupted thread, or one whose ids changed; always in 7.1's legacy mode. */
export function raiseSchedSwitch(m: Machine, at: number): void {
  if (m.behaviour.eventAt !== "switch-in" || m.words[at + T_REGISTERED] === 0) return;
  if (isLegacyByMode(m, at)) addEvent(m, at, EVENT_IDS_CHANGED | EVENT_SCHED_SWITCH);
  else if ((m.words[at + T_EVENT]! & (EVENT_USER_IRQ | EVENT_IDS_CHANGED)) !== 0) {
    addEvent(m, at, EVENT_SCHED_SWITCH);
  }
}

/** Registered with a length of 32 on a kernel that has both modes. */
export function isLegacyByMode(m: Machine, at: number): boolean {
  return m.behaviour.extendedIsOptimised && m.words[at + T_OPTIMISED] === 0;
}

/** The last one if no running thread holds it, else the lowest free (a decision of the model). */
function assignMmCid(m: Machine, thread: number): void {
  const at = m.thread(thread);
  const last = m.words[at + T_MM_CID]!;
  if (last !== 0 && !isMmCidHeld(m, last, thread)) return;
  let candidate = 1;
  while (isMmCidHeld(m, candidate, thread)) candidate++;
  m.put(at + T_MM_CID, candidate);
  if (
    m.words[at + T_REGISTERED] !== 0 &&
    m.behaviour.eventAt === "switch-in" &&
    m.behaviour.mmCid
  ) {
    addEvent(m, at, EVENT_IDS_CHANGED);
  }
}

function isMmCidHeld(m: Machine, value: number, except: number): boolean {
  for (let cpu = 0; cpu < m.cpuCount; cpu++) {
    const running = runningThread(m, cpu);
    if (running >= 0 && running !== except && m.words[m.thread(running) + T_MM_CID] === value) {
      return true;
    }
  }
  return false;
}

/** `why` is OUT_MIGRATE for one step of the scheduler, OUT_BLOCK inside sched_setaffinity. */
export function migrate(m: Machine, thread: number, cpu: number, why: number = OUT_MIGRATE): void {
  const at = m.thread(thread);
  const from = m.words[at + T_CPU]!;
  if (from === cpu) return;
  const state = m.words[at + T_STATE];
  if (state === STATE_RUNNING) {
    if (why === OUT_MIGRATE) interrupt(m, at);
    switchOut(m, thread, why);
  } else if (state === STATE_RUNNABLE) {
    dequeue(m, thread);
  }
  m.put(at + T_CPU, cpu);
  m.note(N_MIGRATE, thread, from, cpu);
  recordEvent(m, at, MASK_MIGRATE);
  if (m.words[at + T_REGISTERED] !== 0 && m.behaviour.eventAt === "switch-in") {
    addEvent(m, at, EVENT_IDS_CHANGED);
  }
  if (state === STATE_BLOCKED) return;
  m.put(at + T_STATE, STATE_RUNNABLE);
  enqueue(m, thread);
}

/** The running thread sleeps for `reason` (BLOCKED_*). */
export function block(m: Machine, thread: number, reason: number, lo: number, hi: number): void {
  const at = m.thread(thread);
  switchOut(m, thread, OUT_BLOCK);
  m.put(at + T_STATE, STATE_BLOCKED);
  m.put(at + T_BLOCKED, reason);
  m.put(at + T_WAIT_LO, lo);
  m.put(at + T_WAIT_HI, hi);
  if (reason === BLOCKED_FUTEX) enterWaitList(m, thread);
  m.note(N_BLOCK, thread, reason, toNumber(lo, hi));
}

/** What it waited for has come; a blocked system call returns `result`. */
export function wake(m: Machine, thread: number, result: number): void {
  const at = m.thread(thread);
  const reason = m.words[at + T_BLOCKED]!;
  if (reason === BLOCKED_FUTEX) leaveWaitList(m, thread);
  if (reason === BLOCKED_FAULT) makePresent(m, m.words[at + T_WAIT_LO]!, m.words[at + T_WAIT_HI]!);
  else storeResult(m, thread, result);
  m.put(at + T_BLOCKED, 0);
  m.put(at + T_WAIT_LO, 0);
  m.put(at + T_WAIT_HI, 0);
  m.put(at + T_STATE, STATE_RUNNABLE);
  enqueue(m, thread);
  m.note(N_WAKE, thread, result);
}

function makePresent(m: Machine, lo: number, hi: number): void {
  const slot = m.slotOf(lo, hi);
  if (slot < 0) return;
  const at = m.pageBase + slot;
  if ((m.words[at]! & PAGE_ABSENT) !== 0) m.put(at, m.words[at]! & ~PAGE_ABSENT);
}

/** The thread is over: exit(), the end of its body, or a debugger's wish. Nothing is written to its area. */
export function endThread(m: Machine, thread: number): void {
  const at = m.thread(thread);
  leaveCpuOrList(m, thread);
  m.put(at + T_STATE, STATE_EXITED);
  m.put(P_LIVE, m.words[P_LIVE]! - 1);
  m.note(N_EXIT, thread);
  if (m.program.machine.unmapOnExit) unmapAreas(m, thread);
}

function leaveCpuOrList(m: Machine, thread: number): void {
  const at = m.thread(thread);
  const state = m.words[at + T_STATE];
  if (state === STATE_RUNNING) switchOut(m, thread, OUT_EXIT);
  else if (state === STATE_RUNNABLE) dequeue(m, thread);
  else if (m.words[at + T_BLOCKED] === BLOCKED_FUTEX) leaveWaitList(m, thread);
  m.put(at + T_BLOCKED, 0);
}

function unmapAreas(m: Machine, thread: number): void {
  for (const segment of m.program.segments) {
    if (segment.thread !== thread) continue;
    if (segment.kind !== "private-area" && segment.kind !== "shared-area") continue;
    for (let address = segment.address; address < segment.address + segment.size; address += 4096) {
      const slot = m.slotOf(lowOf(address), highOf(address));
      if (slot >= 0) m.put(m.pageBase + slot, m.words[m.pageBase + slot]! & ~PAGE_MAPPED);
    }
  }
}

/** A fatal signal: the whole process ends. */
export function killProcess(
  m: Machine,
  thread: number,
  signal: number,
  reason: number,
  detail: number,
): void {
  m.put(P_DEAD, signal);
  m.put(m.thread(thread) + T_TOOK_SIGNAL, 1);
  m.note(N_KILL, thread, signal, reason, detail);
  for (let other = 0; other < m.threadCount; other++) {
    const at = m.thread(other);
    if (!isLive(m, at)) continue;
    leaveCpuOrList(m, other);
    m.put(at + T_STATE, STATE_KILLED);
    m.put(at + T_SIGNAL, signal);
  }
  m.put(P_LIVE, 0);
}

/** Head of a CPU's queue, or -1. */
export function queueHead(m: Machine, cpu: number): number {
  return m.words[m.cpu(cpu) + C_HEAD]! - 1;
}
