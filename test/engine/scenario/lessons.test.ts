// Every shipped scenario is a lesson: its head says what it teaches, each of its schedules ends as the file promises, and what the
// head tells the reader to try has the result that it names.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { MachineRun } from "../../../server/engine/run/machine-run.ts";
import type { ScheduleChoice } from "../../../server/engine/run/run.ts";
import { lintText } from "../../support/check-lint.ts";
import { compileText } from "../../support/compile-text.ts";
import { outcomeOf, runText } from "../../support/run-text.ts";

const FOLDER = path.join(import.meta.dirname, "../../../examples");
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".rseq"));
const RIGHT = FILES.filter((file) => !/^expect (?:violation|kill) /m.test(textOf(file)));

/** What the linter says on purpose, by file; it is silent about all others. */
const FINDINGS: Readonly<Record<string, readonly string[]>> = {
  "false-sharing.rseq": ["P01", "L09"],
  "mistake-abort-inside.rseq": ["D06"],
  "mistake-no-cpu-check.rseq": ["C03"],
  "mistake-wrong-signature.rseq": ["D07"],
};

function textOf(file: string): string {
  return readFileSync(path.join(FOLDER, file), "utf8");
}

/** The text with some places changed; each must be there. */
function changed(
  file: string,
  ...changes: readonly (readonly [from: string, to: string])[]
): string {
  return changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, () => to);
  }, textOf(file));
}

/** `0`, or the exit status and the summary line. */
function endOf(run: MachineRun): string {
  const { exitStatus, summary } = run.verdict();
  return exitStatus === 0 ? "0" : `${exitStatus}: ${summary}`;
}

function named(name: string): { readonly schedule: ScheduleChoice } {
  return { schedule: { kind: "named", name } };
}

function eventsOf(run: MachineRun): string[] {
  return Array.from({ length: run.length }, (_, step) => run.stepAt(step + 1)!).flatMap((step) =>
    step.events.map(({ kind }) => kind),
  );
}

/** The kind of what was violated and the sentence about it. */
function violationOf(run: MachineRun): string {
  const { violation } = run.verdict();
  return violation === undefined ? "none" : `${violation.kind}: ${violation.message}`;
}

describe.each(FILES)("%s", (file) => {
  test("says in three lines what it teaches, what happens, and what to try", () => {
    expect(textOf(file)).toMatch(/^(?:\/\/ .+\n){3}kernel /);
    expect(textOf(file).split("\n")[2]).toMatch(/^\/\/ Try: /);
  });

  test("has the findings that belong to the lesson, and no others", () => {
    expect(compileText(textOf(file)).diagnostics).toEqual([]);
    const codes = lintText(textOf(file), { path: file }).diagnostics.map(({ code }) => code);
    expect(codes).toEqual(FINDINGS[file] ?? []);
  });

  test("ends as it promises under each of its schedules", () => {
    const schedules = compileText(textOf(file)).program!.schedules;
    expect(schedules.length).toBeGreaterThan(0);
    for (const { name } of schedules)
      expect(endOf(runText(textOf(file), named(name))), name).toBe("0");
  });
});

test.each(RIGHT)("%s keeps its promise under round robin and under random schedules", (file) => {
  const seeds = Array.from({ length: 30 }, (_, seed) => BigInt(seed + 1));
  const random = seeds.map((seed) => ({ kind: "random", seed }) as const);
  for (const schedule of [{ kind: "round-robin" } as const, ...random])
    expect(endOf(runText(textOf(file), { schedule, history: false }))).toBe("0");
});

test("each lesson of an interrupted operation shows exactly one abort", () => {
  const operations = FILES.filter((file) => /^(?:operation|list)-/.test(file));
  expect(operations).toHaveLength(8);
  for (const file of operations) {
    const run = runText(textOf(file));
    expect(
      run.state.threads().reduce((sum, { aborts }) => sum + aborts, 0),
      file,
    ).toBe(1);
  }
});

