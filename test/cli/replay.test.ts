import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Ran } from "./run-cli.ts";
import { filesIn, runCli } from "./run-cli.ts";

const COUNTER = `kernel "linux-6.18";
machine { cpus = 2; }
struct counter { u64 value; } __attribute__((aligned(64)));
percpu struct counter hits;
u32 seen;
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
schedule migrated {
    run worker[0] to increment:commit;
    set seen = 7;
    repeat 2 { set seen = seen + 1; }
    migrate worker[0] to 1;
    run all;
}
`;

/** Runs the scenario with a trace; answers the paths of both. */
async function recorded(
  text: string,
  ...options: string[]
): Promise<{ scenario: string; trace: string }> {
  const folder = filesIn({ "a.rseq": text });
  const [scenario, trace] = [join(folder, "a.rseq"), join(folder, "a.jsonl")];
  const { err } = await runCli("run", "--trace", trace, ...options, scenario);
  expect(err).toBe("");
  return { scenario, trace };
}

function replayed(scenario: string, trace: string, ...options: string[]): Promise<Ran> {
  return runCli("replay", "--format", "json", ...options, scenario, trace);
}

function edit(path: string, change: (lines: string[]) => string[]): void {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  writeFileSync(path, `${change(lines).join("\n")}\n`);
}

test("a trace replays as it was recorded, under a schedule with writes from outside and loops", async () => {
  const { scenario, trace } = await recorded(COUNTER);
  const { code, json } = await replayed(scenario, trace);
  expect(code).toBe(0);
  const steps = readFileSync(trace, "utf8").trimEnd().split("\n").length;
  expect(json()).toMatchObject({
    version: 1,
    verdict: "same",
    kernel: "linux-6.18",
    schedule: "migrated",
    steps,
    mismatch: null,
  });
  const { out } = await runCli("replay", scenario, trace);
  expect(out).toBe(`Same: ${steps} steps (linux-6.18, schedule migrated).\n`);
});

test("a random run with a seed replays without the seed", async () => {
  const { scenario, trace } = await recorded(COUNTER, "--schedule", "random", "--seed", "77");
  expect((await replayed(scenario, trace)).code).toBe(0);
});

test("the recorded kernel counts, unless another one is named", async () => {
  const { scenario, trace } = await recorded(COUNTER, "--kernel", "linux-7.1");
  expect((await replayed(scenario, trace)).json()).toMatchObject({
    verdict: "same",
    kernel: "linux-7.1",
  });
  const other = await replayed(scenario, trace, "--kernel", "linux-6.18");
  expect(other.code).toBe(1);
  const told = await runCli("replay", "--kernel", "linux-6.18", scenario, trace);
  expect(told.out).toContain("Recorded on linux-7.1, replayed on linux-6.18.");
});

test("a violated property replays up to the step that violated it, and beyond it where its check was off", async () => {
  const lost = COUNTER.replace("schedule", "thread reader { seen = *(u32 *)8; }\nschedule");
  const stopped = await recorded(lost, "--schedule", "round_robin");
  expect((await replayed(stopped.scenario, stopped.trace)).code).toBe(0);
  const on = await recorded(lost, "--schedule", "round_robin", "--check", "unmapped=off");
  expect((await replayed(on.scenario, on.trace)).code).toBe(0);
});

test("a changed scenario differs, and the first step that does is named with both sides", async () => {
  const { scenario, trace } = await recorded(COUNTER);
  writeFileSync(scenario, COUNTER.replace("v + 1", "v + 2"));
  const { code, json } = await replayed(scenario, trace);
  expect(code).toBe(1);
  const { mismatch } = json() as {
    mismatch: { step: number; expected: { writes: object[] }; found: { writes: object[] } };
  };
  const first = readFileSync(trace, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { step: number; events: { kind: string }[] })
    .find(({ events }) => events.some(({ kind }) => kind === "commit"));
  expect(mismatch.step).toBeLessThanOrEqual(first?.step ?? 0);
  expect(mismatch.expected).not.toEqual(mismatch.found);
  const { out } = await runCli("replay", scenario, trace);
  expect(out).toContain(`  expected  step ${mismatch.step}: worker[`);
  expect(out.trimEnd().split("\n").at(-1)).toMatch(
    new RegExp(`^Step ${mismatch.step} differs in `),
  );
});

