// The layout of a record as a flat list: every member with its dotted path, holes between top-level members, padding at
// the end. The numbers were decided when the record was completed (c/record-layout.ts); cli.md `layout` says what is listed.
import type { CType, Member, RecordType } from "../c/types.ts";
import { recordName, resolve, spellType } from "../c/types.ts";
import type { CUnit } from "../c/unit.ts";
import type { Span } from "../text/source.ts";

export interface Field {
  /** Dotted path from the outermost record; anonymous members add no segment. */
  readonly path: string;
  /** Undefined for an anonymous member and for an unnamed bit-field. */
  readonly name: string | undefined;
  readonly type: CType;
  /** C spelling: `__u32`, `char[]`, `struct foo *`. */
  readonly typeText: string;
  /** Bytes from the start of the outermost record. */
  readonly offset: number;
  /** Bytes; of a bit-field, its declared type's. */
  readonly size: number;
  readonly align: number;
  /** Both are set for bit-fields only. */
  readonly bitOffset: number | undefined;
  readonly bitSize: number | undefined;
  /** 0 for the members of the outermost record itself. */
  readonly depth: number;
  /** The field of the aggregate that holds this one; undefined at depth 0. */
  readonly parent: Field | undefined;
  readonly member: Member;
  readonly nameSpan: Span;
  readonly declarationSpan: Span;
}

export interface Hole {
  /** Bytes. A gap of bits inside a byte is not a hole. */
  readonly offset: number;
  readonly size: number;
  /** The neighbours at the top level; `before` is undefined for a hole at offset 0. */
  readonly before: Field | undefined;
  readonly after: Field;
}

export interface Layout {
  /** `struct TAG`, `union TAG`, or the typedef's name. */
  readonly name: string;
  readonly record: RecordType;
  readonly size: number;
  readonly align: number;
  /** Every member in declaration order, an aggregate's after it. */
  readonly fields: readonly Field[];
  /** Gaps between members at the top level, ascending. */
  readonly holes: readonly Hole[];
  /** Bytes behind the last member. */
  readonly padding: number;
  /** There are more fields than `fieldsMax`, or deeper ones than `depthMax`: those are left out. */
  readonly isTruncated: boolean;
  readonly nameSpan: Span;
  readonly span: Span;
}

// Structs that contain structs can have exponentially many fields.
const fieldsMax = 100_000;
const depthMax = 256;

/** Options of `layoutsOfFile`: `all` includes the records of included files. */
export interface LayoutSelection {
  readonly all: boolean;
}

/** The layout of a complete record. An incomplete one has no fields and size 0. */
export function layoutRecord(record: RecordType): Layout {
  return new RecordLayout(record);
}

/** Which fields and holes there are is worked out when it is asked for: of a kernel header's records few are looked at. */
class RecordLayout implements Layout {
  readonly record: RecordType;
  #fields: readonly Field[] | undefined;
  #gaps: { readonly holes: readonly Hole[]; readonly end: number } | undefined;

  constructor(record: RecordType) {
    this.record = record;
  }

  get name(): string {
    return recordName(this.record);
  }

  get size(): number {
    return this.record.size;
  }

  get align(): number {
    return this.record.align;
  }

  get nameSpan(): Span {
    return this.record.nameSpan;
  }

  get span(): Span {
    return this.record.span;
  }

  get fields(): readonly Field[] {
    this.#fields ??= fieldsOf(this.record);
    return this.#fields;
  }

  get isTruncated(): boolean {
    return fieldsMax <= this.fields.length;
  }

  get holes(): readonly Hole[] {
    return this.#gapsOf().holes;
  }

  get padding(): number {
    return Math.max(0, this.record.size - this.#gapsOf().end);
  }

  #gapsOf(): { readonly holes: readonly Hole[]; readonly end: number } {
    if (this.#gaps === undefined) {
      // An unnamed bit-field is no member (C23 6.7.3.2): what it covers is a gap, as for pahole.
      const top = this.fields.filter(
        ({ depth, name, bitOffset }) =>
          depth === 0 && (name !== undefined || bitOffset === undefined),
      );
      this.#gaps = this.record.isUnion ? { holes: [], end: endOf(top) } : holesBetween(top);
    }
    return this.#gaps;
  }
}

function fieldsOf(record: RecordType): readonly Field[] {
  const fields: Field[] = [];
  for (const member of record.members) addField(fields, member, "", 0, undefined);
  return fields;
}

/** Layouts of the named aggregates that `path` itself declares (with `all`: every file that was read), in order. */
export function layoutsOfFile(
  unit: CUnit,
  path: string,
  selection: LayoutSelection,
): readonly Layout[] {
  const layouts: Layout[] = [];
  for (const record of unit.records) {
    if (record.tag === undefined && record.typedefName === undefined) continue;
    if (!selection.all && record.nameSpan.path !== path) continue;
    layouts.push(layoutRecord(record));
  }
  return layouts;
}

function addField(
  fields: Field[],
  member: Member,
  prefix: string,
  base: number,
  parent: Field | undefined,
): void {
  if (fieldsMax <= fields.length) return;
  const field = new LazyField(member, prefix, base, parent);
  fields.push(field);
  const inside = resolve(member.type);
  if (inside.kind === "record") {
    const innerPrefix = member.name === undefined ? prefix : `${field.path}.`;
    for (const inner of inside.members) {
      if (field.depth < depthMax) addField(fields, inner, innerPrefix, field.offset, field);
    }
  }
}

/** A kernel header has hundreds of thousands of fields, most of which nobody prints: texts and spans are made when asked for. */
class LazyField implements Field {
  readonly #prefix: string;
  readonly offset: number;
  readonly bitOffset: number | undefined;
  readonly depth: number;
  readonly parent: Field | undefined;
  readonly member: Member;

  constructor(member: Member, prefix: string, base: number, parent: Field | undefined) {
    this.member = member;
    this.#prefix = prefix;
    this.offset = base + member.offset;
    this.bitOffset = member.bitOffset === undefined ? undefined : base * 8 + member.bitOffset;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.parent = parent;
  }

  get path(): string {
    return this.member.name === undefined
      ? this.#prefix.slice(0, -1)
      : this.#prefix + this.member.name;
  }

  get name(): string | undefined {
    return this.member.name;
  }

  get type(): CType {
    return this.member.type;
  }

  get typeText(): string {
    return spellType(this.member.type);
  }

  get size(): number {
    return this.member.type.size;
  }

  get align(): number {
    return this.member.align;
  }

  get bitSize(): number | undefined {
    return this.member.bitWidth;
  }

  get nameSpan(): Span {
    return this.member.nameSpan;
  }

  get declarationSpan(): Span {
    return this.member.declarationSpan;
  }
}

/** The first byte behind a field; a bit-field ends with the byte of its last bit. */
export function fieldEnd(field: Field): number {
  if (field.bitOffset === undefined || field.bitSize === undefined)
    return field.offset + field.size;
  return Math.ceil((field.bitOffset + field.bitSize) / 8);
}

function endOf(top: readonly Field[]): number {
  return top.reduce((end, field) => Math.max(end, fieldEnd(field)), 0);
}

function holesBetween(top: readonly Field[]): { holes: Hole[]; end: number } {
  const holes: Hole[] = [];
  let end = 0;
  let before: Field | undefined;
  for (const field of top) {
    const start = field.bitOffset === undefined ? field.offset : Math.floor(field.bitOffset / 8);
    if (end < start) holes.push({ offset: end, size: start - end, before, after: field });
    end = Math.max(end, fieldEnd(field));
    before = field;
  }
  return { holes, end };
}
