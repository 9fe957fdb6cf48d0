// The machine's pace, with all built-in checks on: steps a second forward, with and without a history, steps back, what the history
// takes, and compiling. Time is the process's own, so that a busy machine does not count.

import process from "node:process";
import { compileScenario, createRun } from "../server/engine/index.ts";
import type { Program } from "../server/engine/index.ts";
import { endlessExample, longScenario } from "./debug-programs.ts";
import { engineCaller } from "./engine-call.ts";
import { writeBenchFile } from "./inputs.ts";
import { atLeast, atMost, type Family, PAIRS, type Row, valueRow } from "./measure.ts";

const STEPS = 3_000_000;
const MILLION = 1_000_000;

export const machine: Family = {
  name: "machine",
  title: "The machine",
  measure: async () => [
    ...paceRows("counter", endlessExample("counter", "worker[2] { while (1) increment(); }")),
    ...paceRows(
      "adaptive mutex",
      endlessExample("adaptive-mutex", "user[2] { while (1) work(); }"),
    ),
    ...(await compileRows()),
  ],
};

/** Steps a second, and bytes of a step, of a million recorded ones. */
export interface Recorded {
  readonly perSecond: number;
  readonly bytes: number;
}

/** Records a million steps of the counter, no client attached. */
export function recordedSteps(): Recorded {
  const program = compile(endlessExample("counter", "worker[2] { while (1) increment(); }"));
  return recordOnce(program);
}

function compile(text: string): Program {
  const compiled = compileScenario({
    path: "bench.rseq",
    text,
    files: new Map(),
    includePaths: [],
    defines: [],
    overrides: {},
  });
  if (compiled.program === undefined) {
    throw new Error(`the bench's scenario has errors: ${compiled.diagnostics[0]?.message}`);
  }
  return compiled.program;
}

function paceRows(name: string, text: string): readonly Row[] {
  const program = compile(text);
  const repeat = (ask: () => number): number[] =>
    Array.from({ length: PAIRS.long + 1 }, ask).slice(1);
  return [
    valueRow(
      `${name}: million steps a second, nothing recorded`,
      "M/s",
      repeat(() => forwardPace(program, false)),
      atLeast(20),
    ),
    valueRow(
      `${name}: million steps a second, with history`,
      "M/s",
      repeat(() => forwardPace(program, true)),
      atLeast(5),
    ),
    valueRow(
      `${name}: million steps back a second`,
      "M/s",
      repeat(() => backwardPace(program)),
      atLeast(1),
    ),
    valueRow(
      `${name}: history of a step`,
      "B",
      [recordOnce(program).bytes],
      atMost(21),
      "events, checkpoints and undo log of a million steps",
    ),
  ];
}

function forwardPace(program: Program, history: boolean): number {
  const run = createRun(program, { schedule: { kind: "round-robin" }, history, maxSteps: 1e9 });
  run.advance(STEPS / 10);
  return STEPS / MILLION / cpuSeconds(() => run.advance(STEPS));
}

function backwardPace(program: Program): number {
  const run = createRun(program, { schedule: { kind: "round-robin" }, maxSteps: 1e9 });
  run.advance(MILLION);
  const count = MILLION / 4;
  const seconds = cpuSeconds(() => {
    for (let step = 0; step < count; step++) run.back();
  });
  return count / MILLION / seconds;
}

function recordOnce(program: Program): Recorded {
  const run = createRun(program, { schedule: { kind: "round-robin" }, maxSteps: 1e9 });
  const seconds = cpuSeconds(() => run.advance(MILLION));
  return { perSecond: run.length / seconds, bytes: run.historyBytes() / run.length };
}

function cpuSeconds(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / MILLION;
}

async function compileRows(): Promise<readonly Row[]> {
  const file = writeBenchFile("long.rseq", longScenario(4));
  const callEngine = await engineCaller();
  const calls = Array.from({ length: PAIRS.long }, () => callEngine("compile", file));
  return [
    valueRow(
      "compile 1,000 lines, engine, cold",
      "ms",
      calls.map(({ cold }) => cold),
      atMost(10),
    ),
    valueRow(
      "compile 1,000 lines, engine, warm",
      "ms",
      calls.map(({ warm }) => warm),
      atMost(10),
    ),
  ];
}
