// The verdict: violations as sentences, expectations judged as the command line promises, the summary line and the exit status.
import { instructionAddress } from "../machine/ip.ts";
import type { Machine } from "../machine/machine.ts";
import {
  STATE_EXITED,
  STATE_KILLED,
  T_ABORTS,
  T_COMMITS,
  T_PC,
  T_SIGNAL,
  T_STATE,
  T_TOOK_SIGNAL,
  T_WAIT_HI,
  T_WAIT_LO,
} from "../machine/words.ts";
import type { Expectation, Program } from "../program/program.ts";
import type { Finding } from "../property/checker.ts";
import type { Span } from "../text/source.ts";
import { toNumber } from "../support/word64.ts";
import type { Outcome } from "./run.ts";
import { deathText } from "./death.ts";
import { violationText } from "./describe.ts";
import { grouped, hexadecimal, placeName, plural, signalName } from "./names.ts";
import type { ExpectationResult, Verdict, Violation } from "./verdict.ts";

/** Threads whose kill the file expects: `segv` is silent for them. */
export function expectedKills(program: Program): ReadonlySet<number> {
  const kills = program.expectations.flatMap((expectation) =>
    expectation.kind === "kill" ? [expectation.thread] : [],
  );
  return new Set(kills);
}

/** The sentence and place of a finding. `pc` is where the thread of the step stood before it. */
export function violationOf(m: Machine, finding: Finding, step: number, pc: number): Violation {
  const { program } = m;
  const thread = finding.thread < 0 ? undefined : finding.thread;
  const name = thread === undefined ? "" : program.threads[thread]!.name;
  // A signature has no place in the text; the label behind it has.
  const { instructions } = program;
  const span =
    thread === undefined ? undefined : (instructions[pc]?.span ?? instructions[pc + 1]?.span);
  const make = (
    kind: Violation["kind"],
    message: string,
    at = span,
    label: string = kind,
  ): Violation => ({
    kind,
    name: label,
    message,
    thread,
    span: at,
    step,
  });
  const [a, b, c, d] = finding.numbers;
  switch (finding.kind) {
    case "assert":
      return make("assert", `${name} failed the assertion: ${finding.text}.`);
    case "finally":
      return make("assert", `An assertion of 'finally' failed: ${finding.text}.`, finding.span);
    case "invariant": {
      const invariant = program.invariants[finding.invariant]!;
      const why =
        finding.text === invariant.name
          ? "does not hold"
          : `cannot be evaluated (${finding.text.slice(invariant.name.length + 2)})`;
      return make(
        "invariant",
        `The invariant '${invariant.name}' ${why}.`,
        invariant.span,
        invariant.name,
      );
    }
    case "deadlock":
      return make("deadlock", deadlockText(m));
    case "livelock":
      return make(
        "livelock",
        `The machine is in a state in which it was before: sections abort again and again, and no thread commits or ends.`,
      );
    case "segv":
      return make("segv", `${name} was killed by ${signalName(a)}: ${deathText(m, b, c)}.`);
    case "private_access":
    case "unmapped":
    case "uninitialised":
    case "misaligned_atomic":
      return make(finding.kind, `${name} ${violationText(m, a, b, c, d, pc)}.`);
  }
}

function deadlockText(m: Machine): string {
  const waiting = m.program.threads.flatMap((thread, index) => {
    const at = m.thread(index);
    if (m.words[at + T_STATE]! >= STATE_EXITED) return [];
    const address = toNumber(m.words[at + T_WAIT_LO]!, m.words[at + T_WAIT_HI]!);
    return [`${thread.name} waits for the futex ${placeName(m, address) ?? hexadecimal(address)}`];
  });
  return `Nobody can ever run again: ${waiting.join("; ")}.`;
}

export function judge(
  m: Machine,
  standing: Outcome,
  steps: number,
  schedule: string,
  isOfFile: boolean,
): Verdict {
  const { program } = m;
  const complete = program.threads.every(
    (_, index) => m.words[m.thread(index) + T_STATE]! >= STATE_EXITED,
  );
  const violation = standing.kind === "violation" ? standing.violation : undefined;
  const error = standing.kind === "error" ? standing.error : undefined;
  const results = program.expectations.map((expectation) =>
    judgeExpectation(m, expectation, violation, isOfFile),
  );
  const expected = violation !== undefined && isExpected(program, violation, isOfFile);
  const unmet = results.find((result) => result.met === false);
  const kind = verdictKind(standing, violation, unmet);
  const shown =
    violation !== undefined && !expected
      ? violation
      : (expectationViolation(unmet, kind, steps) ?? violation);
  const verdict: Omit<Verdict, "summary"> = {
    verdict: kind,
    violation: kind === "violation" ? shown : undefined,
    expected: expected && unmet === undefined,
    error,
    steps,
    complete,
    expectations: results,
    at: program.threads.map((_, index) => placeOf(m, index)),
    exitStatus: exitStatus(kind, expected && unmet === undefined),
  };
  return { ...verdict, summary: summary(m, verdict, schedule) };
}

