// How the kernels differ: the table of behaviours, each asked of every profile. Measured where the recorded table says so, else the
// predictions from the kernels' code.
import { expect, test } from "vitest";
import { fieldOf, outcomeOf, runText } from "../../support/run-text.ts";

const ALL = [
  "linux-5.4",
  "linux-5.19",
  "linux-6.2",
  "linux-6.14",
  "linux-6.18",
  "linux-6.19",
  "linux-7.0",
  "linux-7.1",
] as const;
const CLASSIC: readonly string[] = ALL.slice(0, 5);

/** One section with its descriptor written out, so that each of its fields can be wrong. */
const section = (descriptor: string, inside = ""): string => `
u64 x;
void push(void)
{
    static struct rseq_cs push_cs = {
        .version = 0, .flags = 0, .start_ip = (u64)&&start,
        .post_commit_offset = (u64)&&done - (u64)&&start, .abort_ip = (u64)&&aborted, ${descriptor}
    };
    rseq->rseq_cs = (u64)&push_cs;
start:
    cpu_relax();
${inside}
inside:
    x = x + 1;
done:
    cpu_relax();
    return;
aborted: __attribute__((rseq_signature(0x53053053)))
    return;
bad:
    return;
}
`;

interface Question {
  readonly descriptor?: string;
  readonly inside?: string;
  readonly length?: number;
  readonly before?: string;
  readonly functions?: string;
  readonly items: string;
}

function ask(
  kernel: string,
  { descriptor = "", inside = "", length, before = "", functions = "", items }: Question,
): ReturnType<typeof runText> {
  const machine = length === undefined ? "" : `machine { rseq_len = ${length}; }`;
  const text = `kernel "${kernel}"; ${machine} ${functions} ${section(descriptor, inside)}
    thread t { ${before} push(); cpu_relax(); } check { segv = off; } schedule s { ${items} }`;
  return runText(text);
}

const outcomes = (question: Question, kernels: readonly string[] = ALL): Record<string, string> =>
  Object.fromEntries(kernels.map((kernel) => [kernel, outcomeOf(ask(kernel, question))]));

const each = (outcome: (kernel: string) => string): Record<string, string> =>
  Object.fromEntries(ALL.map((kernel) => [kernel, outcome(kernel)]));

const isClassic = (kernel: string): boolean => CLASSIC.includes(kernel);
const KILLED = "killed by SIGSEGV";
const ABORTED = "aborts 1, commits 0";
const COMMITTED = "aborts 0, commits 1";
const PREEMPT_INSIDE = "run t to push:inside; preempt t; run t;";
const PREEMPT_OUTSIDE = "run t to push:done; preempt t; run t;";

test("a preemption inside aborts on every kernel", () => {
  expect(outcomes({ items: PREEMPT_INSIDE })).toEqual(each(() => ABORTED));
});

test("version is looked at up to 6.18, also outside of the section", () => {
  const descriptor = ".version = 1";
  expect(outcomes({ descriptor, items: PREEMPT_INSIDE })).toEqual(
    each((k) => (isClassic(k) ? KILLED : ABORTED)),
  );
  expect(outcomes({ descriptor, items: PREEMPT_OUTSIDE })).toEqual(
    each((k) => (isClassic(k) ? KILLED : COMMITTED)),
  );
});

test("a wrong signature kills everywhere inside, and outside up to 6.18", () => {
  const descriptor = ".abort_ip = (u64)&&bad";
  expect(outcomes({ descriptor, items: PREEMPT_INSIDE })).toEqual(each(() => KILLED));
  expect(outcomes({ descriptor, items: PREEMPT_OUTSIDE })).toEqual(
    each((k) => (isClassic(k) ? KILLED : COMMITTED)),
  );
});

test("flags inside inhibit to 5.19, kill from 6.0, and mean nothing from 6.19 on", () => {
  const flags = (value: number): Question => ({
    descriptor: `.flags = ${value}`,
    items: PREEMPT_INSIDE,
  });
  const inhibits = (k: string): boolean => k === "linux-5.4" || k === "linux-5.19";
  expect(outcomes(flags(1))).toEqual(
    each((k) => (inhibits(k) ? COMMITTED : isClassic(k) ? KILLED : ABORTED)),
  );
  // NO_RESTART_ON_SIGNAL without the other two kills even there.
  expect(outcomes(flags(2))).toEqual(each((k) => (isClassic(k) ? KILLED : ABORTED)));
  expect(outcomes(flags(7))).toEqual(
    each((k) => (inhibits(k) ? COMMITTED : isClassic(k) ? KILLED : ABORTED)),
  );
});

