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

test("7.0 keeps feature bits there", () => {
  checkLint(
    "U07",
    settings,
    scenario(
      "  rseq->flags = 0;\n//      ^^^^^ error: 'flags' holds the kernel's feature bits under linux-7.0.",
      "linux-7.0",
    ),
  );
});

test("6.0 to 6.19 want 0", () => {
  checkLint(
    "U07",
    settings,
    scenario(
      "  rseq->flags = 1;\n//      ^^^^^ error: 'flags' is set to 0x1; since 6.0 it must be 0.",
    ),
  );
  checkLint(
    "U07",
    settings,
    scenario(
      "  WRITE_ONCE(rseq->flags, 4 | 2);\n//                 ^^^^^ error: 'flags' is set to 0x6;",
      "linux-6.2",
    ),
  );
});

test("0, an unknown value, the flags of a descriptor, and kernels that honour them are silent", () => {
  checkSilent(settings, scenario("  rseq->flags = 0;"), "U07");
  checkSilent(settings, scenario("  rseq->flags = cpu;"), "U07");
  checkSilent(settings, scenario("  rseq->flags = 7;", "linux-5.4"), "U07");
  checkSilent(settings, scenario("  static struct rseq_cs cs; cs.flags = 1;"), "U07");
});