test("without the section a node of the list is in two hands", () => {
  const [head, pop] = textOf("list-push-pop.rseq").split("struct node *pop(void)");
  const text = `${head}struct node *pop(void)${pop!
    .replace("critical (cpu) abort retry {", "{")
    .replace("commit lists", "lists")}`;
  expect(violationOf(runText(text))).toBe(
    "assert: worker[0] failed the assertion: a node is in two hands.",
  );
});

test("without its membarrier the table is replaced under a running addition, and the buffer is closed under a reservation", () => {
  const table = changed(
    "operation-load-add-load-load-add-store.rseq",
    ["    assert(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0, 0) == 0);\n", ""],
    ["    run sender to load_add_load_load_add_store:aborted;\n", ""],
  );
  expect(violationOf(runText(table))).toContain("a table that was no longer in use");
  const buffer = changed(
    "operation-load-cbne-load-cbne-store.rseq",
    ["    membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0, 0);\n", ""],
    ["    run writer to load_cbne_load_cbne_store:aborted;\n", ""],
  );
  expect(violationOf(runText(buffer))).toContain("reserved after the close");
});

test("with the two stores exchanged an aborted producer leaves an item that it never published", () => {
  const text = changed("operation-load-cbne-store-store.rseq", [
    "*v2 = newv2;\n        commit *v = newv;",
    "*v = newv;\n        commit *v2 = newv2;",
  ]);
  expect(violationOf(runText(text))).toContain("rings[0].count + rings[1].count == 4");
});

test("the waiter of the pointer mutex spins and then sleeps, and never spins if the pointer was stored too late", () => {
  const file = "adaptive-mutex-pointer.rseq";
  const finallyAlso = (condition: string): readonly [string, string] => [
    "assert(total == 2);",
    `assert(total == 2); assert(${condition});`,
  ];
  expect(endOf(runText(changed(file, finallyAlso("spins > 0"))))).toBe("0");
  const late = changed(
    file,
    finallyAlso("spins == 0"),
    ["    area.sched_state_ptr = (u64)&line.state;\n", ""],
    ["RSEQ_SIG) == 0);\n", "RSEQ_SIG) == 0);\n    area.sched_state_ptr = (u64)&line.state;\n"],
  );
  expect(endOf(runText(late))).toBe("0");
});

test("three outcomes of a slice extension: yielded, revoked, never granted", () => {
  const sliceEvents = (schedule: string): string[] =>
    eventsOf(runText(textOf("slice-extension.rseq"), named(schedule))).filter((kind) =>
      kind.startsWith("slice_"),
    );
  expect(sliceEvents("granted_and_yielded")).toEqual(["slice_grant", "slice_yield"]);
  expect(sliceEvents("granted_and_revoked")).toEqual(["slice_grant", "slice_revoke"]);
  expect(sliceEvents("not_asked")).toEqual([]);
});

test.each([
  "linux-5.4",
  "linux-5.19",
  "linux-6.2",
  "linux-6.14",
  "linux-6.18",
  "linux-6.19",
  "linux-7.0",
  "linux-7.1",
  "sched-state-v1",
  "sched-state-v2",
])("the registered lengths follow from the auxiliary vector under %s", (kernel) => {
  expect(endOf(runText(textOf("register-lengths.rseq"), { kernel }))).toBe("0");
});

test("the overlay of cpu_id_start works on 6.18 and in the legacy mode of 7.1, not on 6.19 and 7.0", () => {
  const text = changed("tcmalloc-overlay-6-19.rseq", ["expect violation assert;\n", ""]);
  const under = (kernel: string): string => violationOf(runText(text, { kernel }));
  expect(under("linux-6.18")).toBe("none");
  expect(under("linux-6.19")).toContain("the same pointer twice");
  expect(under("linux-7.0")).toContain("the same pointer twice");
  expect(under("linux-7.1")).toBe("none");
});

