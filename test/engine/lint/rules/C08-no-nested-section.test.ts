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

test("a section inside another", () => {
  checkLint(
    "C08",
    settings,
    scenario(`  critical (cpu) abort retry {
    critical (cpu) abort retry { commit hits[0].value = 1; }
  //^^^^^^^^^^^^^^^^^^^^^^^^^^ error: A critical section starts inside another.
    commit hits[cpu].value = 1;
  }`),
  );
});

test("a called function with a section of its own", () => {
  const text = scenario(`  critical (cpu) abort retry {
    push();
  //^^^^^^ error: 'push' has a critical section of its own and is called inside one.
    commit hits[cpu].value = 1;
  }`).replace(
    "void helper",
    "void push(void) { again: critical (0) abort again { commit hits[0].value = 1; } }\nvoid helper",
  );
  checkLint("C08", settings, text);
});

test("one after the other is silent", () => {
  checkSilent(
    settings,
    scenario(
      "  critical (cpu) abort retry { commit hits[cpu].value = 1; }\n  critical second (cpu) abort retry { commit hits[cpu].value = 2; }",
    ),
    "C08",
  );
});
