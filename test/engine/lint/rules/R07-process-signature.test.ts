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

test("a signature of the program", () => {
  checkLint(
    "R07",
    { ...inC, kernel: "linux-6.18" },
    marked(
      "syscall(__NR_rseq, &area, 32, 0, 0xdeadbeef)",
      "0xdeadbeef",
      "warning: The signature is 0xdeadbeef; RSEQ_SIG of x86_64-linux is 0x53053053.",
    ),
  );
});

test("zero is a signature too", () => {
  checkLint(
    "R07",
    { ...inC },
    marked("syscall(__NR_rseq, &area, 32, 0, 0)", "0", "warning: The signature is 0x0;"),
  );
});

test("the signature of another architecture", () => {
  checkLint(
    "R07",
    { ...inC, target: "aarch64-linux" },
    marked(
      "sys_rseq(&area, 32, 0, 0x53053053)",
      "0x53053053",
      "warning: The signature is 0x53053053; RSEQ_SIG of aarch64-linux is 0xd428bc00.",
    ),
  );
});

test("what the rule allows is silent", () => {
  checkSilent({ ...inC }, file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"), "R07");
  checkSilent({ ...inC }, file("syscall(__NR_rseq, &area, 32, 0, 0x53053053)"), "R07");
  checkSilent({ ...inC, target: "aarch64-linux" }, file("sys_rseq(&area, 32, 0, RSEQ_SIG)"), "R07");
  checkSilent(
    { ...inC },
    file("syscall(__NR_rseq, &area, 32, 0, signature)", "unsigned signature; struct rseq area;"),
    "R07",
  );
});
