import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

const fields = `  __u32 cpu_id_start;
  __u32 cpu_id;
  __u64 rseq_cs;
  __u32 flags;
  __u32 node_id;
  __u32 mm_cid;
`;

test("an `end` at offset 32 is ambiguous", () => {
  checkLint(
    "L09",
    {},
    `
struct rseq {
${fields}  __u32 mine;
  char end[];
     //^^^ error: offsetof(end) is 32. glibc 2.35 to 2.39 publish a feature size of 32 for 20 active bytes,
} __attribute__((aligned(32)));`,
  );
});

test("the same holds for the first release candidate of 7.0", () => {
  const text = `#include <linux/types.h>
struct rseq_slice_ctrl { union { __u32 all; struct { __u8 request; __u8 granted; __u16 __reserved; }; }; };
struct rseq {
${fields}  struct rseq_slice_ctrl slice_ctrl;
  char end[];
} __attribute__((aligned(32)));`;
  checkLint(
    "L09",
    {},
    text.replace("  char end[];", "  char end[];\n     //^^^ error: offsetof(end) is 32."),
  );
  checkFixes("L09", {}, text);
});

test("28, 33 and a struct without `end` are silent", () => {
  const text = (tail: string): string =>
    `struct rseq {\n${fields}${tail}} __attribute__((aligned(32)));`;
  checkSilent({}, text("  char end[];\n"), "L09");
  checkSilent({}, text("  __u32 mine;\n  __u8 __reserved;\n  char end[];\n"), "L09");
  checkSilent({}, text("  __u32 mine;\n"), "L09");
});
