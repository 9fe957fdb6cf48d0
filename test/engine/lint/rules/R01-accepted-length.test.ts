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

test("before 6.3 only 32 is accepted", () => {
  checkLint(
    "R01",
    { ...inC, kernel: "linux-6.2" },
    marked(
      "syscall(__NR_rseq, &area, 64, 0, RSEQ_SIG)",
      "64",
      "error: The length is 64; linux-6.2 accepts exactly 32. The call fails with EINVAL;",
    ),
  );
});

test("the number of the call is known without its name", () => {
  checkLint(
    "R01",
    { ...inC, kernel: "linux-5.4" },
    marked(
      "syscall(334, &area, 33, 0, RSEQ_SIG)",
      "33",
      "error: The length is 33; linux-5.4 accepts exactly 32.",
    ),
  );
});

test("sizeof is evaluated", () => {
  checkLint(
    "R01",
    { ...inC, kernel: "linux-5.19" },
    marked(
      "syscall(__NR_rseq, &area, sizeof(struct wide), 0, RSEQ_SIG)",
      "sizeof(struct wide)",
      "error: The length is 128; linux-5.19 accepts exactly 32.",
      "struct wide { char bytes[128]; } area;",
    ),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC, kernel: "linux-6.18" },
    file("syscall(__NR_rseq, &area, 64, 0, RSEQ_SIG)"),
    "R01",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.0" },
    file("syscall(__NR_rseq, &area, 33, 0, RSEQ_SIG)"),
    "R01",
  );
  checkSilent(
    { ...inC, kernel: "linux-7.1" },
    file("syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG)"),
    "R01",
  );
  checkSilent(
    { ...inC, kernel: "linux-5.4" },
    file("syscall(__NR_rseq, &area, __rseq_size, 0, RSEQ_SIG)"),
    "R01",
  );
  checkSilent(
    { ...inC, kernel: "linux-5.4" },
    file("syscall(__NR_rseq, &area, 64, RSEQ_FLAG_UNREGISTER, RSEQ_SIG)"),
    "R01",
  );
});
