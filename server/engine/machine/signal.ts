// Queueing a signal for a thread: its handler runs at the thread's next exit-to-user.
import { needsExit } from "./exit.ts";
import type { Machine } from "./machine.ts";
import { N_QUEUED } from "./notes.ts";
import { interrupt, wake } from "./scheduling.ts";
import {
  BLOCKED_FAULT,
  PENDING_MAX,
  STATE_BLOCKED,
  STATE_RUNNING,
  T_BLOCKED,
  T_EXIT,
  T_PENDING,
  T_PENDING_COUNT,
  T_STATE,
} from "./words.ts";

const EINTR = 4;

/** Can the thread take one more? The queue is bounded. */
export function hasRoomForSignal(m: Machine, thread: number): boolean {
  return m.words[m.thread(thread) + T_PENDING_COUNT]! < PENDING_MAX;
}

/** Queues function `handler`. A running thread is interrupted, a sleeping call returns -EINTR; while the handler runs already, it waits. */
export function queueSignal(m: Machine, thread: number, handler: number): void {
  const at = m.thread(thread);
  const count = m.words[at + T_PENDING_COUNT]!;
  m.put(at + T_PENDING + count, handler);
  m.put(at + T_PENDING_COUNT, count + 1);
  m.note(N_QUEUED, thread, handler);
  if (m.words[at + T_STATE] === STATE_RUNNING) {
    if (!needsExit(m, thread)) return;
    interrupt(m, at);
    m.put(at + T_EXIT, 1);
  } else if (m.words[at + T_STATE] === STATE_BLOCKED && m.words[at + T_BLOCKED] !== BLOCKED_FAULT) {
    if (needsExit(m, thread)) wake(m, thread, -EINTR);
  }
}
