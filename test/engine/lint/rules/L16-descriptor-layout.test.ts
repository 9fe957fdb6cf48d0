import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

const fields =
  "__u32 version; __u32 flags; __u64 start_ip; __u64 post_commit_offset; __u64 abort_ip;";

test("a descriptor that is not aligned to 32", () => {
  const text = `
struct rseq_cs {
     //^^^^^^^ error: 'struct rseq_cs' is aligned to 8, not to 32: a descriptor may cross a cache line.
  ${fields}
};`;
  checkLint("L16", {}, text);
  checkFixes("L16", {}, `struct rseq_cs { ${fields} };`);
});

test("a field out of place", () => {
  checkLint(
    "L16",
    {},
    `
struct rseq_abi_cs {
  __u32 version; __u32 flags; __u64 start_ip;
  __u64 abort_ip;
      //^^^^^^^^ error: 'abort_ip' is at offset 16; the kernel reads it at 24.
  __u64 post_commit_offset;
      //^^^^^^^^^^^^^^^^^^ error: 'post_commit_offset' is at offset 24; the kernel reads it at 16.
} __attribute__((aligned(32)));`,
  );
});

test("a field too many", () => {
  checkLint(
    "L16",
    {},
    `
struct rseq_cs {
     //^^^^^^^ error: 'struct rseq_cs' has 40 bytes of fields; the kernel copies exactly 32.
  ${fields} __u64 name;
} __attribute__((aligned(32)));`,
  );
});

test("the kernel's declaration is silent", () => {
  checkSilent({}, `struct rseq_cs { ${fields} } __attribute__((aligned(4 * sizeof(__u64))));`);
});