test("a system call that slept in the section aborts it up to 6.18 only", () => {
  const question = { inside: "nanosleep();", items: "run t; wake t; run t;" };
  expect(outcomes(question)).toEqual(each((k) => (isClassic(k) ? ABORTED : COMMITTED)));
});

test("an event recorded outside lets later task work abort a section, up to 6.18", () => {
  const question = {
    before: "cpu_relax();",
    inside: "syscall_other(SYS_TASK_WORK);",
    items: "run t 1; preempt t; run t;",
  };
  expect(outcomes(question)).toEqual(each((k) => (isClassic(k) ? ABORTED : COMMITTED)));
});

test("what user space writes into cpu_id: repaired, kept until the CPU changes, or fatal", () => {
  const scribbled = (kernel: string, event: string, length: number): string => {
    const run = ask(kernel, {
      length,
      items: `run t 1; set t.rseq->cpu_id = 42; ${event} run t 0;`,
    });
    return run.state.thread(0).state === "killed" ? KILLED : String(fieldOf(run, "cpuId"));
  };
  const table = ["linux-6.18", "linux-6.19", "linux-7.0"].map((kernel) => [
    scribbled(kernel, "preempt t;", kernel === "linux-7.0" ? 33 : 32),
    scribbled(kernel, "migrate t to 1;", kernel === "linux-7.0" ? 33 : 32),
  ]);
  expect(table).toEqual([
    ["0", "1"],
    ["42", "1"],
    ["42", "1"],
  ]);
  expect([
    scribbled("linux-7.1", "preempt t;", 32),
    scribbled("linux-7.1", "preempt t;", 33),
  ]).toEqual(["0", "42"]);
  expect([
    scribbled("linux-7.1", "migrate t to 1;", 32),
    scribbled("linux-7.1", "migrate t to 1;", 33),
  ]).toEqual(["1", KILLED]);
});

test("cpu_id_start after unregistering is 0, but -1 in 6.19 and early 7.0", () => {
  const after = (kernel: string): number => {
    const run =
      runText(`kernel "${kernel}"; machine { libc = none; } char area[64] __attribute__((aligned(64)));
      s64 r; thread t { r = sys_rseq(area, 32, 0, 1); cpu_relax(); r = sys_rseq(area, 32, 1, 1); cpu_relax(); cpu_relax(); }
      schedule s { run t 4; }`);
    return fieldOf(run, "cpuIdStart");
  };
  expect(Object.fromEntries(ALL.map((kernel) => [kernel, after(kernel)]))).toEqual(
    Object.fromEntries(
      ALL.map((kernel) => [
        kernel,
        kernel === "linux-6.19" || kernel === "linux-7.0" ? 0xffffffff : 0,
      ]),
    ),
  );
});

test("registration by length, alignment and flags", () => {
  const answers = (kernel: string, length: number, offset: number, flags: number): number => {
    const run =
      runText(`kernel "${kernel}"; machine { libc = none; } char area[512] __attribute__((aligned(256)));
      s64 r; thread t { r = sys_rseq(area + ${offset}, ${length}, ${flags}, 1); } finally { assert(r == 0); }`);
    return run.verdict().verdict === "pass" ? 0 : -22;
  };
  const ok = (length: number, offset: number, flags = 0): string[] =>
    ALL.filter((kernel) => answers(kernel, length, offset, flags) === 0);
  expect(ok(28, 0)).toEqual([]);
  expect(ok(32, 32)).toEqual([...ALL]);
  expect(ok(33, 64)).toEqual(["linux-6.14", "linux-6.18", "linux-6.19", "linux-7.0", "linux-7.1"]);
  expect(ok(64, 32)).toEqual(["linux-6.14", "linux-6.18", "linux-6.19"]);
  expect(ok(32, 16)).toEqual([]);
  expect(ok(32, 0, 2)).toEqual(["linux-7.0", "linux-7.1"]);
  expect(ok(32, 0, 4)).toEqual([]);
});

test("membarrier restarts a section from 5.10 on", () => {
  const question = { items: "run t to push:inside; membarrier; run t;" };
  expect(outcomes(question)).toEqual(each((k) => (k === "linux-5.4" ? COMMITTED : ABORTED)));
});

