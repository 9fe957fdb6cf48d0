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

test("the flag with a legacy registration", () => {
  checkLint(
    "R14",
    { ...inC, kernel: "linux-7.1" },
    marked(
      "syscall(__NR_rseq, &area, 32, RSEQ_FLAG_SLICE_EXT_DEFAULT_ON, RSEQ_SIG)",
      "RSEQ_FLAG_SLICE_EXT_DEFAULT_ON",
      "warning: RSEQ_FLAG_SLICE_EXT_DEFAULT_ON has no effect with a length of 32 under linux-7.1: that is the legacy mode. Register 33 bytes or more.",
    ),
  );
});

test("the flag by its number", () => {
  checkLint(
    "R14",
    { ...inC, kernel: "linux-7.0.10" },
    marked(
      "syscall(__NR_rseq, &area, 32, 2, RSEQ_SIG)",
      "2",
      "warning: RSEQ_FLAG_SLICE_EXT_DEFAULT_ON has no effect",
    ),
  );
});

test("a length that is computed", () => {
  checkLint(
    "R14",
    { ...inC, kernel: "linux-7.1" },
    marked(
      "syscall(__NR_rseq, &area, 4 * 8, 1 << 1, RSEQ_SIG)",
      "1 << 1",
      "warning: RSEQ_FLAG_SLICE_EXT_DEFAULT_ON has no effect",
    ),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "linux-7.1" },
    file("syscall(__NR_rseq, &area, 33, RSEQ_FLAG_SLICE_EXT_DEFAULT_ON, RSEQ_SIG)"),
    "R14",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.0" },
    file("syscall(__NR_rseq, &area, 32, RSEQ_FLAG_SLICE_EXT_DEFAULT_ON, RSEQ_SIG)"),
    "R14",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.1" },
    file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"),
    "R14",
  );
});
