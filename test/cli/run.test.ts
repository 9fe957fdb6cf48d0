import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesIn, runCli } from "./run-cli.ts";

const COUNTER = `kernel "linux-6.18";
machine { cpus = 2; }
struct counter { u64 value; } __attribute__((aligned(64)));
percpu struct counter hits;
void increment(void)
{
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry {
        u64 v = hits[cpu].value;
        commit hits[cpu].value = v + 1;
    }
}
thread worker[2] { increment(); increment(); }
finally { assert(hits[0].value + hits[1].value == 4); }
schedule migrated { run worker[0] to increment:commit; migrate worker[0] to 1; run all; }
schedule unfinished { run worker[0] 3; }
schedule impossible {
    run worker[0];
    run worker[0];
}
`;

interface Document {
  readonly verdict: string;
  readonly steps: number;
  readonly complete: boolean;
  readonly threads: {
    name: string;
    state: string;
    aborts: number;
    at: object | null;
    rseq: object;
  }[];
}

async function runFile(
  text: string,
  ...options: string[]
): Promise<{ code: number; document: Document }> {
  const folder = filesIn({ "a.rseq": text });
  const { code, json } = await runCli(
    "run",
    "--format",
    "json",
    ...options,
    join(folder, "a.rseq"),
  );
  return { code, document: json() as unknown as Document };
}

test("a migration inside the section aborts it once, and the sum still holds", async () => {
  const { code, document } = await runFile(COUNTER);
  expect(code).toBe(0);
  expect(document).toMatchObject({
    version: 1,
    kernel: "linux-6.18",
    schedule: "migrated",
    verdict: "pass",
    violation: null,
    complete: true,
    threads: [
      {
        name: "worker[0]",
        state: "exited",
        cpu: 1,
        signal: null,
        aborts: 1,
        commits: 2,
        at: null,
        rseq: { cpu_id_start: 1, cpu_id: 1, flags: 0, node_id: 0 },
        shared: null,
      },
      { name: "worker[1]", aborts: 0, commits: 2 },
    ],
    globals: { "hits[0].value": 0, "hits[1].value": 4 },
  });
});

test("a schedule that ends with live threads is not complete, and says where they stand", async () => {
  const { code, document } = await runFile(COUNTER, "--schedule", "unfinished");
  expect(code).toBe(0);
  expect(document.complete).toBe(false);
  // Three instructions: the call, the load of cpu_id_start, the store of the descriptor's address.
  expect(document.threads[0]).toMatchObject({
    state: "running",
    at: { function: "increment", line: 10 },
  });
  expect(document.threads[1]).toMatchObject({
    state: "runnable",
    at: { function: "worker", line: 15 },
  });
});

test("an impossible item is an error that names its line, with exit status 2", async () => {
  const { code, document } = await runFile(COUNTER, "--schedule", "impossible");
  expect(code).toBe(2);
  expect(document).toMatchObject({ verdict: "error", error: { line: 21 } });
});

test("the same seed gives the same run, another seed another one", async () => {
  const run = (seed: string): Promise<{ document: Document }> =>
    runFile(COUNTER, "--schedule", "random", "--seed", seed);
  const first = (await run("7")).document;
  expect((await run("7")).document).toEqual(first);
  const others = await Promise.all(
    ["8", "9", "10", "11"].map(async (seed) => (await run(seed)).document.steps),
  );
  expect(others.some((steps) => steps !== first.steps)).toBe(true);
});

test("a missing comparison with cpu_id loses an update, and finally is violated", async () => {
  const broken = COUNTER.replace(
    /critical[^}]*\}/,
    "u64 v = hits[cpu].value;\n        hits[cpu].value = v + 1;",
  ).replace(
    /schedule migrated[^}]*\}/,
    "schedule lost { run worker[0] 3; migrate worker[0] to 1; run worker[1]; migrate worker[0] to 0; run all; }",
  );
  const lost = broken.replace("run worker[1];", "migrate worker[1] to 0; run worker[1];");
  const { code, document } = await runFile(lost);
  expect(code).toBe(1);
  expect(document).toMatchObject({ verdict: "violation", violation: { kind: "assert" } });
});

