// The machine's pace, with all built-in checks on: instructions a second forward, with and without a history, steps back, and what
// the history takes. Time is the process's own, so that a busy machine does not count.
import process from "node:process";
import { compileScenario, createRun } from "../server/engine/index.ts";
import type { Program } from "../server/engine/index.ts";
import type { Measure } from "./measure.ts";

const STEPS = 3_000_000;

const COUNTER = `kernel "linux-6.18";
struct counter { u64 value; } __attribute__((aligned(64)));
percpu struct counter hits;
void increment(void)
{
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry {
        u64 v = hits[cpu].value;
        commit hits[cpu].value = v + 1;
    }
}
thread worker[4] { while (1) increment(); }`;

function program(): Program {
  const compiled = compileScenario({
    path: "counter.rseq",
    text: COUNTER,
    files: new Map(),
    includePaths: [],
    defines: [],
    overrides: {},
  });
  if (compiled.program === undefined) throw new Error("the bench's scenario has errors");
  return compiled.program;
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Nanoseconds of one of `count` steps. */
function nanoseconds(count: number, take: () => void): number {
  const since = cpuMilliseconds();
  take();
  return ((cpuMilliseconds() - since) * 1e6) / count;
}

function forward(history: boolean): { value: number; note: string } {
  const run = createRun(program(), { schedule: { kind: "round-robin" }, history, maxSteps: 1e9 });
  run.advance(STEPS / 10);
  const value = nanoseconds(STEPS, () => run.advance(STEPS));
  return { value, note: `${(1000 / value).toFixed(1)} million steps a second, counter on 2 CPUs` };
}

const measureOf = (
  name: string,
  unit: string,
  bound: number,
  ask: () => { value: number; note: string },
): Measure => ({
  name,
  unit,
  bound,
  measure: () => Promise.resolve(ask()),
});

export const stepping: readonly Measure[] = [
  measureOf("a step forward, nothing recorded", "ns", 50, () => forward(false)),
  measureOf("a step forward with history", "ns", 200, () => forward(true)),
  measureOf("a step back", "ns", 1000, () => {
    const run = createRun(program(), { schedule: { kind: "round-robin" }, maxSteps: 1e9 });
    run.advance(STEPS);
    const count = STEPS / 10;
    const value = nanoseconds(count, () => {
      for (let step = 0; step < count; step++) run.back();
    });
    return { value, note: `${count} steps back from step ${STEPS}` };
  }),
  measureOf("history of a step", "B", 21, () => {
    const run = createRun(program(), { schedule: { kind: "round-robin" }, maxSteps: 1e9 });
    run.advance(1_000_000);
    return {
      value: run.historyBytes() / run.length,
      note: "events, checkpoints and undo log of a million steps",
    };
  }),
  measureOf("from step 1,000,000 to another", "ms", 50, () => {
    const run = createRun(program(), { schedule: { kind: "round-robin" }, maxSteps: 1e9 });
    run.advance(1_000_000);
    let worst = 0;
    for (const position of [0, 777_777, 123_456, 999_999, 500_001]) {
      const since = cpuMilliseconds();
      run.seek(position);
      worst = Math.max(worst, cpuMilliseconds() - since);
    }
    return { value: worst, note: "the slowest of five" };
  }),
];
