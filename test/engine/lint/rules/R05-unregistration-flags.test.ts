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

test("the flag with another bit", () => {
  checkLint(
    "R05",
    { ...inC, kernel: "linux-6.18" },
    marked(
      "syscall(__NR_rseq, &area, 32, RSEQ_FLAG_UNREGISTER | 2, RSEQ_SIG)",
      "RSEQ_FLAG_UNREGISTER | 2",
      "error: The flags are 0x3: RSEQ_FLAG_UNREGISTER with other bits. The call fails with EINVAL and the area stays registered;",
    ),
  );
});

test("also with a flag that registration knows", () => {
  checkLint(
    "R05",
    { ...inC, kernel: "linux-7.1" },
    marked("syscall(__NR_rseq, &area, 33, 3, RSEQ_SIG)", "3", "error: The flags are 0x3:"),
  );
});

test("all bits", () => {
  checkLint(
    "R05",
    { ...inC, kernel: "linux-5.19" },
    marked("syscall(__NR_rseq, &area, 32, -1, RSEQ_SIG)", "-1", "error: The flags are 0xffffffff:"),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 32, RSEQ_FLAG_UNREGISTER, RSEQ_SIG)"),
    "R05",
  );
  checkSilent(
    { ...inC, kernel: "linux-5.4" },
    file("syscall(__NR_rseq, &area, 32, RSEQ_FLAG_UNREGISTER | 2, RSEQ_SIG)"),
    "R05",
  );
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"),
    "R05",
  );
});
