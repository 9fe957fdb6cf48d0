import { expect, test } from "vitest";
import { runText } from "../../support/run-text.ts";

/** `kind: message` of the violation, or the verdict. */
function violationOf(text: string): string {
  const { violation, verdict } = runText(text).verdict();
  return violation === undefined ? verdict : `${violation.kind}: ${violation.message}`;
}

test.each([
  [
    "a private byte of another thread",
    "struct rseq *p; thread a { p = rseq; nanosleep(); } thread b { while (!READ_ONCE(p)) cpu_relax(); u32 c = p->cpu_id; }",
    "private_access: b loaded a.rseq->cpu_id, a private byte of a's area.",
  ],
  [
    "a futex that nobody wakes",
    "u32 x; thread a { futex_wait(&x, 0); }",
    "deadlock: Nobody can ever run again: a waits for the futex x.",
  ],
  [
    "a store where nothing is mapped",
    "thread a { *(u32 *)0x20 = 5; }",
    "unmapped: a stored to 0x20, where 4 bytes cannot be accessed.",
  ],
  [
    "a local that was never written",
    "u32 g; thread a { u32 x; if (g) x = 1; g = x; }",
    "uninitialised: a read x, which was never written.",
  ],
  [
    "an array element that was never written",
    "u32 g; thread a { u32 x[2]; x[0] = 1; g = x[1]; }",
    "uninitialised: a read x[1], which was never written.",
  ],
  [
    "a misaligned atomic",
    "char b[16]; thread a { READ_ONCE(*(u32 *)(b + 1)); }",
    "misaligned_atomic: a made an atomic access of 4 bytes at 0x10000001 (b[1]), which is not a multiple of 4.",
  ],
  [
    "a division by zero",
    "u32 x; thread a { x = 1 / x; }",
    "segv: a was killed by SIGFPE: a division by zero, or one whose result does not fit.",
  ],
  [
    "endless recursion",
    "void f(void) { f(); } thread a { f(); }",
    "segv: a was killed by SIGSEGV: the stack limit of 64 KiB is exceeded.",
  ],
  [
    "an assertion",
    'u32 x; thread a { assert(x == 4, "x is four"); }',
    "assert: a failed the assertion: x is four.",
  ],
  [
    "an assertion of finally",
    'u32 x; thread a { x = 3; } finally { assert(x == 4, "x is four"); }',
    "assert: An assertion of 'finally' failed: x is four.",
  ],
  [
    "an invariant",
    "u32 x; thread a { x = 3; } invariant small { x < 3 }",
    "invariant: The invariant 'small' does not hold.",
  ],
  [
    "an invariant that reads unmapped memory",
    "u32 x; thread a { x = 3; } invariant wild { *(u32 *)0x20 == 0 }",
    "invariant: The invariant 'wild' cannot be evaluated (it reads 4 bytes at 0x20, which cannot be accessed).",
  ],
])("%s is reported", (_, text, message) => {
  expect(violationOf(text)).toBe(message);
});

test("a read on every way behind a write is silent", () => {
  expect(violationOf("u32 g; thread a { u32 x; if (g) x = 1; else x = 2; g = x; }")).toBe("pass");
});

test("a property that is switched off is silent", () => {
  expect(
    violationOf("u32 g; thread a { u32 x; if (g) x = 1; g = x; } check { uninitialised = off; }"),
  ).toBe("pass");
});

test("expectations: met, unmet, and not judged under a built-in policy", () => {
  const file =
    "u32 x; thread a { x = 3; } invariant small { x < 3 } schedule s { run all; } expect violation small;";
  expect(runText(file).verdict()).toMatchObject({
    verdict: "violation",
    expected: true,
    exitStatus: 0,
  });
  const builtIn = runText(file, { schedule: { kind: "round-robin" } }).verdict();
  expect(builtIn).toMatchObject({ verdict: "violation", expected: false, exitStatus: 1 });
  expect(builtIn.expectations[0]!.met).toBe(undefined);
  const good = runText(file.replace("x = 3", "x = 2")).verdict();
  expect(good).toMatchObject({
    verdict: "violation",
    exitStatus: 1,
    violation: { kind: "expectation" },
  });
});

test("an expected kill is no violation, and the whole process goes down with it", () => {
  const run = runText(`thread a { *(u32 *)0x20 = 5; } thread b { while (1) cpu_relax(); }
    check { unmapped = off; } expect kill a SIGSEGV;`);
  expect(run.verdict()).toMatchObject({ verdict: "pass", exitStatus: 0, complete: true });
  expect(run.state.threads().map((thread) => [thread.state, thread.tookSignal])).toEqual([
    ["killed", true],
    ["killed", false],
  ]);
});

test("an endless loop ends at the bound", () => {
  const verdict = runText("u32 x; thread a { while (1) x = x + 1; }", { maxSteps: 5000 }).verdict();
  expect(verdict).toMatchObject({ verdict: "bound", exitStatus: 3, steps: 5000 });
});

test("who runs into a signature dies at the label that it stands before", () => {
  const text = `kernel "linux-6.18"; u32 x;
thread t {
    x = 1;
aborted: __attribute__((rseq_signature(0x53053053)))
    x = 2;
}`;
  const { violation } = runText(text).verdict();
  expect(violation?.message).toContain("SIGILL");
  expect(text.slice(0, violation?.span?.start).split("\n")).toHaveLength(5);
});