test("a scenario that loops forever reaches the bound, which the message names", async () => {
  const folder = filesIn({
    "a.rseq": 'kernel "linux-6.18"; thread spinner { while (true) cpu_relax(); }',
  });
  const { code, out } = await runCli("run", "--max-steps", "5000", join(folder, "a.rseq"));
  expect(code).toBe(3);
  expect(out).toContain("5,000 steps");
  expect(out).toContain("--max-steps");
  expect(out).toContain("spinner");
});

test("a scenario with an error says where, and exits with 2", async () => {
  const text = COUNTER.replace("rseq->cpu_id_start", "rseq->cpuid");
  const { code, document } = await runFile(text);
  expect(code).toBe(2);
  expect(document).toMatchObject({
    verdict: "error",
    error: { line: 9, message: expect.stringContaining("cpuid") as string },
  });
  const folder = filesIn({ "a.rseq": text });
  const told = await runCli("run", join(folder, "a.rseq"));
  expect(told.out).toBe("");
  expect(told.err).toContain("a.rseq:9:");
});

test("--trace writes one JSON object a step, with named addresses", async () => {
  const folder = filesIn({ "a.rseq": COUNTER });
  const trace = join(folder, "trace.jsonl");
  const { json } = await runCli(
    "run",
    "--format",
    "json",
    "--trace",
    trace,
    join(folder, "a.rseq"),
  );
  const lines = readFileSync(trace, "utf8")
    .trimEnd()
    .split("\n")
    .map(
      (line) =>
        JSON.parse(line) as {
          step: number;
          kind: string;
          writes: object[];
          events: { kind: string }[];
        },
    );
  expect(lines).toHaveLength((json() as unknown as Document).steps);
  expect(lines.map(({ step }) => step)).toEqual(lines.map((_, index) => index + 1));
  expect(lines[1]).toMatchObject({
    kind: "exit_to_user",
    thread: "worker[0]",
    writes: [
      { name: "worker[0].rseq->cpu_id_start", value: 0, size: 4 },
      { name: "worker[0].rseq->cpu_id", value: 0, size: 4 },
      { name: "worker[0].rseq->node_id" },
      { name: "worker[0].rseq->mm_cid" },
    ],
  });
  expect(lines.filter(({ events }) => events.some(({ kind }) => kind === "abort"))).toHaveLength(1);
});

test("a trace that cannot be written is an error of the call", async () => {
  const folder = filesIn({ "a.rseq": COUNTER });
  const { code, err } = await runCli("run", "--trace", folder, join(folder, "a.rseq"));
  expect(code).toBe(2);
  expect(err).toContain("cannot write");
});

test("--kernel replaces the file's kernel", async () => {
  const { document } = await runFile(COUNTER, "--kernel", "proposal-shared-flag");
  expect(document).toMatchObject({
    kernel: "proposal-shared-flag",
    threads: [{ shared: { sched_state: expect.any(Number) as number } }, {}],
  });
});

test("--states lists the state after each top-level item of the schedule", async () => {
  const { document } = await runFile(COUNTER, "--states");
  const states = (
    document as unknown as {
      states: { item: number; line: number; threads: object[]; globals: object }[];
    }
  ).states;
  expect(states.map(({ item, line }) => [item, line])).toEqual([
    [0, 17],
    [1, 17],
    [2, 17],
  ]);
  expect(states[0]?.threads[0]).toMatchObject({
    state: "running",
    cpu: 0,
    at: { function: "increment", line: 12 },
  });
  expect(states[1]?.threads[0]).toMatchObject({ state: "runnable", cpu: 1, aborts: 0 });
  expect(states[2]).toMatchObject({
    threads: [{ state: "exited" }, { state: "exited" }],
    globals: { "hits[1].value": 4 },
  });
  const builtIn = await runFile(COUNTER, "--states", "--schedule", "round_robin");
  expect(builtIn.document).toMatchObject({ states: [] });
});

