// C types as values. Sizes and alignments are those of the unit's target and are filled in when the type is made (for
// records and enums: when it is completed). Sugar (typedef names, qualifiers) is kept, so that a field prints as
// the user wrote it; `resolve` takes it off. Nothing here knows about tokens; how members are placed is record-layout.ts.
import type { Span } from "../text/source.ts";
import type { Attribute } from "./ast.ts";

export type CType =
  | VoidType
  | IntegerType
  | FloatType
  | ComplexType
  | PointerType
  | ArrayType
  | VectorType
  | RecordType
  | EnumType
  | FunctionType
  | TypedefType
  | QualifiedType
  | AtomicType
  | ErrorType;

/** `void`; like gcc, of size 1 in `sizeof`. */
export interface VoidType {
  readonly kind: "void";
  readonly size: number;
  readonly align: number;
}

// Conversion ranks (C23 6.3.1.1); a `_BitInt` ranks by its width.
export const RANK_BOOL = 0;
export const RANK_CHAR = 1;
export const RANK_SHORT = 2;
export const RANK_INT = 3;
export const RANK_LONG = 4;
export const RANK_LONG_LONG = 5;
export const RANK_INT128 = 6;

/** `_Bool`, the character types, the integer types, `__int128` and `_BitInt(N)`. */
export interface IntegerType {
  readonly kind: "integer";
  /** The C spelling in its shortest customary form: `unsigned int`, `long long`, `_BitInt(7)`. */
  readonly name: string;
  readonly size: number;
  readonly align: number;
  /** Value bits and sign bit: 1 for `_Bool`, N for `_BitInt(N)`, else 8 × size. */
  readonly widthBits: number;
  readonly signed: boolean;
  readonly rank: number;
  /** Set for `_BitInt(N)`, which is never promoted. */
  readonly isBitInt: boolean;
}

export interface FloatType {
  readonly kind: "float";
  /** `float`, `double`, `long double`, `_Float16`, `_Float128` … */
  readonly name: string;
  readonly size: number;
  readonly align: number;
}

export interface ComplexType {
  readonly kind: "complex";
  readonly element: FloatType | IntegerType;
  readonly size: number;
  readonly align: number;
}

export interface PointerType {
  readonly kind: "pointer";
  readonly target: CType;
  readonly size: number;
  readonly align: number;
}

/** `count` is undefined for `T[]` (incomplete or a flexible member) and for arrays whose bound is not a constant. */
export interface ArrayType {
  readonly kind: "array";
  readonly element: CType;
  readonly count: number | undefined;
  /** Set where a bound was written but is not constant (a variable length array). */
  readonly isVariable: boolean;
  /** Bytes; 0 where the count is unknown. Exact up to 2^53; a larger array has been reported and has size 0. */
  readonly size: number;
  readonly align: number;
}

/** `__attribute__((vector_size(N)))`. */
export interface VectorType {
  readonly kind: "vector";
  readonly element: CType;
  readonly size: number;
  readonly align: number;
}

/** A member of a record, placed when the record was completed. */
export interface Member {
  /** Undefined for an anonymous struct or union and for an unnamed bit-field. */
  readonly name: string | undefined;
  readonly type: CType;
  /** The width of a bit-field; undefined for other members. */
  readonly bitWidth: number | undefined;
  /**
   * Bytes from the start of the record. For a bit-field: of the unit of its declared type that holds it; where it
   * crosses units (packed), of the byte with its first bit.
   */
  readonly offset: number;
  /** Bits from the start of the record in the target's order, as DW_AT_data_bit_offset; only for bit-fields. */
  readonly bitOffset: number | undefined;
  /** The alignment that placing used, in bytes: the type's, raised by `aligned`, lowered by `packed`. */
  readonly align: number;
  readonly attributes: readonly Attribute[];
  /** Where the name stands; for an unnamed member the whole declaration. */
  readonly nameSpan: Span;
  /** From the first specifier to the end of the declarator (attributes included), without `;`. */
  readonly declarationSpan: Span;
  /** The record that declares the member. */
  readonly record: RecordType;
}

/**
 * A struct or union. One object per declared type: identity is type identity. A forward declaration and its
 * definition are the same object, completed later.
 */
