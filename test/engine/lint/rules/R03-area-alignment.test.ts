import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

/** A C file that registers with the given arguments. */
function file(call: string, objects = "struct rseq area;"): string {
  return `#include <sys/rseq.h>
#include <sys/syscall.h>
static ${objects}
int main(void)
{
  return ${call};
}
`;
}

/** The call with carets under its last occurrence of `word`. */
function marked(call: string, word: string, message: string, objects?: string): string {
  const at = "  return ".length + call.lastIndexOf(word);
  return file(
    `${call};\n//${" ".repeat(at - 2)}${"^".repeat(word.length)} ${message}\n`,
    objects,
  ).replace("\n;\n}", "\n}");
}

const inC = { path: "test.c" };

test("an object of the 7.0 type is aligned to 32 only", () => {
  checkLint(
    "R03",
    { ...inC, kernel: "linux-7.0" },
    marked(
      "syscall(__NR_rseq, &area, 33, 0, RSEQ_SIG)",
      "&area",
      "error: 'area' is aligned to 32; linux-7.0 wants 64 for a length of 33. The call fails with EINVAL",
    ),
  );
});

test("a buffer has no alignment of its own", () => {
  checkLint(
    "R03",
    { ...inC, kernel: "linux-6.18" },
    marked(
      "syscall(__NR_rseq, area, 32, 0, RSEQ_SIG)",
      "area",
      "error: 'area' is aligned to 1; linux-6.18 wants 32 for a length of 32.",
      "char area[64];",
    ),
  );
});

test("proposal A wants 256", () => {
  checkLint(
    "R03",
    { ...inC, kernel: "proposal-split" },
    marked(
      "syscall(__NR_rseq, &area, 512, 0, RSEQ_SIG)",
      "&area",
      "error: 'area' is aligned to 64; proposal-split wants 256 for a length of 512.",
      "char area[512] __attribute__((aligned(64)));",
    ),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "linux-7.0" },
    file(
      "syscall(__NR_rseq, &area, 33, 0, RSEQ_SIG)",
      "struct rseq area __attribute__((aligned(64)));",
    ),
    "R03",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.0" },
    file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"),
    "R03",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.0" },
    file("syscall(__NR_rseq, area, 64, 0, RSEQ_SIG)", "struct rseq *area;"),
    "R03",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.0" },
    file("syscall(__NR_rseq, allocate(), 64, 0, RSEQ_SIG)"),
    "R03",
  );
});
