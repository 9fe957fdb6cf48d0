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

test("the private part alone", () => {
  checkLint(
    "P04",
    { ...inC, kernel: "proposal-split" },
    marked(
      "syscall(__NR_rseq, &area, 256, 0, RSEQ_SIG)",
      "256",
      "error: The length is 256; under proposal-split it is 32, or at least 260, which covers both parts.",
    ),
  );
});

test("one byte more than a legacy registration", () => {
  checkLint(
    "P04",
    { ...inC, kernel: "proposal-split" },
    marked("syscall(__NR_rseq, &area, 33, 0, RSEQ_SIG)", "33", "error: The length is 33;"),
  );
});

test("one byte of the shared part missing", () => {
  checkLint(
    "P04",
    { ...inC, kernel: "proposal-split" },
    marked("syscall(__NR_rseq, &area, 259, 0, RSEQ_SIG)", "259", "error: The length is 259;"),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "proposal-split" },
    file("syscall(__NR_rseq, &area, 512, 0, RSEQ_SIG)"),
    "P04",
  );
  checkSilent(
    { ...inC, kernel: "proposal-split" },
    file("syscall(__NR_rseq, &area, 260, 0, RSEQ_SIG)"),
    "P04",
  );
  checkSilent(
    { ...inC, kernel: "proposal-split" },
    file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"),
    "P04",
  );
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 64, 0, RSEQ_SIG)"),
    "P04",
  );
});
