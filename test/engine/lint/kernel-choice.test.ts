// Which kernel judges a header that nobody named one for.
import { expect, test } from "vitest";
import { lintText } from "../../support/check-lint.ts";

const original = "__u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags;";
const extended = `${original} __u32 node_id; __u32 mm_cid;`;
const slice =
  "struct rseq_slice_ctrl { union { __u32 all; struct { __u8 request; __u8 granted; __u16 __reserved; }; }; };";

function chosen(text: string): string {
  return lintText(text).kernel.shownName;
}

function rseq(fields: string): string {
  return `struct rseq { ${fields} } __attribute__((aligned(32)));`;
}

test.each([
  ["the original fields", rseq(original), "linux-5.4"],
  ["node_id and mm_cid", rseq(extended), "linux-6.14"],
  [
    "slice_ctrl",
    `${slice} ${rseq(`${extended} struct rseq_slice_ctrl slice_ctrl; __u8 __reserved;`)}`,
    "linux-7.0",
  ],
  ["sched_state at 28", rseq(`${extended} __u32 sched_state;`), "sched-state-v1"],
  ["a pointer to it", rseq(`${extended} __u32 padding1; __u64 sched_state_ptr;`), "sched-state-v2"],
  [
    "a shared struct of its own",
    `struct rseq_shared { __u32 sched_state; __u32 __reserved; }; ${rseq(extended)}`,
    "proposal-shared-flag",
  ],
])("%s: the oldest kernel that has exactly these fields", (_, text, kernel) => {
  expect(chosen(text)).toBe(kernel);
});

test.each([
  ["a new field at the end", rseq(`${extended} __u32 mine;`), "linux-6.14"],
  [
    "a field that moved",
    rseq(`${original} __u32 mine; __u32 node_id; __u32 mm_cid;`),
    "linux-6.14",
  ],
  ["a field less", rseq(`${original} __u32 node_id;`), "linux-6.14"],
  [
    "a split whose shared part is not where it should be",
    `struct rseq { struct rseq_local { ${extended} } local; struct rseq_shared { __u32 sched_state; } shared; } __attribute__((aligned(256)));`,
    "proposal-split",
  ],
])("%s: the kernel that is closest", (_, text, kernel) => {
  expect(chosen(text)).toBe(kernel);
});

test("without any rseq struct, the newest release", () => {
  expect(chosen("/* rseq */ int x;")).toBe("linux-7.1");
  expect(chosen("struct rseq { int mine; };")).toBe("linux-7.1");
});
