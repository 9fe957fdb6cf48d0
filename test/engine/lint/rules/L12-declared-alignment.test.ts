import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

function struct(align: number): string {
  return `struct rseq {
  __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid;
  char end[];
} __attribute__((aligned(${align})));`;
}

test("32 is too little where the kernel demands 64", () => {
  checkLint(
    "L12",
    { kernel: "linux-7.0" },
    struct(32).replace(
      "struct rseq {",
      "struct rseq {\n     //^^^^ warning: 'struct rseq' is aligned to 32, but AT_RSEQ_ALIGN is 64 under linux-7.0.",
    ),
  );
});

test("128 is too little where a proposal demands 256", () => {
  checkLint(
    "L12",
    { kernel: "proposal-split" },
    struct(128).replace(
      "struct rseq {",
      "struct rseq {\n     //^^^^ warning: 'struct rseq' is aligned to 128, but AT_RSEQ_ALIGN is 256",
    ),
  );
});

test("a private struct of another name is judged too", () => {
  checkLint(
    "L12",
    { kernel: "linux-7.1" },
    struct(32).replace(
      "struct rseq {",
      "struct kernel_rseq {\n     //^^^^^^^^^^^ warning: 'struct kernel_rseq' is aligned to 32,",
    ),
  );
});

test("enough alignment, and the kernel's own declaration, are silent", () => {
  checkSilent({ kernel: "linux-7.0" }, struct(64), "L12");
  checkSilent({ kernel: "linux-6.18" }, struct(32), "L12");
  checkSilent({}, struct(32), "L12");
});

test("the fix raises the attribute", () => {
  checkFixes("L12", { kernel: "linux-7.0" }, struct(32));
});
