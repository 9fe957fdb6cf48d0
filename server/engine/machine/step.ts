// `step` takes one event: the only way in which the state changes once a run has started. The caller makes sure that the event is possible.
import { executeInstruction } from "./execute.ts";
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
} from "./event.ts";
import { exitToUser } from "./exit.ts";
import type { Machine } from "./machine.ts";
import { restartSections } from "./membarrier.ts";
import { N_QUEUED } from "./notes.ts";
import {
  dispatch,
  endThread,
  inUserMode,
  interrupt,
  migrate,
  preempt,
  queueHead,
  runningThread,
  wake,
} from "./scheduling.ts";
import { queueSignal } from "./signal.ts";
import { TIMER_EXPIRED, grantSlice, revokeSlice } from "./slice.ts";
import { C_TIMER, PAGE_ABSENT, P_PAGED_OUT, T_CPU, T_EVENT, T_EXIT } from "./words.ts";

/** Takes the event; what happened is in `machine.notes` and `machine.accesses`. */
export function step(m: Machine, event: number): void {
  m.noteCount = 0;
  m.accessCount = 0;
  m.violated = false;
  const subject = eventSubject(event);
  const argument = eventArgument(event);
  switch (eventKind(event)) {
    case EVENT_INSTRUCTION:
      if (m.hasSliceExtension) countDown(m, subject);
      executeInstruction(m, subject);
      return;
    case EVENT_EXIT:
      exitToUser(m, subject);
      return;
    case EVENT_DISPATCH:
      dispatch(m, subject);
      return;
    case EVENT_PREEMPT:
      preempt(m, subject);
      return;
    case EVENT_MIGRATE:
      migrate(m, subject, argument);
      return;
    case EVENT_SIGNAL:
      if (argument === SIGNAL_IGNORED) m.note(N_QUEUED, subject, -1);
      else queueSignal(m, subject, argument);
      return;
    case EVENT_WAKE:
      wake(m, subject, 0);
      return;
    case EVENT_TICK:
      tick(m, subject);
      return;
    case EVENT_MEMBARRIER:
      restartSections(m, argument - 1, -1);
      return;
    case EVENT_PAGEOUT:
      m.put(P_PAGED_OUT, 1);
      m.put(m.pageBase + argument, m.words[m.pageBase + argument]! | PAGE_ABSENT);
      return;
    case EVENT_SET:
      m.outside[argument]!(m);
      return;
    case EVENT_TERMINATE:
      endThread(m, subject);
  }
}

/** Instructions of a granted slice extension. */
function countDown(m: Machine, thread: number): void {
  const timer = m.cpu(m.words[m.thread(thread) + T_CPU]!) + C_TIMER;
  const left = m.words[timer]!;
  if (left > 0) m.put(timer, left === 1 ? TIMER_EXPIRED : left - 1);
}

/** The slice of a CPU ends: a switch if somebody waits, unless the thread asked for an extension and gets it. */
function tick(m: Machine, cpu: number): void {
  const thread = runningThread(m, cpu);
  if (thread < 0) return;
  const at = m.thread(thread);
  const wasUser = inUserMode(m, at);
  const expired = m.words[m.cpu(cpu) + C_TIMER] === TIMER_EXPIRED;
  if (expired) revokeSlice(m, thread);
  if (queueHead(m, cpu) >= 0) {
    if (wasUser && !expired && grantSlice(m, thread)) return;
    preempt(m, thread);
    return;
  }
  interrupt(m, at);
  // No switch, no event: the interrupt's return clears what it set.
  if (wasUser && m.words[at + T_EXIT] === 0 && m.words[at + T_EVENT] !== 0) m.put(at + T_EVENT, 0);
}
