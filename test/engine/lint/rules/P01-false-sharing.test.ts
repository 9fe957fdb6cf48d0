import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

const fields =
  "__u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid;";

test("the sched_state of the first RFC is polled beside rseq_cs", () => {
  checkLint(
    "P01",
    {},
    `
struct rseq {
  ${fields}
  __u32 sched_state;
      //^^^^^^^^^^^ warning: 'sched_state' (shared) is at offset 28, in the 64-byte line of 'rseq_cs' (private). Waiters that poll it slow every critical section of the owner; move it to the shared part or at least 64 bytes away.
} __attribute__((aligned(32)));`,
  );
});

test("a comment makes any field shared", () => {
  checkLint(
    "P01",
    {},
    `
struct rseq {
  ${fields}
  __u32 waiters; // rseq: class=shared
      //^^^^^^^ warning: 'waiters' (shared) is at offset 28,
} __attribute__((aligned(32)));`,
  );
});

test("a shared part that starts in the first line", () => {
  checkLint(
    "P01",
    { kernel: "linux-6.18" },
    `
struct rseq_shared { __u32 sched_state; };
struct rseq {
  ${fields}
  struct rseq_shared shared;
} __attribute__((aligned(64)));`.replace(
      "struct rseq_shared { __u32 sched_state; };",
      "struct rseq_shared { __u32 sched_state; };\n                         //^^^^^^^^^^^ warning: 'sched_state' (shared) is at offset 28,",
    ),
  );
});

test("64 bytes away, a struct of its own, and the ids that others may read are silent", () => {
  checkSilent(
    {},
    `struct rseq {
  ${fields}
  __u32 sched_state __attribute__((aligned(64)));
} __attribute__((aligned(64)));`,
    "P01",
  );
  checkSilent({}, `struct rseq { ${fields} } __attribute__((aligned(32)));`, "P01");
  checkSilent({}, "struct rseq_shared { __u32 sched_state; };", "P01");
});
