// Bit-fields as word loads and stores: which word holds the bits, and the operators that take them out and put them in.
import type { CType } from "../c/types.ts";
import { integerBehind } from "../c/types.ts";
import type { Destination } from "../program/instruction.ts";
import type { Access } from "./code-builder.ts";
import { conversionOfSize } from "./conversions.ts";
import type { ExpressionLowering } from "./expression-lowering.ts";
import type { Linear, Word } from "./link.ts";
import { addConstant, constantWord, numberOf } from "./link.ts";
import type { FoundMember } from "./typing.ts";

export interface BitFieldPlace {
  readonly access: Access;
  /** Bits from the least significant bit of the word. */
  readonly shift: number;
  readonly width: number;
  readonly signed: boolean;
  /** Type of the word, for operators. */
  readonly wordType: "u32" | "u64";
}

interface BitWord {
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 8;
  readonly shift: number;
}

/** The word that holds a bit-field: its declared type's where the bits lie in one, else the smallest that holds them. */
export function wordOfBits(
  bitOffset: number,
  widthBits: number,
  typeSize: number,
  bigEndian: boolean,
): BitWord {
  const sizes = ([1, 2, 4, 8] as const).filter((size) => size >= typeSize);
  for (const size of sizes) {
    const offset = Math.floor(bitOffset / (size * 8)) * size;
    const bit = bitOffset - offset * 8;
    if (bit + widthBits > size * 8) continue;
    return { offset, size, shift: bigEndian ? size * 8 - bit - widthBits : bit };
  }
  // A packed field that crosses an aligned 8-byte word: the 8 bytes from its first one.
  const offset = Math.floor(bitOffset / 8);
  const bit = bitOffset - offset * 8;
  return { offset, size: 8, shift: bigEndian ? 64 - bit - widthBits : bit };
}

export function bitFieldPlace(
  base: Linear,
  member: FoundMember,
  bigEndian: boolean,
): BitFieldPlace {
  const width = member.bitWidth ?? 0;
  const bitOffset = member.bitOffsetInside ?? member.offsetInside * 8;
  const word = wordOfBits(bitOffset, width, member.type.size, bigEndian);
  const access: Access = {
    address: addConstant(base, BigInt(word.offset)),
    size: word.size,
    signed: false,
    atomic: false,
  };
  return {
    access,
    shift: word.shift,
    width,
    signed: integerBehind(member.type)?.signed ?? false,
    wordType: word.size === 8 ? "u64" : "u32",
  };
}

function typeOfWord(lowering: ExpressionLowering, place: BitFieldPlace): CType {
  const types = lowering.scope.environment.typing.types;
  return place.wordType === "u64" ? types.unsignedLongLong : types.unsignedInt;
}

/** Load, shift, mask; a signed field is shifted up and down instead. */
export function readBitField(
  lowering: ExpressionLowering,
  place: BitFieldPlace,
  wanted: Destination | undefined,
): Word | undefined {
  const types = lowering.scope.environment.typing.types;
  const word = loadWord(lowering, place);
  const bits = place.wordType === "u64" ? 64 : 32;
  if (!place.signed) {
    const shifted =
      place.shift === 0
        ? word
        : operand(lowering, "shift-right", typeOfWord(lowering, place), word, BigInt(place.shift));
    const mask = constantWord((1n << BigInt(place.width)) - 1n);
    return lowering.operate("and", typeOfWord(lowering, place), shifted, mask, wanted);
  }
  const type = place.wordType === "u64" ? types.longLong : types.int;
  const up = BigInt(bits - place.shift - place.width);
  const raised = up === 0n ? word : operand(lowering, "shift-left", type, word, up);
  const down = constantWord(BigInt(bits - place.width));
  return lowering.operate("shift-right", type, raised, down, wanted);
}

/** Load, clear the bits, put the value in, store. */
export function writeBitField(
  lowering: ExpressionLowering,
  place: BitFieldPlace,
  value: Word,
): void {
  const type = typeOfWord(lowering, place);
  const mask = ((1n << BigInt(place.width)) - 1n) << BigInt(place.shift);
  // The neighbours may never have been written: they are kept, not looked at.
  const neighbours = { ...place, access: { ...place.access, partial: true } };
  const cleared = operand(lowering, "and", type, loadWord(lowering, neighbours), ~mask);
  const bits = placedBits(lowering, place, value, mask);
  const combined = lowering.operate("or", type, cleared, bits, undefined) ?? cleared;
  lowering.scope.builder.emit({
    kind: "store",
    memory: place.access,
    value: combined,
    commit: false,
  });
}

/** What the field holds after a value was stored: the value of the assignment. */
export function narrowToField(
  lowering: ExpressionLowering,
  place: BitFieldPlace,
  value: Word,
): Word {
  const types = lowering.scope.environment.typing.types;
  if (!place.signed)
    return operand(
      lowering,
      "and",
      typeOfWord(lowering, place),
      value,
      (1n << BigInt(place.width)) - 1n,
    );
  const type = place.wordType === "u64" ? types.longLong : types.int;
  const unused = BigInt((place.wordType === "u64" ? 64 : 32) - place.width);
  return operand(
    lowering,
    "shift-right",
    type,
    operand(lowering, "shift-left", type, value, unused),
    unused,
  );
}

function placedBits(
  lowering: ExpressionLowering,
  place: BitFieldPlace,
  value: Word,
  mask: bigint,
): Word {
  const number = numberOf(value);
  if (number !== undefined) return constantWord((number << BigInt(place.shift)) & mask);
  const type = typeOfWord(lowering, place);
  const shifted =
    place.shift === 0 ? value : operand(lowering, "shift-left", type, value, BigInt(place.shift));
  return operand(lowering, "and", type, shifted, mask);
}

function loadWord(lowering: ExpressionLowering, place: BitFieldPlace): Word {
  const as = conversionOfSize(place.access.size, false);
  const builder = lowering.scope.builder;
  const destination = builder.newTemporaryAs(as);
  builder.emit({ kind: "load", destination, memory: place.access });
  return { kind: "register", slot: destination.slot, as };
}

function operand(
  lowering: ExpressionLowering,
  operator: "and" | "shift-left" | "shift-right",
  type: CType,
  left: Word,
  right: bigint,
): Word {
  return lowering.operate(operator, type, left, constantWord(right), undefined) ?? left;
}
