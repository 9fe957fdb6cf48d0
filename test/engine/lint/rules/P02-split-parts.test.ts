import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

const local = "struct rseq_local { __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; }";

test("a shared part that is not at 256", () => {
  const text = `
struct rseq {
  ${local} local;
  struct rseq_shared { __u32 sched_state; } shared;
                                          //^^^^^^ error: The shared part 'shared' is at offset 24; the proposal puts it at 256.
} __attribute__((aligned(256)));`;
  checkLint("P02", { kernel: "proposal-split" }, text);
});

test("a shared part at 64, where a line would end", () => {
  checkLint(
    "P02",
    { kernel: "proposal-split" },
    `
struct rseq_shared { __u32 sched_state; } __attribute__((aligned(64)));
struct rseq {
  ${local} local;
  struct rseq_shared both;
                   //^^^^ error: The shared part 'both' is at offset 64;
} __attribute__((aligned(256)));`,
  );
});

test("a part with more than 256 bytes", () => {
  checkLint(
    "P02",
    { kernel: "proposal-split" },
    `
struct rseq {
  ${local} local __attribute__((aligned(256)));
  struct rseq_shared { __u32 sched_state[65]; } shared __attribute__((aligned(256)));
                                              //^^^^^^ error: The shared part 'shared' has 260 bytes of fields; a part has at most 256.
} __attribute__((aligned(256)));`,
  );
});

test("the proposal's layout is silent, and other kernels do not ask", () => {
  const good = `struct rseq {
  ${local} local __attribute__((aligned(256)));
  struct rseq_shared { __u32 sched_state; } shared __attribute__((aligned(256)));
} __attribute__((aligned(256)));`;
  checkSilent({ kernel: "proposal-split" }, good);
  checkSilent({ kernel: "linux-6.18" }, good.replaceAll("aligned(256)", "aligned(64)"), "P02");
});

test("the fix aligns the shared part to 256", () => {
  checkFixes(
    "P02",
    { kernel: "proposal-split" },
    `struct rseq {
  ${local} local __attribute__((aligned(256)));
  struct rseq_shared { __u32 sched_state; } shared;
} __attribute__((aligned(256)));`.replace("local __attribute__((aligned(256)));", "local;"),
  );
});
