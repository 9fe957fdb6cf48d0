// The text of a layout is pahole's, asked at test time for the same declarations (pahole spells `long` as `long int`, so the sample does
// without it).
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { layoutsOfFile } from "../../../server/engine/layout/layout.ts";
import { printLayout } from "../../../server/engine/layout/print.ts";
import { readText } from "../../support/check-reading.ts";
import { requireTool } from "../../support/outside.ts";

const sample = `typedef unsigned int u32;
typedef unsigned char u8;
struct plain { int a; int b; };
struct holes { char a; int b; char c; };
struct lines { char a[60]; int b; char c[70]; void *d; u8 tail; };
struct nested {
	u32 first;
	union { u32 word; u8 bytes[4]; } both;
	struct { u8 a; u32 b; };
	struct holes inner;
	struct nested *next;
	void (*call)(int, char *);
	int table[2][3];
	char end[];
};
struct aligned_one { int a; } __attribute__((aligned(64)));
`;

test("structs are printed as pahole prints them", (context) => {
  const gcc = requireTool(context, "gcc");
  const pahole = requireTool(context, "pahole");
  const unit = readText(sample);
  const ours = layoutsOfFile(unit, unit.path, { all: false }).map((layout) =>
    printLayout(layout, { cacheLine: 64 }),
  );
  expect(ours.join("")).toBe(
    paholeText(
      gcc,
      pahole,
      unit.records.flatMap(({ tag }) => tag ?? []),
    ),
  );
});

function paholeText(gcc: string, pahole: string, tags: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), "rseq-lab-pahole-"));
  try {
    const source = path.join(folder, "in.c");
    const object = path.join(folder, "in.o");
    writeFileSync(source, sample);
    execFileSync(gcc, ["-g", "-fno-eliminate-unused-debug-types", "-c", source, "-o", object]);
    return tags
      .map((tag) => execFileSync(pahole, ["-C", tag, object], { encoding: "utf8" }))
      .join("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("holes stand between members of the top level, padding behind the last", () => {
  const [layout] = layoutsOfFile(
    readText(
      "struct s { char a; struct { char x; int y; } in; int f : 3; char c; long l; char z; };",
    ),
    "test.h",
    {
      all: false,
    },
  );
  expect(
    layout?.holes.map(
      ({ offset, size, before, after }) => `${offset}+${size} ${before?.path} ${after.path}`,
    ),
  ).toEqual(["1+3 a in", "14+2 c l"]);
  expect(layout?.padding).toBe(7);
});

test("a struct with a packed bit-field over two bytes has its bits in the target's order", () => {
  const [layout] = layoutsOfFile(
    readText("struct s { char a : 5; int b : 9; char c; } __attribute__((packed));"),
    "test.h",
    { all: false },
  );
  expect(
    layout?.fields.map(({ path, offset, bitOffset, bitSize }) => [
      path,
      offset,
      bitOffset,
      bitSize,
    ]),
  ).toEqual([
    ["a", 0, 0, 5],
    ["b", 0, 5, 9],
    ["c", 2, undefined, undefined],
  ]);
});
