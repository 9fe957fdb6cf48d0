import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

const parts = `
  struct rseq_local { __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; } local;
  __u8 __reserved[240];
  struct rseq_shared { __u32 sched_state; } shared;`;

test.each([32, 64, 128])("%d is too little for a split struct", (align) => {
  checkLint(
    "P03",
    { kernel: "proposal-split" },
    `
struct rseq {
     //^^^^ error: 'struct rseq' is aligned to ${align}; under proposal-split it is aligned to 256 and a multiple of 256 long.${parts}
} __attribute__((aligned(${align})));`,
  );
});

test("256 and 512 are silent, and so are other kernels", () => {
  checkSilent(
    { kernel: "proposal-split" },
    `struct rseq {${parts}\n} __attribute__((aligned(256)));`,
    "P03",
  );
  checkSilent(
    { kernel: "proposal-split" },
    `struct rseq {${parts}\n} __attribute__((aligned(512)));`,
    "P03",
  );
  checkSilent(
    { kernel: "linux-6.18" },
    `struct rseq {${parts}\n} __attribute__((aligned(32)));`,
    "P03",
  );
});

test("the fix raises the alignment", () => {
  checkFixes(
    "P03",
    { kernel: "proposal-split" },
    `struct rseq {${parts}\n} __attribute__((aligned(64)));`,
  );
});
