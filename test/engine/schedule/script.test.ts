import { expect, test } from "vitest";
import { fieldOf, outcomeOf, runText, startText } from "../../support/run-text.ts";

const COUNTER = `kernel "linux-6.18";
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
thread worker[2] { increment(); }
`;

const underSchedule = (items: string): ReturnType<typeof runText> =>
  runText(`${COUNTER}schedule s { ${items} }`);

const errorOf = (items: string): string => {
  const standing = underSchedule(items).standing();
  return standing.kind === "error"
    ? `${standing.error.code} line ${standing.error.line}: ${standing.error.message}`
    : standing.kind;
};

test("run T to commit stands before the committing store, and a preemption there aborts", () => {
  const run = underSchedule("run worker[0] to commit; preempt worker[0]; run worker[0];");
  expect(outcomeOf(run)).toBe("aborts 1, commits 1");
});

test("run T 0 dispatches and returns to user space, without an instruction", () => {
  const run = underSchedule("run worker[0] 0;");
  expect(run.position).toBe(2);
  expect([fieldOf(run, "cpuId"), run.state.thread(0).exitPending]).toEqual([0, false]);
});

test("run T N counts instructions only; dispatch and exit-to-user are steps beside them", () => {
  expect(underSchedule("run worker[0] 3;").position).toBe(5);
});

test("other CPUs stand still while a thread runs, and who runs on its CPU is preempted", () => {
  const run = underSchedule("run worker[0] 3; migrate worker[1] to 0; run worker[1] 2;");
  expect(run.state.threads().map((thread) => thread.state)).toEqual(["runnable", "running"]);
});

test("run T to LABEL stops where an abort lands on it", () => {
  const run = underSchedule("run worker[0] to commit; preempt worker[0]; run worker[0] to retry;");
  expect([outcomeOf(run), run.state.thread(0).state]).toEqual(["aborts 1, commits 0", "running"]);
});

test("repeat takes its items again", () => {
  const run = underSchedule(
    "repeat 3 { run worker[0] to commit; preempt worker[0]; } run worker[0];",
  );
  expect(outcomeOf(run)).toBe("aborts 3, commits 1");
});

test("what is impossible is an error with its line", () => {
  expect(errorOf("run worker[0];\nrun worker[0];")).toBe(
    "K80 line 16: This item cannot be taken: worker[0] has ended.",
  );
  expect(errorOf("run worker[0] to commit; run worker[0] to commit;")).toBe(
    "K81 line 15: 'commit' was never reached: worker[0] ended before it.",
  );
  expect(errorOf("wake worker[0];")).toBe(
    "K80 line 15: This item cannot be taken: worker[0] is not blocked.",
  );
});

test("a schedule that ends with live threads leaves the run incomplete, and finally alone", () => {
  const run = runText(`${COUNTER}schedule s { run worker[0]; } finally { assert(0); }`);
  expect(run.verdict()).toMatchObject({ verdict: "pass", complete: false, exitStatus: 0 });
  expect(run.isManual).toBe(true);
});

test("set writes from outside: a later kernel check sees the value", () => {
  const run = underSchedule(
    "run worker[0] to commit; set worker[0].rseq->flags = 1; preempt worker[0]; run worker[0] 0;",
  );
  expect(outcomeOf(run)).toBe("killed by SIGSEGV");
});

test("a page that was paged out blocks the next access to it, and the wake lets it go on", () => {
  const run = startText(
    `${COUNTER}schedule s { run worker[0] 2; pageout worker[0].rseq->cpu_id; run worker[0]; wake worker[0]; run worker[0]; }`,
  );
  const seen: string[] = [];
  while (run.forward().kind === "step") seen.push(run.state.thread(0).blockedOn ?? "");
  expect(seen).toContain("fault");
  expect(outcomeOf(run)).toBe("aborts 0, commits 1");
});

test("run all wakes sleepers when nobody else can move", () => {
  const run = runText(`thread a { nanosleep(); } schedule s { run all; }`);
  expect(run.verdict()).toMatchObject({ verdict: "pass", complete: true });
});

test("a signal's handler runs on top of the interrupted context, which has aborted", () => {
  const run = startText(`${COUNTER}u32 seen; void h(void) { seen = rseq->rseq_cs == 0; }
    schedule s { run worker[0] to commit; signal worker[0] h; run worker[0] 0; }`);
  while (run.forward().kind === "step");
  const frames = run.state
    .frames(0)
    .map((frame) => `${run.program.functions[frame.function]!.name} ${frame.kind}`);
  expect(frames).toEqual(["h signal", "increment call", "worker call"]);
  expect(outcomeOf(run)).toBe("aborts 1, commits 0");
});

test("wake completes a futex wait, so a schedule with one is no deadlock; one without is", () => {
  const text = (items: string): string =>
    `u32 x; thread t { futex_wait(&x, 0); } schedule s { ${items} }`;
  expect(runText(text("run t; wake t; run t;")).verdict()).toMatchObject({
    verdict: "pass",
    complete: true,
  });
  expect(runText(text("run t;")).verdict()).toMatchObject({
    violation: { kind: "deadlock", thread: 0 },
  });
});

test("run T N is done after N instructions, also when the last one was a yield that switched", () => {
  const run = runText(`machine { cpus = 1; } u32 x;
    thread a { sched_yield(); x = 1; } thread b { x = 2; } schedule s { run a 1; }`);
  expect(run.state.threads().map((thread) => thread.state)).toEqual(["runnable", "runnable"]);
});

test("a slice of round robin begins with the dispatch, also of the thread that slept", () => {
  const run = startText(`machine { cpus = 1; slice = 3; } u32 x;
    thread a { x = 1; x = 2; nanosleep(); x = 3; x = 4; }`);
  const kinds: string[] = [];
  for (let step = run.forward(); step.kind === "step"; step = run.forward()) {
    kinds.push(run.lastStep()?.kind ?? "");
  }
  expect(kinds.filter((kind) => kind === "tick")).toEqual([]);
});

test("a repeat whose rounds do nothing ends at once, however often it asks", () => {
  const items = "repeat 1000000000 { } repeat 1000000000 { repeat 1000000000 { preempt t; } }";
  const run = runText(
    `u32 x; thread t { while (x < 6) x++; } schedule s { ${items} repeat 2 { repeat 3 { run t to line 1; } } run t; }`,
  );
  expect(run.verdict()).toMatchObject({ verdict: "pass", complete: true });
});
