import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

const fields = `  __u32 cpu_id_start;
  __u32 cpu_id;
  __u64 rseq_cs;
  __u32 flags;
  __u32 node_id;
  __u32 mm_cid;
`;

test("a struct rseq without `end` is a warning on its tag", () => {
  checkLint(
    "L08",
    {},
    `
struct rseq {
     //^^^^ warning: 'struct rseq' does not end with \`char end[];\`. Programs tell the feature size, 28 here, by its offset;
${fields}} __attribute__((aligned(32)));`,
  );
});

test("a field behind `end` is an error under any kernel", () => {
  checkLint(
    "L08",
    { kernel: "linux-5.4" },
    `
struct rseq {
${fields}  char end[0];
  __u32 late;
      //^^^^ error: 'late' follows \`end\`, whose offset 28 is the feature size. It would not be counted;
} __attribute__((aligned(32)));`,
  );
});

test("before 6.3 there was no `end`, and the proposals and other tags have none", () => {
  const text = `struct rseq {\n${fields}} __attribute__((aligned(32)));`;
  checkSilent({ kernel: "linux-6.2" }, text, "L08");
  checkSilent({ kernel: "proposal-split" }, text, "L08");
  checkSilent({}, text.replace("struct rseq", "struct kernel_rseq"), "L08");
  checkSilent({}, text.replace("mm_cid;", "mm_cid;\n  char end[];"), "L08");
});

test("the fix appends it", () => {
  checkFixes("L08", {}, `struct rseq {\n${fields}} __attribute__((aligned(32)));`);
});
