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

test("the command without the registration", () => {
  checkLint(
    "C16",
    settings,
    scenario(`  membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0, 0);
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The process never registers for MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ:`),
  );
});

test("registered anywhere in the file, other commands, and C files are silent", () => {
  checkSilent(
    settings,
    scenario(
      "  membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0);\n  membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0, 0);",
    ),
    "C16",
  );
  checkSilent(settings, scenario("  membarrier(MEMBARRIER_CMD_GLOBAL, 0, 0);"), "C16");
  checkSilent({ path: "test.c" }, "/* rseq */ void f(void) { membarrier(0x80, 0, 0); }\n", "C16");
});
