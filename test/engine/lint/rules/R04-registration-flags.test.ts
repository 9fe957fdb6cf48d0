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

test("an unknown bit", () => {
  checkLint(
    "R04",
    { ...inC, kernel: "linux-6.18" },
    marked(
      "syscall(__NR_rseq, &area, 32, 2, RSEQ_SIG)",
      "2",
      "error: The flags are 0x2, of which linux-6.18 does not know 0x2. The call fails with EINVAL; pass 0.",
    ),
  );
});

test("7.0 knows one flag", () => {
  checkLint(
    "R04",
    { ...inC, kernel: "linux-7.0" },
    marked(
      "syscall(__NR_rseq, &area, 32, 6, RSEQ_SIG)",
      "6",
      "error: The flags are 0x6, of which linux-7.0 does not know 0x4. The call fails with EINVAL; pass 0 or 0x2.",
    ),
  );
});

test("a negative number has all bits", () => {
  checkLint(
    "R04",
    { ...inC, kernel: "linux-6.18" },
    marked("syscall(__NR_rseq, &area, 32, -2, RSEQ_SIG)", "-2", "error: The flags are 0xfffffffe,"),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"),
    "R04",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.0" },
    file("syscall(__NR_rseq, &area, 33, RSEQ_FLAG_SLICE_EXT_DEFAULT_ON, RSEQ_SIG)"),
    "R04",
  );
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 32, RSEQ_FLAG_UNREGISTER, RSEQ_SIG)"),
    "R04",
  );
  checkSilent(
    { ...inC, kernel: "proposal-shared-flag" },
    file("sys_rseq_shared(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG, &area)"),
    "R04",
  );
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 32, flags, RSEQ_SIG)", "int flags; struct rseq area;"),
    "R04",
  );
});
