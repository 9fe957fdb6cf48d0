// A layout as pahole prints it: C with `/* offset size */` behind each member, holes, cacheline boundaries and a summary. The text is
// for people; what is exact is layout.ts.
import type { Attribute } from "../c/ast.ts";
import { resolve, spellDeclaration, spellType } from "../c/types.ts";
import type { RecordType } from "../c/types.ts";
import type { Field, Layout } from "./layout.ts";
import { fieldEnd, layoutRecord } from "./layout.ts";

export interface PrintOptions {
  /** Bytes of a cacheline, 64 as a rule. */
  readonly cacheLine: number;
}

const typeWidth = 26;
const nameWidth = 22;

/** The whole record, with a newline at the end. */
export function printLayout(layout: Layout, options: PrintOptions): string {
  return new LayoutPrinter(layout, options.cacheLine).print();
}

class LayoutPrinter {
  readonly #layout: Layout;
  readonly #cacheLine: number;
  readonly #lines: string[] = [];
  readonly #children = new Map<Field | undefined, Field[]>();
  /** Cacheline boundaries up to this offset have been shown. */
  #shown = 0;
  #paddings = 0;
  #sumPaddings = 0;

  constructor(layout: Layout, cacheLine: number) {
    this.#layout = layout;
    this.#cacheLine = cacheLine;
    for (const field of layout.fields) {
      const siblings = this.#children.get(field.parent);
      if (siblings === undefined) this.#children.set(field.parent, [field]);
      else siblings.push(field);
    }
  }

  print(): string {
    const { record } = this.#layout;
    const keyword = record.isUnion ? "union" : "struct";
    const name = record.tag ?? record.typedefName;
    this.#lines.push(
      record.tag === undefined ? `typedef ${keyword} {` : `${keyword} ${record.tag} {`,
    );
    this.#members(this.#children.get(undefined) ?? [], record, 1);
    if (!record.isUnion) this.#summary();
    const end = record.tag === undefined && name !== undefined ? ` ${name}` : "";
    this.#lines.push(`}${attributeText(record.attributes)}${end};`);
    return `${this.#lines.join("\n")}\n`;
  }

  #members(fields: readonly Field[], record: RecordType, depth: number): void {
    let end = fields[0]?.parent?.offset ?? 0;
    for (const field of fields) {
      if (!record.isUnion) {
        this.#hole(end, field, depth);
        this.#boundary(field.offset, depth);
      }
      this.#member(field, depth);
      this.#padding(field, depth);
      end = Math.max(end, fieldEnd(field));
    }
  }

  #hole(end: number, field: Field, depth: number): void {
    const start = field.bitOffset === undefined ? field.offset : Math.floor(field.bitOffset / 8);
    if (start <= end) return;
    const size = start - end;
    this.#remark(`XXX ${size} ${size === 1 ? "byte" : "bytes"} hole, try to pack`, depth);
  }

  /** A comment between empty lines; two of them stand together. */
  #remark(text: string, depth: number): void {
    if (this.#lines.at(-1) === "") this.#lines.pop();
    else this.#lines.push("");
    this.#lines.push(`${"\t".repeat(depth)}/* ${text} */`, "");
  }

  #boundary(offset: number, depth: number): void {
    const line = Math.floor(offset / this.#cacheLine);
    if (line <= this.#shown) return;
    this.#shown = line;
    const ago = offset - line * this.#cacheLine;
    const where = ago === 0 ? "" : ` was ${ago} ${ago === 1 ? "byte" : "bytes"} ago`;
    const indent = "\t".repeat(depth);
    this.#lines.push(
      `${indent}/* --- cacheline ${line} boundary (${line * this.#cacheLine} bytes)${where} --- */`,
    );
  }

  #member(field: Field, depth: number): void {
    const inside = field.type;
    const indent = "\t".repeat(depth);
    if (inside.kind !== "record" || inside.tag !== undefined) {
      const { type, name } = declarationParts(field);
      this.#lines.push(`${indent}${this.#row(type, `${name};`, field, depth)}`);
      return;
    }
    this.#lines.push(`${indent}${inside.isUnion ? "union" : "struct"} {`);
    this.#members(this.#children.get(field) ?? [], inside, depth + 1);
    const tail = `}${field.name === undefined ? "" : ` ${field.name}`}${attributeText(field.member.attributes)};`;
    const width = typeWidth + 1 + nameWidth - Math.max(0, depth - 1) * 8;
    this.#lines.push(`${indent}${tail.padEnd(width)}${placeText(field)}`);
  }

  #row(type: string, name: string, field: Field, depth: number): string {
    const narrowed = Math.max(8, typeWidth - Math.max(0, depth - 1) * 8);
    return `${`${type.padEnd(narrowed)} ${name}`.padEnd(narrowed + 1 + nameWidth)}${placeText(field)}`;
  }

  /** Padding at the end of a member that is a struct of its own. */
  #padding(field: Field, depth: number): void {
    const padding = paddingOf(field);
    if (padding === 0) return;
    this.#remark(
      `XXX last struct has ${padding} ${padding === 1 ? "byte" : "bytes"} of padding`,
      depth,
    );
    if (depth !== 1) return;
    this.#paddings++;
    this.#sumPaddings += padding;
  }

  #summary(): void {
    const { size, holes, padding } = this.#layout;
    const top = this.#children.get(undefined) ?? [];
    const cachelines = Math.ceil(size / this.#cacheLine);
    const sumHoles = holes.reduce((sum, hole) => sum + hole.size, 0);
    if (this.#lines.at(-1) !== "") this.#lines.push("");
    this.#lines.push(`\t/* size: ${size}, cachelines: ${cachelines}, members: ${top.length} */`);
    if (0 < holes.length) {
      const sumMembers = Math.max(0, size - padding - sumHoles);
      this.#lines.push(
        `\t/* sum members: ${sumMembers}, holes: ${holes.length}, sum holes: ${sumHoles} */`,
      );
    }
    if (0 < padding) this.#lines.push(`\t/* padding: ${padding} */`);
    if (0 < this.#paddings) {
      this.#lines.push(`\t/* paddings: ${this.#paddings}, sum paddings: ${this.#sumPaddings} */`);
    }
    const last = size % this.#cacheLine;
    if (last !== 0) this.#lines.push(`\t/* last cacheline: ${last} bytes */`);
  }
}

