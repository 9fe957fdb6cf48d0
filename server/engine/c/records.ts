// Structs, unions, enums and their members while they are being read. Spans are places until somebody asks.
import type { Span } from "../text/source.ts";
import type { Attribute, ConstantSymbol } from "./ast.ts";
import type { Places } from "./places.ts";
import type { CType, EnumConstant, EnumType, IntegerType, Member, RecordType } from "./types.ts";

export const noAttributes: readonly Attribute[] = [];

export class CMember implements Member {
  /** The interner's number of the name; -1 without one. */
  readonly identifier: number;
  readonly name: string | undefined;
  readonly type: CType;
  readonly bitWidth: number | undefined;
  readonly record: CRecord;
  readonly attributes: readonly Attribute[];
  /** Alignment that attributes on the member ask for, in bytes; 0 for none. */
  readonly alignRequest: number;
  /** `packed` stands on the member itself. */
  readonly isPacked: boolean;
  offset = 0;
  bitOffset: number | undefined = undefined;
  align = 1;
  readonly #nameStart: number;
  readonly #nameEnd: number;
  /** Place of the first specifier. */
  readonly start: number;
  readonly #end: number;

  constructor(
    record: CRecord,
    identifier: number,
    name: string | undefined,
    type: CType,
    bitWidth: number | undefined,
    attributes: readonly Attribute[],
    alignRequest: number,
    isPacked: boolean,
    nameStart: number,
    nameEnd: number,
    start: number,
    end: number,
  ) {
    this.record = record;
    this.identifier = identifier;
    this.name = name;
    this.type = type;
    this.bitWidth = bitWidth;
    this.attributes = attributes;
    this.alignRequest = alignRequest;
    this.isPacked = isPacked;
    this.#nameStart = nameStart;
    this.#nameEnd = nameEnd;
    this.start = start;
    this.#end = end;
  }

  get nameSpan(): Span {
    return this.record.places.span(this.#nameStart, this.#nameEnd);
  }

  get declarationSpan(): Span {
    return this.record.places.span(this.start, this.#end);
  }
}

export class CRecord implements RecordType {
  readonly kind = "record";
  readonly isUnion: boolean;
  readonly tag: string | undefined;
  readonly places: Places;
  typedefName: string | undefined = undefined;
  isComplete = false;
  /** True between the braces: a second definition there is a mistake too. */
  isOpen = false;
  members: CMember[] = [];
  size = 0;
  align = 1;
  isPacked = false;
  /** An attribute or a type set the alignment (gcc's TYPE_USER_ALIGN). */
  hasUserAlign = false;
  declaredAlign: number | undefined = undefined;
  isMicrosoft = false;
  isTransparentUnion = false;
  attributes: readonly Attribute[] = noAttributes;
  outer: CRecord | undefined = undefined;
  nameStart: number;
  nameEnd: number;
  start: number;
  end: number;
  bodyStart = -1;
  bodyEnd = -1;

  constructor(
    isUnion: boolean,
    tag: string | undefined,
    places: Places,
    start: number,
    nameStart: number,
    nameEnd: number,
  ) {
    this.isUnion = isUnion;
    this.tag = tag;
    this.places = places;
    this.start = start;
    this.end = nameEnd;
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
  }

  get nameSpan(): Span {
    return this.places.span(this.nameStart, this.nameEnd);
  }

  get span(): Span {
    return this.places.span(this.start, this.end);
  }

  get bodySpan(): Span | undefined {
    return this.bodyStart < 0 || this.bodyEnd < 0
      ? undefined
      : this.places.span(this.bodyStart, this.bodyEnd);
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
