// Every mistake gives one message, on the text that is wrong: scenario items, names, types, statements.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { compileScenario } from "../../../server/engine/scenario/compile.ts";
import { scenarioCodes } from "../../../server/engine/scenario/codes.ts";
import { compileText, findingsOf } from "../../support/compile-text.ts";

const MISTAKES: readonly (readonly [text: string, findings: readonly string[]])[] = [
  ['kernel "linux-9.9";\nthread t { }', ["K02 '\"linux-9.9\"'"]],
  ['kernel "linux-6.18" { algin = 3; }\nthread t { }', ["K03 'algin'"]],
  ["machine { cpus = 0; }\nthread t { }", ["K30 '0'"]],
  ["machine { cpus = 99999999999; }\nthread t { }", ["K30 '99999999999'"]],
  ["machine { cpus = 99999999999999999999999; }\nthread t { }", ["K30 '99999999999999999999999'"]],
  ["machine { cpu = 2; }\nthread t { }", ["K03 'cpu'"]],
  ['machine { target = "x86-linux"; }\nthread t { }', ["K05 '\"x86-linux\"'"]],
  ["machine { libc = musl; }\nthread t { }", ["K04 'musl'"]],
  ["machine { cpus = 3; nodes = { 0, 1 }; }\nthread t { }", ["K04 '{ 0, 1 }'"]],
  ["machine { cpus = 2; }\nmachine { cpus = 3; }\nthread t { }", ["K01 'machine { cpus = 3; }'"]],
  ["u32 x;", ["K18 ''"]],
  ["thread t { y = 1; y = 2; }", ["T53 'y'"]],
  ["u32 counter; thread t { countre = 1; }", ["T53 'countre'"]],
  ["thread t { goto otu; out: ; }", ["K71 'otu'"]],
  ["thread t { a: ; a: ; }", ["K70 'a'"]],
  ["thread t { rseq->cpu_di = 1; }", ["T60 'cpu_di'"]],
  ["thread t { commit x = 1; }", ["K72 'commit x = 1'"]],
  ["percpu u32 hits; thread t { hits = 1; }", ["K55 'hits'"]],
  ["thread t[2] { } schedule s { run t; }", ["K22 't'"]],
  ["thread t { } schedule s { run u; }", ["K21 'u'"]],
  ["thread t { } schedule s { rum t; }", ["K15 'rum'"]],
  ["thread t[2] { } schedule s { run t[2]; }", ["K21 '2'"]],
  ["thread t { } schedule s { run t to nowhere; }", ["K23 'nowhere'"]],
  ["thread t { } schedule s { run t to line 99; }", ["K23 'line 99'"]],
  ["thread t { } schedule s = randon(seed = 1);", ["K25 'randon'"]],
  ["thread t { } schedule s = random(sead = 1);", ["K26 'sead'"]],
  ["thread t { } schedule s = random(preempt = 60%, migrate = 50%);", ["K26 'random'"]],
  ["thread t on 5 { }", ["K19 '5'"]],
  ["thread t on 1 affinity { 0 } { }", ["K19 '1'"]],
  ["thread t signal nobody { }", ["K20 'nobody'"]],
  ["thread t { } expect violation nothing;", ["K28 'nothing'"]],
  ["thread t { } expect kill t SIGTERM;", ["K29 'SIGTERM'"]],
  ["thread t { } check { deadlok = off; }", ["K28 'deadlok'"]],
  ["thread t { fork(); }", ["K57 'fork'"]],
  ["thread t { int x = 1.5; }", ["K50 '1.5'"]],
  ["thread t { break; }", ["K72 'break'"]],
  ["thread t { int x; x(); }", ["T62 'x'"]],
  ["void f(int a) { } thread t { f(1, 2); }", ["T63 'f(1, 2)'"]],
  ["int f(void) { return; } thread t { f(); }", ["T64 'return'"]],
  ["struct s { int a; }; void f(struct s x) { } thread t { }", ["T67 'f'"]],
  ["thread t { critical (0) abort gone { } }", ["K71 'gone'"]],
  ["u32 x; thread t { retry: critical (0) abort retry { u32 v; commit v = 1; } }", ["K75 'v'"]],
  ["thread t { critical (0) { } }", ["K62 '{'"]],
  ["thread t { u32 x = 1 }", ["S02 '1'"]],
  ["thread t { if (1 { } }", ["S01 '1'"]],
  ["thread t { int a[3] = { 1, 2, 3, 4 }; }", ["T65 '4'"]],
  ["thread t { 5 = 3; }", ["T57 '5'"]],
  ["invariant a { worker.rseq->cpu_id == 0 } thread t { }", ["T53 'worker'"]],
  ["thread t { } invariant a { t.cpux == 0 }", ["K54 'cpux'"]],
  ["thread t { } invariant a { t.in(push) }", ["K24 'push'"]],
  ["thread t { } invariant a { rseq->cpu_id == 0 }", ["K52 'rseq'"]],
  ["thread t { self.x = 1; }", ["T59 'x'"]],
  ["int t; thread t { }", ["K16 't'"]],
  ["thread t { } thread t { }", ["K16 't'"]],
  ["thread t { } int t;", ["K16 't'"]],
  ["thread t { switch (1) { case 1: case 1: ; } }", ["K73 '1'"]],
  ["thread t { struct nope x; }", ["T66 'x'"]],
  ["u32 big[100000000]; thread t { }", ["K08 'big'"]],
  ["extern int e; thread t { e = 1; }", ["T52 'e'"]],
  ["int f(void); thread t { f(); }", ["T52 'f'"]],
  [
    "static struct rseq_cs c = { .start_ip = f() }; u64 f(void) { return 1; } thread t { }",
    ["T53 'f'"],
  ],
  ["thread t { READ_ONCE(); }", ["T63 'READ_ONCE()'"]],
  ["thread t { int *p; p->x = 1; }", ["T59 'x'"]],
  ["thread t { struct rseq *p = rseq; p.cpu_id = 1; }", ["T59 'cpu_id'"]],
  ["finally { sched_yield(); } thread t { }", ["K53 'sched_yield()'"]],
  ["thread { }", ["K13 'thread'"]],
  ["schedule { }thread t { }", ["K13 'schedule'"]],
  ["kernel linux;thread t { }", ["K13 'kernel'"]],
  ["thread t { } }", ["S01 '}'"]],
  ["thread t { @ }", ["S07 '@'"]],
  ["u32 a = b;\nthread t { c = 1; d(); }", ["T53 'b'", "T53 'c'", "T53 'd'"]],
  [
    "thread t { if (0) nope = 1; while (0) { u32 x = 1; x = nada; } }",
    ["T53 'nope'", "T53 'nada'"],
  ],
  ['char *p = "abc;\nthread t { }', ["S06 '\"abc'"]],
  ["void f(char c) { }\nthread t { f('a); }\nthread u { }", ["S06 ''a'"]],
  ["u32 a; u64 a; thread t { }", ["T68 'a'"]],
  ["u32 a = 1; u32 a = 2; thread t { }", ["T68 'a'"]],
  ["void f(void) { } void f(void) { } thread t { }", ["T68 'f'"]],
  ["u32 f(u32 a); u64 f(u32 a) { return a; } thread t { }", ["T68 'f'"]],
  ["extern u32 a[]; u32 a[2]; u32 f(u32 a); u32 f(u32 b) { return b; } thread t { f(a[1]); }", []],
  ["thread t { worker.rseq; }", ["T53 'worker'"]],
  ["thread t { for (int i = 0; i < 3; i++) { continue } }", ["S02 'continue'"]],
  ["thread t { u32 x; { u32 x = 1; x++; } x = 2; }\nexpect aborts t => 1;", ["K12 '='"]],
];

