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
import type { Pcg32Words } from "../support/pcg32.ts";
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
  const generator: Pcg32Words = { words: new Int32Array(2), index: 0 };
  return {
    name: options.name,
    error: undefined,
    start: (m) => {
      generator.words = m.words;
      generator.index = m.policyBase;
      seedPcg32(generator, options.seed);
    },
    next: (m) => nextAtRandom(m, generator, options),
    item: () => undefined,
  };
}

function nextAtRandom(m: Machine, generator: Pcg32Words, options: RandomOptions): number {
  if (m.words[P_LIVE] === 0) return CHOICE_END;
  const cpu = drawCpu(m, generator);
  if (cpu < 0) return wakeFirst(m);
  const thread = runningThread(m, cpu);
  if (thread < 0) return packEvent(EVENT_DISPATCH, drawQueued(m, generator, cpu), 0);
  const own = ownStep(m, thread);
  if (eventKind(own) !== EVENT_INSTRUCTION) return own;
  const injected = drawKernelEvent(m, generator, thread, options);
  return injected < 0 ? own : injected;
}

function isBusy(m: Machine, cpu: number): boolean {
  return runningThread(m, cpu) >= 0 || queueHead(m, cpu) >= 0;
}

/** One of the CPUs with a running or queued thread; -1 if there is none. */
function drawCpu(m: Machine, generator: Pcg32Words): number {
  let count = 0;
  for (let cpu = 0; cpu < m.cpuCount; cpu++) if (isBusy(m, cpu)) count++;
  if (count === 0) return -1;
  let left = draw(m, generator, count);
  let cpu = 0;
  while (!isBusy(m, cpu) || left-- > 0) cpu++;
  return cpu;
}

function drawQueued(m: Machine, generator: Pcg32Words, cpu: number): number {
  let count = 0;
  const head = queueHead(m, cpu);
  for (let thread = head; thread >= 0; thread = nextQueued(m, thread)) count++;
  let thread = head;
  for (let left = draw(m, generator, count); left > 0; left--) thread = nextQueued(m, thread);
  return thread;
}

function nextQueued(m: Machine, thread: number): number {
  return m.words[m.thread(thread) + T_NEXT]! - 1;
}

/** A preemption, migration or signal by its percentage; -1: an instruction, also where the event is impossible. */
function drawKernelEvent(
  m: Machine,
  generator: Pcg32Words,
  thread: number,
  options: RandomOptions,
): number {
  const { preemptPercent, migratePercent, signalPercent } = options;
  const drawn = draw(m, generator, 100);
  if (drawn < preemptPercent) return packEvent(EVENT_PREEMPT, thread, 0);
  if (drawn < preemptPercent + migratePercent) return drawMigration(m, generator, thread);
  if (drawn < preemptPercent + migratePercent + signalPercent) {
    return drawSignal(m, generator, thread);
  }
  return -1;
}

function isTarget(m: Machine, thread: number, cpu: number): boolean {
  return cpu !== m.words[m.thread(thread) + T_CPU] && isAllowedOn(m, thread, cpu);
}

function drawMigration(m: Machine, generator: Pcg32Words, thread: number): number {
  let count = 0;
  for (let cpu = 0; cpu < m.cpuCount; cpu++) if (isTarget(m, thread, cpu)) count++;
  if (count === 0) return -1;
  let left = draw(m, generator, count);
  let cpu = 0;
  while (!isTarget(m, thread, cpu) || left-- > 0) cpu++;
  return packEvent(EVENT_MIGRATE, thread, cpu);
}

/** One of the thread's handlers that may strike again; the words behind the policy's count how often each did. */
function drawSignal(m: Machine, generator: Pcg32Words, thread: number): number {
  let first = m.policyBase + POLICY_WORDS;
  for (let before = 0; before < thread; before++) {
    first += m.program.threads[before]!.handlers.length;
  }
  const { handlers } = m.program.threads[thread]!;
  const open = handlers.flatMap((handler, index) =>
    m.words[first + index]! < handler.count ? [index] : [],
  );
  if (open.length === 0 || !hasRoomForSignal(m, thread)) return -1;
  const chosen = open[draw(m, generator, open.length)]!;
  m.put(first + chosen, m.words[first + chosen]! + 1);
  return packEvent(EVENT_SIGNAL, thread, handlers[chosen]!.function);
}

function draw(m: Machine, generator: Pcg32Words, bound: number): number {
  const { index } = generator;
  // The generator writes its words itself; writing them once through `put` notes their old values for undoing.
  m.put(index, m.words[index]!);
  m.put(index + 1, m.words[index + 1]!);
  return drawPcg32(generator, bound);
}
