// Round robin: each CPU in ascending order takes one step in its turn: the head of its queue is dispatched if it is idle, a pending
// exit-to-user is taken, else one instruction; after `slice` instructions since the dispatch its turn is a tick.
import {
  EVENT_DISPATCH,
  EVENT_INSTRUCTION,
  EVENT_TICK,
  EVENT_WAKE,
  eventKind,
  packEvent,
} from "../machine/event.ts";
import { ownStep } from "../machine/enabled.ts";
import type { Machine } from "../machine/machine.ts";
import { queueHead, runningThread } from "../machine/scheduling.ts";
import { BLOCKED_FUTEX, P_LIVE, STATE_BLOCKED, T_BLOCKED, T_STATE } from "../machine/words.ts";
import { CHOICE_END, CHOICE_STUCK } from "./policy.ts";
import type { Policy } from "./policy.ts";

/** Policy words from `base`: whose turn it is, then per CPU the instructions since the dispatch and the thread they were of. */
const TURN = 0;
const COUNTS = 1;
const THREADS = 65;

export function roundRobin(slice: number): Policy {
  return {
    name: "round_robin",
    error: undefined,
    start: () => {},
    next: (machine) => nextInTurn(machine, machine.policyBase, slice),
    item: () => undefined,
  };
}

/** The next event of round robin with its words at `base`; also what `run all` does. */
export function nextInTurn(m: Machine, base: number, slice: number): number {
  if (m.words[P_LIVE] === 0) return CHOICE_END;
  const turn = m.words[base + TURN]!;
  for (let step = 0; step < m.cpuCount; step++) {
    const cpu = turn + step < m.cpuCount ? turn + step : turn + step - m.cpuCount;
    const event = turnOf(m, base, cpu, slice);
    if (event < 0) continue;
    m.put(base + TURN, cpu + 1 === m.cpuCount ? 0 : cpu + 1);
    return event;
  }
  return wakeFirst(m);
}

function turnOf(m: Machine, base: number, cpu: number, slice: number): number {
  const thread = runningThread(m, cpu);
  const count = base + COUNTS + cpu;
  if (thread < 0) {
    const head = queueHead(m, cpu);
    if (head < 0) return -1;
    // A slice begins with the dispatch, also of the thread that ran here before (it slept, or yielded).
    m.put(base + THREADS + cpu, 0);
    return packEvent(EVENT_DISPATCH, head, 0);
  }
  if (m.words[base + THREADS + cpu] !== thread + 1) {
    m.put(base + THREADS + cpu, thread + 1);
    m.put(count, 0);
  }
  const event = ownStep(m, thread);
  if (eventKind(event) !== EVENT_INSTRUCTION) return event;
  if (m.words[count]! < slice) {
    m.put(count, m.words[count]! + 1);
    return event;
  }
  m.put(count, 0);
  m.put(base + THREADS + cpu, 0);
  return packEvent(EVENT_TICK, cpu, 0);
}

/** Nobody runs or waits for a CPU: the first sleeping or faulting thread in file order is woken. */
export function wakeFirst(m: Machine): number {
  for (let thread = 0; thread < m.threadCount; thread++) {
    const at = m.thread(thread);
    if (m.words[at + T_STATE] !== STATE_BLOCKED || m.words[at + T_BLOCKED] === BLOCKED_FUTEX)
      continue;
    return packEvent(EVENT_WAKE, thread, 0);
  }
  return CHOICE_STUCK;
}
