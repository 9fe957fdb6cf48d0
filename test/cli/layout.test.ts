import { join } from "node:path";
import { expect, test } from "vitest";
import { filesIn, runCli } from "./run-cli.ts";

const HEADER = `#include <linux/types.h>
struct rseq {
  __u32 cpu_id_start;
  union { __u64 ptr64; __u32 ptr32[2]; } rseq_cs;
  unsigned int low : 2, high : 3;
} __attribute__((aligned(32)));
typedef struct { char c; } small;
union either { long l; struct { short s; } inner; };
`;

test("the JSON lists fields with dotted paths, bit offsets, holes and padding", async () => {
  const folder = filesIn({ "a.h": HEADER });
  const { code, json } = await runCli("layout", "--format", "json", join(folder, "a.h"));
  expect(code).toBe(0);
  const document = json() as {
    version: number;
    target: string;
    structs: object[];
    errors: object[];
  };
  expect(document).toMatchObject({ version: 1, target: "x86_64-linux", errors: [] });
  expect(document.structs).toMatchObject([
    {
      name: "struct rseq",
      line: 2,
      size: 32,
      align: 32,
      role: "private",
      fields: [
        { path: "cpu_id_start", type: "__u32", offset: 0, size: 4, align: 4 },
        { path: "rseq_cs", offset: 8, size: 8, align: 8 },
        { path: "rseq_cs.ptr64", type: "__u64", offset: 8, size: 8, align: 8 },
        { path: "rseq_cs.ptr32", type: "__u32[2]", offset: 8, size: 8, align: 4 },
        { path: "low", offset: 16, bitOffset: 128, bitSize: 2 },
        { path: "high", offset: 16, bitOffset: 130, bitSize: 3 },
      ],
      holes: [{ offset: 4, size: 4 }],
      padding: 15,
    },
    { name: "small", size: 1, align: 1, role: "other", holes: [], padding: 0 },
    {
      name: "union either",
      size: 8,
      fields: [{ path: "l" }, { path: "inner" }, { path: "inner.s" }],
    },
  ]);
});

test("--struct selects by tag or typedef name, and an unknown one is an error", async () => {
  const folder = filesIn({ "a.h": HEADER });
  const one = await runCli("layout", "--format", "json", "--struct", "small", join(folder, "a.h"));
  expect((one.json() as { structs: object[] }).structs).toHaveLength(1);
  const none = await runCli("layout", "--struct", "nobody", join(folder, "a.h"));
  expect(none).toMatchObject({ code: 2, out: "" });
  expect(none.err).toContain("nobody");
});

test("an included file's structs are listed with --all only", async () => {
  const folder = filesIn({
    "a.h": '#include "b.h"\nstruct a { struct b b; };',
    "b.h": "struct b { int i; };",
  });
  const names = async (...options: string[]): Promise<unknown> => {
    const { json } = await runCli("layout", "--format", "json", ...options, join(folder, "a.h"));
    return (json() as { structs: { name: string }[] }).structs.map((each) => each.name);
  };
  expect(await names()).toEqual(["struct a"]);
  expect(await names("--all")).toEqual(["struct b", "struct a"]);
});

test("a syntax error is listed with its place, and the rest is laid out", async () => {
  const folder = filesIn({ "a.h": "struct a { int x int y; };\nstruct b { int z; };" });
  const { code, json } = await runCli("layout", "--format", "json", join(folder, "a.h"));
  expect(code).toBe(0);
  const document = json() as { structs: { name: string }[]; errors: { line: number }[] };
  expect(document.errors).toHaveLength(1);
  expect(document.errors[0]?.line).toBe(1);
  expect(document.structs.map((each) => each.name)).toEqual(["struct a", "struct b"]);
});
