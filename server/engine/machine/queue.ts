// Run queues and the futex list: FIFO lists threaded through T_NEXT. A thread is in one of them at most.
import type { Machine } from "./machine.ts";
import { C_HEAD, C_TAIL, P_WAIT_HEAD, P_WAIT_TAIL, T_CPU, T_NEXT } from "./words.ts";

function append(m: Machine, head: number, tail: number, thread: number): void {
  m.put(m.thread(thread) + T_NEXT, 0);
  const last = m.words[tail]!;
  if (last === 0) m.put(head, thread + 1);
  else m.put(m.thread(last - 1) + T_NEXT, thread + 1);
  m.put(tail, thread + 1);
}

function remove(m: Machine, head: number, tail: number, thread: number): void {
  let before = 0;
  for (let at = m.words[head]!; at !== 0; at = m.words[m.thread(at - 1) + T_NEXT]!) {
    if (at !== thread + 1) {
      before = at;
      continue;
    }
    const next = m.words[m.thread(thread) + T_NEXT]!;
    if (before === 0) m.put(head, next);
    else m.put(m.thread(before - 1) + T_NEXT, next);
    if (next === 0) m.put(tail, before);
    m.put(m.thread(thread) + T_NEXT, 0);
    return;
  }
}

export function enqueue(m: Machine, thread: number): void {
  const cpu = m.cpu(m.words[m.thread(thread) + T_CPU]!);
  append(m, cpu + C_HEAD, cpu + C_TAIL, thread);
}

export function dequeue(m: Machine, thread: number): void {
  const cpu = m.cpu(m.words[m.thread(thread) + T_CPU]!);
  remove(m, cpu + C_HEAD, cpu + C_TAIL, thread);
}

export function enterWaitList(m: Machine, thread: number): void {
  append(m, P_WAIT_HEAD, P_WAIT_TAIL, thread);
}

export function leaveWaitList(m: Machine, thread: number): void {
  remove(m, P_WAIT_HEAD, P_WAIT_TAIL, thread);
}
