// Places the members of a record as gcc's stor-layout.c does, which the psABIs and clang agree with; the target's data
// decides where they differ. All computing is in bits, as doubles: exact beyond 2^53 because all large values are
// multiples of 8.
import type { Target } from "../abi/target.ts";
import type { MemberTable } from "./member-table.ts";
import { ALIGN, ALIGN_REQUEST, BIT_WIDTH, IDENTIFIER, IS_PACKED, NEXT } from "./member-table.ts";
import type { CRecord } from "./records.ts";
import type { CType } from "./types.ts";

/** What bounds alignments besides attributes: `#pragma pack(n)`, 0 for no bound, in bytes. */
export interface PackBound {
  readonly bytes: number;
}

/** Places all members and sets size and align. `record.align` holds what attributes asked for (1 if nothing). */
export function placeMembers(record: CRecord, target: Target, pack: PackBound): void {
  const placing = new Placing(record, target, pack.bytes * 8);
  const { members } = record.unit;
  for (let row = record.firstRow; 0 <= row; row = members.cell(row, NEXT)) placing.place(row);
  placing.finish();
}

class Placing {
  readonly #record: CRecord;
  readonly #members: MemberTable;
  readonly #target: Target;
  /** Bits; 0 for no bound. */
  readonly #packBits: number;
  #recordAlign: number;
  /** First free bit; of an open run of Microsoft bit-fields, the end of its unit. */
  #position = 0;
  /** Bytes of the type of the run of Microsoft bit-fields that is open (0: none), and the bits left in its unit. */
  #runSize = 0;
  #runBits = 0;

  constructor(record: CRecord, target: Target, packBits: number) {
    this.#record = record;
    this.#members = record.unit.members;
    this.#target = target;
    this.#packBits = packBits;
    this.#recordAlign = Math.max(record.align, target.recordAlignMin) * 8;
  }

