// C's integer conversions on 64-bit words: which one a type stands for, what two in a row amount to, and the value of a
// constant. Casts cost nothing (language.md section 7), so conversions travel with operands instead of being instructions.
import type { CType } from "../c/types.ts";
import { integerBehind, resolve } from "../c/types.ts";
import type { Conversion, OperationType } from "../program/instruction.ts";

/** The conversion to a scalar type. Types without one (records, error types) count as 64 bits: a message was given. */
export function conversionOf(type: CType): Conversion {
  const integer = integerBehind(type);
  if (integer !== undefined) {
    if (integer.rank === 0) return "bool";
    return conversionOfSize(integer.size, integer.signed);
  }
  const plain = resolve(type);
  if (plain.kind === "pointer") return conversionOfSize(plain.size, false);
  if (plain.kind === "atomic") return conversionOf(plain.type);
  return "u64";
}

export function conversionOfSize(size: number, signed: boolean): Conversion {
  switch (size) {
    case 1:
      return signed ? "s8" : "u8";
    case 2:
      return signed ? "s16" : "u16";
    case 4:
      return signed ? "s32" : "u32";
    default:
      return signed ? "s64" : "u64";
  }
}

/** Value bits of a conversion; 1 for bool. */
export function widthBits(conversion: Conversion): number {
  return conversion === "bool" ? 1 : Number(conversion.slice(1));
}

function isSigned(conversion: Conversion): boolean {
  return conversion.startsWith("s");
}

/** The one conversion that does what `first` and then `second` do; undefined where no single one does. */
export function compose(first: Conversion, second: Conversion): Conversion | undefined {
  if (first === "bool") return "bool";
  if (second === "bool") return widthBits(first) === 64 ? "bool" : undefined;
  if (widthBits(second) <= widthBits(first)) return second;
  if (!isSigned(first)) return first;
  // Sign extension to 64 bits serves signed types and u64; stopping at 16 or 32 unsigned bits is a second step.
  return isSigned(second) || second === "u64" ? first : undefined;
}

/** What a value of type `conversion` becomes when nothing is known of the bits above it. */
export function convertConstant(value: bigint, conversion: Conversion): bigint {
  switch (conversion) {
    case "bool":
      return value === 0n ? 0n : 1n;
    case "s8":
    case "s16":
    case "s32":
    case "s64":
      return BigInt.asIntN(widthBits(conversion), value);
    case "u8":
    case "u16":
    case "u32":
    case "u64":
      return BigInt.asUintN(widthBits(conversion), value);
  }
}

/** The type in which an operator on operands of a promoted type computes. */
export function operationTypeOf(type: CType): OperationType {
  switch (conversionOf(type)) {
    case "s64":
      return "s64";
    case "u64":
      return "u64";
    case "u32":
      return "u32";
    case "s8":
    case "u8":
    case "s16":
    case "u16":
    case "s32":
    case "bool":
      return "s32";
  }
}
