import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

test("a field that moved is reported with both offsets", () => {
  checkLint(
    "L06",
    { kernel: "linux-6.18" },
    `
struct rseq {
  __u32 cpu_id_start;
  __u32 cpu_id;
  __u64 rseq_cs;
  __u32 flags;
  __u32 mine;
  __u32 node_id;
      //^^^^^^^ error: 'node_id' is at offset 24; linux-6.18 has it at 20.
  __u32 mm_cid;
      //^^^^^^ error: 'mm_cid' is at offset 28; linux-6.18 has it at 24.
  char end[];
} __attribute__((aligned(32)));`,
  );
});

test("swapped ids are two findings", () => {
  checkLint(
    "L06",
    {},
    `
struct rseq {
  __u32 cpu_id;
      //^^^^^^ error: 'cpu_id' is at offset 0; linux-5.4 has it at 4.
  __u32 cpu_id_start;
      //^^^^^^^^^^^^ error: 'cpu_id_start' is at offset 4; linux-5.4 has it at 0.
  __u64 rseq_cs;
  __u32 flags;
} __attribute__((aligned(32)));`,
  );
});

test("in a split offsets count from the start of the part", () => {
  checkLint(
    "L06",
    { kernel: "proposal-split" },
    `
struct rseq {
  struct rseq_local { __u32 cpu_id; } local __attribute__((aligned(256)));
                          //^^^^^^ error: 'cpu_id' is at offset 0 of its part; proposal-split has it at 4.
  struct rseq_shared { __u32 version; __u32 sched_state; } shared __attribute__((aligned(256)));
                                          //^^^^^^^^^^^ error: 'sched_state' is at offset 4 of its part; proposal-split has it at 0.
} __attribute__((aligned(256)));`,
  );
});

test("a field that a later kernel brought may be anywhere, and one that is missing is not missed", () => {
  checkSilent(
    { kernel: "linux-6.2" },
    `struct rseq {
  __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 mine; __u32 node_id;
} __attribute__((aligned(32)));`,
    "L06",
  );
  checkSilent(
    {},
    "struct rseq { __u32 cpu_id_start; __u32 cpu_id; } __attribute__((aligned(32)));",
    "L06",
  );
});

test("librseq's union is the field rseq_cs", () => {
  checkSilent(
    {},
    `struct rseq_abi {
  __u32 cpu_id_start;
  __u32 cpu_id;
  union {
    __u64 ptr64;
    struct { __u64 ptr; } arch;
  } rseq_cs;
  __u32 flags;
  __u32 node_id;
  __u32 mm_cid;
  char end[];
} __attribute__((aligned(32)));`,
  );
});
