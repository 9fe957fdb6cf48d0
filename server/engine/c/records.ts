// Structs, unions, enums and their members while they are being read. Spans are places until somebody asks.
import type { Span } from "../text/source.ts";
import type { Attribute, ConstantSymbol } from "./ast.ts";
import type { MemberRow, MemberTable } from "./member-table.ts";
import * as rows from "./member-table.ts";
import type { Places } from "./places.ts";
import type { CType, EnumConstant, EnumType, IntegerType, Member, RecordType } from "./types.ts";

export const noAttributes: readonly Attribute[] = [];

/** A row of the member table, for who looks at it. */
export class CMember implements Member {
  readonly record: CRecord;
  readonly #row: number;

  constructor(record: CRecord, row: number) {
    this.record = record;
    this.#row = row;
  }

  get name(): string | undefined {
    const identifier = this.#cell(rows.IDENTIFIER);
    return identifier < 0 ? undefined : this.record.unit.names[identifier];
  }

  get type(): CType {
    return this.record.unit.members.type(this.#row);
  }

  get bitWidth(): number | undefined {
    const width = this.#cell(rows.BIT_WIDTH);
    return width < 0 ? undefined : width;
  }

  get offset(): number {
    const start = this.record.unit.members.startBits(this.#row);
    const width = this.#cell(rows.BIT_WIDTH);
    if (width < 0) return start / 8;
    const unit = this.type.size * 8;
    const unitStart = start - (start % unit);
    return (start + width <= unitStart + unit ? unitStart : start - (start % 8)) / 8;
  }

  get bitOffset(): number | undefined {
    return this.#cell(rows.BIT_WIDTH) < 0
      ? undefined
      : this.record.unit.members.startBits(this.#row);
  }

  get align(): number {
    return this.#cell(rows.ALIGN);
  }

  get attributes(): readonly Attribute[] {
    return this.record.unit.members.attributes(this.#row) ?? noAttributes;
  }

  get nameSpan(): Span {
    return this.record.places.span(this.#cell(rows.NAME_START), this.#cell(rows.NAME_END));
  }

  get declarationSpan(): Span {
    return this.record.places.span(this.#cell(rows.START), this.#cell(rows.END));
  }

  #cell(column: number): number {
    return this.record.unit.members.cell(this.#row, column);
  }
}

/** What the records of one unit share. */
export interface RecordContext {
  readonly places: Places;
  readonly members: MemberTable;
  /** Identifiers by number. */
  readonly names: readonly string[];
}

export class CRecord implements RecordType {
  readonly kind = "record";
  readonly isUnion: boolean;
  readonly tag: string | undefined;
  readonly unit: RecordContext;
  typedefName: string | undefined = undefined;
  isComplete = false;
  /** True between the braces: a second definition there is a mistake too. */
  isOpen = false;
  /** Rows of the first and last member; -1 for none. */
  firstRow = -1;
  lastRow = -1;
  size = 0;
  align = 1;
  isPacked = false;
  declaredAlign: number | undefined = undefined;
  isMicrosoft = false;
  attributes: readonly Attribute[] = noAttributes;
  outer: CRecord | undefined = undefined;
  start: number;
  end: number;
  nameStart: number;
  nameEnd: number;
  bodyStart = -1;
  bodyEnd = -1;
  #members: readonly CMember[] | undefined = undefined;

  constructor(
    isUnion: boolean,
    tag: string | undefined,
    unit: RecordContext,
    start: number,
    nameStart: number,
    nameEnd: number,
  ) {
    this.isUnion = isUnion;
    this.tag = tag;
    this.unit = unit;
    this.start = start;
    this.end = nameEnd;
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
  }

  get places(): Places {
    return this.unit.places;
  }

  addMember(member: MemberRow): void {
    const { members } = this.unit;
    const row = members.add(member);
    if (this.firstRow < 0) this.firstRow = row;
    else members.setCell(this.lastRow, rows.NEXT, row);
    this.lastRow = row;
    this.#members = undefined;
  }

  get members(): readonly CMember[] {
    if (this.#members !== undefined) return this.#members;
    const members: CMember[] = [];
    for (let row = this.firstRow; 0 <= row; row = this.unit.members.cell(row, rows.NEXT)) {
      members.push(new CMember(this, row));
    }
    this.#members = members;
    return members;
  }

  get nameSpan(): Span {
    return this.places.span(this.nameStart, this.nameEnd);
  }

  get span(): Span {
    return this.places.span(this.start, this.end);
  }

  get bodySpan(): Span | undefined {
    if (this.bodyStart < 0 || this.bodyEnd < 0) return undefined;
    return this.places.span(this.bodyStart, this.bodyEnd);
  }
}

/** An enumerator is its own symbol. */
export class CEnumConstant implements EnumConstant, ConstantSymbol {
  readonly kind = "constant";
  readonly name: string;
  readonly value: bigint;
  readonly #enum: CEnum;
  readonly #isInt: boolean;
  readonly #int: IntegerType;
  readonly #start: number;
  readonly #end: number;

  constructor(
    owner: CEnum,
    name: string,
    value: bigint,
    isInt: boolean,
    int: IntegerType,
    start: number,
    end: number,
  ) {
    this.#enum = owner;
    this.name = name;
    this.value = value;
    this.#isInt = isInt;
    this.#int = int;
    this.#start = start;
    this.#end = end;
  }

  get type(): CType {
    if (this.#enum.hasFixedType && this.#enum.isComplete) return this.#enum;
    return this.#isInt ? this.#int : this.#enum.underlying;
  }

  get constant(): EnumConstant {
    return this;
  }

  get span(): Span {
    return this.#enum.places.span(this.#start, this.#end);
  }

  get nameSpan(): Span {
    return this.span;
  }
}

export class CEnum implements EnumType {
  readonly kind = "enum";
  readonly tag: string | undefined;
  readonly places: Places;
  typedefName: string | undefined = undefined;
  isComplete = false;
  constants: CEnumConstant[] = [];
  underlying: IntegerType;
  hasFixedType = false;
  attributes: readonly Attribute[] = noAttributes;
  align: number;
  start: number;
  end: number;
  nameStart: number;
  nameEnd: number;

  constructor(
    tag: string | undefined,
    underlying: IntegerType,
    places: Places,
    start: number,
    nameStart: number,
    nameEnd: number,
  ) {
    this.tag = tag;
    this.underlying = underlying;
    this.align = underlying.align;
    this.places = places;
    this.start = start;
    this.end = nameEnd;
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
  }

  get size(): number {
    return this.underlying.size;
  }

  get nameSpan(): Span {
    return this.places.span(this.nameStart, this.nameEnd);
  }

  get span(): Span {
    return this.places.span(this.start, this.end);
  }
}
