import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

function descriptor(members: string): string {
  return `#include <linux/rseq.h>
static struct rseq_cs section = {
${members}
};
`;
}

const inC = { path: "test.c" };

test("a version that is not 0", () => {
  checkLint(
    "D01",
    inC,
    descriptor(`  .version = 1,
           //^ error: The descriptor's version is 1. The kernel kills the thread for anything but 0;
  .start_ip = 4096, .post_commit_offset = 16, .abort_ip = 8192,`),
  );
});

test("members by position count", () => {
  checkLint(
    "D01",
    inC,
    descriptor(`     2, 0, 4096, 16, 8192,
   //^ error: The descriptor's version is 2.`),
  );
});

test("a descriptor inside a function is found", () => {
  checkLint(
    "D01",
    inC,
    `#include <linux/rseq.h>
void f(void) {
  static struct rseq_cs section = { .version = 3 };
                                             //^ error: The descriptor's version is 3.
}
`,
  );
});

test("0, nothing, and what cannot be evaluated are silent", () => {
  checkSilent(inC, descriptor("  .version = 0, .abort_ip = 4,"), "D01");
  checkSilent(inC, descriptor("  .abort_ip = 4,"), "D01");
  checkSilent(inC, descriptor("  .version = VERSION,"), "D01");
  checkSilent(inC, "struct rseq_user { int version; } x = { .version = 1 };\n", "D01");
});

test("the fix sets it to 0", () => {
  checkFixes("D01", inC, descriptor("  .version = 1,"));
});
