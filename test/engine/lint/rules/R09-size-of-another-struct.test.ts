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

test("the sizeof of another type", () => {
  checkLint(
    "R09",
    { ...inC },
    marked(
      "syscall(__NR_rseq, &area, sizeof(struct small), 0, RSEQ_SIG)",
      "sizeof(struct small)",
      "error: The length is the size of 'struct small', but a 'struct rseq' is registered.",
      "struct rseq area; struct small { int a; } other;",
    ),
  );
});

test("the sizeof of another object", () => {
  checkLint(
    "R09",
    { ...inC },
    marked(
      "syscall(__NR_rseq, &area, sizeof(other), 0, RSEQ_SIG)",
      "sizeof(other)",
      "error: The length is the size of 'struct small',",
      "struct rseq area; struct small { int a; } other;",
    ),
  );
});

test("the descriptor is not the area", () => {
  checkLint(
    "R09",
    { ...inC },
    marked(
      "syscall(__NR_rseq, &area, sizeof(struct rseq_cs), 0, RSEQ_SIG)",
      "sizeof(struct rseq_cs)",
      "error: The length is the size of 'struct rseq_cs',",
      "struct rseq area; struct small { int a; } other;",
    ),
  );
});

test("what the rule allows is silent", () => {
  checkSilent(
    { ...inC },
    file(
      "syscall(__NR_rseq, &area, sizeof(struct rseq), 0, RSEQ_SIG)",
      "struct rseq area; struct small { int a; } other;",
    ),
    "R09",
  );
  checkSilent(
    { ...inC },
    file(
      "syscall(__NR_rseq, &area, sizeof area, 0, RSEQ_SIG)",
      "struct rseq area; struct small { int a; } other;",
    ),
    "R09",
  );
  checkSilent(
    { ...inC },
    file("syscall(__NR_rseq, pointer, sizeof(*pointer), 0, RSEQ_SIG)", "struct rseq *pointer;"),
    "R09",
  );
  checkSilent(
    { ...inC },
    file("syscall(__NR_rseq, address, sizeof(struct rseq), 0, RSEQ_SIG)", "unsigned long address;"),
    "R09",
  );
});
