import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

function file(statements: string): string {
  return `#include <linux/rseq.h>
static struct rseq area;
void start(struct rseq *p, unsigned long state) {
  ${statements}
}
`;
}

const settings = { path: "test.c", kernel: "sched-state-v2" };
const call = "sys_rseq(&area, 40, 0, RSEQ_SIG);";

test("the pointer behind the call", () => {
  checkLint(
    "P12",
    settings,
    file(`${call}
  area.sched_state_ptr = state;
     //^^^^^^^^^^^^^^^ error: 'sched_state_ptr' is stored behind the registration; the kernel reads it only there.`),
  );
});

test("through a pointer, and atomically", () => {
  checkLint(
    "P12",
    settings,
    file(`${call}
  p->sched_state_ptr = 0;
   //^^^^^^^^^^^^^^^ error: 'sched_state_ptr' is stored behind the registration;
  WRITE_ONCE(p->sched_state_ptr, state);
              //^^^^^^^^^^^^^^^ error: 'sched_state_ptr' is stored behind the registration;`),
  );
});

test("before the call, without a call, and other fields are silent", () => {
  checkSilent(settings, file(`area.sched_state_ptr = state; ${call}`), "P12");
  checkSilent(settings, file("area.sched_state_ptr = state;"), "P12");
  checkSilent(settings, file(`${call} area.rseq_cs = 0;`), "P12");
});
