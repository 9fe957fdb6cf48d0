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

test.each(["granted", "__reserved", "all"])("a store to slice_ctrl.%s", (name) => {
  checkLint(
    "X01",
    settings,
    scenario(
      `  rseq->slice_ctrl.${name} = 0;
//                 ${"^".repeat(name.length)} error: '${name}' of slice_ctrl is the kernel's.`,
      "linux-7.1",
    ),
  );
});

test("the request byte, reads, and fields of other structs are silent", () => {
  checkSilent(settings, scenario("  rseq->slice_ctrl.request = 1;", "linux-7.1"), "X01");
  checkSilent(settings, scenario("  cpu = rseq->slice_ctrl.granted;", "linux-7.1"), "X01");
  checkSilent(
    { path: "test.c" },
    "struct slice { int granted; };\nvoid rseq_f(struct slice *s) { s->granted = 1; }\n",
    "X01",
  );
});
