// Where the proposals publish ON_CPU, and when it is set and cleared.
import { expect, test } from "vitest";
import type { MachineRun } from "../../../server/engine/run/machine-run.ts";
import { startText } from "../../support/run-text.ts";

/** Address of the thread's sched_state by the profile. */
function stateAddress(run: MachineRun, thread: number): number {
  const { rseq, shared } = run.program;
  const view = run.state.thread(thread);
  if (shared?.schedState !== undefined) return view.sharedAddress + shared.schedState.offset;
  if (rseq.schedState !== undefined) return view.rseqAddress + rseq.schedState.offset;
  const pointer = view.rseqAddress + rseq.schedStatePointer!.offset;
  return Number(run.state.readWord(pointer, 8)) + 4;
}

/** The value after each step, with the step's kind, where either changes something worth seeing. */
function story(text: string): string[] {
  const run = startText(text);
  const lines: string[] = [];
  while (run.forward().kind === "step") {
    const { kind } = run.lastStep()!;
    lines.push(`${kind} ${run.state.readWord(stateAddress(run, 0), 4) ?? "unmapped"}`);
  }
  return lines.filter((line) => !line.startsWith("op"));
}

const PROFILES = ["sched-state-v1", "sched-state-v2", "proposal-split", "proposal-shared-flag"];

test.each(PROFILES)("%s: set with the ids at exit-to-user, cleared when switched out", (kernel) => {
  const items = "run t 1; preempt t; dispatch t; run t 0; run t; wake t; run t 0;";
  expect(
    story(
      `kernel "${kernel}"; thread t { cpu_relax(); nanosleep(); cpu_relax(); } schedule s { ${items} }`,
    ),
  ).toEqual([
    "dispatch 0",
    "exit_to_user 1",
    "preempt 0",
    "dispatch 0",
    "exit_to_user 1",
    "syscall 0",
    "wake 0",
    "dispatch 0",
    "exit_to_user 1",
  ]);
});

test.each(PROFILES)(
  "%s: an absent page keeps ON_CPU over the switch-out, and the thread's exit leaves it",
  (kernel) => {
    const field =
      kernel === "sched-state-v1"
        ? "rseq->sched_state"
        : kernel === "sched-state-v2"
          ? "rseq->cpu_id"
          : "rseq_shared->sched_state";
    const items = `run t 1; pageout t.${field}; preempt t; run t 0; wake t; run t;`;
    const lines = story(
      `kernel "${kernel}"; thread t { cpu_relax(); cpu_relax(); } schedule s { ${items} }`,
    );
    const preempted = lines.find((line) => line.startsWith("preempt"));
    // With v2 the state stands in memory of its own, whose page is there.
    expect(preempted).toBe(kernel === "sched-state-v2" ? "preempt 0" : "preempt 1");
    expect(lines.at(-1)).toBe("exit_to_user 1");
  },
);

test("unmap_on_exit takes the owner's shared area away from a waiter that still looks", () => {
  const run = startText(`kernel "proposal-shared-flag"; machine { unmap_on_exit = true; }
    struct rseq_shared *owner;
    thread a { WRITE_ONCE(owner, rseq_shared); }
    thread b { u32 state = READ_ONCE(owner->sched_state); }
    schedule s { run a; run b; }`);
  while (run.forward().kind === "step");
  expect(run.verdict().violation).toMatchObject({
    kind: "unmapped",
    message: "b loaded from a.rseq_shared->sched_state, where 4 bytes cannot be accessed.",
  });
});

test("any thread may read the shared part; the private part of the same struct stays private", () => {
  const kind = (field: string): string | undefined => {
    const run = startText(`kernel "proposal-split"; struct rseq *p; struct rseq_shared *q;
      thread a { WRITE_ONCE(p, rseq); WRITE_ONCE(q, rseq_shared); nanosleep(); }
      thread b { u32 value = READ_ONCE(${field}); } schedule s { run a; run b; }`);
    while (run.forward().kind === "step");
    return run.verdict().violation?.kind;
  };
  expect([kind("q->sched_state"), kind("p->cpu_id")]).toEqual([undefined, "private_access"]);
});

test("the shared flag's registration checks its fifth argument after the private area", () => {
  const result = (shared: string, flags = 4): bigint => {
    const run = startText(`kernel "proposal-shared-flag"; machine { libc = none; }
      char area[512] __attribute__((aligned(256))); s64 r;
      thread t { r = sys_rseq_shared(area, 32, ${flags}, 1, ${shared}); } schedule s { run t; }`);
    while (run.forward().kind === "step");
    const variable = run.program.globals.find((global) => global.name === "r")!;
    const address = variable.storage.kind === "static" ? variable.storage.address : 0;
    return BigInt.asIntN(64, run.state.readWord(address, 8)!);
  };
  expect(result("area + 256")).toBe(0n);
  expect(result("NULL")).toBe(-22n);
  expect(result("area + 260")).toBe(-22n);
  expect(result("area")).toBe(-22n);
  expect(result("(void *)0x7ffffffff000")).toBe(-14n);
  expect(result("NULL", 0)).toBe(0n);
});
