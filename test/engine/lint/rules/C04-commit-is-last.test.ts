import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

/** A scenario whose one thread runs the statements; carets below them show findings. */
function scenario(statements: string, kernel = "linux-6.18"): string {
  return `kernel "${kernel}";
machine { libc = none; }
struct counter { u64 value; };
percpu struct counter hits;
void helper(void) { hits[0].value = 1; }
thread worker {
  u32 cpu;
retry:
  cpu = rseq->cpu_id_start;
${statements}
}
`;
}

const settings = { path: "test.rseq" };

test("a statement behind the commit", () => {
  checkLint(
    "C04",
    settings,
    scenario(`  critical (cpu) abort retry {
    commit hits[cpu].value = 1;
    cpu = 2;
  //^^^^^^^ error: A statement follows the commit. An abort here comes after the commit took effect,
  }`),
  );
});

test("two commits", () => {
  checkLint(
    "C04",
    settings,
    scenario(`  critical (cpu) abort retry {
    commit hits[cpu].value = 1;
    commit hits[cpu].value = 2;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The critical section commits more than once.
  }`),
  );
});

test("no commit at all", () => {
  checkLint(
    "C04",
    settings,
    scenario(`  critical (cpu) abort retry { cpu = 2; }
//^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The critical section has no \`commit\`.`),
  );
});

test("one commit at the end is silent", () => {
  checkSilent(
    settings,
    scenario(
      "  critical (cpu) abort retry { u64 v = hits[cpu].value; commit hits[cpu].value = v + 1; }",
    ),
    "C04",
  );
});

test("a labelled commit is the last statement, too", () => {
  checkSilent(
    settings,
    scenario(
      "  critical (cpu) abort retry { u64 v = hits[cpu].value; store: commit hits[cpu].value = v + 1; }",
    ),
    "C04",
  );
});