/** Bytes behind the last member of the struct that a member is, or is an array of; an untagged one shows its own. */
function paddingOf(field: Field): number {
  let type = resolve(field.type);
  while (type.kind === "array") type = resolve(type.element);
  return type.kind === "record" && !type.isUnion && type.tag !== undefined
    ? layoutRecord(type).padding
    : 0;
}

/** `int arr[2]` → `int` and `arr[2]`; a function pointer's name stands inside its type. */
function declarationParts(field: Field): { type: string; name: string } {
  const name = field.name ?? "";
  const attributes = attributeText(field.member.attributes);
  if (field.bitSize !== undefined)
    return { type: spellType(field.type), name: `${name}:${field.bitSize}${attributes}` };
  const marker = "\u0000";
  const [before = "", behind = ""] = spellDeclaration(field.type, marker).split(marker);
  const stars = /[(*]+$/.exec(before)?.[0] ?? "";
  // pahole keeps the star of a plain pointer with the type.
  const isPlain = !stars.includes("(");
  const type = isPlain ? before.trimEnd() : before.slice(0, before.length - stars.length).trimEnd();
  return { type, name: `${isPlain ? "" : stars}${name}${behind}${attributes}` };
}

function placeText(field: Field): string {
  const size = String(field.size).padStart(5);
  if (field.bitOffset === undefined) return `/* ${String(field.offset).padStart(5)} ${size} */`;
  const bit = field.bitOffset - field.offset * 8;
  const place = `${String(field.offset).padStart(5)}:${String(bit).padStart(2)}`;
  return `/* ${place}${String(field.size).padStart(3)} */`;
}

function attributeText(attributes: readonly Attribute[]): string {
  const list = attributes
    .filter(({ name }) => name === "aligned" || name === "packed" || name === "alignas")
    .map(({ name, value }) => (name === "packed" ? "__packed__" : `__aligned__(${value ?? ""})`));
  return list.length === 0 ? "" : ` __attribute__((${list.join(", ").replace("()", "")}))`;
}
