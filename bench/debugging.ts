// Stepping over the debug protocols, against gdb's machine interface and lldb-dap: from the start to the first stop, full steps
// forwards and backwards, a condition that is evaluated 100,000 times, moves through a million recorded steps.

import { DebugSession } from "./debug-session.ts";
import { longScenario, loopProgram, loopScenario, WORK_LINE } from "./debug-programs.ts";
import { GdbSession } from "./gdb-session.ts";
import { gdbRecording } from "./gdb-recording.ts";
import { writeBenchFile } from "./inputs.ts";
import {
  atLeast,
  atMost,
  type Family,
  median,
  PAIRS,
  percentile,
  ratioRow,
  type Row,
  skippedRow,
  valueRow,
} from "./measure.ts";
import { inTurn, ourCommand, peers, runOnce } from "./process.ts";
import { recordedSteps } from "./machine.ts";

const STEPS = 300;
const ITERATIONS = 100_000;

/** Milliseconds. */
interface SteppingSession {
  readonly start: number;
  readonly forward: readonly number[];
  readonly backward: readonly number[];
}

export const debugging: Family = {
  name: "stepping",
  title: "Stepping",
  measure: async () => {
    const tools = peers("gdb", "gcc");
    if ("missing" in tools) return [skippedRow("full step", tools.missing)];
    const program = loopProgram(tools.gcc, ITERATIONS);
    const scenario = loopScenario();
    const lldb = peers("lldb-dap");
    const sessions = await inTurn(
      {
        ours: () => ourSession(scenario, STEPS),
        gdb: () => gdbSession(tools.gdb, program),
        lldb: () => ("missing" in lldb ? undefined : lldbSession(lldb["lldb-dap"], program)),
      },
      PAIRS.long,
    );
    const { ours, gdb } = sessions;
    const forward = (share: number, found: readonly SteppingSession[]): number[] =>
      found.map((session) => percentile(session.forward, share));
    const against = { unit: "ms", peer: gdb.map(({ start }) => start), peerName: "gdb MI" };
    const rows = [
      ratioRow({
        ...against,
        name: "start until stopped at entry",
        ours: ours.map(({ start }) => start),
        goal: atMost(0.6),
      }),
      ...[0.5, 0.95].map((share) =>
        ratioRow({
          name: `full step over DAP, p${share * 100}`,
          unit: "ms",
          ours: forward(share, ours),
          peer: forward(share, gdb),
          peerName: "gdb MI",
          goal: atMost(0.5),
        }),
      ),
      ...lldbRows(ours, sessions.lldb, lldb),
      ratioRow({
        name: "full step back over DAP, p50",
        unit: "ms",
        ours: ours.map(({ backward }) => percentile(backward, 0.5)),
        peer: forward(0.5, ours),
        peerName: "our full step forward",
        goal: atMost(1),
      }),
    ];
    return [...rows, await longRow()];
  },
};

export const conditions: Family = {
  name: "condition",
  title: "A condition that is evaluated 100,000 times",
  measure: async () => {
    const name = "conditional breakpoint, whole process, to the stop";
    const tools = peers("gdb", "gcc");
    if ("missing" in tools) return [skippedRow(name, tools.missing)];
    const program = loopProgram(tools.gcc, ITERATIONS);
    const scenario = loopScenario();
    const text = `i == ${ITERATIONS - 1}`;
    const commands = [`break work if ${text}`, "run"].flatMap((command) => ["-ex", command]);
    const { ours, gdb } = await inTurn(
      {
        ours: async () => {
          const since = performance.now();
          const session = await conditionalStop(scenario, text);
          const time = performance.now() - since;
          await session.close();
          return time;
        },
        gdb: () => runOnce([tools.gdb, "-q", "-nx", "-batch", ...commands, program]).wall,
      },
      PAIRS.long,
    );
    const row = ratioRow({
      name,
      unit: "ms",
      ours,
      peer: gdb,
      peerName: `gdb, break work if ${text}`,
      goal: atMost(1 / 150),
    });
    return [row];
  },
};

export const recording: Family = {
  name: "recording",
  title: "Recording, and moving through what was recorded",
  measure: async () => {
    const tools = peers("gdb", "gcc");
    if ("missing" in tools) return [skippedRow("recording", tools.missing)];
    const program = loopProgram(tools.gcc, 6_250, "-static");
    const scenario = loopScenario();
    const { ours, moves, gdb } = await inTurn(
      {
        ours: () => recordedSteps(),
        moves: () => seeks(scenario),
        gdb: () => gdbRecording(tools.gdb, program),
      },
      PAIRS.long,
    );
    const instructions = median(gdb.map((each) => each.instructions));
    const peerName = `gdb record full, ${instructions.toLocaleString("en-US")} instructions`;
    return [
      ratioRow({
        name: "engine, steps recorded a second",
        unit: "/s",
        ours: ours.map(({ perSecond }) => perSecond),
        peer: gdb.map(({ perSecond }) => perSecond),
        peerName,
        goal: atLeast(100),
      }),
      ratioRow({
        name: "engine, bytes of history a step",
        unit: "B",
        ours: ours.map(({ bytes }) => bytes),
        peer: gdb.map(({ bytes }) => bytes),
        peerName,
        goal: atMost(0.1),
        note: "ours: events, checkpoints and undo log of a million steps; gdb's: growth of its resident set",
      }),
      ratioRow({
        name: "over DAP, from the last of a million steps to another, slowest of five",
        unit: "ms",
        ours: moves,
        peer: gdb.map(({ toBegin }) => toBegin),
        peerName: `${peerName}, to the first`,
        goal: atMost(1 / 20),
      }),
    ];
  },
};

