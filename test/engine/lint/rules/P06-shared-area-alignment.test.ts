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

test("a shared object with the alignment of its members", () => {
  checkLint(
    "P06",
    settings,
    file(
      "struct rseq_shared mine;",
      `sys_rseq_shared(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG, &mine);
                                                       //^^^^^ error: 'mine' is aligned to 4; AT_RSEQ_ALIGN is 256 under proposal-shared-flag, for both areas.`,
    ),
  );
});

test("a line is not enough", () => {
  checkLint(
    "P06",
    settings,
    file(
      "struct rseq_shared mine __attribute__((aligned(64)));",
      `sys_rseq_shared(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG, &mine);
                                                       //^^^^^ error: 'mine' is aligned to 64;`,
    ),
  );
});

test("an object that is smaller than the shared fields", () => {
  checkLint(
    "P06",
    settings,
    file(
      "char mine[2] __attribute__((aligned(256)));",
      `sys_rseq_shared(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG, mine);
                                                       //^^^^ error: 'mine' has 2 bytes; AT_RSEQ_SHARED_FEATURE_SIZE is 4`,
    ),
  );
});

test("an aligned object, a pointer, and other kernels are silent", () => {
  const call = "sys_rseq_shared(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG, &mine);";
  checkSilent(
    settings,
    file("struct rseq_shared mine __attribute__((aligned(256)));", call),
    "P06",
  );
  checkSilent(settings, file("struct rseq_shared *mine;", call.replace("&mine", "mine")), "P06");
  checkSilent({ ...settings, kernel: "linux-6.18" }, file("int mine;", call), "P06");
});