/** A bound wins over unmet expectations, never over a violation. */
function verdictKind(
  standing: Outcome,
  violation: Violation | undefined,
  unmet: ExpectationResult | undefined,
): Verdict["verdict"] {
  if (violation !== undefined) return "violation";
  if (standing.kind === "error") return "error";
  if (standing.kind === "bound") return "bound";
  return unmet === undefined ? "pass" : "violation";
}

function exitStatus(kind: Verdict["verdict"], expected: boolean): Verdict["exitStatus"] {
  switch (kind) {
    case "pass":
      return 0;
    case "violation":
      return expected ? 0 : 1;
    case "error":
      return 2;
    case "bound":
      return 3;
  }
}

function expectationViolation(
  unmet: ExpectationResult | undefined,
  kind: Verdict["verdict"],
  step: number,
): Violation | undefined {
  if (unmet === undefined || kind !== "violation") return undefined;
  const message = `Expected ${unmet.text}, which did not come.`;
  return {
    kind: "expectation",
    name: unmet.text,
    message,
    thread: undefined,
    span: unmet.span,
    step,
  };
}

/** `expect violation` names an invariant, a built-in property, or assert. */
function isExpected(program: Program, violation: Violation, isOfFile: boolean): boolean {
  if (!isOfFile) return false;
  return program.expectations.some(
    (expectation) => expectation.kind === "violation" && names(expectation.name, violation),
  );
}

function names(name: string, violation: Violation): boolean {
  return violation.name === name || violation.kind === name;
}

function judgeExpectation(
  m: Machine,
  expectation: Expectation,
  violation: Violation | undefined,
  isOfFile: boolean,
): ExpectationResult {
  const { span } = expectation;
  switch (expectation.kind) {
    case "violation": {
      const text = `violation ${expectation.name}`;
      if (!isOfFile) return { text, met: undefined, span };
      return { text, met: violation !== undefined && names(expectation.name, violation), span };
    }
    case "kill": {
      const at = m.thread(expectation.thread);
      const text = `kill ${m.program.threads[expectation.thread]!.name} ${expectation.signal}`;
      const killed = m.words[at + T_STATE] === STATE_KILLED && m.words[at + T_TOOK_SIGNAL] === 1;
      return {
        text,
        met: killed && signalName(m.words[at + T_SIGNAL]!) === expectation.signal,
        span,
      };
    }
    case "aborts": {
      const { thread, relation, count } = expectation;
      const aborts = m.words[m.thread(thread) + T_ABORTS]!;
      const text = `aborts ${m.program.threads[thread]!.name} ${relation} ${count}`;
      return { text, met: holds(aborts, relation, count), span };
    }
  }
}

function holds(
  value: number,
  relation: "==" | "!=" | "<" | "<=" | ">" | ">=",
  count: number,
): boolean {
  switch (relation) {
    case "==":
      return value === count;
    case "!=":
      return value !== count;
    case "<":
      return value < count;
    case "<=":
      return value <= count;
    case ">":
      return value > count;
    case ">=":
      return value >= count;
  }
}

function placeOf(m: Machine, thread: number): Span | undefined {
  const at = m.thread(thread);
  if (m.words[at + T_STATE]! >= STATE_EXITED) return undefined;
  return m.program.instructions[m.words[at + T_PC]!]?.span;
}

function summary(m: Machine, verdict: Omit<Verdict, "summary">, schedule: string): string {
  const { violation, error, steps } = verdict;
  if (error !== undefined) return `Error: line ${error.line}: ${error.message}`;
  const under = `(${m.program.kernel.profile}, schedule ${schedule})`;
  if (violation !== undefined) {
    const how = verdict.expected ? "Violated, as expected" : "Violated";
    return `${how}: '${violation.name}' at step ${grouped(violation.step)}. ${violation.message}`;
  }
  if (verdict.verdict === "bound")
    return `Stopped after ${plural(steps, "step")} (--max-steps). ${whereText(m)}`;
  let aborts = 0;
  let commits = 0;
  for (let thread = 0; thread < m.threadCount; thread++) {
    aborts += m.words[m.thread(thread) + T_ABORTS]!;
    commits += m.words[m.thread(thread) + T_COMMITS]!;
  }
  const counts = [
    plural(m.threadCount, "thread"),
    plural(steps, "step"),
    plural(aborts, "abort"),
    plural(commits, "commit"),
  ];
  if (verdict.complete) return `Passed: ${counts.join(", ")} ${under}.`;
  const unjudged = m.program.finally === undefined ? "" : ", so 'finally' was not judged";
  return `Not finished: ${counts.join(", ")} ${under}. Nothing was violated; some threads have not ended${unjudged}.`;
}

/** Where the live threads stand when a bound stops the run. */
function whereText(m: Machine): string {
  const live = m.program.threads.flatMap((thread, index) => {
    const at = m.thread(index);
    if (m.words[at + T_STATE]! >= STATE_EXITED) return [];
    const fn = m.program.instructions[m.words[at + T_PC]!]?.function;
    const place =
      fn === undefined ? hexadecimal(instructionAddress(m, at)) : m.program.functions[fn]!.name;
    return [`${thread.name} is in ${place}`];
  });
  return live.length === 0 ? "" : `${live.slice(0, 3).join(", ")}.`;
}
