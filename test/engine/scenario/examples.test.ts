// The shipped scenarios are right: no finding, and every schedule that is tried keeps what `finally` promises.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Program } from "../../../server/engine/program/program.ts";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import type { ScheduleChoice } from "../../../server/engine/run/run.ts";
import { compileText } from "../../support/compile-text.ts";

const FOLDER = path.join(import.meta.dirname, "../../../examples");
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".rseq"));

function textOf(file: string): string {
  return readFileSync(path.join(FOLDER, file), "utf8");
}

function summaryOf(program: Program, schedule: ScheduleChoice): string {
  const run = createRun(program, { schedule, history: false, maxSteps: 100_000 });
  run.advance(100_000);
  const { verdict, complete, summary } = run.verdict();
  return verdict === "pass" && complete ? "passed" : summary;
}

describe.each(FILES)("%s", (file) => {
  test("has no finding, and its head says what it teaches and what to try", () => {
    expect(compileText(textOf(file)).diagnostics).toEqual([]);
    expect(textOf(file)).toMatch(/^(\/\/ .+\n){3}kernel /);
    expect(textOf(file)).toContain("// Try: ");
  });

  test("passes under each of its schedules, round robin, and random schedules", () => {
    const { program } = compileText(textOf(file));
    const named = program!.schedules.map(({ name }) => ({ kind: "named", name }) as const);
    const seeds = Array.from({ length: 50 }, (_, seed) => BigInt(seed + 1));
    const random = seeds.map((seed) => ({ kind: "random", seed }) as const);
    for (const schedule of [...named, { kind: "round-robin" } as const, ...random])
      expect(summaryOf(program!, schedule)).toBe("passed");
  });
});

test("the counter's first schedule shows one abort by migration", () => {
  const { program } = compileText(textOf("counter.rseq"));
  const run = createRun(program!, { schedule: { kind: "default" } });
  run.advance(100_000);
  expect(run.state.threads().map(({ aborts, commits }) => [aborts, commits])).toEqual([
    [1, 2],
    [0, 2],
  ]);
});

test("without the section the counter loses an update under the same schedule", () => {
  const text = textOf("counter.rseq").replace(
    /critical \(cpu\) abort retry \{[^}]*\}/,
    "u64 v = hits[cpu].value;\n    commit_here: hits[cpu].value = v + 1;",
  );
  const { program } = compileText(text.replace("increment:commit", "increment:commit_here"));
  const run = createRun(program!, { schedule: { kind: "default" } });
  run.advance(100_000);
  expect(run.verdict()).toMatchObject({ verdict: "violation", violation: { kind: "assert" } });
});

test("the waiter of the adaptive mutex spins while the owner runs, and sleeps when it does not", () => {
  const { program } = compileText(textOf("adaptive-mutex.rseq"));
  const run = createRun(program!, { schedule: { kind: "default" } });
  const calls: string[] = [];
  while (run.forward().kind === "step") {
    const step = run.lastStep()!;
    const place = program!.instructions[(step.pc! - program!.textAddress) / 4];
    if (step.kind === "preempt") calls.push("preempt");
    if (place?.kind === "no-operation" && step.kind === "op") calls.push("spin");
    if (place?.kind === "system-call" && step.kind === "syscall") calls.push(place.service);
  }
  const order = calls.filter((call, index) => call !== calls[index - 1]);
  // It had read ON_CPU before the preemption, so it spins once more: the word is a hint.
  expect(order.slice(0, 5)).toEqual(["spin", "preempt", "spin", "futex_wait", "futex_wake"]);
});
