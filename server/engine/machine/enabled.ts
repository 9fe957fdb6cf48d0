// Which events are possible: the question of policies, of a debugger that asks a human, and of an explorer that wants them all.
import {
  EVENT_DISPATCH,
  EVENT_EXIT,
  EVENT_INSTRUCTION,
  EVENT_MEMBARRIER,
  EVENT_MIGRATE,
  EVENT_PAGEOUT,
  EVENT_PREEMPT,
  EVENT_SET,
  EVENT_SIGNAL,
  EVENT_TERMINATE,
  EVENT_TICK,
  EVENT_WAKE,
  SIGNAL_IGNORED,
  eventArgument,
  eventKind,
  eventSubject,
  packEvent,
} from "./event.ts";
import type { Machine } from "./machine.ts";
import { isLive, queueHead, runningThread } from "./scheduling.ts";
import { hasRoomForSignal } from "./signal.ts";
import { TIMER_EXPIRED } from "./slice.ts";
import {
  C_RUNNING,
  C_TIMER,
  PAGE_MAPPED,
  PENDING_MAX,
  P_LIVE,
  STATE_BLOCKED,
  STATE_EXITED,
  STATE_RUNNABLE,
  STATE_RUNNING,
  T_AFFINITY_HI,
  T_AFFINITY_LO,
  T_CPU,
  T_EXIT,
  T_STATE,
} from "./words.ts";

export function isAllowedOn(m: Machine, thread: number, cpu: number): boolean {
  if (cpu >= m.cpuCount) return false;
  const at = m.thread(thread);
  const half = m.words[at + (cpu < 32 ? T_AFFINITY_LO : T_AFFINITY_HI)]!;
  return ((half >>> (cpu & 31)) & 1) === 1;
}

/** The step that a running thread takes by itself: exit-to-user if pending, the tick of an expired extension, else an instruction. */
export function ownStep(m: Machine, thread: number): number {
  const at = m.thread(thread);
  if (m.words[at + T_EXIT] === 1) return packEvent(EVENT_EXIT, thread, 0);
  const cpu = m.words[at + T_CPU]!;
  if (m.words[m.cpu(cpu) + C_TIMER] === TIMER_EXPIRED) return packEvent(EVENT_TICK, cpu, 0);
  return packEvent(EVENT_INSTRUCTION, thread, 0);
}

/** Why the event cannot be taken here, as the end of a sentence; undefined if it can. */
export function whyImpossible(m: Machine, event: number): string | undefined {
  const kind = eventKind(event);
  const subject = eventSubject(event);
  const argument = eventArgument(event);
  if (kind === EVENT_SET) {
    return argument < m.outside.length ? undefined : "the write from outside is not known here";
  }
  if (m.words[P_LIVE] === 0) return "every thread has ended";
  if (kind === EVENT_TICK) return subject < m.cpuCount ? undefined : noCpu(m, subject);
  if (kind === EVENT_MEMBARRIER) {
    return argument <= m.cpuCount ? undefined : noCpu(m, argument - 1);
  }
  if (kind === EVENT_PAGEOUT) {
    const mapped = argument < m.pageCount && (m.words[m.pageBase + argument]! & PAGE_MAPPED) !== 0;
    return mapped ? undefined : "its page is not mapped";
  }
  return subject < m.threadCount
    ? whyNotThread(m, kind, subject, argument)
    : "there is no such thread";
}

function noCpu(m: Machine, cpu: number): string {
  return `there is no CPU ${cpu}; the machine has ${m.cpuCount}`;
}

