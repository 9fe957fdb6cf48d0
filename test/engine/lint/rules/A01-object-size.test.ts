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

test("an object of the original size registered with more", () => {
  checkLint(
    "A01",
    { ...inC, kernel: "linux-6.18" },
    marked(
      "syscall(__NR_rseq, &area, 64, 0, RSEQ_SIG)",
      "&area",
      "error: 'area' has 32 bytes and is registered with a length of 64. The kernel may store behind it;",
    ),
  );
});

test("a buffer that is too small", () => {
  checkLint(
    "A01",
    { ...inC, kernel: "linux-6.18" },
    marked(
      "syscall(__NR_rseq, area, 32, 0, RSEQ_SIG)",
      "area",
      "error: 'area' has 28 bytes and is registered with a length of 32.",
      "char area[28] __attribute__((aligned(32)));",
    ),
  );
});

test("a split area cut in half", () => {
  checkLint(
    "A01",
    { ...inC, kernel: "proposal-split" },
    marked(
      "syscall(__NR_rseq, &area, 512, 0, RSEQ_SIG)",
      "&area",
      "error: 'area' has 256 bytes and is registered with a length of 512.",
      "char area[256] __attribute__((aligned(256)));",
    ),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"),
    "A01",
  );
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, area, 64, 0, RSEQ_SIG)", "struct rseq *area;"),
    "A01",
  );
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 64, RSEQ_FLAG_UNREGISTER, RSEQ_SIG)"),
    "A01",
  );
});
