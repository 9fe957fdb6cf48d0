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

test("the flag with four arguments", () => {
  checkLint(
    "P08",
    { ...inC, kernel: "proposal-shared-flag" },
    marked(
      "sys_rseq(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG)",
      "RSEQ_FLAG_SHARED",
      "error: RSEQ_FLAG_SHARED (0x4) is passed with four arguments.",
    ),
  );
});

test("through syscall", () => {
  checkLint(
    "P08",
    { ...inC, kernel: "shared-flag" },
    marked(
      "syscall(__NR_rseq, &area, 32, 4, RSEQ_SIG)",
      "4",
      "error: RSEQ_FLAG_SHARED (0x4) is passed with four arguments.",
    ),
  );
});

test("at unregistration too", () => {
  checkLint(
    "P08",
    { ...inC, kernel: "shared-flag" },
    marked("syscall(__NR_rseq, &area, 32, 5, RSEQ_SIG)", "5", "error: RSEQ_FLAG_SHARED (0x4)"),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "proposal-shared-flag" },
    file("sys_rseq_shared(&area, 32, RSEQ_FLAG_SHARED, RSEQ_SIG, &area)"),
    "P08",
  );
  checkSilent(
    { ...inC, kernel: "proposal-shared-flag" },
    file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"),
    "P08",
  );
});