test("one altered value in the trace is found at its step and key", async () => {
  const { scenario, trace } = await recorded(COUNTER);
  edit(trace, (lines) =>
    lines.map((line, index) =>
      index === 9 ? JSON.stringify({ ...(JSON.parse(line) as object), pc: 12 }) : line,
    ),
  );
  const { code, json } = await replayed(scenario, trace);
  expect(code).toBe(1);
  expect(json()).toMatchObject({ mismatch: { step: 10, keys: ["pc"], expected: { pc: 12 } } });
});

test("steps that cannot be taken differ: a trace with a step too many, or one left out", async () => {
  const long = await recorded(COUNTER);
  edit(long.trace, (lines) => [...lines, lines.at(-1) ?? ""]);
  const after = await replayed(long.scenario, long.trace);
  expect(after.code).toBe(1);
  expect(after.json()).toMatchObject({ mismatch: { found: null } });
  const short = await recorded(COUNTER);
  edit(short.trace, (lines) => lines.slice(1));
  expect((await replayed(short.scenario, short.trace)).json()).toMatchObject({
    mismatch: { step: 1 },
  });
});

test("the beginning of a trace replays, too", async () => {
  const { scenario, trace } = await recorded(COUNTER);
  edit(trace, (lines) => lines.slice(0, 20));
  expect((await replayed(scenario, trace)).json()).toMatchObject({ verdict: "same", steps: 20 });
});

test("writes from outside of a --schedule-file need that file again", async () => {
  const folder = filesIn({
    "a.rseq": COUNTER,
    "s.txt": "schedule outside { set seen = 3; run all; }",
  });
  const [scenario, file, trace] = ["a.rseq", "s.txt", "t.jsonl"].map((name) => join(folder, name));
  await runCli("run", "--schedule-file", file ?? "", "--trace", trace ?? "", scenario ?? "");
  const without = await runCli("replay", scenario ?? "", trace ?? "");
  expect(without).toMatchObject({ code: 2, out: "" });
  expect(without.err).toContain("--schedule-file");
  const given = await runCli("replay", "--schedule-file", file ?? "", scenario ?? "", trace ?? "");
  expect(given.code).toBe(0);
});

test("what is no trace, and a scenario with errors, end with status 2 and the line", async () => {
  const folder = filesIn({
    "a.rseq": COUNTER,
    "broken.rseq": COUNTER.replace("rseq->cpu_id_start", "rseq->cpuid"),
    "text.jsonl": '{"step":1,"event":2}\nnot JSON\n',
    "other.jsonl": '{"step":1}\n',
    "empty.jsonl": "",
  });
  const { trace } = await recorded(COUNTER);
  const path = (name: string): string => join(folder, name);
  const calls: readonly (readonly [string[], string])[] = [
    [[path("a.rseq"), path("text.jsonl")], "line 2"],
    [[path("a.rseq"), path("other.jsonl")], "line 1"],
    [[path("a.rseq"), path("empty.jsonl")], "no step"],
    [[path("a.rseq"), path("none.jsonl")], "cannot read"],
    [[path("broken.rseq"), trace], "cpuid"],
    [[path("a.rseq")], "replay takes"],
    [[path("a.rseq"), folder], "cannot read"],
  ];
  for (const [call, words] of calls) {
    const { code, out, err } = await runCli("replay", ...call);
    expect({ call, code, out }).toEqual({ call, code: 2, out: "" });
    expect(err).toContain(words);
    expect(err).not.toContain("please report");
  }
});