export interface RecordType {
  readonly kind: "record";
  readonly isUnion: boolean;
  /** Undefined for an untagged record. */
  readonly tag: string | undefined;
  /** The name of the first typedef of an untagged record: `typedef struct { … } NAME;`. */
  readonly typedefName: string | undefined;
  /** False until the closing brace has been read. An incomplete record has size 0, align 1. */
  readonly isComplete: boolean;
  readonly members: readonly Member[];
  readonly size: number;
  readonly align: number;
  /** `packed` stands on the definition (or `#pragma pack` was in force). */
  readonly isPacked: boolean;
  /** The largest alignment asked for by attributes on the record itself; undefined if none was. */
  readonly declaredAlign: number | undefined;
  readonly attributes: readonly Attribute[];
  /** The tag, or the keyword where there is none. */
  readonly nameSpan: Span;
  /** From the keyword to the end of the definition, trailing attributes included. */
  readonly span: Span;
  /** From `{` to `}`, both included; undefined while incomplete. */
  readonly bodySpan: Span | undefined;
  /** The record in whose body this one was defined. */
  readonly outer: RecordType | undefined;
}

export interface EnumConstant {
  readonly name: string;
  readonly value: bigint;
  /** `int`, or the enum's type where a value does not fit. */
  readonly type: CType;
  readonly span: Span;
}

export interface EnumType {
  readonly kind: "enum";
  readonly tag: string | undefined;
  readonly typedefName: string | undefined;
  readonly isComplete: boolean;
  readonly constants: readonly EnumConstant[];
  /** The compatible integer type. */
  readonly underlying: IntegerType;
  /** Written as `enum E : T`. */
  readonly hasFixedType: boolean;
  readonly size: number;
  readonly align: number;
  readonly attributes: readonly Attribute[];
  readonly nameSpan: Span;
  readonly span: Span;
}

export interface Parameter {
  readonly name: string | undefined;
  /** Arrays and functions are already adjusted to pointers. */
  readonly type: CType;
  readonly nameSpan: Span;
}

export interface FunctionType {
  readonly kind: "function";
  readonly returns: CType;
  readonly parameters: readonly Parameter[];
  readonly isVariadic: boolean;
  /** As gcc answers `sizeof`: 1. */
  readonly size: number;
  readonly align: number;
}

/** A name for `type`; a typedef may change the alignment (`typedef int x __attribute__((aligned(2)))`). */
export interface TypedefType {
  readonly kind: "typedef";
  readonly name: string;
  readonly type: CType;
  readonly size: number;
  readonly align: number;
  readonly attributes: readonly Attribute[];
  /** Built-in names (`__u32` without its header) have a span in the source `<builtin>`. */
  readonly nameSpan: Span;
}

export const CONST = 1;
export const VOLATILE = 2;
export const RESTRICT = 4;

export interface QualifiedType {
  readonly kind: "qualified";
  readonly type: CType;
  /** A set of CONST, VOLATILE, RESTRICT. */
  readonly qualifiers: number;
  readonly size: number;
  readonly align: number;
}

/** `_Atomic T`, with the alignment that the target gives atomics. */
export interface AtomicType {
  readonly kind: "atomic";
  readonly type: CType;
  readonly size: number;
  readonly align: number;
}

/** What stands where no type could be read; a message has been given, and consumers stay silent. */
export interface ErrorType {
  readonly kind: "error";
  readonly size: number;
  readonly align: number;
}

/** A type without typedef names and qualifiers on top (`_Atomic` stays). */
export type PlainType = Exclude<CType, TypedefType | QualifiedType>;

/** Takes typedef names and qualifiers off. */
export function resolve(type: CType): PlainType {
  let current = type;
  while (current.kind === "typedef" || current.kind === "qualified") current = current.type;
  return current;
}

/** All qualifiers on the type, through typedef names. */
export function qualifiersOf(type: CType): number {
  let qualifiers = 0;
  let current = type;
  for (;;) {
    if (current.kind === "qualified") qualifiers |= current.qualifiers;
    else if (current.kind !== "typedef") return qualifiers;
    current = current.type;
  }
}

/** The integer type behind integers, enums and `_Atomic` of them. */
export function integerBehind(type: CType): IntegerType | undefined {
  const plain = resolve(type);
  if (plain.kind === "integer") return plain;
  if (plain.kind === "enum") return plain.underlying;
  if (plain.kind === "atomic") return integerBehind(plain.type);
  return undefined;
}

