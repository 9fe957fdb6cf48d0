// From a place and a type to the text of a value and the rows below it. A row is what a line of the Variables view shows; its
// children are made when asked for, a page at a time, from the state as it stands then.
//
// Value texts hold nothing that changes by itself (no step numbers): editors mark a value as changed by comparing texts.
import type { MachineView } from "../machine/view.ts";
import type { Conversion } from "../program/instruction.ts";
import type { Program } from "../program/program.ts";
import type {
  ArrayType,
  ProgramType,
  RecordMember,
  RecordType,
  ScalarType,
  TypeId,
} from "../program/type-table.ts";
import { fieldMeaning } from "./meaning.ts";
import { addressName } from "./symbol.ts";

/** A program and the machine at one position; valid until the next move. */
export interface Inspection {
  readonly program: Program;
  readonly state: MachineView;
}

export interface Format {
  /** Integers in base 16. */
  readonly hex: boolean;
  /** A C initialiser of the whole value, without meanings: for the clipboard. */
  readonly asInitialiser?: boolean;
}

/** Where a value stands. */
export type ValuePlace =
  | { readonly kind: "memory"; readonly address: number }
  | {
      readonly kind: "bits";
      readonly address: number;
      readonly shift: number;
      readonly size: number;
    }
  | {
      readonly kind: "register";
      readonly thread: number;
      readonly frame: number;
      readonly slot: number;
      readonly as: Conversion;
    }
  /** The result of an expression, which stands nowhere. */
  | { readonly kind: "word"; readonly value: bigint };

/** Which children are wanted. `count` undefined: all that there are. */
export interface Page {
  readonly kind: "all" | "named" | "indexed";
  readonly start: number;
  readonly count: number | undefined;
}

export interface Row {
  readonly name: string;
  readonly text: string;
  readonly typeName: string | undefined;
  /** Type and place of what a debugger may write or watch; undefined for rows that only say something. */
  readonly type: TypeId | undefined;
  readonly place: ValuePlace | undefined;
  /** An expression of the scenario language for the same value. */
  readonly expression: string | undefined;
  /** Where its bytes, or those it points at, are shown from. */
  readonly address: number | undefined;
  readonly namedCount: number;
  readonly indexedCount: number;
  readonly children: ((page: Page, format: Format) => readonly Row[]) | undefined;
  /** Of a field of an rseq area: who may read it. */
  readonly class?: "private" | "shared";
}

/** Texts of records and arrays name this many parts before "…". */
const PARTS_SHOWN = 6;
const PART_DEPTH_MAX = 2;
/** An initialiser names all parts, up to a bound. */
const INITIALISER_PARTS_MAX = 10_000;
const INITIALISER_DEPTH_MAX = 32;
/** Longer strings are cut. */
const STRING_SHOWN = 64;

/** A row that only says something. */
export function textRow(name: string, text: string, typeName?: string): Row {
  return {
    name,
    text,
    typeName,
    type: undefined,
    place: undefined,
    expression: undefined,
    address: undefined,
    namedCount: 0,
    indexedCount: 0,
    children: undefined,
  };
}

/** A row that holds other rows. */
export function groupRow(
  name: string,
  text: string,
  count: number,
  children: (format: Format) => readonly Row[],
): Row {
  return {
    ...textRow(name, text),
    namedCount: count,
    children: (page, format) => slice(children(format), page),
  };
}

/** The page of rows that are all named. */
export function slice(rows: readonly Row[], page: Page): readonly Row[] {
  if (page.kind === "indexed") return [];
  return rows.slice(page.start, page.count === undefined ? undefined : page.start + page.count);
}

/** The row of a value. `typeName` may say more than the type's own name. */
export function valueRow(
  inspection: Inspection,
  value: {
    readonly name: string;
    readonly place: ValuePlace;
    readonly type: TypeId;
    readonly expression: string | undefined;
    readonly typeName?: string;
  },
  format: Format,
): Row {
  const type = typeOf(inspection.program, value.type);
  const { named, indexed } = childCounts(inspection, value.place, type);
  return {
    name: value.name,
    text: valueText(inspection, value.place, value.type, format),
    typeName: value.typeName ?? type.name,
    type: value.type,
    place: value.place,
    expression: value.expression,
    address: shownAddress(inspection, value.place, type),
    namedCount: named,
    indexedCount: indexed,
    children:
      named + indexed === 0
        ? undefined
        : (page, format) =>
            childRows(inspection, value.place, value.type, value.expression, page, format),
  };
}