  place(row: number): void {
    const width = this.#members.cell(row, BIT_WIDTH);
    const type = this.#members.type(row);
    if (width < 0) this.#placePlain(row, type);
    else if (this.#record.isMicrosoft) this.#placeMicrosoftBitField(row, type, width);
    else this.#placeBitField(row, type, width);
  }

  finish(): void {
    const { size, align } = { size: Math.ceil(this.#position / 8), align: this.#recordAlign / 8 };
    this.#record.align = align;
    this.#record.size = roundUp(size, align);
  }

  #placePlain(row: number, type: CType): void {
    this.#runSize = 0;
    const align = this.#plainAlign(row, type.align);
    const sizeBits = type.size * 8;
    this.#recordAlign = Math.max(this.#recordAlign, align);
    this.#members.setCell(row, ALIGN, align / 8);
    if (this.#record.isUnion) {
      this.#position = Math.max(this.#position, sizeBits);
      return;
    }
    const start = roundUp(this.#position, align);
    this.#members.setStartBits(row, start);
    this.#position = start + sizeBits;
  }

  /** Bits (gcc's layout_decl). */
  #plainAlign(row: number, typeAlign: number): number {
    const request = this.#members.cell(row, ALIGN_REQUEST);
    const isPacked = 1 < typeAlign && this.#isPacked(row);
    const align = Math.max(isPacked ? 1 : typeAlign, request) * 8;
    return this.#packBits === 0 ? align : Math.min(align, this.#packBits);
  }

  #isPacked(row: number): boolean {
    return this.#record.isPacked || this.#members.cell(row, IS_PACKED) === 1;
  }

  #placeBitField(row: number, type: CType, width: number): void {
    const typeAlign = type.align * 8;
    const isPacked = this.#isPacked(row);
    const isZero = width === 0;
    const known = this.#record.isUnion ? 0 : knownAlign(this.#position);
    const request = this.#members.cell(row, ALIGN_REQUEST) * 8;
    let align = Math.max(1, request);
    if (isZero) {
      const { bitFieldTypeMatters, emptyBitFieldAlign } = this.#target;
      align = Math.max(align, bitFieldTypeMatters ? typeAlign : emptyBitFieldAlign * 8);
    }
    // A field that fills a whole machine integer at its boundary is placed like one.
    const modeAlign = this.#modeAlign(width);
    const isWhole =
      modeAlign !== 0 && !(8 < modeAlign && isPacked) && (known === 0 || modeAlign <= known);
    if (isWhole) align = Math.max(align, modeAlign);
    if (isPacked && !isZero && request === 0) align = Math.min(align, 8);
    if (this.#packBits !== 0 && !isZero) align = Math.min(align, this.#packBits);
    const isNamed = 0 <= this.#members.cell(row, IDENTIFIER);
    this.#alignRecordForBitField(isNamed, align, typeAlign, isPacked, isZero);
    const start = this.#bitStart(type.size * 8, width, align, typeAlign, isPacked, isWhole);
    this.#members.setStartBits(row, start);
    this.#members.setCell(row, ALIGN, isPacked ? 1 : type.align);
    this.#position = this.#record.isUnion ? Math.max(this.#position, width) : start + width;
  }

  /**
   * `ms_struct`: neighbours whose types have the same size share a unit of that type while they fit; a field of width 0 ends such a
   * run and means nothing elsewhere.
   */
  #placeMicrosoftBitField(row: number, type: CType, width: number): void {
    const request = this.#members.cell(row, ALIGN_REQUEST);
    let align = Math.max(this.#isPacked(row) ? 1 : type.align, request) * 8;
    if (this.#packBits !== 0) align = Math.min(align, this.#packBits);
    this.#members.setCell(row, ALIGN, align / 8);
    if (width === 0 && this.#runSize === 0) {
      this.#members.setStartBits(row, this.#position);
      return;
    }
    this.#recordAlign = Math.max(this.#recordAlign, align);
    if (this.#record.isUnion) {
      this.#position = Math.max(this.#position, width);
      return;
    }
    const isShared = width !== 0 && this.#runSize === type.size && width <= this.#runBits;
    if (!isShared) {
      // A further unit of the same size follows the one before at once, as gcc has it, unless it asks for an alignment.
      const step = this.#runSize === type.size ? Math.min(align, Math.max(8, request * 8)) : align;
      this.#position = roundUp(this.#position, step);
      this.#runSize = width === 0 ? 0 : type.size;
      this.#runBits = width === 0 ? 0 : type.size * 8;
      this.#position += this.#runBits;
    }
    this.#members.setStartBits(row, this.#position - this.#runBits);
    this.#runBits -= width;
  }

  #modeAlign(width: number): number {
    if (width === 8 || width === 16 || width === 32 || width === 64) {
      const natural = [
        this.#target.short,
        this.#target.int,
        this.#target.long,
        this.#target.longLong,
      ].find(({ size }) => size * 8 === width);
      return width === 8 ? 8 : Math.min(width, (natural?.align ?? width / 8) * 8);
    }
    return 0;
  }

  #alignRecordForBitField(
    isNamed: boolean,
    align: number,
    typeAlign: number,
    isPacked: boolean,
    isZero: boolean,
  ): void {
    if (!this.#target.bitFieldTypeMatters) {
      this.#recordAlign = Math.max(this.#recordAlign, align);
      return;
    }
    if (!isNamed && !this.#target.unnamedBitFieldAligns) return;
    let bound = typeAlign;
    if (!isZero) {
      if (this.#packBits !== 0) bound = Math.min(bound, this.#packBits);
      else if (isPacked) bound = Math.min(bound, 8);
    }
    this.#recordAlign = Math.max(this.#recordAlign, align, bound);
  }

  #bitStart(
    typeBits: number,
    width: number,
    align: number,
    typeAlign: number,
    isPacked: boolean,
    isWhole: boolean,
  ): number {
    if (this.#record.isUnion) return 0;
    const start = roundUp(this.#position, align);
    const isBounded =
      this.#target.bitFieldTypeMatters &&
      width !== 0 &&
      !isWhole &&
      this.#packBits === 0 &&
      !isPacked;
    if (!isBounded) return start;
    // It may not touch more units of its type's alignment than the type itself has.
    const units = Math.ceil(((start % typeAlign) + width) / typeAlign);
    return typeBits / typeAlign < units ? roundUp(start, typeAlign) : start;
  }
}

/** The largest power of two that divides the position; 0 (nothing limits) at the start. */
function knownAlign(position: number): number {
  if (position === 0) return 0;
  let align = 1;
  while (align < 4096 && position % (align * 2) === 0) align *= 2;
  return align;
}

function roundUp(value: number, align: number): number {
  const rest = value % align;
  return rest === 0 ? value : value + align - rest;
}