test.each(MISTAKES)("%s", (text, findings) => {
  expect(findingsOf(text)).toEqual(findings);
});

test("a scenario without mistakes has no finding, and one without a kernel is told which is used", () => {
  expect(compileText('kernel "linux-6.18";\nthread t { }').diagnostics).toEqual([]);
  const [note] = compileText("thread t { }").diagnostics;
  expect(note).toMatchObject({ code: "K06", severity: "info" });
  expect(note?.message).toBe("No kernel is named; linux-7.1 is used, the newest released profile.");
});

test("a mistyped name has a fix that writes the one that was meant", () => {
  const text = "u32 counter; thread t { countre = 1; }";
  const [finding] = compileText(text).diagnostics.filter(({ severity }) => severity === "error");
  const edit = finding?.fixes[0]?.edits[0];
  expect(edit).toBeDefined();
  const { start, end } = edit!.span;
  expect(text.slice(0, start) + edit!.newText + text.slice(end)).toBe(
    "u32 counter; thread t { counter = 1; }",
  );
});

test("one mistake leaves the rest of the file its outline", () => {
  const { tree, program } = compileText(
    "void f(void) { x = ; }\nvoid g(void) { }\nthread t { g(); }",
  );
  expect(program).toBeUndefined();
  expect(tree.items.map(({ kind }) => kind)).toEqual(["function", "function", "thread"]);
});

