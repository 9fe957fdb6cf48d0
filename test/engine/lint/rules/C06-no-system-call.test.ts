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

test.each([
  ["linux-6.18", "If it sleeps the section aborts after it took effect"],
  ["linux-7.1", "linux-7.1 does not abort the section, even if the call slept"],
])("a system call inside, under %s", (kernel, consequence) => {
  checkLint(
    "C06",
    settings,
    scenario(
      `  critical (cpu) abort retry {
    sched_yield();
  //^^^^^^^^^^^^^ error: 'sched_yield' is a system call inside a critical section. ${consequence};
    commit hits[cpu].value = 1;
  }`,
      kernel,
    ),
  );
});

test("in an operand of the commit", () => {
  checkLint(
    "C06",
    settings,
    scenario(`  critical (cpu) abort retry {
    commit hits[cpu].value = gettid();
                           //^^^^^^^^ error: 'gettid' is a system call inside a critical section.
  }`),
  );
});

test("before and behind the section, and the intrinsics, are silent", () => {
  checkSilent(
    settings,
    scenario(
      "  getpid();\n  critical (cpu) abort retry { cpu_relax(); commit hits[cpu].value = READ_ONCE(hits[cpu].value); }\n  getpid();",
    ),
    "C06",
  );
});
