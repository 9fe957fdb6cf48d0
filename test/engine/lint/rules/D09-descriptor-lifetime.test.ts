import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

function inside(declaration: string): string {
  return `#include <linux/rseq.h>\nvoid f(struct rseq *r)\n{\n  ${declaration}\n}\n`;
}

test("a descriptor on the stack", () => {
  checkLint(
    "D09",
    { path: "test.c" },
    inside(`struct rseq_cs here = { .abort_ip = 8 };
               //^^^^ error: 'here' is on the stack. rseq_cs may still hold its address after the function returned,`),
  );
});

test("in an inner block, and const, too", () => {
  checkLint(
    "D09",
    { path: "test.c" },
    inside(`if (r) { const struct rseq_cs here = { 0, 0, 1, 2, 8 };
                              //^^^^ error: 'here' is on the stack.
  }`),
  );
});

test("in a scenario too", () => {
  checkLint(
    "D09",
    { path: "test.rseq" },
    `kernel "linux-6.18";
thread worker {
  struct rseq_cs here = { .abort_ip = 8 };
               //^^^^ error: 'here' is on the stack.
}
`,
  );
});

test("static and file-scope descriptors are silent", () => {
  checkSilent({ path: "test.c" }, inside("static struct rseq_cs here = { .abort_ip = 8 };"), "D09");
  checkSilent(
    { path: "test.c" },
    "#include <linux/rseq.h>\nstruct rseq_cs here = { .abort_ip = 8 };\n",
    "D09",
  );
});

test("the fix makes it static", () => {
  checkFixes("D09", { path: "test.c" }, inside("struct rseq_cs here = { .abort_ip = 8 };"));
});
