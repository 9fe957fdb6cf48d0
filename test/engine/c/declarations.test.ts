// Declarations in all their forms, what is wrong with them, and how reading goes on behind a mistake.
import { describe, expect, test } from "vitest";
import { targetNamed } from "../../../server/engine/abi/targets/index.ts";
import { spellType } from "../../../server/engine/c/types.ts";
import { checkReading, layoutLines, readText } from "../../support/check-reading.ts";

function spelled(text: string, name: string): string | undefined {
  const unit = checkReading(text);
  const object = unit.objects.get(name);
  return object && spellType(object.type);
}

describe("types are spelled as they were written", () => {
  test.each([
    ["__u32 x;", "__u32"],
    ["unsigned x;", "unsigned int"],
    ["long unsigned int long x;", "unsigned long long"],
    ["char x[4];", "char[4]"],
    ["struct foo *x;", "struct foo *"],
    ["const char *const *x;", "const char *const *"],
    ["int (*x)(void);", "int (*)(void)"],
    ["int *(*x[3])(char, ...);", "int *(*[3])(char, ...)"],
    ["void (*(*x)(int))(long);", "void (*(*)(int))(long)"],
    ["int (*x)[2][3];", "int (*)[2][3]"],
    ["_Atomic(int) x;", "_Atomic(int)"],
    ["double _Complex x;", "double _Complex"],
    ["_BitInt(7) x;", "_BitInt(7)"],
    ["unsigned __int128 x;", "unsigned __int128"],
    ["typeof(1 ? 2u : 3) x;", "unsigned int"],
    ["__typeof__(sizeof 1) x;", "unsigned long"],
    ['char x[] = "abc";', "char[4]"],
    ["int x[] = { 1, [5] = 2, 3 };", "int[7]"],
    ["typedef int t; const t x;", "const t"],
    ["enum e { A } x;", "enum e"],
  ])("%s is %s", (text, type) => {
    expect(spelled(text, "x")).toBe(type);
  });
});

describe("constant expressions have the values and types of the target", () => {
  test.each([
    ["1 << 4 | 3", 19n],
    ["-1 / 2", 0n],
    ["-7 % 3", -1n],
    ["-1 > 0u", 1n],
    ["(unsigned char)300", 44n],
    ["~0u >> 31", 1n],
    ["sizeof(long) * 8", 64n],
    ["sizeof(int[2][3])", 24n],
    ["_Alignof(double)", 8n],
    ["__builtin_offsetof(struct s, in.b[1])", 12n],
    ["offsetof(struct s, last)", 16n],
    ["(unsigned long)&((struct s *)0)->last", 16n],
    ["sizeof(((struct s *)0)->in)", 12n],
    ["'a'", 97n],
    ["'\\xff'", -1n],
    ['sizeof "abc"', 4n],
    ["1 ? 2 : 1 / 0", 2n],
    ["0 && 1 / 0", 0n],
    ["0x7fffffff + 0u", 2147483647n],
    ["sizeof(0x80000000)", 4n],
    ["sizeof(2147483648)", 8n],
    ["__builtin_types_compatible_p(int, const int)", 1n],
    ["__builtin_types_compatible_p(int, long)", 0n],
    ["_Generic(1L, int: 1, long: 2, default: 3)", 2n],
    ["__builtin_choose_expr(1, 5, x)", 5n],
    ["B + 1", 6n],
    ["true", 1n],
    ["1'000", 1000n],
    ["0b101", 5n],
  ])("%s is %s", (expression, value) => {
    const unit = checkReading(
      `enum { A = 4, B };\nstruct s { int a; struct { int x; int b[2]; } in; int last; };\nenum { E = ${expression} };`,
    );
    expect(unit.constants.get("E")?.value).toBe(value);
  });
});

test("i386 aligns variables of 8 bytes more than members, which __alignof__ tells and _Alignof does not", () => {
  const unit = readText(
    "enum { A = _Alignof(long long), B = __alignof__(long long), C = __alignof__(struct { long long x; }) };",
    {
      target: targetNamed("i386-linux")!,
    },
  );
  expect(["A", "B", "C"].map((name) => unit.constants.get(name)?.value)).toEqual([4n, 8n, 4n]);
});

