// Any text can be read: nothing throws, hangs or overflows, a mistake is one finding, and what stands behind it is still laid out.
import { describe, expect, test } from "vitest";
import type { CUnit } from "../../../server/engine/c/unit.ts";
import { layoutsOfFile } from "../../../server/engine/layout/layout.ts";
import { Random } from "../../support/aggregate-generator.ts";
import { readText } from "../../support/check-reading.ts";

const behind = "\nstruct behind { int a; };\n";
const many = 200_000;

function repeat(text: string, count: number): string {
  return text.repeat(count);
}

function list(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

/** Codes of the findings, each once, in order. */
function codesOf(unit: CUnit): string {
  return [...new Set(unit.diagnostics.map(({ code }) => code))].join(" ");
}

function names(unit: CUnit): readonly string[] {
  return layoutsOfFile(unit, unit.path, { all: false }).map(({ name }) => name);
}

describe("limits are findings, and the rest of the file is laid out", () => {
  test.each([
    ["a million open parentheses in an expression", `int x = ${repeat("(", 1_000_000)};`, "S15"],
    ["a million open parentheses in a declarator", `int ${repeat("(", 1_000_000)}x;`, "S04"],
    [
      "a million balanced parentheses",
      `int x[${repeat("(", 1_000_000)}1${repeat(")", 1_000_000)}];`,
      "S15",
    ],
    [
      "parentheses in an attribute",
      `struct x { int a; } __attribute__((aligned(${repeat("(", many)};`,
      "S03",
    ],
    ["parentheses in a condition", `#if ${repeat("(", many)}1${repeat(")", many)}\n#endif`, "S11"],
    [
      "a macro that doubles forty times",
      `#define a0 x x\n${list(40, (i) => `#define a${i + 1} a${i} a${i}`)}\nenum { y = a40 };`,
      "S13 T02 S01",
    ],
    [
      "macros nested in arguments",
      `#define f(x) x\nint y = ${repeat("f(", many)}1${repeat(")", many)};`,
      "S13 S01",
    ],
    ["structs in structs", `${repeat("struct { ", many)}int x;${repeat("} a;", many)}`, "S15"],
    ["minus signs", `int x = ${repeat("- ", many)}1;`, "S15"],
    ["a long sum", `int x[1${repeat("+1", many)}];`, "S15"],
    ["conditional operators", `int x[${repeat("1?", many)}1${repeat(":1", many)}];`, "S15"],
    ["dimensions", `int x${repeat("[1]", many)};`, "S15"],
    ["casts", `int x = ${repeat("(int)", many)}1;`, "S15"],
    ["typeof in typeof", `${repeat("typeof(", many)}int${repeat(")", many)} x;`, "S15"],
    ["parameters in parameters", `void f(${repeat("int (", many)});`, "S15"],
    ["members of members", `int x = a${repeat(".a", many)};`, "S15"],
    [
      "arrays of 2^62 elements",
      "struct a { char x[1ULL << 62]; int y[4611686018427387904]; };",
      "T08",
    ],
    ["a number of two million digits", `int x[${repeat("9", 2_000_000)}];`, "T08"],
    ["closing braces", repeat("}", many), "S01"],
    ["control characters", repeat("\u0000\u0001\u0002\ufffd", many), "S07"],
    ["#else without #if", repeat("#else\n", many), "S10 N03"],
    ["open quotes", repeat("'a\n", many), "S06 N03"],
    [
      "an argument list that never ends",
      `#define f(x) x\n${repeat("f( a ", many)};`,
      "S12 S13 S01 T01",
    ],
  ])("%s", (_name, text, codes) => {
    const unit = readText(text + behind);
    expect(codesOf(unit)).toBe(codes);
    expect(names(unit)).toContain("struct behind");
  });
});

describe("large is not wrong", () => {
  test.each([
    ["a line of ten million characters", `int ${repeat("abcdefgh, ", 1_000_000)}x;`],
    ["pointers to pointers", `int ${repeat("*", 1_000_000)}x;`],
    [
      "typedefs of typedefs",
      `typedef int t0;\n${list(50_000, (i) => `typedef t${i} t${i + 1}[1];`)}\nstruct s { t50000 a; };`,
    ],
    [
      "structs that contain two of the one before",
      `struct s0 { int a; };\n${list(40, (i) => `struct s${i + 1} { struct s${i} a, b; };`)}`,
    ],
    [
      "structs that contain the one before",
      `struct s0 { int a; };\n${list(10_000, (i) => `struct s${i + 1} { struct s${i} a; };`)}`,
    ],
    ["an enum of 100,000 constants", `enum { ${list(100_000, (i) => `E${i},`)} };`],
    ["a million pack pragmas", repeat("#pragma pack(push, 8)\n", 100_000)],
    ["__LINE__ on every line", repeat("extern int x[__LINE__ * 0 + 1];\n", 50_000)],
  ])("%s", (_name, text) => {
    const unit = readText(text + behind);
    expect(unit.diagnostics.map(({ message }) => message).slice(0, 3)).toEqual([]);
    expect(names(unit)).toContain("struct behind");
  });
});

test("a file that includes itself ends with one finding", () => {
  const text = `#include "test.h"\n#include "test.h"${behind}`;
  expect(codesOf(readText(text, { files: { "test.h": text } }))).toContain("S14");
});

test.each([
  ["a comment that never ends", "struct a { int x; };\n/* …", "S05"],
  ["a condition that never ends", "#if 1\nstruct a { int x; };\n", "S09"],
  ["a string that never ends", 'struct a { int x; };\nchar *s = "abc\n', "S06 S01"],
  ["a struct that never ends", "struct a { int x;", "S04"],
  ["an empty text", "", ""],
  ["only a byte-order mark", "\ufeff", ""],
])("%s", (_name, text, codes) => {
  expect(codesOf(readText(text))).toBe(codes);
});

const sample = `#ifndef _UAPI_LINUX_RSEQ_H
#define _UAPI_LINUX_RSEQ_H
#include <linux/types.h>
enum rseq_cpu_id_state { RSEQ_CPU_ID_UNINITIALIZED = -1, RSEQ_CPU_ID_REGISTRATION_FAILED = -2, };
#define BIT(n) (1U << (n))
enum rseq_cs_flags { A = BIT(0), B = (1U << 2), };
/* kernel-doc */
struct rseq_cs { __u32 version; __u64 start_ip[2]; } __attribute__((aligned(4 * sizeof(__u64))));
struct rseq {
	__u32 cpu_id_start; // one
	union { __u64 ptr64; struct { __u32 low : 3, : 0; const char *text; } ptr; } rseq_cs;
	int (*handler)(struct rseq *, unsigned long long flags);
	char end[];
} __attribute__((packed, aligned(32)));
_Static_assert(sizeof(struct rseq) == 32, "size");
static inline int f(int x) { return x ? '\\n' : "a"[0]; }
#endif
`;

const cppSample = `namespace lab { using u32 = unsigned int;
enum class state : unsigned char { off, on = 3 };
template <typename T, int N = (1 > 0)> struct box { T value; };
class base { public: int first; };
class area final : public base { public: area() : second(0) {} ~area(); static int count;
  bool operator==(const area &other) const; mutable state current = state::off; u32 second{0}; base &reference; };
}
`;

test("mutated headers are read without a throw, with findings inside their texts", () => {
  const random = new Random(Number(process.env["RSEQ_LAB_SEED"] ?? 1));
  const rounds = Number(process.env["RSEQ_LAB_MUTATIONS"] ?? 2000);
  for (let round = 0; round < rounds; round++) {
    const isCpp = random.chance(30);
    const text = mutate(random, isCpp ? cppSample : sample);
    const unit = readText(text, isCpp ? { path: "test.hpp" } : {});
    for (const layout of layoutsOfFile(unit, unit.path, { all: true }))
      expect(layout.fields.length).toBeLessThan(1000);
    for (const { span, message } of unit.diagnostics) {
      expect(message).not.toBe("");
      if (span.path === unit.path)
        expect(0 <= span.start && span.start <= span.end && span.end <= text.length).toBe(true);
    }
  }
});

/** Takes away, doubles, moves or replaces a few pieces. */
function mutate(random: Random, text: string): string {
  let mutated = text;
  for (let count = 1 + random.below(4); 0 < count; count--) {
    const start = random.below(mutated.length);
    const end = Math.min(mutated.length, start + 1 + random.below(random.chance(20) ? 60 : 4));
    const piece = mutated.slice(start, end);
    const target = random.below(mutated.length);
    const kind = random.below(4);
    if (kind === 0) mutated = mutated.slice(0, start) + mutated.slice(end);
    else if (kind === 1) mutated = mutated.slice(0, target) + piece + mutated.slice(target);
    else if (kind === 2)
      mutated =
        mutated.slice(0, start) +
        random.pick("(){}[];,*#\"\\'/:=<\n\u0000é".split("")) +
        mutated.slice(end);
    else mutated = mutated.slice(0, start) + piece.repeat(3) + mutated.slice(end);
  }
  return mutated;
}
