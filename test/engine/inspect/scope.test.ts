import { expect, test } from "vitest";
import { threadStack } from "../../../server/engine/inspect/stack.ts";
import { threadLabel } from "../../../server/engine/inspect/words.ts";
import type { MachineRun } from "../../../server/engine/run/machine-run.ts";
import { children, finish, runOf, scopeRows, texts } from "./check-values.ts";

const section = (
  kernel: string,
  before = "",
  libc = "",
): string => `kernel "${kernel}"; machine { cpus = 2; ${libc} }
struct counter { u64 value; } __attribute__((aligned(64)));
percpu struct counter hits;
thread worker[2] {
    u32 cpu;
    ${before}
retry:
    cpu = rseq->cpu_id_start;
    critical push (cpu) abort retry { u64 v = hits[cpu].value; commit hits[cpu].value = v + 1; }
}
schedule one { run worker[0] to worker:commit; }
`;

function inside(kernel: string, before = ""): MachineRun {
  return finish(runOf(section(kernel, before)));
}

test("a thread's label names its CPU and its section", () => {
  const run = inside("linux-6.18");
  expect(threadLabel(run.program, run.state.thread(0))).toBe("worker[0] · cpu 0 · in section push");
  expect(threadLabel(run.program, run.state.thread(1))).toBe("worker[1] · cpu 1 · runnable");
});

test.each(["linux-5.4", "linux-6.18", "linux-7.1", "proposal-split", "proposal-shared-flag"])(
  "what the section scope promises for %s is what the kernel then does",
  (kernel) => {
    const events = [
      ["a preemption here", "preempt"],
      ["a migration here", "migrate"],
    ] as const;
    for (const [row, kind] of events) {
      const run = inside(kernel);
      expect(texts(scopeRows(run, 0, "section"))[row]).toBe("would abort to retry");
      const transition = run.enabled().find((each) => each.kind === kind && each.thread === 0);
      expect(run.take(transition?.event ?? -1).kind).toBe("step");
      for (let count = 0; count < 4 && run.state.thread(0).aborts === 0; count++) {
        const next = run
          .enabled()
          .find(
            (each) =>
              each.thread === 0 && (each.kind === "dispatch" || each.kind === "exit_to_user"),
          );
        run.take(next?.event ?? -1);
      }
      expect(run.state.thread(0).aborts).toBe(1);
    }
  },
);

test("flags that the kernel refuses are foretold with its consequence", () => {
  const run = inside("linux-6.18", "rseq->flags = 1;");
  expect(texts(scopeRows(run, 0, "section"))["a signal here"]).toBe(
    "would kill with SIGSEGV: flags are 0x1, not 0",
  );
  expect(texts(scopeRows(run, 0, "private"))["flags"]).toMatch(/^0x1 \(fatal when/);
});

test("flags that older kernels obey are foretold as well", () => {
  const run = inside("linux-5.4", "rseq->flags = 1;");
  expect(texts(scopeRows(run, 0, "section"))).toMatchObject({
    "a preemption here": "would not abort: flags are 0x1",
    "a migration here": "would abort to retry",
  });
});

test("a thread that has been struck will abort, whatever comes", () => {
  const run = inside("linux-6.18");
  const preempt = run.enabled().find(({ kind, thread }) => kind === "preempt" && thread === 0);
  run.take(preempt?.event ?? -1);
  expect(texts(scopeRows(run, 0, "section"))["a signal here"]).toBe(
    "already due: aborts to retry when it resumes",
  );
  expect(texts(scopeRows(run, 0, "kernel"))["pending"]).toMatch(/rseq work, preempt/);
});

test("outside of a section nothing would be aborted", () => {
  const run = runOf(section("linux-6.18"));
  expect(texts(scopeRows(run, 0, "section"))).toEqual({
    armed: "no: rseq_cs is 0",
    "a preemption here": "would abort nothing",
    "a migration here": "would abort nothing",
    "a signal here": "would abort nothing",
  });
});

test("without libc's registration the private scope says that there is none", () => {
  const run = runOf(section("linux-6.18", "", "libc = none;"));
  expect(texts(scopeRows(run, 0, "private"))).toEqual({ rseq: "null (no area is registered)" });
  expect(texts(scopeRows(run, 0, "kernel"))["registration"]).toBe("none");
});

test("the element of the thread's CPU is marked", () => {
  const run = inside("linux-6.18");
  expect(texts(children(scopeRows(run, 0, "percpu")[0]))).toEqual({
    "[0]": "{value = 0} ← this CPU",
    "[1]": "{value = 0}",
  });
});

test("a split struct shows its two parts in two scopes, and the other threads' shared parts", () => {
  const run = inside("proposal-split");
  const own = Object.keys(texts(scopeRows(run, 0, "private")));
  expect(JSON.stringify(texts(scopeRows(run, 0, "private")))).not.toContain("sched_state");
  expect(own.length).toBeGreaterThan(0);
  expect(texts(scopeRows(run, 0, "shared"))).toMatchObject({ sched_state: "1 (ON_CPU)" });
  expect(texts(scopeRows(run, 0, "others"))["worker[1]"]).toContain(
    "sched_state = 0 (switched out)",
  );
});

test("sched_state inside of struct rseq is shown as what is shared of it", () => {
  const run = inside("sched-state-v1");
  expect(texts(scopeRows(run, 0, "shared"))).toEqual({ sched_state: "1 (ON_CPU)" });
  expect(Object.keys(texts(scopeRows(run, 0, "private")))).not.toContain("sched_state");
});

test("the kernel's scope lists who runs where and who waits", () => {
  const run = inside("linux-6.18");
  const rows = scopeRows(run, 0, "kernel");
  const queues = children(rows.find(({ name }) => name === "run queues"));
  expect(texts(queues)).toEqual({
    "CPU 0": "runs worker[0]; nobody waits",
    "CPU 1": "idle; then worker[1]",
  });
  expect(texts(rows)["mm_cid map"]).toBe("0: worker[0]");
});

test("a handler's frame is on top of the interrupted one, which shows where it goes on", () => {
  const run = runOf(`kernel "linux-6.18"; u32 hits;
void on_usr1(void) { hits = hits + 1; }
thread t signal on_usr1 {
    u32 before = 1;
    u32 after = before;
}
schedule s { run t 1; signal t on_usr1; run t 0; }
`);
  finish(run);
  const frames = threadStack({ program: run.program, state: run.state }, 0);
  expect(frames.map(({ name }) => name)).toEqual(["on_usr1 (signal handler)", "t"]);
  const interrupted = run.state.frames(0)[1]?.instruction;
  expect(frames[1]?.span).toEqual(run.program.instructions[interrupted ?? -1]?.span);
});

test("a sched_state that RFC v2 points at is shown by name, and the pointer says where it leads", () => {
  const run = inside("sched-state-v2");
  expect(texts(scopeRows(run, 0, "shared"))).toMatchObject({ state: "1 (ON_CPU)" });
  expect(texts(scopeRows(run, 0, "private"))["sched_state_ptr"]).toMatch(
    /^0x[\da-f]+ → worker\[0\]\.rseq_shared/,
  );
});
