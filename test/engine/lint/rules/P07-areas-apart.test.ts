import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

/** A program that registers with the given fifth argument. */
function file(declaration: string, call: string): string {
  return `#include <linux/rseq.h>
static struct rseq area __attribute__((aligned(256)));
static ${declaration}
void start(void) {
  ${call}
}
`;
}

const settings = { path: "test.c", kernel: "proposal-shared-flag" };

test.each(["&area", "(void *)&area", "(unsigned long)&area"])("%s as both areas", (argument) => {
  checkLint(
    "P07",
    settings,
    file(
      "int unused;",
      `sys_rseq_shared(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG, ${argument});
//                                                       ${"^".repeat(argument.length)} error: 'area' is passed as the private and as the shared area.`,
    ),
  );
});

test("two objects are silent", () => {
  checkSilent(
    settings,
    file("struct rseq mine;", "sys_rseq_shared(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG, &mine);"),
    "P07",
  );
});