test("attributes are taken in every position that gcc accepts", () => {
  const unit = checkReading(`struct __attribute__((aligned(16))) a { int x; };
struct b { int x; } __attribute__((__aligned__(32), unknown(1, "x")));
struct c { char c; int x __attribute__((packed)); };
struct d { char c; int __attribute__((aligned(8))) x; };
struct [[gnu::packed]] e { char c; int x; };
struct f { char c; _Alignas(16) int x; alignas(long) char y; };
typedef int under __attribute__((aligned(2)));
struct g { char c; under x; };
typedef unsigned v4 __attribute__((vector_size(16)));
struct h { char c; v4 v; };
typedef int wide __attribute__((mode(DI)));
struct i { char c; wide w; };
struct j { int x; } __attribute__((rseq_signature(v))) __attribute__((aligned));
`);
  expect(layoutLines(unit).match(/^struct .*$/gm)).toEqual([
    "struct a: size 16 align 16",
    "struct b: size 32 align 32",
    "struct c: size 5 align 1",
    "struct d: size 16 align 8",
    "struct e: size 5 align 1",
    "struct f: size 32 align 16",
    "struct g: size 6 align 2",
    "struct h: size 32 align 16",
    "struct i: size 16 align 8",
    "struct j: size 16 align 16",
  ]);
});

test("nested aggregates list their members behind them, anonymous ones without a name of their own", () => {
  const unit = checkReading(`struct s {
  int a;
  union { __u64 whole; struct { __u32 low, high; }; } rseq_cs;
  struct { short x : 3, y : 5; };
  char end[];
};`);
  expect(layoutLines(unit)).toBe(`struct s: size 24 align 8
  0 a int 4
  8 rseq_cs union (anonymous) 8
  8 rseq_cs.whole __u64 8
  8 rseq_cs struct (anonymous) 8
  8 rseq_cs.low __u32 4
  12 rseq_cs.high __u32 4
  16  struct (anonymous) 2
  16:0+3 x short 2
  16:3+5 y short 2
  18 end char[] 0`);
});

test("enums have the smallest of int, unsigned int and the 64-bit types that holds them", () => {
  const unit = checkReading(`enum a { A = -1, A2 = 5 };
enum b { B = 0xffffffff };
enum c { C = 0x100000000 };
enum d { D = 1 } __attribute__((packed));
enum e : unsigned short { E };
struct s { enum a a; enum b b; enum c c; enum d d; enum e e; };`);
  expect(layoutLines(unit)).toContain(`  0 a enum a 4
  4 b enum b 4
  8 c enum c 8
  16 d enum d 1
  18 e enum e 2`);
});

test("a typedef of an untagged struct gives it its name", () => {
  expect(layoutLines(checkReading("typedef struct { int x; } point, *point_pointer;"))).toBe(
    "point: size 4 align 4\n  0 x int 4",
  );
});

test("old-style definitions and enums that are declared ahead are read", () => {
  const unit = checkReading(`int old(a, b) int a; char *b; { return a; }
enum e : unsigned char;
enum e : unsigned char { A, B = 3 };
struct s { enum e e; __int128_t wide; };`);
  expect(unit.functions.get("old")?.isDefined).toBe(true);
  expect(layoutLines(unit)).toContain("  16 wide __int128_t 16");
});

test("a prototype without its semicolon does not take the next function's body", () => {
  const unit = checkReading(`int f(int a)
         //^ S02 ';' is missing behind ')'
int g(void) { return 1; }`);
  expect(unit.functions.get("g")?.isDefined).toBe(true);
});

