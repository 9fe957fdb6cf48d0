// The members of all records of a unit, a row each in typed arrays: a kernel header has a hundred thousand, most of which nobody looks
// at. What was declared stands in the rows when a record is completed; record-layout.ts adds where it lies.
import type { Attribute } from "./ast.ts";
import { grown } from "./interner.ts";
import type { CType } from "./types.ts";

/** What a row says about a declared member. */
export interface MemberRow {
  /** The interner's number of the name; -1 without one. */
  readonly identifier: number;
  readonly type: CType;
  /** -1 for what is no bit-field. */
  readonly bitWidth: number;
  /** Alignment that attributes on the member ask for, in bytes; 0 for none. */
  readonly alignRequest: number;
  /** `packed` stands on the member itself. */
  readonly isPacked: boolean;
  readonly attributes: readonly Attribute[];
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly start: number;
  readonly end: number;
}

/** Integers a row: identifier, width, request, packed, name's start and end, start, end, next row, alignment. */
const columns = 10;

export const IDENTIFIER = 0;
export const BIT_WIDTH = 1;
export const ALIGN_REQUEST = 2;
export const IS_PACKED = 3;
export const NAME_START = 4;
export const NAME_END = 5;
export const START = 6;
export const END = 7;
/** Row of the next member of the same record; -1 behind the last. */
export const NEXT = 8;
/** The alignment that placing used, in bytes. */
export const ALIGN = 9;

export class MemberTable {
  #cells = new Int32Array(1024 * columns);
  /** Where a member starts, in bits from the start of its record. */
  #starts = new Float64Array(1024);
  readonly #types: CType[] = [];
  readonly #attributes = new Map<number, readonly Attribute[]>();

  get count(): number {
    return this.#types.length;
  }

  /** Adds a row and returns its number. */
  add(member: MemberRow): number {
    const row = this.#types.push(member.type) - 1;
    if (row === this.#starts.length) this.#grow();
    const cells = this.#cells;
    const at = row * columns;
    cells[at + IDENTIFIER] = member.identifier;
    cells[at + BIT_WIDTH] = member.bitWidth;
    cells[at + ALIGN_REQUEST] = member.alignRequest;
    cells[at + IS_PACKED] = member.isPacked ? 1 : 0;
    cells[at + NAME_START] = member.nameStart;
    cells[at + NAME_END] = member.nameEnd;
    cells[at + START] = member.start;
    cells[at + END] = member.end;
    cells[at + NEXT] = -1;
    cells[at + ALIGN] = 1;
    if (0 < member.attributes.length) this.#attributes.set(row, member.attributes);
    return row;
  }

  cell(row: number, column: number): number {
    return this.#cells[row * columns + column]!;
  }

  setCell(row: number, column: number, value: number): void {
    this.#cells[row * columns + column] = value;
  }

  type(row: number): CType {
    return this.#types[row]!;
  }

  attributes(row: number): readonly Attribute[] | undefined {
    return this.#attributes.get(row);
  }

  startBits(row: number): number {
    return this.#starts[row]!;
  }

  setStartBits(row: number, bits: number): void {
    this.#starts[row] = bits;
  }

  #grow(): void {
    this.#cells = grown(this.#cells);
    const larger = new Float64Array(this.#starts.length * 2);
    larger.set(this.#starts);
    this.#starts = larger;
  }
}
