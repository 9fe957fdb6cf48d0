// Random scheduling from one seed: the same file and seed give the same trace on every machine, forever. The order of the draws is
// language.md section 8; every draw consumes at least one number, also among one.
import {
  EVENT_DISPATCH,
  EVENT_INSTRUCTION,
  EVENT_MIGRATE,
  EVENT_PREEMPT,
  EVENT_SIGNAL,
  eventKind,
  packEvent,
} from "../machine/event.ts";
import { isAllowedOn, ownStep } from "../machine/enabled.ts";
import type { Machine } from "../machine/machine.ts";
import { queueHead, runningThread } from "../machine/scheduling.ts";
import { hasRoomForSignal } from "../machine/signal.ts";
import { P_LIVE, POLICY_WORDS, T_CPU, T_NEXT } from "../machine/words.ts";
import { drawPcg32, seedPcg32 } from "../support/pcg32.ts";
import { CHOICE_END } from "./policy.ts";
import type { Policy } from "./policy.ts";
import { wakeFirst } from "./round-robin.ts";

export interface RandomOptions {
  readonly name: string;
  readonly seed: bigint;
  readonly preemptPercent: number;
  readonly migratePercent: number;
  readonly signalPercent: number;
}

export function random(options: RandomOptions): Policy {
  return {
    name: options.name,
    error: undefined,
    start: (m) => seedPcg32({ words: m.words, index: m.policyBase }, options.seed),
    next: (m) => nextAtRandom(m, options),
    item: () => undefined,
  };
}

function nextAtRandom(m: Machine, options: RandomOptions): number {
  if (m.words[P_LIVE] === 0) return CHOICE_END;
  const busy: number[] = [];
  for (let cpu = 0; cpu < m.cpuCount; cpu++) {
    if (runningThread(m, cpu) >= 0 || queueHead(m, cpu) >= 0) busy.push(cpu);
  }
  if (busy.length === 0) return wakeFirst(m);
  const cpu = busy[draw(m, busy.length)]!;
  const thread = runningThread(m, cpu);
  if (thread < 0) {
    const queue = queued(m, cpu);
    return packEvent(EVENT_DISPATCH, queue[draw(m, queue.length)]!, 0);
  }
  const own = ownStep(m, thread);
  if (eventKind(own) !== EVENT_INSTRUCTION) return own;
  return kernelEvent(m, thread, options) ?? own;
}

/** A preemption, migration or signal by its percentage; undefined: an instruction, also where the event is impossible. */
function kernelEvent(m: Machine, thread: number, options: RandomOptions): number | undefined {
  const { preemptPercent, migratePercent, signalPercent } = options;
  const drawn = draw(m, 100);
  if (drawn < preemptPercent) return packEvent(EVENT_PREEMPT, thread, 0);
  if (drawn < preemptPercent + migratePercent) {
    const targets = migrationTargets(m, thread);
    if (targets.length === 0) return undefined;
    return packEvent(EVENT_MIGRATE, thread, targets[draw(m, targets.length)]!);
  }
  if (drawn < preemptPercent + migratePercent + signalPercent) return signalFor(m, thread);
  return undefined;
}

function migrationTargets(m: Machine, thread: number): number[] {
  const targets: number[] = [];
  const own = m.words[m.thread(thread) + T_CPU];
  for (let cpu = 0; cpu < m.cpuCount; cpu++) {
    if (cpu !== own && isAllowedOn(m, thread, cpu)) targets.push(cpu);
  }
  return targets;
}

/** One of the thread's handlers that may strike again; the words behind the policy's count how often each did. */
function signalFor(m: Machine, thread: number): number | undefined {
  let first = m.policyBase + POLICY_WORDS;
  for (let before = 0; before < thread; before++) {
    first += m.program.threads[before]!.handlers.length;
  }
  const { handlers } = m.program.threads[thread]!;
  const open = handlers.flatMap((handler, index) =>
    m.words[first + index]! < handler.count ? [index] : [],
  );
  if (open.length === 0 || !hasRoomForSignal(m, thread)) return undefined;
  const chosen = open[draw(m, open.length)]!;
  m.put(first + chosen, m.words[first + chosen]! + 1);
  return packEvent(EVENT_SIGNAL, thread, handlers[chosen]!.function);
}

function queued(m: Machine, cpu: number): number[] {
  const threads: number[] = [];
  for (let thread = queueHead(m, cpu); thread >= 0;) {
    threads.push(thread);
    thread = m.words[m.thread(thread) + T_NEXT]! - 1;
  }
  return threads;
}

function draw(m: Machine, bound: number): number {
  const index = m.policyBase;
  // The generator writes its words itself; writing them once through `put` notes their old values for undoing.
  m.put(index, m.words[index]!);
  m.put(index + 1, m.words[index + 1]!);
  return drawPcg32({ words: m.words, index }, bound);
}
