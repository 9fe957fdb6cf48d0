// What the first two examples show, step by step; lessons.test.ts asks all of them for what they promise.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import { compileText } from "../../support/compile-text.ts";

const FOLDER = path.join(import.meta.dirname, "../../../examples");
function textOf(file: string): string {
  return readFileSync(path.join(FOLDER, file), "utf8");
}

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
  // What its head says to try; without the head, which names the same words.
  const text = textOf("counter.rseq")
    .replaceAll(/^\/\/.*$/gm, "")
    .replace("critical (cpu) abort retry ", "")
    .replace("commit ", "")
    .replace("increment:commit", "line 17");
  const { program } = compileText(text);
  const run = createRun(program!, { schedule: { kind: "default" } });
  run.advance(100_000);
  expect(run.verdict()).toMatchObject({ verdict: "violation", violation: { kind: "assert" } });
});

test("without the preemption the waiter of the adaptive mutex spins on", () => {
  const text = textOf("adaptive-mutex.rseq").replace(/\n {4}preempt user\[0\];/, "\n");
  const run = createRun(compileText(text).program!, { schedule: { kind: "default" } });
  run.advance(20_000);
  expect(run.state.threads().map(({ state }) => state)).toEqual(["running", "running"]);
  expect(run.verdict()).toMatchObject({ complete: false });
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
