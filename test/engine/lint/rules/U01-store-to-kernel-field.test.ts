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

test.each(["cpu_id_start", "cpu_id", "node_id", "mm_cid"])("a store to %s", (name) => {
  checkLint(
    "U01",
    settings,
    scenario(`  rseq->${name} = 5;
//      ${"^".repeat(name.length)} error: '${name}' is written by the kernel only. linux-6.18 repairs it at the next switch,`),
  );
});

test("the consequence is the kernel's", () => {
  checkLint(
    "U01",
    settings,
    scenario(
      "  rseq->cpu_id++;\n//      ^^^^^^ error: 'cpu_id' is written by the kernel only. linux-7.1 kills for it after a registration of more than 32 bytes;",
      "linux-7.1",
    ),
  );
  checkLint(
    "U01",
    settings,
    scenario(
      "  WRITE_ONCE(rseq->mm_cid, 1);\n//                 ^^^^^^ error: 'mm_cid' is written by the kernel only. linux-6.19 keeps the wrong value",
      "linux-6.19",
    ),
  );
});

test("C code is judged where the type of the area is known", () => {
  checkLint(
    "U01",
    { path: "test.c", kernel: "linux-6.18" },
    `#include <linux/rseq.h>
void f(struct rseq *area) {
  area->node_id = 1;
      //^^^^^^^ error: 'node_id' is written by the kernel only.
}
`,
  );
});

test("stores before the registration, the markers of cpu_id, reads and other structs are silent", () => {
  checkSilent(
    { path: "test.c" },
    `#include <sys/rseq.h>
#include <sys/syscall.h>
struct job { int cpu_id; };
static struct rseq area;
void f(struct job *job) {
  area.cpu_id_start = 0;
  area.cpu_id = 7;
  syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG);
  job->cpu_id = area.cpu_id;
  area.cpu_id = RSEQ_CPU_ID_REGISTRATION_FAILED;
  area.cpu_id = -1;
}
`,
    "U01",
  );
});
