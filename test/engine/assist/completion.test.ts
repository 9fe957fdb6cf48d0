// What is offered where: the words of a scenario in their positions, names in scope, members by type; in C only what rseq adds.
import { describe, expect, test } from "vitest";
import {
  completionDocumentation,
  completionsAt,
  type Completion,
} from "../../../server/engine/assist/completion.ts";
import { signatureAt } from "../../../server/engine/assist/signature.ts";
import { judgeMarked } from "../../support/check-assist.ts";

function offered(marked: string, path?: string): readonly Completion[] {
  const { checked, offset } = judgeMarked(marked, path);
  return completionsAt(checked, new Map(), offset).items;
}

function labels(marked: string, path?: string): readonly string[] {
  return offered(marked, path).map(({ label }) => label);
}

const scenario = (body: string, rest = ""): string => `kernel "linux-6.18";
machine { cpus = 2; }
struct counter { u64 value; u32 owner; };
percpu struct counter hits;
u32 total;
void on_usr1(void) { total = 1; }
void increment(u32 step)
{
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry { commit hits[cpu].value = hits[cpu].value + step; }
    ${body}
}
thread worker[2] { increment(1); }
thread waiter { again: sched_yield(); }
${rest}
`;

describe("between the items of a scenario", () => {
  test("the items come first, as snippets that write their form", () => {
    const items = offered("$0");
    expect(items.slice(0, 9).map(({ label }) => label)).toEqual([
      "kernel",
      "machine",
      "thread",
      "percpu",
      "schedule",
      "invariant",
      "finally",
      "expect",
      "check",
    ]);
    expect(items[2]?.insertText).toBe("thread ${1:worker}[${2:2}] {\n\t$0\n}");
  });

  test("profile names stand in the kernel's string, targets in the machine's", () => {
    expect(labels('kernel "$0')).toContain("proposal-shared-flag");
    expect(labels('kernel "linux-6$0";')).toContain("linux-6.18");
    expect(labels('machine { target = "$0"; }')).toContain("i386-linux");
    expect(labels('u8 a[] = "$0";')).toEqual([]);
  });

  test("the keys of machine, kernel and check, and their values", () => {
    expect(labels("machine { $0 }")).toEqual([
      "cpus",
      "nodes",
      "cache_line",
      "slice",
      "slice_extension",
      "target",
      "libc",
      "rseq_len",
      "unmap_on_exit",
    ]);
    expect(labels("machine { cpus = 2; libc = $0; }")).toEqual(["glibc", "none"]);
    expect(labels('kernel "linux-7.1" { $0 }')).toContain("shared_feature_size");
    expect(labels("check { deadlock = $0; }")).toEqual(["on", "off", "adversarial"]);
  });

  test("a thread's clauses, and behind `signal` only what can be a handler", () => {
    expect(labels(scenario("", "thread late $0"))).toEqual(["on", "affinity", "signal"]);
    expect(labels(scenario("", "thread late signal $0"))).toEqual(["on_usr1"]);
  });

  test("what can be expected", () => {
    expect(labels("expect $0")).toEqual(["violation", "kill", "aborts"]);
    expect(labels("invariant sane { 1 } expect violation $0")).toContain("sane");
    expect(labels(scenario("", "expect kill $0"))).toEqual(["worker", "waiter"]);
    expect(labels(scenario("", "expect kill worker[0] $0"))).toContain("SIGSEGV");
  });
});

describe("in a schedule", () => {
  const inSchedule = (item: string): readonly string[] =>
    labels(scenario("", `schedule s { run worker[0] 3; ${item} }`));

  test("the items, also inside repeat", () => {
    expect(inSchedule("$0")).toContain("membarrier");
    expect(inSchedule("repeat 3 { $0 }")).toEqual(inSchedule("$0"));
  });

  test("threads behind their verb, and `all` only behind run", () => {
    expect(inSchedule("run $0")).toEqual(["worker", "waiter", "all"]);
    expect(inSchedule("preempt $0")).toEqual(["worker", "waiter"]);
    expect(inSchedule("signal worker[0] $0")).toEqual(["on_usr1", "ignored", "blocked"]);
  });

  test("a thread of a group is written with its index", () => {
    const worker = offered(scenario("", "schedule s { run $0 }"))[0];
    expect(worker?.insertText).toBe("worker[${1:0}]");
  });

  test("places behind `to`: the commit, lines, labels and functions", () => {
    const places = inSchedule("run worker[0] to $0");
    expect(places).toEqual(
      expect.arrayContaining([
        "commit",
        "line",
        "increment",
        "increment:retry",
        "increment:commit",
      ]),
    );
    expect(inSchedule("run worker[0] to increment:$0")).toEqual(["commit", "retry"]);
  });

  test("policies and their arguments", () => {
    expect(labels("schedule s = $0")).toEqual(["round_robin", "random"]);
    expect(labels("schedule s = random($0")).toContain("seed");
  });
});

