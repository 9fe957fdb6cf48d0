// What a compiler lays out, asked at test time: sizes, alignments and offsets as constants in an object file, bit positions by objects in
// which one field alone is set. The same facts from our layout make two lists of lines that a test compares.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Target } from "../../server/engine/abi/target.ts";
import type { RecordType } from "../../server/engine/c/types.ts";
import { type CUnit, readUnit } from "../../server/engine/c/unit.ts";
import { type Field, layoutRecord } from "../../server/engine/layout/layout.ts";
import { readDataSymbols } from "./elf-object.ts";

/** Reads C without any includes. */
export function readSource(text: string, target: Target, path: string = "test.c"): CUnit {
  return readUnit({
    path,
    text,
    target,
    includePaths: [],
    defines: [],
    files: new Map(),
    builtinHeader: () => undefined,
    prelude: "",
    hooks: {},
  });
}

interface Question {
  /** What the line says, such as `offsetof(struct s, a.b)`. */
  readonly label: string;
  readonly expression: string;
  readonly answer: number;
}

interface BitQuestion {
  readonly label: string;
  readonly type: string;
  /** Designators, `.a.b`. */
  readonly designator: string;
  readonly bits: readonly number[];
}

/** Asks the compiler about all records; returns the lines in which it differs from us, "" for none. */
export function differences(
  compiler: readonly string[],
  source: string,
  records: readonly RecordType[],
  target: Target,
): string {
  const questions = records.flatMap((record) => questionsAbout(record));
  const bits = records.flatMap((record) => bitQuestionsAbout(record, target));
  const program = `${source}\n${tables(questions, bits)}`;
  const data = compile(compiler, program);
  const lines: string[] = [];
  const numbers = data.get("numbers");
  for (const [index, { label, answer }] of questions.entries()) {
    const theirs = readNumber(numbers, index, target);
    if (theirs !== answer) lines.push(`${label}: ${theirs} by the compiler, ${answer} by us`);
  }
  for (const [index, { label, bits: ours }] of bits.entries()) {
    const theirs = setBits(data.get(`bits_${index}`) ?? Buffer.alloc(0), target);
    if (theirs.join() !== ours.join())
      lines.push(`${label}: bits ${theirs.join()} by the compiler, ${ours.join()} by us`);
  }
  return lines.join("\n");
}

function spell(record: RecordType): string {
  if (record.tag === undefined) return record.typedefName ?? "";
  return `${record.isUnion ? "union" : "struct"} ${record.tag}`;
}

function questionsAbout(record: RecordType): readonly Question[] {
  const name = spell(record);
  const questions: Question[] = [
    { label: `sizeof(${name})`, expression: `sizeof(${name})`, answer: record.size },
    { label: `_Alignof(${name})`, expression: `_Alignof(${name})`, answer: record.align },
  ];
  for (const field of namedFields(record)) {
    if (field.bitSize !== undefined) continue;
    const label = `offsetof(${name}, ${field.path})`;
    questions.push({
      label,
      expression: `__builtin_offsetof(${name}, ${field.path})`,
      answer: field.offset,
    });
  }
  return questions;
}

/** Fields that C can name by a path: nothing inside arrays. */
function namedFields(record: RecordType): readonly Field[] {
  return layoutRecord(record).fields.filter(
    (field) => field.name !== undefined && !isInsideArray(field),
  );
}

function isInsideArray(field: Field): boolean {
  return (
    field.parent !== undefined &&
    (field.parent.type.kind === "array" || isInsideArray(field.parent))
  );
}

function bitQuestionsAbout(record: RecordType, target: Target): readonly BitQuestion[] {
  const name = spell(record);
  return namedFields(record)
    .filter(
      (field) => field.bitOffset !== undefined && field.bitSize !== undefined && 0 < field.bitSize,
    )
    .map((field) => ({
      label: `${name}.${field.path} : ${field.bitSize}`,
      type: name,
      designator: `.${field.path}`,
      bits: Array.from({ length: field.bitSize! }, (_, index) => field.bitOffset! + index),
      target,
    }));
}

function tables(questions: readonly Question[], bits: readonly BitQuestion[]): string {
  const numbers = questions.map(({ expression }) => `\t(unsigned int)(${expression}),`).join("\n");
  const objects = bits
    .map(({ type, designator }, index) => `const ${type} bits_${index} = { ${designator} = -1 };`)
    .join("\n");
  return `const unsigned int numbers[] = {\n${numbers}\n};\n${objects}\n`;
}

function compile(compiler: readonly string[], program: string): ReadonlyMap<string, Buffer> {
  const folder = mkdtempSync(path.join(tmpdir(), "rseq-lab-layout-"));
  try {
    const input = path.join(folder, "in.c");
    const output = path.join(folder, "out.o");
    writeFileSync(input, program);
    const [command, ...given] = compiler;
    execFileSync(command!, [...given, "-w", "-c", "-x", "c", input, "-o", output], {
      stdio: "pipe",
    });
    return readDataSymbols(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readNumber(
  numbers: Buffer | undefined,
  index: number,
  target: Target,
): number | undefined {
  if (numbers === undefined || numbers.length < index * 4 + 4) return undefined;
  return target.isBigEndian ? numbers.readUInt32BE(index * 4) : numbers.readUInt32LE(index * 4);
}

/** Numbers of the set bits in the target's order: from the low bit of a byte on little endian, from the high one on big. */
function setBits(bytes: Buffer, target: Target): readonly number[] {
  const found: number[] = [];
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) {
      const mask = target.isBigEndian ? 0x80 >> bit : 1 << bit;
      if ((byte & mask) !== 0) found.push(index * 8 + bit);
    }
  }
  return found;
}