test("the three files about the overlay run the same program", () => {
  const [first, ...others] = ["6-18", "6-19", "7-1"].map((version) =>
    textOf(`tcmalloc-overlay-${version}.rseq`)
      .split("\n")
      .slice(4)
      .map((line) => line.replace(/\s*\/\/.*/, ""))
      .filter((line) => !line.startsWith("expect "))
      .join("\n")
      .trimEnd(),
  );
  for (const other of others) expect(other).toBe(first);
});

test("a bad descriptor that is left behind kills up to 6.18; later kernels do not look after a system call", () => {
  const roundRobin = { schedule: { kind: "round-robin" } } as const;
  for (const file of ["mistake-abort-inside.rseq", "mistake-wrong-signature.rseq"]) {
    const outcome = (kernel: string): string =>
      outcomeOf(runText(textOf(file), { kernel, ...roundRobin }));
    expect(outcome("linux-5.4"), file).toBe("killed by SIGSEGV");
    expect(outcome("linux-6.18"), file).toBe("killed by SIGSEGV");
    expect(outcome("linux-6.19"), file).toBe("aborts 0, commits 1");
    expect(outcome("linux-7.1"), file).toBe("aborts 0, commits 1");
  }
});

test("inside of the section a wrong signature kills on every kernel", () => {
  for (const kernel of ["linux-5.4", "linux-6.2", "linux-6.18", "linux-6.19", "linux-7.1"])
    expect(endOf(runText(textOf("mistake-wrong-signature.rseq"), { kernel })), kernel).toBe("0");
});

test("the mistakes disappear with what their heads say", () => {
  const corrected = [
    changed(
      "mistake-no-cpu-check.rseq",
      ["start:\n", "start:\n    if (rseq->cpu_id != cpu) goto retry;\n"],
      ["    run worker[0] to increment:store;   // on CPU 1, it has read the word of CPU 0\n", ""],
      ["expect violation assert;\n", ""],
    ),
    changed(
      "mistake-wrong-signature.rseq",
      ["rseq_signature(0x53053054)", "rseq_signature(0x53053053)"],
      ["expect kill worker SIGSEGV;\n", ""],
    ),
    changed(
      "mistake-descriptor-unmapped.rseq",
      ["    munmap(", "    rseq->rseq_cs = 0;\n    munmap("],
      ["expect kill worker SIGSEGV;\n", ""],
    ),
    changed(
      "mistake-owner-exited.rseq",
      ["unmap_on_exit = true", "unmap_on_exit = false"],
      ["expect violation unmapped;\n", ""],
    ),
  ];
  for (const text of corrected) expect(endOf(runText(text))).toBe("0");
});

test("where the kernel stores mm_cid, the two threads have different ones", () => {
  const text = changed("mistake-unguarded-mm-cid.rseq", ["expect violation assert;\n", ""]);
  expect(endOf(runText(text, { kernel: "linux-6.14" }))).toBe("0");
});

test("with the halves of the pointer exchanged the kernel reads an address above 4 GiB and kills", () => {
  const text = changed(
    "big-endian-pointer.rseq",
    ["            __u32 padding;   // first in memory, and numerically high\n", ""],
    ["            __u32 ptr32;\n", "            __u32 ptr32;\n            __u32 padding;\n"],
    ["invariant high_half_is_zero", "check { segv = off; } invariant always"],
    ["worker.rseq->rseq_cs.ptr64 >> 32 == 0", "1"],
  );
  expect(outcomeOf(runText(text))).toBe("killed by SIGSEGV");
});

test("a private part over 256 bytes moves the shared part: findings, and an old reader looks at private bytes", () => {
  const text = changed(
    "split-growth.rseq",
    ["        __u64 fields[28];", "        __u64 fields[28];\n        __u64 more;"],
    [
      "        __u64 more;         // announced by an auxiliary vector entry of its own\n",
      "        __u64 rest;\n",
    ],
    ["rseq->local_more.more", "rseq->local.more"],
  );
  const codes = lintText(text, { path: "test.rseq" }).diagnostics.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(["P02", "P05"]));
  expect(violationOf(runText(text))).toContain("private_access: reader loaded owner.rseq->local.");
});