test("--schedule-file runs a schedule of another file, and refuses one with a mistake", async () => {
  const folder = filesIn({
    "a.rseq": COUNTER,
    "good.txt": "schedule outside { run worker[1]; run all; }",
    "bad.txt": "schedule outside { run nobody; }",
  });
  const run = (name: string): ReturnType<typeof runCli> =>
    runCli(
      "run",
      "--format",
      "json",
      "--schedule-file",
      join(folder, name),
      join(folder, "a.rseq"),
    );
  const good = await run("good.txt");
  expect(good.code).toBe(0);
  expect(good.json()).toMatchObject({ schedule: "outside", verdict: "pass" });
  const bad = await run("bad.txt");
  expect(bad).toMatchObject({ code: 2, out: "" });
  expect(bad.err).toContain("nobody");
});

test("globals are whole numbers up to 2^53 and text beyond; static locals never hide a global of their name", async () => {
  const folder = filesIn({
    "statics.rseq": `kernel "linux-6.18";
u64 edge = 9007199254740992, beyond = 9007199254740993, n = 7;
void first(void) { static u32 n = 3, only = 1; n++; only++; }
void second(void) { static u32 n = 30; n++; }
thread t { first(); second(); }
`,
  });
  const ran = await runCli("run", join(folder, "statics.rseq"), "--format", "json");
  expect(ran.json()).toMatchObject({
    globals: {
      edge: 9007199254740992,
      beyond: "9007199254740993",
      n: 7,
      "first::n": 4,
      "second::n": 31,
      only: 2,
    },
  });
});

test("a file that is no text gets one message, whoever reads it", async () => {
  const binary = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0x7b, 0x28, 0x22, 0]);
  const folder = filesIn({ "a.rseq": binary, "a.h": binary, "b.rseq": COUNTER });
  const ran = await runCli("run", join(folder, "a.rseq"));
  expect(ran.code).toBe(2);
  expect(ran.err.match(/error:/g)).toHaveLength(1);
  expect(ran.err).toContain("N11 not-text: The file holds a zero byte at 7");
  const printed = await runCli("layout", join(folder, "a.h"));
  expect(printed).toMatchObject({ code: 2, out: "" });
  expect(printed.err).toContain("The file holds a zero byte at 7: it is no text");
  const scheduled = await runCli(
    "run",
    "--schedule-file",
    join(folder, "a.rseq"),
    join(folder, "b.rseq"),
  );
  expect(scheduled.code).toBe(2);
  expect(scheduled.err.trim().split("\n")).toHaveLength(1);
});

test.each([
  [
    ["--kernel", "linux-9.9"],
    "--kernel is 'linux-9.9'; it can be linux-5.4, linux-5.19, linux-6.2,",
  ],
  [["--target", "pdp11"], "--target is 'pdp11'; it can be x86_64-linux, i386-linux,"],
  [
    ["--seed", "18446744073709551616"],
    "--seed is '18446744073709551616'; it must be a whole number below 2^64.",
  ],
  [["--seed", "99999999999999999999"], "--seed is '99999999999999999999'; it must be"],
])("%s is refused with what it can be", async (options, message) => {
  const folder = filesIn({ "a.rseq": COUNTER });
  const { code, err } = await runCli("run", ...options, join(folder, "a.rseq"));
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("the largest seed is one", async () => {
  const { code } = await runFile(COUNTER, "--schedule", "random", "--seed", "18446744073709551615");
  expect(code).toBe(0);
});

test("a variable of millions of scalars is named, not listed", async () => {
  const folder = filesIn({
    "large.rseq": `kernel "linux-6.18"; machine { cpus = 64; }
struct block { u8 bytes[1 << 20]; }; percpu struct block blocks; u32 after = 5; thread t { }`,
  });
  const ran = await runCli("run", join(folder, "large.rseq"), "--format", "json");
  expect(ran.json()).toMatchObject({
    globals: { after: 5 },
    globalsLeftOut: { names: ["blocks"], most: 131072 },
  });
  expect(ran.out.length).toBeLessThan(10_000);
});
