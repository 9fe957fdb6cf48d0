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

test("any flag kills since 6.0", () => {
  checkLint(
    "D02",
    { ...inC, kernel: "linux-6.18" },
    descriptor(`  .flags = 1,
         //^ error: The descriptor's flags are 0x1. Since 6.0 the kernel kills a thread that is inside such a section;`),
  );
  checkLint(
    "D02",
    { ...inC, kernel: "linux-7.1" },
    descriptor(`  .flags = RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE,
         //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The descriptor's flags are 0x4.`),
  );
});

test("before, the signal bit alone was fatal", () => {
  checkLint(
    "D02",
    { ...inC, kernel: "linux-5.4" },
    descriptor(`  .flags = 2,
         //^ error: The descriptor's flags are 0x2: NO_RESTART_ON_SIGNAL without the two others is fatal under linux-5.4.`),
  );
});

test("0 always, and the allowed combinations up to 5.19, are silent", () => {
  checkSilent({ ...inC, kernel: "linux-6.18" }, descriptor("  .flags = 0,"), "D02");
  checkSilent({ ...inC, kernel: "linux-5.19" }, descriptor("  .flags = 7,"), "D02");
  checkSilent({ ...inC, kernel: "linux-5.4" }, descriptor("  .flags = 1,"), "D02");
});

test("the fix sets it to 0", () => {
  checkFixes("D02", { ...inC, kernel: "linux-6.18" }, descriptor("  .flags = 4,"));
});
