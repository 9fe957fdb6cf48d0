import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

function file(statement: string): string {
  return `struct rseq_shared { unsigned sched_state; unsigned owner; };
struct rseq_job { unsigned sched_state; };
int wait(struct rseq_shared *s, struct rseq_job *j) {
  ${statement}
}
`;
}

const settings = { path: "test.c" };

test("a plain load", () => {
  checkLint(
    "P15",
    settings,
    file(`while (s->sched_state & 1);
          //^^^^^^^^^^^ error: 'sched_state' is shared with other threads and is accessed plainly.`),
  );
});

test("a plain store", () => {
  checkLint(
    "P15",
    settings,
    file(`s->owner = 1;
   //^^^^^ error: 'owner' is shared with other threads and is accessed plainly.`),
  );
});

test("in a condition and a return", () => {
  checkLint(
    "P15",
    settings,
    file(`return (*s).owner;
            //^^^^^ error: 'owner' is shared`),
  );
});

test("atomics, an address, other structs, and scenarios are silent", () => {
  checkSilent(settings, file("return READ_ONCE(s->sched_state);"), "P15");
  checkSilent(settings, file("return __atomic_load_n(&s->sched_state, __ATOMIC_RELAXED);"), "P15");
  checkSilent(settings, file("WRITE_ONCE(s->owner, 1); return j->sched_state;"), "P15");
  checkSilent({ path: "test.rseq" }, file("return s->sched_state;"), "P15");
});
