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

test("a call inside", () => {
  checkLint(
    "C07",
    settings,
    scenario(`  critical (cpu) abort retry {
    helper();
  //^^^^^^^^ error: 'helper' is called inside a critical section. In it the thread is outside,
    commit hits[cpu].value = 1;
  }`),
  );
});

test("a return inside", () => {
  checkLint(
    "C07",
    settings,
    scenario(`  critical (cpu) abort retry {
    if (cpu == 1) return;
                //^^^^^^ error: \`return\` leaves the critical section with rseq_cs still set.
    commit hits[cpu].value = 1;
  }`),
  );
});

test("a jump out, and a call outside, are silent", () => {
  checkSilent(
    settings,
    scenario(
      "  helper();\n  critical (cpu) abort retry { if (cpu == 1) goto retry; commit hits[cpu].value = 1; }\n  return;",
    ),
    "C07",
  );
});
