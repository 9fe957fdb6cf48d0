// Integer arithmetic as C does it on the target: promotions, the usual conversions, wrapping.
import type { TypeTable } from "./type-table.ts";
import type { IntegerType } from "./types.ts";
import { RANK_INT } from "./types.ts";

/** C23 6.3.1.1: what an operand of integer type becomes in arithmetic. `widthBits` is a bit-field's. */
export function promote(
  type: IntegerType,
  types: TypeTable,
  widthBits: number = type.widthBits,
): IntegerType {
  if (type.isBitInt) return type;
  if (RANK_INT < type.rank && widthBits === type.widthBits) return type;
  if (widthBits < types.int.widthBits || (type.signed && widthBits === types.int.widthBits))
    return types.int;
  if (widthBits === types.int.widthBits) return types.unsignedInt;
  return type;
}

/** C23 6.3.1.8 on promoted or unpromoted integer types. */
export function commonType(left: IntegerType, right: IntegerType, types: TypeTable): IntegerType {
  const a = promote(left, types);
  const b = promote(right, types);
  if (a === b) return a;
  if (a.signed === b.signed) return rankOf(a) < rankOf(b) ? b : a;
  const [signed, unsigned] = a.signed ? [a, b] : [b, a];
  if (rankOf(signed) <= rankOf(unsigned)) return unsigned;
  if (unsigned.widthBits < signed.widthBits) return signed;
  return types.withSign(signed, false);
}

function rankOf(type: IntegerType): number {
  return type.widthBits * 16 + (type.isBitInt ? 0 : type.rank + 1);
}

/** The value modulo the type's range, as conversion does it; to `_Bool`: 0 or 1. */
export function wrap(value: bigint, type: IntegerType): bigint {
  if (type.rank === 0) return value === 0n ? 0n : 1n;
  return type.signed ? BigInt.asIntN(type.widthBits, value) : BigInt.asUintN(type.widthBits, value);
}

export function fits(value: bigint, type: IntegerType): boolean {
  return wrap(value, type) === value;
}
