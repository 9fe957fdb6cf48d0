import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

function struct(attributes: string): string {
  return `struct rseq {
  __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid;
  char end[];
}${attributes};`;
}

function marked(attributes: string, message: string): string {
  return struct(attributes).replace(
    "struct rseq {",
    `struct rseq {\n     //^^^^ error: ${message}`,
  );
}

test("a struct without an alignment of its own has that of its members", () => {
  checkLint(
    "L13",
    {},
    marked(
      "",
      "'struct rseq' is aligned to 8; the kernel registers only areas that are aligned to 32 (EINVAL).",
    ),
  );
});

test("16 is too little, and the attribute of a member counts", () => {
  checkLint("L13", {}, marked(" __attribute__((aligned(16)))", "'struct rseq' is aligned to 16;"));
  checkSilent(
    {},
    struct("")
      .replace("__u64 rseq_cs", "__u64 rseq_cs __attribute__((aligned(8)))")
      .replace("__u32 cpu_id_start", "__u32 cpu_id_start __attribute__((aligned(32)))"),
    "L13",
  );
});

test("packed takes the alignment away", () => {
  checkLint("L13", {}, marked(" __attribute__((packed))", "'struct rseq' is aligned to 1;"));
});

test("32 and more are silent, and shared structs are others' business", () => {
  checkSilent({}, struct(" __attribute__((aligned(32)))"), "L13");
  checkSilent({}, struct(" __attribute__((aligned(4 * sizeof(__u64))))"), "L13");
  checkSilent({}, "struct rseq_shared { __u32 sched_state; };", "L13");
});

test("the fix adds the attribute, or raises it, to what the kernel wants", () => {
  checkFixes("L13", {}, struct(""));
  checkFixes("L13", {}, struct(" __attribute__((aligned(8)))"));
  checkFixes(
    "L13",
    { kernel: "linux-7.1" },
    struct("").replace("mm_cid;", "mm_cid; __u32 mine; __u8 __reserved;"),
  );
});
