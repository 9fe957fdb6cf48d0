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

test("the feature size of 6.x is no length", () => {
  checkLint(
    "R02",
    { ...inC },
    marked(
      "syscall(__NR_rseq, &area, 28, 0, RSEQ_SIG)",
      "28",
      "error: The length is 28; every kernel refuses less than 32 with EINVAL.",
    ),
  );
});

test("nor are the active bytes of the original", () => {
  checkLint(
    "R02",
    { ...inC },
    marked(
      "syscall(__NR_rseq, &area, 20, RSEQ_FLAG_UNREGISTER, RSEQ_SIG)",
      "20",
      "error: The length is 20;",
    ),
  );
});

test("a scenario is judged as well", () => {
  checkLint(
    "R02",
    { ...inC },
    marked("syscall(__NR_rseq, &area, 31, 0, RSEQ_SIG)", "31", "error: The length is 31;"),
  );
});

test("what the rule allows is silent", () => {
  checkSilent({ ...inC }, file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"), "R02");
  checkSilent(
    { ...inC },
    file("syscall(__NR_rseq, &area, length, 0, RSEQ_SIG)", "unsigned length; struct rseq area;"),
    "R02",
  );
});

test("the call that asks for rseq is no registration", () => {
  checkSilent(inC, file("syscall(__NR_rseq, NULL, 0, 0, 0)"));
});
