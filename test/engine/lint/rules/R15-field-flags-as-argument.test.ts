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

test("the available bit", () => {
  checkLint(
    "R15",
    { ...inC, kernel: "linux-7.0" },
    marked(
      "syscall(__NR_rseq, &area, 33, RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE, RSEQ_SIG)",
      "RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE",
      "error: The flags are 0x10: 0x10 and 0x20 are bits of the area's flags word, not of the call.",
    ),
  );
});

test("the enabled bit", () => {
  checkLint(
    "R15",
    { ...inC, kernel: "linux-7.1" },
    marked("syscall(__NR_rseq, &area, 33, 0x20, RSEQ_SIG)", "0x20", "error: The flags are 0x20:"),
  );
});

test("both, with a flag of the call", () => {
  checkLint(
    "R15",
    { ...inC, kernel: "linux-7.1" },
    marked("syscall(__NR_rseq, &area, 33, 0x32, RSEQ_SIG)", "0x32", "error: The flags are 0x32:"),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "linux-7.1" },
    file("syscall(__NR_rseq, &area, 33, RSEQ_FLAG_SLICE_EXT_DEFAULT_ON, RSEQ_SIG)"),
    "R15",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.1" },
    file("syscall(__NR_rseq, &area, 33, 0, RSEQ_SIG)"),
    "R15",
  );
});
