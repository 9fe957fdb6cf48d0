// Macros, conditionals, includes and pragmas. Expansions are seen through the values of enumerators and the layouts of structs.
import { expect, test } from "vitest";
import {
  checkReading,
  layoutLines,
  readText,
  type ReadingSettings,
} from "../../support/check-reading.ts";

/** The value of the enumerator `E` that the text declares. */
function valueOf(text: string, settings: ReadingSettings = {}): bigint | undefined {
  const unit = readText(text, settings);
  expect(unit.diagnostics.map(({ message }) => message)).toEqual([]);
  return unit.constants.get("E")?.value;
}

test("function-like macros take arguments, nested ones and empty ones", () => {
  expect(valueOf("#define add(a, b) ((a) + (b))\nenum { E = add(add(1, 2), 3) };")).toBe(6n);
  expect(valueOf("#define two(a, b) 2 a b\nenum { E = two(,) };")).toBe(2n);
});

test("a macro is not expanded inside its own expansion", () => {
  expect(valueOf("enum { f = 5 };\n#define f f + 1\nenum { E = f };")).toBe(6n);
  expect(valueOf("enum { a = 1 };\n#define a b\n#define b a\nenum { E = a };")).toBe(1n);
});

test("## joins tokens, also with an empty argument", () => {
  expect(valueOf("enum { xy = 4 };\n#define join(a, b) a##b\nenum { E = join(x, y) };")).toBe(4n);
  expect(valueOf("enum { x = 4 };\n#define join(a, b) a##b\nenum { E = join(x,) };")).toBe(4n);
  expect(valueOf("#define hex(a) 0x##a##u\nenum { E = hex(1f) };")).toBe(31n);
});

test("# makes a string of the argument as it is written", () => {
  expect(valueOf('#define str(x) #x\nenum { E = sizeof(str(a  +  "b")) };')).toBe(
    BigInt('a + "b"'.length + 1),
  );
});

test("variadic macros: __VA_ARGS__, the GNU comma, __VA_OPT__", () => {
  expect(
    valueOf("#define sum(a, ...) (a __VA_ARGS__)\nenum { E = sum(1, +2, ) };".replace(", )", ")")),
  ).toBe(3n);
  expect(
    valueOf("#define last(a, rest...) sizeof((char[]){0, ##rest})\nenum { E = last(1) };"),
  ).toBe(1n);
  expect(
    valueOf("#define last(a, rest...) sizeof((char[]){0, ##rest})\nenum { E = last(1, 2, 3) };"),
  ).toBe(3n);
  expect(valueOf("#define opt(...) 1 __VA_OPT__(+ 1)\nenum { E = opt() * 10 + opt(x) };")).toBe(
    12n,
  );
});

test("a macro may take its arguments from the text behind its expansion", () => {
  expect(valueOf("#define f(x) (x) * 2\n#define g f\nenum { E = g(3) };")).toBe(6n);
});

test("#if knows 64-bit arithmetic, defined, and names that are 0", () => {
  expect(
    valueOf(
      "#if (1 << 40) > 0 && -1 < 0 && !defined(X) && X == 0 && 0xffffffffffffffff > 0\nenum { E = 1 };\n#endif",
    ),
  ).toBe(1n);
  expect(
    valueOf(
      "#define A 2\n#if A == 1\nenum { E = 1 };\n#elif A == 2\nenum { E = 2 };\n#else\nenum { E = 3 };\n#endif",
    ),
  ).toBe(2n);
  expect(valueOf("#if -1 > 0u\nenum { E = 1 };\n#endif")).toBe(1n);
  expect(valueOf("#ifndef X\n#if 0\n#error never\n#else\nenum { E = 7 };\n#endif\n#endif")).toBe(
    7n,
  );
});

test("predefined macros are the target's, and -D counts", () => {
  expect(valueOf("#ifdef __LP64__\nenum { E = __SIZEOF_POINTER__ };\n#endif")).toBe(8n);
  expect(valueOf("enum { E = N };", { defines: ["N=12"] })).toBe(12n);
  expect(valueOf("enum { E = N };", { defines: ["N"] })).toBe(1n);
});

test("__has_include and __has_attribute answer what is there", () => {
  const settings = { files: { "inc/a.h": "" }, includePaths: ["inc"] };
  expect(
    valueOf("#if __has_include(<a.h>) && !__has_include(<b.h>)\nenum { E = 1 };\n#endif", settings),
  ).toBe(1n);
  expect(
    valueOf("#if __has_attribute(aligned) && !__has_attribute(no_such)\nenum { E = 1 };\n#endif"),
  ).toBe(1n);
});

