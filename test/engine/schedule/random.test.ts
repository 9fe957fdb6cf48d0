import { expect, test } from "vitest";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import { runText } from "../../support/run-text.ts";

const TEXT = `kernel "linux-6.18"; machine { cpus = 3; }
u32 seen;
void h(void) { seen++; }
thread a signal h * 2 { u32 i; for (i = 0; i < 30; i++) cpu_relax(); }
thread b { nanosleep(); cpu_relax(); }
schedule storm = random(seed = 7, preempt = 20%, migrate = 10%, signal = 10%);
`;

test("the same seed gives the same events, another seed others", () => {
  const events = (seed: bigint): string => runText(TEXT, { seed }).events().join();
  expect(events(3n)).toBe(events(3n));
  expect(events(3n)).not.toBe(events(4n));
});

test("a handler strikes as often as its clause allows, and no more", () => {
  const counts = Array.from({ length: 20 }, (_, seed) => {
    const run = runText(TEXT, { seed: BigInt(seed) });
    const events = Array.from({ length: run.length }, (_, step) => run.stepAt(step + 1)!);
    return events.filter((step) => step.kind === "signal").length;
  });
  expect(Math.max(...counts)).toBe(2);
});

test("the recorded events replay to the same state", () => {
  const run = runText(TEXT);
  const replayed = createRun(run.program, { schedule: { kind: "replay", events: run.events() } });
  while (replayed.forward().kind === "step");
  expect(replayed.events().join()).toBe(run.events().join());
  expect(replayed.state.threads()).toEqual(run.state.threads());
});

test("round robin takes CPUs in turn, and ends a slice with a tick of its own", () => {
  const run = runText(`kernel "linux-6.18"; machine { cpus = 2; slice = 2; }
    thread a on 0 { cpu_relax(); cpu_relax(); } thread b on 1 { cpu_relax(); } thread c on 0 { cpu_relax(); }`);
  const story = Array.from({ length: run.length }, (_, step) => run.stepAt(step + 1)!.text);
  expect(story).toEqual([
    "dispatch a",
    "dispatch b",
    "a: exit to user",
    "b: exit to user",
    "a: no-operation",
    "b: no-operation",
    "a: no-operation",
    "b: return",
    "tick 0",
    "dispatch c",
    "c: exit to user",
    "c: no-operation",
    "c: return",
    "dispatch a",
    "a: exit to user",
    "a: return",
  ]);
});