test("a slice extension is granted, given back, and lost when its time is up", () => {
  const text = (
    extension: number,
  ): string => `kernel "linux-7.1"; machine { rseq_len = 33; cpus = 1; slice = 6; slice_extension = ${extension}; }
    s64 enabled, yielded;
    thread a {
        enabled = prctl(PR_RSEQ_SLICE_EXTENSION, PR_RSEQ_SLICE_EXTENSION_SET, PR_RSEQ_SLICE_EXT_ENABLE);
        rseq->slice_ctrl.request = 1;
        cpu_relax(); cpu_relax(); cpu_relax(); cpu_relax();
        rseq->slice_ctrl.request = 0;
        if (rseq->slice_ctrl.granted) yielded = rseq_slice_yield();
    }
    thread b { cpu_relax(); }
    finally { assert(enabled == 0); assert(yielded == ${extension > 6 ? 1 : 0}); }`;
  const events = (extension: number): string[] => {
    const run = runText(text(extension));
    expect(run.verdict().verdict).toBe("pass");
    return Array.from({ length: run.length }, (_, step) => run.stepAt(step + 1)!)
      .flatMap((step) => step.events.map((event) => event.kind))
      .filter((kind) => kind.startsWith("slice"));
  };
  expect(events(20)).toEqual(["slice_grant", "slice_yield"]);
  expect(events(2)).toEqual(["slice_grant", "slice_revoke"]);
});

test("with rseq debugging a system call inside of the section is fatal", () => {
  const text = (kernel: string): string => `kernel "${kernel}" { debug = true; }
    ${section("", "getpid();")} thread t { push(); } check { segv = off; } schedule s { run t; }`;
  for (const kernel of ["linux-6.18", "linux-6.19", "linux-7.1"]) {
    expect(outcomeOf(runText(text(kernel))), kernel).toBe(KILLED);
  }
});

test("with rseq debugging the modern kernel looks at version, flags and structure again", () => {
  const text = (descriptor: string): string => `kernel "linux-6.19" { debug = true; }
    ${section(descriptor)} thread t { push(); } check { segv = off; } schedule s { ${PREEMPT_INSIDE} }`;
  expect(
    ["", ".version = 1", ".flags = 1"].map((descriptor) => outcomeOf(runText(text(descriptor)))),
  ).toEqual([ABORTED, KILLED, KILLED]);
});

test("membarrier's and prctl's names are known under every kernel; an older one answers EINVAL", () => {
  const text = (kernel: string, barrier: string, slice: string): string => `kernel "${kernel}";
    thread t {
      assert(membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0) == ${barrier});
      assert(prctl(PR_RSEQ_SLICE_EXTENSION, PR_RSEQ_SLICE_EXTENSION_GET, 0) == ${slice});
    }`;
  for (const kernel of ALL) {
    const barrier = kernel === "linux-5.4" ? "-EINVAL" : "0";
    const slice = kernel.startsWith("linux-7") ? "0" : "-EINVAL";
    expect(runText(text(kernel, barrier, slice)).verdict().verdict, kernel).toBe("pass");
  }
});

test("a program may ask every kernel for the feature size; getauxval gives 0 before 6.3", () => {
  for (const kernel of ALL) {
    const size = ["linux-5.4", "linux-5.19", "linux-6.2"].includes(kernel) ? 0 : 28;
    const wanted = kernel.startsWith("linux-7") ? 33 : size;
    const text = `kernel "${kernel}"; thread t { assert(getauxval(AT_RSEQ_FEATURE_SIZE) == ${wanted}); }`;
    expect(runText(text).verdict().verdict, kernel).toBe("pass");
  }
});

test("a length between 32 and the feature size is refused, also where the RFC raised it to 40", () => {
  const text = (length: number, result: string): string => `kernel "sched-state-v2";
    machine { libc = none; }
    __thread struct { u32 words[16]; } area __attribute__((aligned(64)));
    thread t { assert(sys_rseq(&area, ${length}, 0, RSEQ_SIG) == ${result}); }`;
  expect(runText(text(33, "-EINVAL")).verdict().verdict).toBe("pass");
  expect(runText(text(39, "-EINVAL")).verdict().verdict).toBe("pass");
  expect(runText(text(40, "0")).verdict().verdict).toBe("pass");
  expect(runText(text(32, "0")).verdict().verdict).toBe("pass");
});

test("the kernel item's align is what a registration is checked against; 32 bytes need 32, always", () => {
  const text = (kernel: string, offset: number, length: number, result: string): string => `
    kernel "${kernel}" { align = 128; }
    machine { libc = none; }
    __thread struct { u8 bytes[256]; } area __attribute__((aligned(256)));
    thread t { assert(sys_rseq(&area.bytes[${offset}], ${length}, 0, RSEQ_SIG) == ${result}); }`;
  for (const kernel of ["linux-6.14", "linux-6.18", "linux-6.19", "linux-7.0", "linux-7.1"]) {
    const verdict = (offset: number, length: number, result: string): string =>
      runText(text(kernel, offset, length, result)).verdict().verdict;
    expect(verdict(64, 64, "-EINVAL"), kernel).toBe("pass");
    expect(verdict(128, 64, "0"), kernel).toBe("pass");
    expect(verdict(32, 32, "0"), kernel).toBe("pass");
  }
});
