// Places the members of a record as gcc's stor-layout.c does, which the psABIs and clang agree with; the target's data
// decides where they differ. All computing is in bits, as doubles: exact beyond 2^53 because all large values are
// multiples of 8. ms-layout.ts is the other rule.
import type { Target } from "../abi/target.ts";
import type { CMember, CRecord } from "./records.ts";

/** What bounds alignments besides attributes: `#pragma pack(n)`, 0 for no bound, in bytes. */
export interface PackBound {
  readonly bytes: number;
}

/** Places all members and sets size and align. `record.align` holds what attributes asked for (1 if nothing). */
export function placeMembers(record: CRecord, target: Target, pack: PackBound): void {
  const placing = new Placing(record, target, pack.bytes * 8);
  for (const member of record.members) placing.place(member);
  placing.finish();
}

class Placing {
  readonly #record: CRecord;
  readonly #target: Target;
  /** Bits; 0 for no bound. */
  readonly #packBits: number;
  #recordAlign: number;
  /** First free bit. */
  #position = 0;

  constructor(record: CRecord, target: Target, packBits: number) {
    this.#record = record;
    this.#target = target;
    this.#packBits = packBits;
    this.#recordAlign = Math.max(record.align, target.recordAlignMin) * 8;
  }

  place(member: CMember): void {
    if (member.bitWidth === undefined) this.#placePlain(member);
    else this.#placeBitField(member, member.bitWidth);
  }

  finish(): void {
    const { size, align } = { size: Math.ceil(this.#position / 8), align: this.#recordAlign / 8 };
    this.#record.align = align;
    this.#record.size = roundUp(size, align);
  }

  #placePlain(member: CMember): void {
    const align = this.#plainAlign(member);
    this.#recordAlign = Math.max(this.#recordAlign, align);
    member.align = align / 8;
    if (this.#record.isUnion) {
      this.#position = Math.max(this.#position, member.type.size * 8);
      return;
    }
    const start = roundUp(this.#position, align);
    member.offset = start / 8;
    this.#position = start + member.type.size * 8;
  }

  /** Bits (gcc's layout_decl). */
  #plainAlign(member: CMember): number {
    const typeAlign = member.type.align * 8;
    const request = member.alignRequest * 8;
    const isPacked = this.#isPacked(member);
    const align = isPacked ? Math.max(8, request) : Math.max(typeAlign, request);
    return this.#packBits === 0 ? align : Math.min(align, this.#packBits);
  }

  #isPacked(member: CMember): boolean {
    const canPack = member.bitWidth !== undefined || 1 < member.type.align;
    return canPack && (member.isPacked || this.#record.isPacked);
  }

  #placeBitField(member: CMember, width: number): void {
    const { type } = member;
    const typeAlign = type.align * 8;
    const isPacked = this.#isPacked(member);
    const isZero = width === 0;
    const known = this.#record.isUnion ? 0 : knownAlign(this.#position);
    let align = Math.max(1, member.alignRequest * 8);
    if (isZero) {
      const { bitFieldTypeMatters, emptyBitFieldAlign } = this.#target;
      align = Math.max(align, bitFieldTypeMatters ? typeAlign : emptyBitFieldAlign * 8);
    }
    // A field that fills a whole machine integer at its boundary is placed like one.
    const modeAlign = this.#modeAlign(width);
    const isWhole =
      modeAlign !== 0 && !(8 < modeAlign && isPacked) && (known === 0 || modeAlign <= known);
    if (isWhole) align = Math.max(align, modeAlign);
    if (isPacked && !isZero && member.alignRequest === 0) align = Math.min(align, 8);
    if (this.#packBits !== 0 && !isZero) align = Math.min(align, this.#packBits);
    this.#alignRecordForBitField(member, align, typeAlign, isPacked, isZero);
    const start = this.#bitStart(member, width, align, typeAlign, isPacked, isWhole);
    this.#setBitField(member, width, start, isPacked ? 8 : typeAlign);
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
    member: CMember,
    align: number,
    typeAlign: number,
    isPacked: boolean,
    isZero: boolean,
  ): void {
    if (!this.#target.bitFieldTypeMatters) {
      this.#recordAlign = Math.max(this.#recordAlign, align);
      return;
    }
    if (member.name === undefined && !this.#target.unnamedBitFieldAligns) return;
    let bound = typeAlign;
    if (!isZero) {
      if (this.#packBits !== 0) bound = Math.min(bound, this.#packBits);
      else if (isPacked) bound = Math.min(bound, 8);
    }
    this.#recordAlign = Math.max(this.#recordAlign, align, bound);
  }

  #bitStart(
    member: CMember,
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
    return (member.type.size * 8) / typeAlign < units ? roundUp(start, typeAlign) : start;
  }

  #setBitField(member: CMember, width: number, start: number, alignBits: number): void {
    const unit = member.type.size * 8;
    const unitStart = start - (start % unit);
    member.bitOffset = start;
    member.offset = (start + width <= unitStart + unit ? unitStart : start - (start % 8)) / 8;
    member.align = Math.max(1, alignBits / 8);
    this.#position = this.#record.isUnion ? Math.max(this.#position, width) : start + width;
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
