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

test("the size that glibc publishes is no length of a registration", () => {
  checkLint(
    "R08",
    { ...inC },
    marked(
      "syscall(__NR_rseq, &area, __rseq_size, 0, RSEQ_SIG)",
      "__rseq_size",
      "error: '__rseq_size' is the number of active bytes, 20 with glibc 2.40;",
    ),
  );
});

test("nor of an unregistration", () => {
  checkLint(
    "R08",
    { ...inC },
    marked(
      "syscall(__NR_rseq, &area, __rseq_size, RSEQ_FLAG_UNREGISTER, RSEQ_SIG)",
      "__rseq_size",
      "error: '__rseq_size' is the number",
    ),
  );
});

test("a cast does not change it", () => {
  checkLint(
    "R08",
    { ...inC },
    marked(
      "syscall(__NR_rseq, &area, (unsigned)__rseq_size, 0, RSEQ_SIG)",
      "(unsigned)__rseq_size",
      "error: '__rseq_size' is the number",
    ),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC },
    file("syscall(__NR_rseq, &area, __rseq_size < 32 ? 32 : __rseq_size, 0, RSEQ_SIG)"),
    "R08",
  );
  checkSilent({ ...inC }, file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"), "R08");
});