function whyNotThread(
  m: Machine,
  kind: number,
  thread: number,
  argument: number,
): string | undefined {
  const at = m.thread(thread);
  const { name } = m.program.threads[thread]!;
  const state = m.words[at + T_STATE]!;
  if (state >= STATE_EXITED) return `${name} has ended`;
  switch (kind) {
    case EVENT_INSTRUCTION:
    case EVENT_EXIT: {
      if (state !== STATE_RUNNING) return `${name} is not running`;
      const pending = m.words[at + T_EXIT] === 1;
      if (kind === EVENT_INSTRUCTION && pending) return `${name} has to return to user space first`;
      if (kind === EVENT_EXIT && !pending) return `${name} is in user space already`;
      return undefined;
    }
    case EVENT_DISPATCH: {
      if (state === STATE_BLOCKED) return `${name} is blocked`;
      if (state === STATE_RUNNING) return `${name} is running already`;
      const cpu = m.words[at + T_CPU]!;
      const busy = m.words[m.cpu(cpu) + C_RUNNING]! - 1;
      return busy < 0 ? undefined : `CPU ${cpu} runs ${m.program.threads[busy]!.name}`;
    }
    case EVENT_PREEMPT:
      return state === STATE_RUNNING ? undefined : `${name} is not running`;
    case EVENT_MIGRATE:
      if (argument >= m.cpuCount) return noCpu(m, argument);
      return isAllowedOn(m, thread, argument)
        ? undefined
        : `${name} may not run on CPU ${argument} (its affinity)`;
    case EVENT_SIGNAL:
      if (argument === SIGNAL_IGNORED || hasRoomForSignal(m, thread)) return undefined;
      return `${name} has ${PENDING_MAX} signals pending, which is the bound`;
    case EVENT_WAKE:
      return state === STATE_BLOCKED ? undefined : `${name} is not blocked`;
    default:
      return undefined;
  }
}

/**
 * Every event that could come next, in a fixed order: for each CPU its running thread's own step and the dispatches of an idle one, then
 * per thread wake, preempt, migrations and signals, then ticks and membarrier. Returns their number; `out` must hold them.
 */
export function enabledEvents(m: Machine, out: number[]): number {
  out.length = 0;
  if (m.words[P_LIVE] === 0) return 0;
  for (let cpu = 0; cpu < m.cpuCount; cpu++) {
    const running = runningThread(m, cpu);
    if (running >= 0) out.push(ownStep(m, running));
    else if (queueHead(m, cpu) >= 0) pushDispatches(m, cpu, out);
  }
  for (let thread = 0; thread < m.threadCount; thread++) {
    if (isLive(m, m.thread(thread))) pushKernelEvents(m, thread, out);
  }
  for (let cpu = 0; cpu < m.cpuCount; cpu++) {
    if (runningThread(m, cpu) >= 0) out.push(packEvent(EVENT_TICK, cpu, 0));
  }
  out.push(packEvent(EVENT_MEMBARRIER, 0, 0));
  return out.length;
}

/** Those of `enabledEvents` that happen to one thread, in the same order. */
export function enabledEventsOf(m: Machine, thread: number, out: number[]): number {
  out.length = 0;
  const at = m.thread(thread);
  if (!isLive(m, at)) return 0;
  const running = runningThread(m, m.words[at + T_CPU]!);
  if (running === thread) {
    const own = ownStep(m, thread);
    // A tick happens to a CPU.
    if (eventKind(own) !== EVENT_TICK) out.push(own);
  } else if (running < 0 && m.words[at + T_STATE] === STATE_RUNNABLE) {
    out.push(packEvent(EVENT_DISPATCH, thread, 0));
  }
  pushKernelEvents(m, thread, out);
  return out.length;
}

function pushDispatches(m: Machine, cpu: number, out: number[]): void {
  for (let thread = 0; thread < m.threadCount; thread++) {
    const at = m.thread(thread);
    if (m.words[at + T_STATE] === STATE_RUNNABLE && m.words[at + T_CPU] === cpu) {
      out.push(packEvent(EVENT_DISPATCH, thread, 0));
    }
  }
}

function pushKernelEvents(m: Machine, thread: number, out: number[]): void {
  const at = m.thread(thread);
  const state = m.words[at + T_STATE];
  if (state === STATE_BLOCKED) out.push(packEvent(EVENT_WAKE, thread, 0));
  if (state === STATE_RUNNING) out.push(packEvent(EVENT_PREEMPT, thread, 0));
  for (let cpu = 0; cpu < m.cpuCount; cpu++) {
    if (cpu !== m.words[at + T_CPU] && isAllowedOn(m, thread, cpu)) {
      out.push(packEvent(EVENT_MIGRATE, thread, cpu));
    }
  }
  const handlers = hasRoomForSignal(m, thread) ? m.program.threads[thread]!.handlers : [];
  for (const handler of handlers) out.push(packEvent(EVENT_SIGNAL, thread, handler.function));
  out.push(packEvent(EVENT_TERMINATE, thread, 0));
}
