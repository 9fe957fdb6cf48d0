// Small C programs, each the lesson of one part of the language: pointers, strings, structs, initialisers, recursion, jumps. gcc and the
// machine must give the same numbers.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import { programOf } from "../../support/compile-text.ts";
import { TYPEDEFS } from "../../support/expression-generator.ts";
import { requireTool } from "../../support/outside.ts";

interface Lesson {
  readonly name: string;
  readonly declarations: string;
  /** Statements that call `give(v)` for every number to compare. */
  readonly body: string;
}

const LESSONS: readonly Lesson[] = [
  {
    name: "lists are reversed in place",
    declarations: `struct node { u32 value; struct node *next; };
struct node nodes[5];
struct node *reverse(struct node *head) {
  struct node *done = 0;
  while (head) { struct node *next = head->next; head->next = done; done = head; head = next; }
  return done;
}`,
    body: `for (int i = 0; i < 5; i++) { nodes[i].value = i * i; nodes[i].next = i < 4 ? &nodes[i + 1] : 0; }
for (struct node *n = reverse(nodes); n; n = n->next) give(n->value);`,
  },
  {
    name: "strings are arrays, and pointers into them subtract",
    declarations: `char text[] = "restartable";
u64 length(const char *s) { const char *p = s; while (*p) p++; return p - s; }
const char *find(const char *s, char c) { for (; *s; s++) if (*s == c) return s; return 0; }`,
    body: `give(length(text)); give(length("")); give(sizeof text); give(find(text, 't') - text); give(find(text, 'z') == 0);
text[0] = 'R'; give(text[0]); give("abc"[1]); give(*("abc" + 2)); give(2["abc"]); give("\\x80"[0]);`,
  },
  {
    name: "structs are copied, nested and punned",
    declarations: `struct point { s16 x; s32 y; };
union word { u32 all; struct { u8 first, second; }; u16 half; };
struct box { struct point corner[2]; union word word; struct { u8 deep; } inner; };
struct box one = { .corner[1] = { 3, -4 }, .word.all = 0x01020304, .inner.deep = 9 }, two;`,
    body: `two = one; one.corner[1].y = 77; give(two.corner[1].x); give(two.corner[1].y); give(two.word.first); give(two.word.second); give(two.word.half);
struct box local = two, *p = &local; p->corner[0] = p->corner[1]; give(local.corner[0].y); struct point q = *(p->corner + 1); q.x++; give(q.x); give(local.corner[1].x);
struct box *others[2] = { &one, &two }; give(others[1]->inner.deep); give((*others)->corner[1].y); give(sizeof(struct box)); give(sizeof two.corner / sizeof two.corner[0]);`,
  },
  {
    name: "automatic objects are initialised completely",
    declarations: `struct big { u8 a; u32 b[3]; struct { u8 c : 3, d : 5; s16 e; } f; u64 g; };
u64 sum(struct big *p) { return p->a + p->b[0] + p->b[1] * 3 + p->b[2] * 7 + p->f.c * 11 + p->f.d * 13 + p->f.e + p->g; }`,
    body: `for (int round = 0; round < 2; round++) { struct big x = { 1, { 2, 3 }, { .d = 9 }, .g = round }; give(sum(&x)); x.b[2] = 100; x.f.c = 5; give(sum(&x)); }
int grid[2][3] = { { 1 }, { 4, 5, 6 } }; give(grid[0][1] + grid[1][2]); give((int)sizeof grid[0]); int flat[] = { [3] = 7, 8, [0] = 1 }; give(sizeof flat); give(flat[0] + flat[3] * 10 + flat[4] * 100 + flat[1]);
char word[8] = "hey"; give(word[2] + word[3] + word[7]); give(sum(&(struct big){ .a = 200, .g = 1 })); u64 one = { 5 }; give(one);`,
  },
  {
    name: "functions recurse, and pointers to them are called",
    declarations: `u64 ackermann(u32 m, u32 n) { return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)); }
s32 is_odd(u32 n); s32 is_even(u32 n) { return n == 0 ? 1 : is_odd(n - 1); } s32 is_odd(u32 n) { return n == 0 ? 0 : is_even(n - 1); }
u32 twice(u32 v) { return v * 2; } u32 next(u32 v) { return v + 1; }
u32 apply(u32 (*f)(u32), u32 v, int count) { while (count--) v = f(v); return v; }
u32 (*const table[])(u32) = { twice, next }; u8 narrow(s32 v) { return v; } s8 sign(u8 v) { return v; } bool truth(u32 v) { return v; }
u32 counted(void) { static u32 calls = 40; return ++calls; }
void swap(u32 *a, u32 *b) { u32 t = *a; *a = *b; *b = t; } u32 second(u32 a, u32 b) { swap(&a, &b); return a; }`,
    body: `give(ackermann(2, 3)); give(is_even(10)); give(is_odd(10)); give(apply(twice, 3, 4)); give(apply(&next, 3, 4)); give(table[1](table[0](5))); give((*table[0])(6));
give(narrow(-1)); give(sign(200)); give(truth(256)); counted(); give(counted()); give(second(3, 8));`,
  },
  {
    name: "jumps go where C says",
    declarations: `u32 classify(s32 v) {
  switch (v) { case -1: return 1; case 0: case 1: v += 10; break; case 5 ... 7: v = 50; default: v++; }
  return v;
}
u32 duff(u32 count) { u32 n = 0; switch (count % 4) { case 0: do { n += 1000; case 3: n += 100; case 2: n += 10; case 1: n += 1; } while (count > 4 && (count -= 4)); } return n; }
u32 loops(void) { u32 n = 0; for (u32 i = 0; i < 10; i++) { if (i == 3) continue; for (;;) { if (n++ % 3 == 0) break; } if (n > 15) goto out; } n += 1000; out: return n; }
u32 inside(u32 v) { if (v) goto in; while (v < 5) { v++; in: v += 2; } return v; }`,
    body: `for (s32 i = -2; i < 9; i++) give(classify(i)); for (u32 i = 1; i < 10; i++) give(duff(i)); give(loops()); give(inside(0)); give(inside(1));
u32 i = 7; if (0) { never: i = 100; } if (i == 7) goto never; give(i); do { i--; if (i % 2) continue; i -= 3; } while (i > 5); give(i); if (1 && (i = 3, i)) give(i); give(i ?: 9); give((i = 0) ?: 9);`,
  },
  {
    name: "pointers step by the size of what they point to",
    declarations: `u32 array[8]; struct row { u16 cells[3]; } rows[4]; u64 target; void *generic; u32 matrix[3][4];`,
    body: `u32 *p = array, *q = p + 5; *q-- = 3; *q++ = 4; give(q - p); give(array[4] * 10 + array[5]); p += 2; give(&array[7] - p); give(p < q); give(*(q - 1)); q -= 5; give(q == array); *++q = 6; give(array[1]); give(*q++ + 1); give(q - array);
struct row *r = &rows[1]; r->cells[2] = 5; r++; (r--)->cells[0] = 6; give(rows[1].cells[2] + rows[2].cells[0]); give((char *)r - (char *)rows); generic = &target; *(u64 *)generic = 12; give(target); give((u64)(p + 1) - (u64)p);
for (int i = 0; i < 3; i++) for (int j = 0; j < 4; j++) matrix[i][j] = i * 10 + j; u32 (*line)[4] = matrix + 1; give((*line)[2]); give(line[1][3]); give(*(*(matrix + 2) + 1)); give(&matrix[2][0] - &matrix[0][0]); u8 *b = (u8 *)&target; give(b[0]); give(!p); give(p && 1);`,
  },
  {
    name: "constants, enums, sizes and scopes",
    declarations:
      `enum colour { RED = 3, GREEN, BLUE = RED * 4 }; enum { MINUS = -5 }; typedef enum colour hue; #define TWICE(x) ((x) + (x))
const u32 fixed[] = { 5, 6, 7 };`.replace(" #define", "\n#define"),
    body: `hue h = GREEN; give(h + BLUE); give(MINUS < 0); give(TWICE(h)); give(sizeof(hue)); give(sizeof(u64[3])); give(_Alignof(u64)); int x = 1; { int x = 2; { s64 x = 3; give(x); } give(x); } give(x);
give(fixed[2]); give('\\n'); give(0x10 + 010 + 0b11); give(1 ? -1 : 2u); give(-1 < 0u); give((u8)300); give((s8)200); give((bool)0x100); give(__builtin_offsetof(struct { u8 a; u64 b; }, b)); give(sizeof(1 ? 1 : 1LL)); u32 y = (x = 5, x + 1); give(y); x += y -= 2; give(x); give(_Generic(y, u32: 1, default: 2));`,
  },
];

