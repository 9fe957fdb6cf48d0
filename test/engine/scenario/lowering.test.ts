// How statements become instructions: each sentence of the language's contract on lowering with statements and their listing.
// Counts stand in schedules, slices and traces, so a changed line here is a broken promise to existing scenarios.
import { describe, expect, test } from "vitest";
import { listingOf, programOf } from "../../support/compile-text.ts";

const DECLARATIONS = `
u32 g, h, table[8];
u64 wide;
u8 byte;
struct pair { u32 a, b; } one, two;
struct { u32 low : 3, high : 5; } bits;
struct node { u32 value; struct node *next; } *list;
percpu struct pair hits;
u32 get(u32 v) { return v; }
void show(u32 v) { }
`;

type Row = readonly [statements: string, listing: readonly string[]];

const CONTRACT: readonly (readonly [sentence: string, rows: readonly Row[]])[] = [
  [
    "A scalar local or parameter whose address is never taken is a register; everything else is memory.",
    [
      ["x = y;", ["move x = y", "return"]],
      [
        "u32 v = g; u32 *w = &v; *w = 3;",
        ["load.4 r5 = [g]", "store.4 [frame] = r5", "move w = frame", "store.4 [w] = 3", "return"],
      ],
      [
        "struct pair s = { 1 }; x = s.b;",
        ["store.4 [frame] = 1", "store.4 [4 + frame] = 0", "load.4 x = [4 + frame]", "return"],
      ],
      ["u32 v[2] = { x, y };", ["store.4 [frame] = x", "store.4 [4 + frame] = y", "return"]],
    ],
  ],
  [
    "One instruction each: load, store, atomic read-modify-write, arithmetic operator, register move, branch, jump, call, return, system call.",
    [
      ["x = g;", ["load.4 x = [g]", "return"]],
      ["g = x;", ["store.4 [g] = x", "return"]],
      ["x = __atomic_fetch_add(&g, 1, __ATOMIC_SEQ_CST);", ["x = add.4 [g], 1", "return"]],
      ["x = x + y;", ["add.u32 x = x, y", "return"]],
      ["x = -y;", ["negate.u32 x = y", "return"]],
      ["goto out; out: ;", ["jump f:out", "return"]],
      ["show(x);", ["call show(x)", "return"]],
      ["sched_yield();", ["syscall sched_yield()", "return"]],
    ],
  ],
  [
    "Base + index × size + constant belongs to the load or store.",
    [
      ["x = table[i];", ["load.4 x = [table + i * 4]", "return"]],
      ["table[i] = x;", ["store.4 [table + i * 4] = x", "return"]],
      ["x = hits[i].b;", ["load.4 x = [hits+4 + i * 64]", "return"]],
      [
        "x = list->next->value;",
        ["load.8 r4 = [list]", "load.8 r5 = [8 + r4]", "load.4 x = [r5]", "return"],
      ],
      ["x = *(p + i);", ["load.4 x = [p + i * 4]", "return"]],
      ["x = p[i + 1];", ["add.s32 r4 = i, 1", "load.4 x = [p + r4 * 4]", "return"]],
    ],
  ],
  [
    "A comparison used only by a branch belongs to the branch.",
    [
      ["if (x < y) x = 1;", ["branch f+8 if greater-equal.u32 x, y", "move x = 1", "return"]],
      [
        "while (x != g) sched_yield();",
        [
          "load.4 r4 = [g]",
          "branch f+16 if equal.u32 x, r4",
          "syscall sched_yield()",
          "jump f",
          "return",
        ],
      ],
    ],
  ],
  [
    "An operator writes straight to its destination register.",
    [
      ["x = x * y + i;", ["multiply.u32 r4 = x, y", "add.u32 x = r4, i", "return"]],
      ["g = g + 1;", ["load.4 r4 = [g]", "add.u32 r5 = r4, 1", "store.4 [g] = r5", "return"]],
    ],
  ],
  [
    "`x += e` on memory is load, operator, store; x is loaded before e is evaluated.",
    [
      ["g += x;", ["load.4 r4 = [g]", "add.u32 r5 = r4, x", "store.4 [g] = r5", "return"]],
      [
        "g += h;",
        ["load.4 r4 = [g]", "load.4 r6 = [h]", "add.u32 r5 = r4, r6", "store.4 [g] = r5", "return"],
      ],
      ["byte += 1;", ["load.1 r4 = [byte]", "add.s32 r5 = r4, 1", "store.1 [byte] = r5", "return"]],
      ["g++;", ["load.4 r4 = [g]", "add.u32 r5 = r4, 1", "store.4 [g] = r5", "return"]],
      ["x += h;", ["load.4 r4 = [h]", "add.u32 x = x, r4", "return"]],
      [
        "list->value -= g;",
        [
          "load.8 r4 = [list]",
          "load.4 r5 = [r4]",
          "load.4 r7 = [g]",
          "subtract.u32 r6 = r5, r7",
          "store.4 [r4] = r6",
          "return",
        ],
      ],
    ],
  ],
  [
    "Operands are evaluated left to right; the left side's operands come first.",
    [
      [
        "table[g] = h;",
        ["load.4 r4 = [g]", "load.4 r5 = [h]", "store.4 [table + r4 * 4] = r5", "return"],
      ],
      [
        "x = g - h * get(y);",
        [
          "load.4 r4 = [g]",
          "load.4 r5 = [h]",
          "call r6 = get(y)",
          "multiply.u32 r7 = r5, r6",
          "subtract.u32 x = r4, r7",
          "return",
        ],
      ],
    ],
  ],
  [
    "Struct assignment and bit-fields are word loads and stores.",
    [
      [
        "one = two;",
        [
          "load.4 r4 = [two]",
          "store.4 [one] = r4",
          "load.4 r5 = [two+4]",
          "store.4 [one+4] = r5",
          "return",
        ],
      ],
      [
        "bits.low = x;",
        [
          "load.4 r4 = [bits]",
          "and.u32 r5 = r4, -8",
          "and.u32 r6 = x, 7",
          "or.u32 r7 = r5, r6",
          "store.4 [bits] = r7",
          "return",
        ],
      ],
      [
        "bits.low = 5;",
        [
          "load.4 r4 = [bits]",
          "and.u32 r5 = r4, -8",
          "or.u32 r6 = r5, 5",
          "store.4 [bits] = r6",
          "return",
        ],
      ],
      [
        "x = bits.high;",
        ["load.4 r4 = [bits]", "shift-right.u32 r5 = r4, 3", "and.u32 x = r5, 31", "return"],
      ],
    ],
  ],
  [
    "`if (c) goto L;` is one branch to L; any other `if` branches over its part, and a then-part before `else` ends with a jump.",
    [
      ["if (x == y) goto out; out: ;", ["branch f:out if equal.u32 x, y", "return"]],
      ["if (x) g = 1;", ["branch f+8 if equal.u32 x, 0", "store.4 [g] = 1", "return"]],
      [
        "if (x) g = 1; else g = 2;",
        [
          "branch f+12 if equal.u32 x, 0",
          "store.4 [g] = 1",
          "jump f+16",
          "store.4 [g] = 2",
          "return",
        ],
      ],
    ],
  ],
  [
    "`while` and `for`: test on top, jump back last; `do`: the test branches back.",
    [
      [
        "while (x < 3) x++;",
        ["branch f+12 if greater-equal.u32 x, 3", "add.u32 x = x, 1", "jump f", "return"],
      ],
      [
        "for (i = 0; i < 3; i++) g = i;",
        [
          "move i = 0",
          "branch f+20 if greater-equal.s32 i, 3",
          "store.4 [g] = i",
          "add.s32 i = i, 1",
          "jump f+4",
          "return",
        ],
      ],
      ["do x++; while (x < 3);", ["add.u32 x = x, 1", "branch f if less.u32 x, 3", "return"]],
      [
        "for (;;) { if (x) break; x = g; }",
        ["branch f+8 if equal.u32 x, 0", "jump f+16", "load.4 x = [g]", "jump f", "return"],
      ],
    ],
  ],
  [
    "`&&`, `||`, `!`, `?:` are branches, and as a value end in register moves; a comparison as a value is one operator.",
    [
      [
        "if (x && y || i) g = 1;",
        [
          "branch f+8 if equal.u32 x, 0",
          "branch f+12 if not-equal.u32 y, 0",
          "branch f+16 if equal.s32 i, 0",
          "store.4 [g] = 1",
          "return",
        ],
      ],
      [
        "x = x && y;",
        [
          "branch f+16 if equal.u32 x, 0",
          "branch f+16 if equal.u32 y, 0",
          "move x = 1",
          "jump f+20",
          "move x = 0",
          "return",
        ],
      ],
      [
        "x = !y;",
        ["branch f+12 if not-equal.u32 y, 0", "move x = 1", "jump f+16", "move x = 0", "return"],
      ],
      [
        "x = y ? 1 : g;",
        ["branch f+12 if equal.u32 y, 0", "move x = 1", "jump f+16", "load.4 x = [g]", "return"],
      ],
      ["x = y == 3;", ["equal.u32 x = y, 3", "return"]],
    ],
  ],
  [
    "`switch`: one branch a case in order, then a jump.",
    [
      [
        "switch (x) { case 1: g = 1; break; case 2: g = 2; default: g = 3; }",
        [
          "branch f+12 if equal.u32 x, 1",
          "branch f+20 if equal.u32 x, 2",
          "jump f+24",
          "store.4 [g] = 1",
          "jump f+28",
          "store.4 [g] = 2",
          "store.4 [g] = 3",
          "return",
        ],
      ],
    ],
  ],
  [
    "A constant condition, cast, address, call argument, `self`, `tid`, `rseq`, `rseq_shared` cost nothing.",
    [
      [
        "while (1) { if (x) break; }",
        ["branch f+8 if equal.u32 x, 0", "jump f+12", "jump f", "return"],
      ],
      ["if (0) g = 1;", ["return"]],
      ["while (0) { g = 1; if (x) break; }", ["return"]],
      ["for (x = 1; 0; x++) g = 1;", ["move x = 1", "return"]],
      ["do g = 1; while (0);", ["store.4 [g] = 1", "return"]],
      ["wide = (u64)(u8)x;", ["store.8 [wide] = x", "return"]],
      ["p = &table[i];", ["move p = table + i * 4", "return"]],
      ["show(self + 0 * 2);", ["add.s32 r4 = self, 0", "call show(r4)", "return"]],
      ["x = rseq->cpu_id;", ["load.4 x = [4 + rseq]", "return"]],
      ["show((u32)tid);", ["call show(tid)", "return"]],
      ["x = 2 * 3 + sizeof(struct pair);", ["move x = 14", "return"]],
    ],
  ],
  [
    "Loads, atomics and calls write straight to their destination too.",
    [
      ["x = get(g);", ["load.4 r4 = [g]", "call x = get(r4)", "return"]],
      ["g = get(x);", ["call r4 = get(x)", "store.4 [g] = r4", "return"]],
      ["x = __atomic_exchange_n(&g, y, __ATOMIC_ACQUIRE);", ["x = exchange.4 [g], y", "return"]],
      ["y = g++;", ["load.4 y = [g]", "add.u32 r4 = y, 1", "store.4 [g] = r4", "return"]],
      ["x = gettid();", ["syscall x = gettid()", "return"]],
    ],
  ],
  [
    "Every function body ends with a return.",
    [
      ["", ["return"]],
      ["return;", ["return"]],
      ["if (x) return;", ["branch f+8 if equal.u32 x, 0", "return", "return"]],
      ["return; out: goto out;", ["return", "jump f:out", "return"]],
    ],
  ],
  [
    "`__atomic_compare_exchange_n`: load *expected, atomic, branch, on failure store *expected.",
    [
      [
        "__atomic_compare_exchange_n(&g, &h, 2, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);",
        [
          "load.4 r4 = [h]",
          "r5 = compare-exchange.4 [g], 2 if r4",
          "branch f+16 if equal.u32 r5, r4",
          "store.4 [h] = r5",
          "return",
        ],
      ],
      [
        "if (__atomic_compare_exchange_n(&g, &h, 2, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) x = 1;",
        [
          "load.4 r4 = [h]",
          "r5 = compare-exchange.4 [g], 2 if r4",
          "branch f+16 if equal.u32 r5, r4",
          "store.4 [h] = r5",
          "branch f+24 if not-equal.u32 r5, r4",
          "move x = 1",
          "return",
        ],
      ],
    ],
  ],
  [
    "`smp_mb()`, `cpu_relax()`: one; `barrier()`: none.",
    [["smp_mb(); cpu_relax(); barrier();", ["smp_mb", "cpu_relax", "return"]]],
  ],
  [
    "`assert` compares and reports in one instruction; its operands come before.",
    [
      ["assert(x == g);", ["load.4 r4 = [g]", "assert equal.u32 x, r4", "return"]],
      ["assert(!x);", ["assert equal.u32 x, 0", "return"]],
      ["assert(x + 1 > y);", ["add.u32 r4 = x, 1", "assert greater.u32 r4, y", "return"]],
    ],
  ],
];