export function isScalar(type: CType): boolean {
  const plain = resolve(type);
  if (plain.kind === "atomic") return isScalar(plain.type);
  return (
    plain.kind === "integer" ||
    plain.kind === "enum" ||
    plain.kind === "pointer" ||
    plain.kind === "float"
  );
}

/** Whether objects of the type can be declared: not void, not a function, no incomplete record, no `T[]`. */
export function isComplete(type: CType): boolean {
  let plain = resolve(type);
  while ((plain.kind === "array" && plain.count !== undefined) || plain.kind === "atomic") {
    plain = resolve(plain.kind === "array" ? plain.element : plain.type);
  }
  switch (plain.kind) {
    case "void":
    case "function":
    case "array":
      return false;
    case "record":
    case "enum":
      return plain.isComplete;
    case "integer":
    case "float":
    case "complex":
    case "pointer":
    case "vector":
    case "error":
      return true;
  }
}

/** `struct TAG`, `union TAG`, the typedef's name of an untagged one, else `struct (anonymous)`. */
export function recordName(record: RecordType): string {
  const keyword = record.isUnion ? "union" : "struct";
  if (record.tag !== undefined) return `${keyword} ${record.tag}`;
  return record.typedefName ?? `${keyword} (anonymous)`;
}

/** How messages spell the type of what has none. */
export const UNKNOWN_TYPE = "(unknown type)";

/** C spelling of a type without a declared name: `__u32`, `char[]`, `struct foo *`, `void (*)(int)`. */
export function spellType(type: CType): string {
  return spellDeclaration(type, "");
}

/** C spelling of a declaration of `name` with the type: `int (*handler)(void)`, `char end[]`. */
export function spellDeclaration(type: CType, name: string): string {
  let inner = name;
  let current = type;
  for (;;) {
    if (current.kind === "pointer") {
      const target = current.target.kind;
      inner = target === "array" || target === "function" ? `(*${inner})` : `*${inner}`;
      current = current.target;
    } else if (current.kind === "array") {
      inner += boundText(current);
      current = current.element;
    } else if (current.kind === "function") {
      inner += parameterText(current);
      current = current.returns;
    } else if (current.kind === "qualified") {
      const qualifiers = qualifierText(current.qualifiers);
      if (current.type.kind !== "pointer")
        return join(`${qualifiers} ${spellBase(current.type)}`, inner);
      inner = inner === "" ? qualifiers : `${qualifiers} ${inner}`;
      current = current.type;
    } else {
      return join(spellBase(current), inner);
    }
  }
}

function boundText(array: ArrayType): string {
  if (array.count !== undefined) return `[${array.count}]`;
  return array.isVariable ? "[*]" : "[]";
}

function parameterText(type: FunctionType): string {
  const parameters = type.parameters.map((parameter) => spellType(parameter.type));
  if (type.isVariadic) parameters.push("...");
  return `(${parameters.length === 0 ? "void" : parameters.join(", ")})`;
}

function join(base: string, inner: string): string {
  if (inner === "") return base;
  return inner.startsWith("[") ? base + inner : `${base} ${inner}`;
}

function qualifierText(qualifiers: number): string {
  const words: string[] = [];
  if ((qualifiers & CONST) !== 0) words.push("const");
  if ((qualifiers & VOLATILE) !== 0) words.push("volatile");
  if ((qualifiers & RESTRICT) !== 0) words.push("restrict");
  return words.join(" ");
}

function spellBase(type: CType): string {
  switch (type.kind) {
    case "void":
      return "void";
    case "integer":
    case "float":
      return type.name;
    case "complex":
      return `${type.element.name} _Complex`;
    case "vector":
      return `${spellType(type.element)} __attribute__((vector_size(${type.size})))`;
    case "record":
      return recordName(type);
    case "enum":
      return type.tag === undefined ? (type.typedefName ?? "enum (anonymous)") : `enum ${type.tag}`;
    case "typedef":
      return type.name;
    case "atomic":
      return `_Atomic(${spellType(type.type)})`;
    case "error":
      return UNKNOWN_TYPE;
    case "pointer":
    case "array":
    case "function":
    case "qualified":
      return spellType(type);
  }
}