test("a quoted include is looked up next to its file, then in the include paths", () => {
  const files = {
    "a.h": '#include "sub/b.h"\n',
    "sub/b.h": '#include "c.h"\n',
    "sub/c.h": "enum { E = 3 };",
    "inc/c.h": "enum { E = 4 };",
  };
  expect(valueOf('#include "a.h"', { files, includePaths: ["inc"] })).toBe(3n);
  expect(valueOf("#include <c.h>", { files, includePaths: ["inc"] })).toBe(4n);
});

test("include guards and #pragma once keep a file from being read twice", () => {
  const files = {
    "a.h": "#ifndef A_H\n#define A_H\nstruct a { int x; };\n#endif\n",
    "b.h": "#pragma once\nstruct b { int x; };\n",
  };
  checkReading('#include "a.h"\n#include "a.h"\n#include "b.h"\n#include "b.h"\n', { files });
});

test("a missing include is one note, and the host learns where it may be", () => {
  const unit = checkReading(
    `#include "mine/own.h"
       //^^^^^^^^^^^^ N01 'mine/own.h' was not found`,
    { includePaths: ["inc"] },
  );
  expect(unit.wanted[0]?.paths).toEqual(["mine/own.h", "inc/mine/own.h"]);
});

test("missing kernel and standard headers say nothing, and their usual names work", () => {
  const unit = checkReading(`#include <linux/types.h>
#include <stdint.h>
#include <sys/rseq.h>
struct s {
  __u32 a;
  uint64_t b;
  size_t c;
  bool d;
} __packed;
struct t { __u8 a; } ____cacheline_aligned;
struct u { void __user *p; } __aligned(32);
`);
  expect(layoutLines(unit)).toContain("struct s: size 21 align 1");
  expect(layoutLines(unit)).toContain("struct t: size 64 align 64");
  expect(layoutLines(unit)).toContain("struct u: size 32 align 32");
});

test("the kernel's macros that build declarations work without their headers", () => {
  const unit = checkReading(`struct a { LINUX_FIELD_u32_u64(ptr); };
struct b { int n; __DECLARE_FLEX_ARRAY(int, values); };
struct c { __struct_group(tag, name, , int x; int y; ); };
`);
  expect(layoutLines(unit)).toContain("  0 ptr __u64 8");
  expect(layoutLines(unit)).toContain("  4 values int[] 0");
  expect(layoutLines(unit)).toContain("  4 name.y int 4");
});

test("a definition in the text wins over a known name", () => {
  const unit = checkReading(
    "typedef unsigned char __u32;\n#define __packed\nstruct s { __u32 a; int b; } __packed;\n",
  );
  expect(layoutLines(unit)).toContain("struct s: size 8 align 4");
  expect(valueOf("#ifdef __packed\nenum { E = 1 };\n#else\nenum { E = 2 };\n#endif")).toBe(2n);
});

test("#pragma pack and _Pragma bound alignments until they are popped", () => {
  const unit = checkReading(`#pragma pack(push, 1)
struct a { char c; int i; };
#pragma pack(2)
struct b { char c; int i; };
#pragma pack(pop)
struct c { char c; int i; };
_Pragma("pack(1)") struct d { char c; int i; };
#pragma pack()
`);
  expect(layoutLines(unit).match(/size \d+/g)).toEqual(["size 5", "size 6", "size 8", "size 5"]);
});

test("line splices and comments may stand anywhere", () => {
  expect(valueOf("#define A 1 + \\\n 2\nen\\\num { E = A /* x */ + 1 // y \\\n z\n };")).toBe(4n);
});

test("a finding inside a macro's use points at the use, in an argument at the argument", () => {
  checkReading(`#define BAD(name) int name; unknown_t other
struct s { BAD(bad); };
         //^^^^^^^^ T01 'unknown_t' is no type
#define FIELD(type) type field
struct t { FIELD(other_t); };
               //^^^^^^^ T01 'other_t' is no type`);
});

test("mistakes in directives are one finding each", () => {
  checkReading(`  #if 1 +
//^^^ S11 The condition has no value
  #endif
  #else
//^^^^^ S10 '#else' without an open '#if'.
  #frobnicate
//^^^^^^^^^^^ S11 '#frobnicate' is no preprocessing directive.
  #error stop
//^^^^^^^^^^^ S16 #error stop
#define f(a, b) a
int x = f(1);
      //^ S12 The arguments of the macro 'f' do not fit: it takes 2, and 1 is given.
`);
});