/** The text of a value: number and meaning, or the first parts of an aggregate. */
export function valueText(
  inspection: Inspection,
  place: ValuePlace,
  typeId: TypeId,
  format: Format,
  depth = 0,
): string {
  const type = typeOf(inspection.program, typeId);
  switch (type.kind) {
    case "array":
      return arrayText(inspection, place, type, format, depth);
    case "struct":
    case "union":
      return recordText(inspection, place, type, format, depth);
    case "integer":
    case "bool":
    case "enum":
    case "pointer":
      return scalarText(inspection, place, type, format);
  }
}

/** The type behind an index; the table is closed, so every index in it is good. */
export function typeOf(program: Program, type: TypeId): ProgramType {
  const found = program.types[type];
  if (found === undefined) throw new Error(`Internal error: type ${type} is not in the table`);
  return found;
}

/** The value of a scalar as its type reads it; undefined where a byte is not mapped. */
export function scalarValue(
  inspection: Inspection,
  place: ValuePlace,
  type: ScalarType,
): bigint | undefined {
  const word = rawWord(inspection, place, type);
  if (word === undefined) return undefined;
  const bits = place.kind === "bits" ? place.size : type.size * 8;
  return type.signed ? BigInt.asIntN(bits, word) : BigInt.asUintN(bits, word);
}

function rawWord(inspection: Inspection, place: ValuePlace, type: ScalarType): bigint | undefined {
  switch (place.kind) {
    case "word":
      return place.value;
    case "register":
      return inspection.state.readRegister(place.thread, place.frame, place.slot);
    case "memory":
      return inspection.state.readWord(place.address, wordSize(type.size));
    case "bits": {
      const word = inspection.state.readWord(place.address, wordSize(type.size));
      return word === undefined ? undefined : word >> BigInt(place.shift);
    }
  }
}

function wordSize(size: number): 1 | 2 | 4 | 8 {
  return size === 1 || size === 2 || size === 4 ? size : 8;
}

function scalarText(
  inspection: Inspection,
  place: ValuePlace,
  type: ScalarType,
  format: Format,
): string {
  if (place.kind === "register" && isUnwritten(inspection, place)) return "(never written)";
  const value = scalarValue(inspection, place, type);
  if (value === undefined) return unmappedText(place);
  if (format.asInitialiser === true)
    return integerText(value, format.hex || type.kind === "pointer");
  const meaning =
    place.kind === "memory"
      ? fieldMeaning(inspection, place.address, type.size, BigInt.asUintN(64, value))
      : undefined;
  if (meaning !== undefined)
    return `${integerText(value, meaning.hex || format.hex)}${meaning.text}`;
  switch (type.kind) {
    case "pointer":
      return pointerText(inspection, value);
    case "bool":
      return value === 0n ? "false" : "true";
    case "enum":
      return enumText(type, value, format);
    case "integer":
      return isCharacter(type) ? characterText(value, format) : integerText(value, format.hex);
  }
}

function isUnwritten(
  inspection: Inspection,
  place: ValuePlace & { readonly kind: "register" },
): boolean {
  return !inspection.state.isRegisterWritten(place.thread, place.frame, place.slot);
}

function unmappedText(place: ValuePlace): string {
  return place.kind === "memory" || place.kind === "bits"
    ? `(not mapped at ${hexText(place.address)})`
    : "(not readable)";
}

