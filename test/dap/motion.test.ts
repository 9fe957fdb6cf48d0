// Moving through a run, below the protocol: the whole machine is compared byte for byte.
import { expect, test } from "vitest";
import { BreakpointSet } from "../../server/dap/breakpoints.ts";
import type { AnyBreakpoint, Guard } from "../../server/dap/breakpoints.ts";
import { continueBack, continueForward, stepBack, stepForward } from "../../server/dap/motion.ts";
import type { Arrival, Granularity, Motion, MotionContext } from "../../server/dap/motion.ts";
import { makeCodeMap } from "../../server/engine/inspect/code-map.ts";
import { createRun } from "../../server/engine/run/machine-run.ts";
import type { MachineRun } from "../../server/engine/run/machine-run.ts";
import { assemble } from "../support/assemble.ts";
import { makeRandom, seeds } from "./random.ts";

const WORKER = `
  mov r9, 0
again:
  call increment
  add r9, r9, 1
  blt r9, 3, again
  ret`;

const INCREMENT = `
retry:
  load4 r0, [rseq+0]
  store8 [rseq+8], increment_cs
start:
  load4 r1, [rseq+4]
  bne r0, r1, aborted
  load8 r2, [hits+r0*8]
  add r2, r2, 1
  store8 [hits+r0*8], r2
end:
  ret
  sig 0x53053053
aborted:
  jmp retry`;

const program = assemble({
  threads: [
    { name: "worker[0]", code: WORKER },
    { name: "worker[1]", code: WORKER },
    { name: "worker[2]", code: WORKER },
  ],
  functions: { increment: INCREMENT },
  memory: { hits: 16 },
  sections: { increment_cs: ["increment", "start", "end", "aborted"] },
  slice: 20,
});

const NO_GUARD: Guard = { condition: undefined, hitCondition: undefined, logMessage: undefined };

interface Walker {
  readonly run: MachineRun;
  readonly context: MotionContext;
}

function walker(
  schedule: "random" | "round-robin",
  breakpoints: readonly AnyBreakpoint[] = [],
): Walker {
  const run = createRun(program, { schedule: { kind: schedule } });
  const set = new BreakpointSet(breakpoints);
  return {
    run,
    context: {
      run,
      codeMap: makeCodeMap(program, () => ""),
      breakpoints: () => set,
      onLog: () => undefined,
    },
  };
}

function arrive(motion: Motion): Arrival {
  for (;;) {
    const arrival = motion.advance(1000);
    if (arrival !== undefined) return arrival;
  }
}

function snapshot(run: MachineRun): string {
  return Buffer.from(run.machine.bytes).toString("latin1");
}

function lineBreakpoint(id: number, label: string): AnyBreakpoint {
  const owner = program.functions[0];
  const found = owner?.labels.find(({ name }) => name === label);
  return {
    kind: "breakpoint",
    id,
    guard: NO_GUARD,
    hits: [],
    instructions: [found?.instruction ?? -1],
  };
}

test("stepping back after a step finds the very state in which the step began", () => {
  for (const seed of seeds(40)) {
    const random = makeRandom(seed);
    const { run, context } = walker(random(2) === 0 ? "random" : "round-robin");
    for (let count = random(120); count > 0; count--) run.forward();
    const thread = random(3);
    const granularity: Granularity = random(2) === 0 ? "statement" : "instruction";
    // From a boundary of the thread.
    const first = arrive(stepForward(context, { thread, alone: false }, "into", granularity));
    if (first.kind !== "step") continue;
    const before = snapshot(run);
    const from = run.position;
    const there = arrive(stepForward(context, { thread, alone: false }, "into", granularity));
    if (there.kind !== "step") continue;
    expect(run.position, `seed ${seed}`).toBeGreaterThan(from);
    arrive(stepBack(context, thread, "into", granularity));
    expect(run.position, `seed ${seed}`).toBe(from);
    expect(snapshot(run) === before, `seed ${seed}: the machine differs`).toBe(true);
  }
});

test("a thousand random moves forth and back end in the machine that goes there directly", () => {
  for (const seed of seeds(25)) {
    const random = makeRandom(seed);
    const { run, context } = walker("random", [lineBreakpoint(1, "start")]);
    for (let count = 0; count < 40; count++) {
      const thread = random(3);
      const motions: readonly (() => Motion)[] = [
        () => stepForward(context, { thread, alone: false }, "over", "statement"),
        () => stepForward(context, { thread, alone: false }, "into", "instruction"),
        () => stepForward(context, { thread, alone: false }, "out", "statement"),
        () => stepBack(context, thread, "over", "statement"),
        () => stepBack(context, thread, "out", "statement"),
        () => continueForward(context, { thread, alone: false }),
        () => continueBack(context),
      ];
      const motion = motions[random(motions.length)];
      if (motion !== undefined) arrive(motion());
      if (random(5) === 0) run.seek(random(run.length + 1));
    }
    const direct = walker("random").run;
    while (direct.position < run.position) direct.forward();
    expect(snapshot(run) === snapshot(direct), `seed ${seed}: the machine differs`).toBe(true);
  }
});

test("going back stops at the breakpoints at which going forward stopped", () => {
  const { run, context } = walker("random", [lineBreakpoint(1, "start")]);
  const forward: number[] = [];
  for (;;) {
    const arrival = arrive(continueForward(context, { thread: 0, alone: false }));
    if (arrival.kind !== "hit") break;
    forward.push(run.position);
  }
  expect(forward.length).toBeGreaterThanOrEqual(9);
  const back: number[] = [];
  while (arrive(continueBack(context)).kind === "hit") back.push(run.position);
  expect(back).toEqual(forward.toReversed());
  expect(run.position).toBe(0);
});

test("a thread that moves alone leaves all others where they are", () => {
  const { run, context } = walker("round-robin");
  for (let count = 0; count < 30; count++) run.forward();
  const others = [1, 2].map((thread) => run.state.thread(thread).pc);
  for (let count = 0; count < 6; count++) {
    arrive(stepForward(context, { thread: 0, alone: true }, "into", "instruction"));
  }
  expect([1, 2].map((thread) => run.state.thread(thread).pc)).toEqual(others);
});

test("a step of a thread that has ended says so instead of waiting for it", () => {
  const { context } = walker("round-robin");
  let last: Arrival | undefined;
  for (let count = 0; count < 200 && last?.kind !== "stuck"; count++) {
    last = arrive(stepForward(context, { thread: 0, alone: false }, "over", "statement"));
  }
  expect(last).toEqual({ kind: "stuck", message: "worker[0] has exited" });
});

test("a hit count is counted along the history: going back lowers it", () => {
  const third: AnyBreakpoint = {
    ...lineBreakpoint(1, "start"),
    guard: { ...NO_GUARD, hitCondition: (count) => count === 3 },
  };
  const { run, context } = walker("random", [third]);
  expect(arrive(continueForward(context, { thread: 0, alone: false })).kind).toBe("hit");
  const position = run.position;
  arrive(continueBack(context));
  expect(run.position).toBe(0);
  arrive(continueForward(context, { thread: 0, alone: false }));
  expect(run.position).toBe(position);
});
