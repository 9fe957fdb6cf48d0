import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

test.each([
  ["__u64 table[33];", 264, 512],
  ["__u64 table[64];", 512, 512],
  ["__u64 table[65];", 520, 768],
])("a private part with %s moves the shared one", (field, size, offset) => {
  checkLint(
    "P05",
    { kernel: "proposal-split" },
    `
struct rseq {
  struct rseq_local { ${field} } local __attribute__((aligned(256)));
  struct rseq_shared { __u32 sched_state; } shared __attribute__((aligned(256)));
                                          //^^^^^^ error: The private part has ${size} bytes, which moves the shared part 'shared' to offset ${offset}. It stays at 256;
} __attribute__((aligned(256)));`
      .replace("struct rseq_local { ", "struct rseq_local { __u32 cpu_id_start; __u32 cpu_id; ")
      .replace(/table\[(\d+)\]/, (_, count: string) => `table[${Number(count) - 1}]`),
  );
});

test("up to 256 bytes there is nothing to say", () => {
  checkSilent(
    { kernel: "proposal-split" },
    `struct rseq {
  struct rseq_local { __u32 cpu_id_start; __u32 cpu_id; __u64 table[31]; } local __attribute__((aligned(256)));
  struct rseq_shared { __u32 sched_state; } shared __attribute__((aligned(256)));
} __attribute__((aligned(256)));`,
  );
});