/** An integer in the radix asked for; negative ones keep their sign in both. */
export function integerText(value: bigint, hex: boolean): string {
  if (!hex) return value.toString();
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/** Addresses are hexadecimal everywhere. */
export function hexText(address: number): string {
  return `0x${address.toString(16)}`;
}

function pointerText(inspection: Inspection, value: bigint): string {
  const address = Number(BigInt.asUintN(64, value));
  const name = value === 0n ? "null" : addressName(inspection, address);
  if (name === undefined) return hexText(address);
  return value === 0n ? "0x0 (null)" : `${hexText(address)} → ${name}`;
}

function enumText(type: ScalarType, value: bigint, format: Format): string {
  const exact = type.enumerators?.find((each) => each.value === value);
  const number = integerText(value, format.hex);
  if (exact !== undefined) return `${exact.name} (${number})`;
  const names = flagNames(type, value);
  return names === undefined ? number : `${names} (${number})`;
}

/** `A | B` if single-bit enumerators make up the whole value. */
function flagNames(type: ScalarType, value: bigint): string | undefined {
  if (value <= 0n) return undefined;
  let rest = value;
  const names: string[] = [];
  for (const { name, value: bit } of type.enumerators ?? []) {
    if (bit <= 0n || (bit & (bit - 1n)) !== 0n || (rest & bit) === 0n) continue;
    names.push(name);
    rest &= ~bit;
  }
  return rest === 0n && names.length > 0 ? names.join(" | ") : undefined;
}

function isCharacter(type: ScalarType): boolean {
  return type.size === 1 && /^(?:const )?(?:(?:un)?signed )?char$/.test(type.name);
}

function characterText(value: bigint, format: Format): string {
  const code = Number(BigInt.asUintN(8, value));
  const number = integerText(value, format.hex);
  return code >= 32 && code < 127 ? `${number} '${String.fromCharCode(code)}'` : number;
}

function limits(format: Format): { readonly parts: number; readonly depth: number } {
  return format.asInitialiser === true
    ? { parts: INITIALISER_PARTS_MAX, depth: INITIALISER_DEPTH_MAX }
    : { parts: PARTS_SHOWN, depth: PART_DEPTH_MAX };
}

function arrayText(
  inspection: Inspection,
  place: ValuePlace,
  type: ArrayType,
  format: Format,
  depth: number,
): string {
  if (place.kind !== "memory") return "(not readable)";
  const element = typeOf(inspection.program, type.element);
  if (element.kind === "integer" && isCharacter(element)) {
    const text = stringText(inspection, place.address, type.count);
    if (text !== undefined) return text;
  }
  const { parts: partsMax, depth: depthMax } = limits(format);
  if (depth >= depthMax) return type.count === 0 ? "{}" : "{…}";
  const parts: string[] = [];
  for (let index = 0; index < Math.min(type.count, partsMax); index++) {
    const at: ValuePlace = { kind: "memory", address: place.address + index * type.stride };
    parts.push(valueText(inspection, at, type.element, format, depth + 1));
  }
  if (type.count > partsMax) parts.push("…");
  return `{${parts.join(", ")}}`;
}

function stringText(inspection: Inspection, address: number, count: number): string | undefined {
  const size = Math.min(count, STRING_SHOWN);
  const { bytes, mapped } = inspection.state.readMemory(address, size);
  if (mapped.includes(0)) return undefined;
  const end = bytes.indexOf(0);
  const text = String.fromCharCode(...bytes.subarray(0, end < 0 ? size : end));
  return `${JSON.stringify(text)}${end < 0 && count > size ? "…" : ""}`;
}

function recordText(
  inspection: Inspection,
  place: ValuePlace,
  type: RecordType,
  format: Format,
  depth: number,
): string {
  if (place.kind !== "memory") return "(not readable)";
  const members = flatMembers(inspection.program, type);
  const { parts: partsMax, depth: depthMax } = limits(format);
  if (depth >= depthMax) return members.length === 0 ? "{}" : "{…}";
  const isOneOf = type.kind === "union" && format.asInitialiser === true;
  const shown = members.slice(0, isOneOf ? 1 : partsMax);
  const dot = format.asInitialiser === true ? "." : "";
  const parts = shown.map((member) => {
    const at = memberPlace(place.address, member);
    return `${dot}${member.name} = ${valueText(inspection, at, member.type, format, depth + 1)}`;
  });
  if (members.length > shown.length && !isOneOf) parts.push("…");
  return `{${parts.join(", ")}}`;
}

/** A named member at its offset from the start of the record. */
export type FlatMember = RecordMember & { readonly name: string };

/** The members with those of anonymous aggregates in their place, as C names them. */
export function flatMembers(program: Program, type: RecordType, base = 0): readonly FlatMember[] {
  return type.members.flatMap((member): readonly FlatMember[] => {
    const offset = base + member.offset;
    if (member.name !== undefined) return [{ ...member, name: member.name, offset }];
    const inner = typeOf(program, member.type);
    return inner.kind === "struct" || inner.kind === "union"
      ? flatMembers(program, inner, offset)
      : [];
  });
}

export function memberPlace(recordAddress: number, member: RecordMember): ValuePlace {
  const address = recordAddress + member.offset;
  if (member.bitSize === undefined) return { kind: "memory", address };
  return { kind: "bits", address, shift: member.bitShift ?? 0, size: member.bitSize };
}

interface Counts {
  readonly named: number;
  readonly indexed: number;
}
const NO_CHILDREN: Counts = { named: 0, indexed: 0 };

function childCounts(inspection: Inspection, place: ValuePlace, type: ProgramType): Counts {
  switch (type.kind) {
    case "array":
      return place.kind === "memory" ? { named: 0, indexed: type.count } : NO_CHILDREN;
    case "struct":
    case "union":
      return place.kind === "memory"
        ? { named: flatMembers(inspection.program, type).length, indexed: 0 }
        : NO_CHILDREN;
    case "pointer":
      return pointee(inspection, place, type) === undefined
        ? NO_CHILDREN
        : { named: 1, indexed: 0 };
    case "integer":
    case "bool":
    case "enum":
      return NO_CHILDREN;
  }
}

/** What a pointer leads to, if it is mapped and its type is known. */
function pointee(
  inspection: Inspection,
  place: ValuePlace,
  type: ScalarType,
): { readonly address: number; readonly type: TypeId } | undefined {
  if (type.target === undefined) return undefined;
  const value = scalarValue(inspection, place, type);
  if (value === undefined || value === 0n) return undefined;
  const address = Number(BigInt.asUintN(64, value));
  if (!Number.isSafeInteger(address)) return undefined;
  if (inspection.state.page(address) === undefined) return undefined;
  return { address, type: type.target };
}

/** Bytes are shown from the value's own address, or from where a pointer in a register leads. */
function shownAddress(
  inspection: Inspection,
  place: ValuePlace,
  type: ProgramType,
): number | undefined {
  if (place.kind === "memory" || place.kind === "bits") return place.address;
  return type.kind === "pointer" ? pointee(inspection, place, type)?.address : undefined;
}

function childRows(
  inspection: Inspection,
  place: ValuePlace,
  typeId: TypeId,
  expression: string | undefined,
  page: Page,
  format: Format,
): readonly Row[] {
  const type = typeOf(inspection.program, typeId);
  if (type.kind === "array") return elementRows(inspection, place, type, expression, page, format);
  if (type.kind === "struct" || type.kind === "union") {
    return place.kind === "memory"
      ? slice(memberRows(inspection, place.address, type, expression, format), page)
      : [];
  }
  const target = type.kind === "pointer" ? pointee(inspection, place, type) : undefined;
  if (target === undefined) return [];
  return slice([targetRow(inspection, target, expression, format)], page);
}

function targetRow(
  inspection: Inspection,
  target: { readonly address: number; readonly type: TypeId },
  expression: string | undefined,
  format: Format,
): Row {
  return valueRow(
    inspection,
    {
      name: expression === undefined ? "*" : `*${expression}`,
      place: { kind: "memory", address: target.address },
      type: target.type,
      expression: expression === undefined ? undefined : `(*${expression})`,
    },
    format,
  );
}

function elementRows(
  inspection: Inspection,
  place: ValuePlace,
  type: ArrayType,
  expression: string | undefined,
  page: Page,
  format: Format,
): readonly Row[] {
  if (place.kind !== "memory" || page.kind === "named") return [];
  const end = Math.min(type.count, page.start + (page.count ?? type.count));
  const rows: Row[] = [];
  for (let index = page.start; index < end; index++) {
    rows.push(
      valueRow(
        inspection,
        {
          name: `[${index}]`,
          place: { kind: "memory", address: place.address + index * type.stride },
          type: type.element,
          expression: expression === undefined ? undefined : `${expression}[${index}]`,
        },
        format,
      ),
    );
  }
  return rows;
}

/** The rows of a record's members; `describe` may add words to a member's type. */
export function memberRows(
  inspection: Inspection,
  address: number,
  type: RecordType,
  expression: string | undefined,
  format: Format,
  describe: (member: FlatMember) => string | undefined = () => undefined,
): readonly Row[] {
  const arrow = expression === undefined ? undefined : memberPrefix(expression);
  return flatMembers(inspection.program, type).map((member) => {
    const words = describe(member);
    const typeName = typeOf(inspection.program, member.type).name;
    return valueRow(
      inspection,
      {
        name: member.name,
        place: memberPlace(address, member),
        type: member.type,
        expression: arrow === undefined ? undefined : `${arrow}${member.name}`,
        ...(words === undefined ? {} : { typeName: `${typeName} · ${words}` }),
      },
      format,
    );
  });
}

/** `(*p)` reads better as `p->`. */
function memberPrefix(expression: string): string {
  const dereferenced = /^\(\*(.*)\)$/s.exec(expression);
  return dereferenced === null ? `${expression}.` : `${dereferenced[1]}->`;
}