test("unusual but right C gives no finding", () => {
  checkReading(`#include <stddef.h>
__extension__ typedef long long ll;
extern int printf(const char *__restrict fmt, ...) __asm__("_IO_printf") __attribute__((format(printf, 1, 2)));
int f1(int a[static 3], int n, int (*p)[n], int q[const], void (*)(void));
int * __attribute__((aligned(8))) ptr;
int (__attribute__((noinline)) fn)(void);
struct [[maybe_unused]] s1 { [[deprecated]] int a [[gnu::aligned(8)]]; int b; };
enum e1 : unsigned char;
enum e1 : unsigned char { E1A, E1B [[deprecated]] = 3, };
enum { X = sizeof(struct s1), Y = _Alignof(int), };
typeof(int *) tp; typeof_unqual(const int) tq;
static const struct s1 tab[] = { [0] = { .a = 1, 2 }, [1 ... 3] = { 3 }, { a: 4 } };
_Complex int ci; float _Complex fc; __complex__ double cd;
struct s2 { int n; union { struct { int x, y; }; long z; } u; enum { IN_A, IN_B } k; _Static_assert(sizeof(int) == 4, "x"); _Static_assert(1); unsigned : 0; int (*cb)(struct s2 *, const char *), *arr[4]; };
static inline __attribute__((always_inline)) int g(struct s2 *p) { return p->u.x; }
int old(a, b) int a; char *b; { return a; }
auto int weird(void);
_Thread_local int tls; extern __thread int tls2;
void h(void) { int x; { goto l; } l: ; switch (1) { case 1 ... 3: default: break; } for (int i = 0; i < 3; i++) ; asm goto ("" :::: l); }
_Noreturn void die(void); [[noreturn]] void die2(void);
typedef int (*fpp)(int), arr3[3]; arr3 v3; fpp table[2];
struct s3 { fpp f; arr3 a; _Atomic int at; _Atomic(long) al; _BitInt(17) bi; unsigned _BitInt(65) bj; __int128 i128; long double ld; _Float128 f128; volatile int vi; const char *const cc; };
char str[] = "a" "b" u8"c"; int mc = 'ab'; unsigned wide = L'\\x1234'; 
struct fwd; struct fwd *pf; union uf; typedef struct fwd fwd; struct fwd { fwd *next; };
int arr[sizeof(struct { int a; char b; })]; int arr2[(int)offsetof(struct s2, u.y)];
int neg = -1, *pp = &neg, **ppp = &pp; int lab = 1 ? 2 : 3, comma = (1, 2);
void *cl = &(struct s1){ .a = 1 }; int se = ({ int q = 1; q; }); 
__int128_t big; int vararg(int, ...) ; int emptyp(); char *(*(*complex[3])(int (*)(char)))[5];
struct __attribute__((packed, aligned(4))) s4 { char a; int b; } __attribute__((unused)) s4v, *s4p;
int x1 __attribute__((section("foo"), used)) = 3, x2 __attribute__((weak));
struct { int q; } anon; union { int a; } au[2];
long double ldf = 1.0L; double hex = 0x1.8p3, ff = 1e-3f, df = .5; unsigned long long ull = 18446744073709551615ULL;
int digr <:3:> = <% 1, 2, 3 %>;
extern int e; extern int e; typedef int samet; typedef int samet;
_Pragma("GCC diagnostic push") int afterpragma;
#pragma GCC visibility push(hidden)
__attribute__((unused)) static int leading;
static struct s1 *(*finder)(const struct s1 *, size_t) = 0;
struct s6 { int a; int flex[]; }; struct s7 { struct s6 inner; int after; }; union u6 { int flex[]; int b; };
int fdef(int (*cb)(int), int n) __attribute__((nonnull(1))); int fdef(int (*cb)(int), int n) { return cb(n); }
`);
});

test("function bodies are skipped, whatever stands in them", () => {
  const unit =
    checkReading(`static inline int f(int a, char *b) { asm volatile("x" ::: "memory"); if (a) { return ({ 1; }); } }
struct after { int x; };`);
  expect(unit.functions.get("f")?.isDefined).toBe(true);
  expect(layoutLines(unit)).toContain("struct after");
});

test("a C++ header is read as far as it is C", () => {
  const unit = checkReading(`#ifdef __cplusplus
extern "C" {
#endif
struct s { int x; };
#ifdef __cplusplus
}
#endif
extern "C" { struct t { int y; }; }
`);
  expect(layoutLines(unit)).toContain("struct t");
});

