import { expect, test } from "vitest";
import { children, finish, globals, runOf, scopeRows, texts } from "./check-values.ts";

test("integers are shown by their sign and size, and in base 16 where that is asked for", () => {
  const file = `kernel "linux-6.18";
    u8 small = 200; s8 negative = -56; u64 large = 0xffffffffffffffff; s64 lowest = -9223372036854775807 - 1; bool yes = 3;
    thread t { small = small; }`;
  expect(globals(file)).toEqual({
    small: "200",
    negative: "-56",
    large: "18446744073709551615",
    lowest: "-9223372036854775808",
    yes: "true",
  });
  expect(globals(file, { hex: true })).toMatchObject({
    small: "0xc8",
    negative: "-0x38",
    lowest: "-0x8000000000000000",
  });
});

test("enumerators are shown by name, and flags as those that make them up", () => {
  expect(
    globals(`kernel "linux-6.18";
      enum state { FREE, TAKEN, CONTENDED }; enum flag { READ = 1, WRITE = 2, EXECUTE = 4 };
      enum state state = CONTENDED; enum flag both = READ | EXECUTE; enum state odd = 9;
      thread t { ; }`),
  ).toEqual({ state: "CONTENDED (2)", both: "READ | EXECUTE (5)", odd: "9" });
});

test("structs, arrays and strings start with their parts and can be opened", () => {
  const run = finish(
    runOf(`kernel "linux-6.18";
      struct point { s32 x, y; struct { u8 tag; }; } points[3] = { { 1, -2, { 7 } } };
      char greeting[8] = "hello"; u32 many[100];
      thread t { many[99] = 5; }`),
  );
  const rows = scopeRows(run, 0, "globals");
  expect(texts(rows)).toEqual({
    points: "{{x = 1, y = -2, tag = 7}, {x = 0, y = 0, tag = 0}, {x = 0, y = 0, tag = 0}}",
    greeting: '"hello"',
    many: "{0, 0, 0, 0, 0, 0, …}",
  });
  const [points, , many] = rows;
  expect(texts(children(children(points)[0]))).toEqual({ x: "1", y: "-2", tag: "7" });
  expect(children(children(points)[0])[2]?.expression).toBe("points[0].tag");
  const page = children(many, { kind: "indexed", start: 98, count: 5 });
  expect(texts(page)).toEqual({ "[98]": "0", "[99]": "5" });
});

test("bit-fields are cut out of their bytes, in the target's order", () => {
  for (const target of ["x86_64-linux", "s390x-linux"]) {
    expect(
      globals(`kernel "linux-6.18"; machine { target = "${target}"; }
        struct flags { u32 low : 3; s32 middle : 5; u32 high : 24; } flags;
        thread t { flags.low = 5; flags.middle = -3; flags.high = 70000; }`),
    ).toEqual({ flags: "{low = 5, middle = -3, high = 70000}" });
  }
});

test("a pointer says what it leads to, and opens there", () => {
  const run = finish(
    runOf(`kernel "linux-6.18";
      struct node { struct node *next; u32 value; } first, second; u64 table[4];
      u64 *inside; void *nowhere; struct rseq *area;
      void handler(void) { ; }
      void (*code)(void);
      thread t { first.next = &second; second.value = 9; inside = &table[2]; code = handler; area = rseq; }`),
  );
  const rows = scopeRows(run, 0, "globals");
  expect(texts(rows)).toMatchObject({
    inside: expect.stringMatching(/^0x[\da-f]+ → table\+16$/) as string,
    nowhere: "0x0 (null)",
    code: expect.stringMatching(/^0x[\da-f]+ → handler$/) as string,
    area: expect.stringMatching(/^0x[\da-f]+ → t\.rseq$/) as string,
  });
  const [first] = rows;
  const next = children(first)[0];
  expect(texts(children(children(next)[0]))).toMatchObject({ value: "9" });
  expect(children(next)[0]?.expression).toBe("(*first.next)");
  expect(children(children(next)[0])[1]?.expression).toBe("first.next->value");
});

test("a local that was never written says so", () => {
  const run = runOf(
    `kernel "linux-6.18"; thread t { u32 later; u32 now = 1; if (now == 5) later = 2; now = later; }`,
  );
  while (run.state.frames(0)[0]?.instruction === run.program.functions[0]?.start) run.forward();
  expect(texts(scopeRows(run, 0, "locals"))).toMatchObject({ later: "(never written)", now: "1" });
});

test("a member without bytes is not shown", () => {
  const run = runOf(`kernel "linux-6.18"; thread t { ; }`);
  expect(Object.keys(texts(scopeRows(run, 0, "private")))).not.toContain("end");
});
