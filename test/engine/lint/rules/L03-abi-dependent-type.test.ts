import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

test.each([
  [
    "struct rseq_cs *rseq_cs",
    "rseq_cs",
    "'rseq_cs' is a pointer: 8 bytes on 64-bit ABIs, 4 on others.",
  ],
  [
    "unsigned long rseq_cs",
    "rseq_cs",
    "'rseq_cs' has type unsigned long: 8 bytes on 64-bit ABIs, 4 on others.",
  ],
  ["size_t size", "size", "'size' has type size_t: 8 bytes on 64-bit ABIs, 4 on others."],
  ["enum rseq_state state", "state", "'state' is an enum, whose size the compiler chooses."],
  ["_Bool on_cpu", "on_cpu", "'on_cpu' is a bool, whose size is the compiler's choice."],
  ["word_t word", "word", "'word' has type unsigned long: 8 bytes on 64-bit ABIs, 4 on others."],
  ["void *table[4]", "table", "'table' is a pointer: 8 bytes on 64-bit ABIs, 4 on others."],
])("%s is reported on its name", (declaration, name, message) => {
  const before = `  ${declaration.slice(0, declaration.lastIndexOf(name))}`;
  // The carets stand below the name; two of their columns are the slashes.
  const marks = `//${" ".repeat(Math.max(0, before.length - 2))}${"^".repeat(name.length)} error: ${message}`;
  checkLint(
    "L03",
    {},
    `
#include <stddef.h>
typedef unsigned long word_t;
enum rseq_state { OFF, ON };
struct rseq_shared {
  ${declaration};
${marks}
};`,
  );
});

test("a nested member is found", () => {
  checkLint(
    "L03",
    {},
    `
struct rseq_shared {
  struct { __u32 a; __u32 b; long c; } inner;
                                //^ error: 'c' has type long
};`,
  );
});

test("fixed-width types are silent, whatever they are made of", () => {
  checkSilent(
    {},
    `#include <stdint.h>
enum rseq_kind : unsigned char { A };
struct rseq_shared {
  uint64_t a; unsigned long long b; unsigned int c; int d; u64 e; __le32 f; char g; enum rseq_kind h;
  short i; char end[];
};`,
    "L03",
  );
  checkSilent({}, "typedef unsigned long u64;\nstruct rseq_shared { u64 a; };", "L03");
});

test("the fix widens to a fixed-width type of the same size", () => {
  checkFixes("L03", {}, "struct rseq_shared { struct rseq_cs *head; };");
  checkFixes("L03", {}, "struct rseq_shared { long a; unsigned long b[2]; };");
  checkFixes("L03", {}, "struct rseq_shared { _Bool a; char b[3]; };");
});
