import { expect, test } from "vitest";
import type { ScheduleItem } from "../../../server/engine/program/program.ts";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import type { MachineRun } from "../../../server/engine/run/machine-run.ts";
import { assemble } from "../../support/assemble.ts";

const INCREMENT = `
retry:
  load4 r0, [rseq+0]
  store8 [rseq+8], increment
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

const items = (...list: Record<string, unknown>[]): ScheduleItem[] =>
  list.map((item, index) => ({
    line: index + 1,
    span: { path: "s", start: 0, end: 0 },
    ...item,
  })) as ScheduleItem[];

function counter(profile: string, ...list: Record<string, unknown>[]): MachineRun {
  const program = assemble({
    profile,
    threads: [
      { name: "worker[0]", code: "call increment" },
      { name: "worker[1]", code: "call increment" },
    ],
    functions: { increment: INCREMENT },
    memory: { hits: 16 },
    sections: { increment: ["increment", "start", "end", "aborted"] },
  });
  return createRun(program, { schedule: { kind: "items", name: "script", items: items(...list) } });
}

const hits = (run: MachineRun, cpu: number): bigint | undefined =>
  run.state.readWord(0x600000 + 8 * cpu, 8);

test("a preemption inside the section aborts it, and the retry commits once", () => {
  const run = counter(
    "linux-6.18",
    { kind: "run", thread: 0, count: 6, until: undefined },
    { kind: "preempt", thread: 0 },
    { kind: "run", thread: 0, count: undefined, until: undefined },
  );
  while (run.forward().kind === "step");
  expect(run.standing()).toEqual({ kind: "finished", complete: false });
  expect(hits(run, 0)).toBe(1n);
  const worker = run.state.thread(0);
  expect(worker).toMatchObject({ state: "exited", aborts: 1, commits: 1 });
});

test("round robin ends every thread, and each increment counts", () => {
  const run = createRun(counter("linux-6.18").program, { schedule: { kind: "round-robin" } });
  while (run.forward().kind === "step");
  expect(run.verdict()).toMatchObject({ verdict: "pass", complete: true, exitStatus: 0 });
  expect(hits(run, 0)! + hits(run, 1)!).toBe(2n);
});

test("a slice that is shorter than the way to the commit aborts forever: livelock", () => {
  const program = assemble({
    threads: [0, 1].map((index) => ({ name: `worker[${index}]`, code: "call increment", cpu: 0 })),
    functions: { increment: INCREMENT },
    slice: 3,
    cpus: 1,
    memory: { hits: 16 },
    sections: { increment: ["increment", "start", "end", "aborted"] },
  });
  const run = createRun(program, { schedule: { kind: "round-robin" } });
  while (run.forward().kind === "step");
  expect(run.verdict()).toMatchObject({ verdict: "violation", violation: { kind: "livelock" } });
});

test("ON_CPU appears with the ids at exit-to-user, and disappears when the thread leaves its CPU", () => {
  const run = counter(
    "proposal-shared-flag",
    { kind: "dispatch", thread: 0, cpu: undefined },
    { kind: "run", thread: 0, count: 0, until: undefined },
    { kind: "preempt", thread: 0 },
  );
  const onCpu = (): bigint | undefined => run.state.readWord(0x800000, 4);
  expect(onCpu()).toBe(0n);
  run.forward();
  expect(onCpu()).toBe(0n);
  run.forward();
  expect(onCpu()).toBe(1n);
  expect(run.state.readWord(0x700004, 4)).toBe(0n);
  run.forward();
  expect(onCpu()).toBe(0n);
  expect(run.lastStep()?.events.map((event) => event.kind)).toEqual(["switch_out", "off_cpu"]);
  run.back();
  expect(onCpu()).toBe(1n);
});