function listingOfStatements(statements: string): string[] {
  const program = programOf(`${DECLARATIONS}
void f(u32 x, u32 y, int i, u32 *p) { ${statements} }
thread t { f(1, 2, 3, &g); }`);
  return listingOf(program, "f");
}

for (const [sentence, rows] of CONTRACT) {
  describe(sentence, () => {
    test.each(rows)("%s", (statements, listing) => {
      expect(listingOfStatements(statements)).toEqual(listing);
    });
  });
}

test("a short critical section is store, load, branch, statements, commit, with its stub behind the return", () => {
  const program = programOf(`
percpu u64 hits;
void f(u32 cpu) {
retry:
  critical (cpu) abort retry { u64 v = hits[cpu]; commit hits[cpu] = v + 1; }
}
thread t { f(0); }`);
  expect(listingOf(program, "f")).toEqual([
    "store.8 [8 + rseq] = f_cs",
    "load.4 r2 = [4 + rseq]  ; start_ip of f",
    "branch f:retry if not-equal.u32 r2, cpu",
    "load.8 v = [hits + cpu * 64]",
    "add.u64 r2 = v, 1",
    "commit.8 [hits + cpu * 64] = r2  ; commit of f",
    "return  ; post_commit_ip of f",
    ".word 0x53053053",
    "jump f:retry  ; abort_ip of f",
  ]);
});