describe("in code", () => {
  test("statements, locals before globals, services with their signatures, constants", () => {
    const items = offered(scenario("$0"));
    const found = items.map(({ label }) => label);
    expect(found).toEqual(expect.arrayContaining(["critical", "commit", "RSEQ_FLAG_UNREGISTER"]));
    expect(found.indexOf("cpu")).toBeLessThan(found.indexOf("total"));
    expect(found).toContain("step");
    const service = items.find(({ label }) => label === "sys_rseq");
    expect(service?.detail).toBe("long sys_rseq(void *addr, u32 len, int flags, u32 sig)");
  });

  test("a local of a block that has ended is no longer there", () => {
    expect(labels(scenario("{ u32 inner = 1; $0 }"))).toContain("inner");
    expect(labels(scenario("{ u32 inner = 1; } $0"))).not.toContain("inner");
  });

  test("labels of the function behind goto and abort", () => {
    expect(labels(scenario("goto $0"))).toEqual(["retry"]);
    expect(labels(scenario("critical (cpu) abort $0"))).toEqual(["retry"]);
    expect(labels(scenario("critical (cpu) $0"))).toEqual(["abort"]);
  });

  test("members of the private area, with offset, size, class and writer", () => {
    const items = offered(scenario("rseq->$0"));
    expect(items.map(({ label }) => label)).toEqual([
      "cpu_id_start",
      "cpu_id",
      "rseq_cs",
      "flags",
      "node_id",
      "mm_cid",
      "end",
    ]);
    expect(items[1]?.detail).toBe("__u32 @ 4, 4 bytes · private, kernel writes");
  });

  test("members by the type of whatever stands before the dot", () => {
    expect(labels(scenario("hits[cpu + 1].$0"))).toEqual(["value", "owner"]);
    expect(labels(scenario("struct counter *p = &hits[0]; p->v$0"))).toEqual(["value", "owner"]);
    expect(labels(scenario("(&hits[0])->$0"))).toEqual(["value", "owner"]);
    expect(labels(scenario("cpu.$0"))).toEqual([]);
    expect(labels(scenario("struct rseq_cs cs = { .$0"))).toContain("start_ip");
  });

  test("what anybody may look at behind a thread's name", () => {
    expect(labels(scenario("", "invariant i { worker[0].$0 }"))).toContain("commits");
    expect(labels(scenario("", "invariant i { worker[0].rseq->$0 }"))).toContain("cpu_id");
    expect(labels(scenario("", "invariant i { $0 }"))).toContain("worker");
  });

  test("nothing in a comment", () => {
    expect(labels(scenario("// rseq->$0"))).toEqual([]);
    expect(labels(scenario("/* $0 */"))).toEqual([]);
  });
});

describe("in a C file", () => {
  test("the fields that the declared struct does not have yet", () => {
    const found = labels("struct rseq {\n\t__u32 cpu_id_start;\n\t$0\n};\n", "test.h");
    expect(found).toContain("__u32 cpu_id;");
    expect(found).not.toContain("__u32 cpu_id_start;");
    expect(found).toContain("__u32 mm_cid;");
    expect(found).toContain("__u64");
    const behind = labels("struct rseq {\n\t__u32 cpu_id_start;\n\t__u64 $0\n};\n", "test.h");
    expect(behind).toEqual(["rseq_cs;", "sched_state_ptr;"]);
    expect(labels("/* rseq */ struct other {\n\t$0\n};\n", "test.h")).toEqual([]);
  });

  test("members of rseq structs only", () => {
    const c = "#include <linux/rseq.h>\nstruct other { int a; };\n";
    expect(labels(`${c}void f(struct rseq *r) { r->$0 }\n`, "test.c")).toContain("cpu_id");
    expect(labels(`${c}void f(struct other *o) { o->$0 }\n`, "test.c")).toEqual([]);
  });

  test("rseq's constants, and in a file that has nothing of rseq nothing", () => {
    expect(labels("#include <linux/rseq.h>\nint a = $0;\n", "test.c")).toContain("RSEQ_SIG");
    expect(labels("int a = $0;\n", "test.c")).toEqual([]);
  });
});

test("a completion's page is that of the hover", () => {
  const { checked } = judgeMarked(scenario(""));
  const page = (name: string): string | undefined =>
    completionDocumentation(checked, { kind: "name", name });
  expect(page("sys_rseq")).toContain("already registered with another signature");
  expect(page("critical")).toContain("restartable critical section");
  expect(page("linux-6.18")).toContain("AT_RSEQ_FEATURE_SIZE");
  const field = completionDocumentation(checked, { kind: "field", struct: "rseq", name: "mm_cid" });
  expect(field).toContain("| offset | 24 |");
});

describe("signature help", () => {
  const at = (body: string): ReturnType<typeof signatureAt> => {
    const { checked, offset } = judgeMarked(scenario(body));
    return signatureAt(checked, offset);
  };

  test("a kernel service has its parameters and the table of its errors", () => {
    const found = at("sys_rseq(rseq, 32, $0");
    expect(found?.active).toBe(2);
    const [start, end] = found?.parameters[2] ?? [0, 0];
    expect(found?.label.slice(start, end)).toBe("int flags");
    expect(found?.documentation).toContain("| `EBUSY` | already registered with the same values |");
  });

  test("commas of inner calls and brackets do not count", () => {
    expect(at("sys_rseq((void *)hits[(1, 2)].value, $0")?.active).toBe(1);
    expect(at("futex_wake(&total, getauxval($0")?.label).toContain("getauxval");
  });

  test("behind the last parameter none is active, and `void` is none", () => {
    expect(at("futex_wake(&total, 1, $0")?.active).toBeUndefined();
    expect(at("sched_yield($0")?.parameters).toEqual([]);
  });

  test("a function of the file has the names of its parameters", () => {
    expect(at("increment($0")?.label).toBe("void increment(u32 step)");
  });

  test("in C only the calls that reach the kernel's rseq", () => {
    const inC = (body: string): string | undefined => {
      const { checked, offset } = judgeMarked(`/* rseq */ void f(void) { ${body} }`, "test.c");
      return signatureAt(checked, offset)?.label;
    };
    expect(inC("syscall(__NR_rseq, $0")).toBe("syscall(__NR_rseq, addr, len, flags, sig)");
    expect(inC("syscall(__NR_futex, $0")).toBeUndefined();
  });
});