test("comments are kept with the declarations that they stand before and behind", () => {
  const unit = readText(`/* far */
int other;
/**
 * struct s - doc
 */
// rseq: role=private
struct s {
  int a; /* offset 0 */ // more
  int b;
};`);
  const record = unit.records[0]!;
  expect(unit.commentsBefore(record.span).map(({ text }) => text)).toEqual([
    "/**\n * struct s - doc\n */",
    "// rseq: role=private",
  ]);
  expect(unit.commentsBehind(record.members[0]!.declarationSpan).map(({ text }) => text)).toEqual([
    "/* offset 0 */",
    "// more",
  ]);
  expect(unit.commentsBehind(record.members[1]!.declarationSpan)).toEqual([]);
});

describe("one mistake gives one finding, and reading goes on behind it", () => {
  test("a forgotten semicolon", () => {
    const unit = checkReading(`struct s {
  int first
    //^^^^^ S02 ';' is missing behind 'first'
  int second;
};
struct t { int x; }
                //^ S02 ';' is missing behind '}'
struct u { int x; };`);
    expect(layoutLines(unit).match(/^struct .*$/gm)).toEqual([
      "struct s: size 8 align 4",
      "struct t: size 4 align 4",
      "struct u: size 4 align 4",
    ]);
  });

  test("a forgotten brace", () => {
    const unit = checkReading(`struct s {
       //^ S04 '{' is never closed.
  int a;

struct t {
  int b;
};`);
    expect(layoutLines(unit)).toContain("struct t: size 4 align 4");
  });

  test("an unknown type, reported once, and members around it", () => {
    checkReading(`struct s { foo_t a; int b; foo_t c; };
         //^^^^^ T01 'foo_t' is no type that is declared here.`);
  });

  test("an unknown attribute macro", () => {
    const unit = checkReading(`struct s {
  __my_word int a;
//^^^^^^^^^ T21 '__my_word' is not declared
  int b __other_word;
      //^^^^^^^^^^^^ T21
};`);
    expect(layoutLines(unit)).toContain("struct s: size 8 align 4");
  });

  test("garbage in a struct", () => {
    const unit = checkReading(`struct s { int a; ) ] nonsense 5; int b; };
                //^ S01
struct t { int x; };`);
    expect(layoutLines(unit)).toContain("struct t");
  });

  test("a member of an incomplete type, a void member, a function", () => {
    checkReading(`struct s {
  struct later l;
             //^ T04 The member's type 'struct later' is incomplete here
  void v;
     //^ T04
  int f(void);
    //^^^^^^^ T17 A member cannot be a function
};`);
  });

  test("bit-fields of impossible width", () => {
    checkReading(`struct s {
  int a : -1;
        //^^ T06 A bit-field of 'int' has a width of 0 to 32 bits; this one has -1.
  int b : 33;
        //^^ T06
  int c : 0;
        //^ T06 A bit-field of width 0 cannot have a name.
  float d : 2;
          //^ T06 A bit-field has an integer type; 'float' is none.
};`);
  });

  test("arrays that cannot be", () => {
    checkReading(
      `int a[-1];
   //^^ T07 The array would have -1 elements.
int b[1ULL << 62];
   //^^^^^^^^^^^^ T08 The array would have 4611686018427387904 elements of 4 bytes
int c[n];
    //^ T02 An array bound needs a constant: 'n' is not declared.
int d[1 / 0];
    //^^^^^ T19
`.replace("   //^^ T07", "    //^^ T07"),
    );
  });

  test("a name twice", () => {
    checkReading(`struct s { int a; struct { char a; }; };
                              //^ T09 'struct s' has another member 'a'.
struct s { int b; };
     //^ T03 'struct s' has been defined already
union s *u;
    //^ T20 's' has been declared as 'struct s'.
typedef int t; typedef long t;
                          //^ T15
enum { A, A };
        //^ T15`);
  });

  test("a flexible array that is not last", () => {
    checkReading(`struct s { int n; char a[]; int b; };
                     //^ T14 'a' has no bound`);
  });

  test("an assertion that does not hold says the values", () => {
    checkReading(`struct s { int a; };
  _Static_assert(sizeof(struct s) == 8, "size");
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ T13 The assertion does not hold for x86_64-linux (left 4, right 8): size`);
  });

  test("alignments that are no powers of two", () => {
    checkReading(`struct s { int a; } __attribute__((aligned(3)));
                                 //^^^^^^^^^^ T11 An alignment must be a power of two`);
  });
});