test.each([
  "",
  "\0\u0001\u0002\uffff",
  "thread t { " + "{".repeat(10_000),
  "thread t { x = " + "(".repeat(10_000),
  "schedule s { " + "repeat 2 { ".repeat(10_000),
  'kernel "',
  "machine { cpus = ",
  "percpu",
  "thread t[",
  "expect",
  "invariant i { ",
  "thread t { critical (",
  "thread t { int a[0x7fffffff]; }",
  "u32 a[] = { [0x7fffffff] = 1 }; thread t { }",
  "u8 a[1 << 30][1 << 30]; thread t { }",
])("broken text gives messages, never an exception: %#", (text) => {
  expect(() => compileText(text)).not.toThrow();
});

test("macros of the command line that break the built-in declarations are named and ignored", () => {
  const { diagnostics } = compileScenario({
    path: "test.rseq",
    text: 'kernel "linux-6.18";\nu32 g;\nthread t { g = 1; }',
    files: new Map(),
    includePaths: [],
    defines: ["s8={", "OTHER"],
    overrides: {},
  });
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    [
      "K09",
      "The built-in declarations cannot be read with -D s8={ -D OTHER; these macros are ignored.",
    ],
  ]);
});

test("an unknown kernel or target of a launch is said to be the launch's", () => {
  const text = 'kernel "linux-6.18";\nthread t { }';
  const [kernel] = compileText(text, { kernel: "linux-6.81" }).diagnostics;
  expect(kernel).toMatchObject({ code: "K02", span: { start: 0, end: 0 } });
  expect(kernel?.message).toBe(
    "The launch configuration's kernel 'linux-6.81' is no kernel profile; did you mean 'linux-6.18'? 'rseq-lab profiles' lists them.",
  );
  const [target] = compileText(text, { target: "pdp11" }).diagnostics;
  expect(target?.code).toBe("K05");
  expect(target?.message).toMatch(
    /^The launch configuration's target 'pdp11' is no target\. Known: x86_64-linux, i386-linux,/,
  );
});

test.each([0, -1, 1.5, 65, 1e30])("a launch cannot ask for %s CPUs", (cpus) => {
  const { diagnostics, program } = compileText('kernel "linux-6.18";\nthread t { }', { cpus });
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    `K30 The launch configuration's cpus is ${cpus}; it must be a whole number from 1 to 64.`,
  ]);
  expect(program).toBeUndefined();
});

test("what is no text is not read, and said once", () => {
  const { diagnostics, program } = compileText("thread t { @ \0 {{{");
  expect(diagnostics.map(({ code }) => code)).toEqual(["N11"]);
  expect(program).toBeUndefined();
});

test("every code has a name and an explanation of its own", () => {
  const names = scenarioCodes.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { explanation } of scenarioCodes) expect(explanation).toMatch(/\.$|\}$/);
});

test("every form of the grammar is understood", () => {
  const file = path.join(import.meta.dirname, "../../golden/scenario/every-form.rseq");
  const { diagnostics, program } = compileText(readFileSync(file, "utf8"));
  expect(diagnostics).toEqual([]);
  expect(program?.schedules.map(({ kind }) => kind)).toEqual([
    "script",
    "round-robin",
    "round-robin",
    "random",
    "random",
  ]);
  const [script] = program!.schedules;
  const kinds = script?.kind === "script" ? script.items.map(({ kind }) => kind) : [];
  expect(new Set(kinds)).toEqual(
    new Set([
      "run",
      "run-all",
      "dispatch",
      "preempt",
      "migrate",
      "signal",
      "wake",
      "pageout",
      "tick",
      "membarrier",
      "set",
      "repeat",
    ]),
  );
  const services = program!.instructions.flatMap((one) =>
    one.kind === "system-call" ? [one.service] : [],
  );
  expect(new Set(services).size).toBe(21);
});
