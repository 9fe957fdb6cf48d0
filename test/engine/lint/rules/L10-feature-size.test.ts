import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

const fields = `  __u32 cpu_id_start;
  __u32 cpu_id;
  __u64 rseq_cs;
  __u32 flags;
  __u32 node_id;
  __u32 mm_cid;
`;

function struct(tail: string): string {
  return `struct rseq {\n${fields}${tail}} __attribute__((aligned(32)));`;
}

test("an `end` behind reserved words says more than the kernel has", () => {
  checkLint(
    "L10",
    { kernel: "linux-6.18" },
    `
struct rseq {
${fields}  __u32 __reserved[5];
  char end[];
     //^^^ error: offsetof(end) is 48, but AT_RSEQ_FEATURE_SIZE is 28 under linux-6.18.
} __attribute__((aligned(32)));`,
  );
});

test("the header of 6.3 says less than 7.1 has", () => {
  checkLint(
    "L10",
    { kernel: "linux-7.1" },
    `
struct rseq {
${fields}  char end[];
     //^^^ error: offsetof(end) is 28, but AT_RSEQ_FEATURE_SIZE is 33 under linux-7.1.
} __attribute__((aligned(32)));`,
  );
});

test("a struct that grows beyond the kernel that it was chosen by has a feature size of its own", () => {
  const grown = struct("  __u32 __reserved;\n  __u64 mine;\n  char end[];\n");
  checkSilent({}, grown, "L10");
  checkLint(
    "L10",
    { kernel: "linux-6.18" },
    `\n${grown.replace("char end[];", "char end[];\n     //^^^ error: offsetof(end) is 40, but AT_RSEQ_FEATURE_SIZE is 28")}`,
  );
});

test("without `end`, or before 6.3, there is nothing to compare", () => {
  checkSilent({ kernel: "linux-6.18" }, struct(""), "L10");
  checkSilent({ kernel: "linux-5.4" }, struct("  char end[];\n"), "L10");
});