function valuesFromGcc(gcc: string, { declarations, body }: Lesson): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "rseq-lab-programs-"));
  try {
    const source = path.join(folder, "program.c");
    const binary = path.join(folder, "program");
    writeFileSync(
      source,
      `#include <stdio.h>\n${TYPEDEFS}static void give(u64 v) { printf("%llu\\n", v); }\n${declarations}\nint main(void) { ${body} return 0; }\n`,
    );
    execFileSync(gcc, ["-std=gnu17", "-O1", "-fwrapv", "-w", "-o", binary, source]);
    return execFileSync(binary, { encoding: "utf8" }).trim().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function valuesFromMachine({ declarations, body }: Lesson): string[] {
  const program = programOf(`kernel "linux-6.18";
u64 given[100]; u32 count;
void give(u64 v) { given[count++] = v; }
${declarations}
thread main_thread { ${body} }`);
  const run = createRun(program, { schedule: { kind: "round-robin" }, history: false });
  run.advance(1_000_000);
  expect(run.verdict()).toMatchObject({ verdict: "pass", complete: true });
  const word = (name: string, offset: number, size: 4 | 8): bigint => {
    const storage = program.globals.find((one) => one.name === name)?.storage;
    return (
      run.state.readWord((storage?.kind === "static" ? storage.address : 0) + offset, size) ?? 0n
    );
  };
  const count = Number(word("count", 0, 4));
  return Array.from({ length: count }, (_, index) => String(word("given", index * 8, 8)));
}

test.each(LESSONS)("$name", { timeout: 60_000 }, (lesson) => {
  expect(valuesFromMachine(lesson).length).toBeGreaterThan(4);
});

for (const lesson of LESSONS) {
  test(`gcc agrees: ${lesson.name}`, (context) => {
    const gcc = requireTool(context, "gcc");
    expect(valuesFromMachine(lesson)).toEqual(valuesFromGcc(gcc, lesson));
  }, 60_000);
}
