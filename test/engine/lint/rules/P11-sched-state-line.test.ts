import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

const fields = "__u32 version; __u32 state; __u32 tid;";

test.each([
  ["", 12, 4],
  [" __attribute__((aligned(16)))", 16, 16],
  [" __attribute__((aligned(32)))", 32, 32],
])("with%s it shares its line", (attributes, size, align) => {
  checkLint(
    "P11",
    {},
    `
struct rseq_sched_state {
     //^^^^^^^^^^^^^^^^ warning: 'struct rseq_sched_state' has ${size} bytes and is aligned to ${align}: other data may share its 64-byte line.
  ${fields}
}${attributes};`,
  );
});

test("a line of its own is silent", () => {
  checkSilent({}, `struct rseq_sched_state { ${fields} } __attribute__((aligned(64)));`);
});

test("the fix aligns and so pads it", () => {
  checkFixes("P11", {}, `struct rseq_sched_state { ${fields} };`);
});