async function ourSession(
  program: string,
  steps: number,
  launch: Readonly<Record<string, unknown>> = {},
): Promise<SteppingSession> {
  const since = performance.now();
  const session = new DebugSession(ourCommand("dap"));
  try {
    await session.start({ program, stopOnEntry: true, ...launch });
    const start = performance.now() - since;
    const forward = await fullSteps(() => session.fullStep("next"), steps);
    const backward = await fullSteps(() => session.fullStep("stepBack"), steps - 1);
    return { start, forward, backward };
  } finally {
    await session.close();
  }
}

async function lldbSession(lldb: string, program: string): Promise<SteppingSession> {
  const since = performance.now();
  const session = new DebugSession([lldb]);
  try {
    await session.start({ program }, () =>
      session.request("setFunctionBreakpoints", { breakpoints: [{ name: "main" }] }),
    );
    const start = performance.now() - since;
    return { start, forward: await fullSteps(() => session.fullStep("next"), STEPS), backward: [] };
  } finally {
    await session.request("disconnect", { terminateDebuggee: true });
    await session.close();
  }
}

async function gdbSession(gdb: string, program: string): Promise<SteppingSession> {
  const since = performance.now();
  const session = new GdbSession(gdb, program);
  try {
    await session.start();
    const start = performance.now() - since;
    return { start, forward: await fullSteps(() => session.fullStep(), STEPS), backward: [] };
  } finally {
    await session.close();
  }
}

/** The first is cold and is not counted. */
async function fullSteps(step: () => Promise<number>, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) times.push(await step());
  return times.slice(1);
}

function lldbRows(
  ours: readonly SteppingSession[],
  found: readonly (SteppingSession | undefined)[],
  lldb: Readonly<Record<string, string>>,
): Row[] {
  const name = "full step over DAP, p50, against lldb-dap";
  if (lldb["missing"] !== undefined) return [skippedRow(name, lldb["missing"])];
  const sessions = found.filter((session) => session !== undefined);
  const middle = ({ forward }: SteppingSession): number => percentile(forward, 0.5);
  return [
    ratioRow({
      name,
      unit: "ms",
      ours: ours.map(middle),
      peer: sessions.map(middle),
      peerName: "lldb-dap",
    }),
    ratioRow({
      name: "start until stopped, against lldb-dap",
      unit: "ms",
      ours: ours.map(({ start }) => start),
      peer: sessions.map(({ start }) => start),
      peerName: "lldb-dap",
    }),
  ];
}

/** The worst of stepping in a scenario that is much larger than a lesson. */
async function longRow(): Promise<Row> {
  const program = writeBenchFile("long.rseq", longScenario(64));
  const times: number[] = [];
  for (let round = 0; round < PAIRS.long; round++) {
    const { forward } = await ourSession(program, STEPS, { schedule: "manual" });
    times.push(percentile(forward, 0.99));
  }
  return valueRow("full step over DAP, p99, 1,000 lines, 64 threads", "ms", times, atMost(5));
}

/** Runs until the condition holds, 100,000 calls from the start. */
async function conditionalStop(program: string, condition: string): Promise<DebugSession> {
  const session = new DebugSession(ourCommand("dap"));
  await session.start({ program, stopOnEntry: false, maxSteps: 1e9 }, () =>
    session.request("setBreakpoints", {
      source: { path: program },
      breakpoints: [{ line: WORK_LINE, condition }],
    }),
  );
  return session;
}

/** Milliseconds of the slowest of five moves. */
async function seeks(program: string): Promise<number> {
  const session = await conditionalStop(program, `i == ${ITERATIONS - 1}`);
  try {
    const { length } = await session.request("rseq/position");
    if (Number(length) < 1e6) throw new Error(`only ${String(length)} steps were recorded`);
    let slowest = 0;
    for (const step of [0, 777_777, 123_456, 999_999, 500_001]) {
      const since = performance.now();
      await session.move("rseq/seek", { step });
      slowest = Math.max(slowest, performance.now() - since);
      await session.move("rseq/seek", { step: Number(length) });
    }
    return slowest;
  } finally {
    await session.close();
  }
}