test("the operand of a critical section is evaluated before the descriptor is stored, and mm_cid may be compared", () => {
  const program = programOf(`
u32 wanted; u64 hits[64];
void f(void) {
retry:
  critical add (wanted, mm_cid) abort retry { commit hits[0] = 1; }
}
thread t { f(); }`);
  expect(listingOf(program, "f").slice(0, 4)).toEqual([
    "load.4 r0 = [wanted]",
    "store.8 [8 + rseq] = add_cs",
    "load.4 r1 = [24 + rseq]  ; start_ip of add",
    "branch f:retry if not-equal.u32 r1, r0",
  ]);
});

test("a 32-bit program stores its descriptor's address to the numerically low half", () => {
  const text = `
u32 hit;
void f(u32 cpu) { retry: critical (cpu) abort retry { commit hit = 1; } }
thread t { f(0); }`;
  const little = programOf(text, { target: "i386-linux" });
  const big = programOf(text, { target: "mips-linux" });
  expect(listingOf(little, "f")[0]).toBe("store.4 [8 + rseq] = f_cs");
  expect(listingOf(big, "f")[0]).toBe("store.4 [12 + rseq] = f_cs");
});

test("the second unnamed section of a function has a number", () => {
  const program = programOf(`
u32 hit;
void f(u32 cpu) {
retry:
  critical (cpu) abort retry { commit hit = 1; }
  critical (cpu) abort retry { commit hit = 2; }
}
thread t { f(0); }`);
  expect(program.sections.map(({ name }) => name)).toEqual(["f", "f_2"]);
  expect(program.globals.map(({ name }) => name)).toEqual(["hit", "f_cs", "f_2_cs"]);
});

test("zeros stand before every function, and each instruction takes 4 bytes", () => {
  const program = programOf("void f(void) { } thread t { f(); }");
  const [f, t] = program.functions;
  expect(program.instructions[0]).toMatchObject({ kind: "data", value: 0 });
  expect(program.instructions[t!.start - 1]).toMatchObject({ kind: "data", value: 0 });
  expect(program.symbols.find(({ name }) => name === "f")).toEqual({
    name: "f",
    address: program.textAddress + 4 * f!.start,
    size: 4,
  });
});
