import { join } from "node:path";
import { expect, test } from "vitest";
import type { Ran } from "./run-cli.ts";
import { filesIn, runCli } from "./run-cli.ts";

const COUNTER = `kernel "linux-6.18";
machine { cpus = 2; }
struct counter { u64 value; } __attribute__((aligned(64)));
percpu struct counter hits;
s32 balance = -1;
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
thread worker[2] { increment(); balance = balance - 1; }
schedule migrated { run worker[0] to increment:commit; migrate worker[0] to 1; run all; }
`;

interface Event {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, unknown>>;
}

async function timelineOf(
  text: string,
  ...options: string[]
): Promise<Ran & { events: readonly Event[]; steps: number }> {
  const folder = filesIn({ "a.rseq": text });
  const path = join(folder, "a.rseq");
  const ran = await runCli("run", "--format", "perfetto", ...options, path);
  const run = (await runCli("run", "--format", "json", ...options, path)).json();
  const { traceEvents } = ran.json() as { traceEvents: readonly Event[] };
  return { ...ran, events: traceEvents, steps: Number(run["steps"]) };
}

/** `CPU 0`, `worker[1]` … of an event, from the names that the trace gives its tracks. */
function trackOf(events: readonly Event[], { pid, tid }: Event): unknown {
  const named = events.find(
    (event) => event.name === "thread_name" && event.pid === pid && event.tid === tid,
  );
  return named?.args["name"];
}

test("every event has what the trace event format requires", async () => {
  const { code, err, events, steps } = await timelineOf(COUNTER);
  expect(code).toBe(0);
  expect(err).toContain("Passed: 2 threads");
  for (const event of events) {
    expect(event.name).not.toBe("");
    expect(["M", "X", "i", "C"]).toContain(event.ph);
    expect(Number.isInteger(event.pid)).toBe(true);
    if (event.ph === "M") continue;
    expect(event.ts).toBeGreaterThanOrEqual(0);
    expect(event.ts + (event.dur ?? 0)).toBeLessThanOrEqual(steps);
    if (event.ph === "X") expect(event.dur).toBeGreaterThan(0);
    if (event.ph === "C") expect(typeof event.args["value"]).toBe("number");
  }
});

test("slices of one track follow one another and never overlap", async () => {
  for (const schedule of ["migrated", "round_robin", "random"]) {
    const { events } = await timelineOf(COUNTER, "--schedule", schedule);
    const tracks = new Map<string, Event[]>();
    for (const event of events) {
      if (event.ph !== "X") continue;
      const key = `${event.pid} ${event.tid}`;
      tracks.set(key, [...(tracks.get(key) ?? []), event]);
    }
    expect(tracks.size).toBeGreaterThan(2);
    for (const slices of tracks.values()) {
      const sorted = slices.toSorted((left, right) => left.ts - right.ts);
      for (const [index, slice] of sorted.slice(1).entries()) {
        const before = sorted[index];
        expect(slice.ts).toBeGreaterThanOrEqual((before?.ts ?? 0) + (before?.dur ?? 0));
      }
    }
  }
});

test("CPU tracks show who runs, thread tracks the sections with how they ended", async () => {
  const { events } = await timelineOf(COUNTER);
  const slices = events.filter(({ ph }) => ph === "X");
  const shown = slices.map((event) => `${String(trackOf(events, event))}: ${event.name}`);
  expect(new Set(shown)).toEqual(
    new Set([
      "CPU 0: worker[0]",
      "CPU 1: worker[0]",
      "CPU 1: worker[1]",
      "worker[0]: increment",
      "worker[1]: increment",
    ]),
  );
  const outcomes = slices
    .filter(({ name }) => name === "increment")
    .map((event) => `${String(trackOf(events, event))}: ${String(event.args["outcome"])}`);
  expect(outcomes.toSorted((left, right) => (left < right ? -1 : 1))).toEqual([
    "worker[0]: abort",
    "worker[0]: commit",
    "worker[1]: commit",
  ]);
});

test("aborts and commits are instants on their threads, migrations on their CPUs", async () => {
  const { events } = await timelineOf(COUNTER);
  const instants = events
    .filter(({ ph }) => ph === "i")
    .map((event) => `${String(trackOf(events, event))}: ${event.name}`);
  expect(instants.filter((text) => text === "worker[0]: abort")).toHaveLength(1);
  expect(instants.filter((text) => text.endsWith(": commit"))).toHaveLength(2);
  expect(instants).toContain("CPU 0: migrate");
});

test("field values are counters that begin with the value before the run, signed as declared", async () => {
  const { events } = await timelineOf(COUNTER);
  const values = (name: string): unknown[] =>
    events
      .filter((event) => event.ph === "C" && event.name === name)
      .map((event) => event.args["value"]);
  expect(values("balance")).toEqual([-1, -2, -3]);
  expect(values("hits[1].value")).toEqual([0, 1, 2]);
  expect(values("worker[0].rseq->cpu_id")).toEqual([0xffffffff, 0, 1]);
});

test("a violation is told where it happened, and the exit status is that of the run", async () => {
  const wrong = COUNTER.replace("balance = balance - 1;", "assert(balance == 0);");
  const { code, err, events } = await timelineOf(wrong);
  expect(code).toBe(1);
  expect(err).toContain("Violated");
  const told = events.filter(({ name }) => name.startsWith("violation"));
  expect(told).toHaveLength(1);
});

test("a scenario with errors writes no trace", async () => {
  const folder = filesIn({ "a.rseq": COUNTER.replace("rseq->cpu_id_start", "rseq->cpuid") });
  const { code, out, err } = await runCli("run", "--format", "perfetto", join(folder, "a.rseq"));
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("cpuid");
});
