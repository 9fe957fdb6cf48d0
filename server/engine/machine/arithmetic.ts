// Operators on words: in 32 or 64 bits, signed or unsigned, as the instruction says. Results are left in `machine.lo`, `machine.hi`,
// extended to 64 bits by the operation's type.
import {
  add64,
  compareSigned,
  compareUnsigned,
  highHalf,
  lowHalf,
  multiply64,
  shiftLeft64,
  shiftRight64,
  subtract64,
  toBigInt,
} from "../support/word64.ts";
import type { Machine } from "./machine.ts";

export const TYPE_S32 = 0;
export const TYPE_U32 = 1;
export const TYPE_S64 = 2;
/** Operators from here on (code.ts, OPERATORS) compare. */
const FIRST_COMPARISON = 10;
const DIVIDE = 3;
const REMAINDER = 4;

/** Computes left ∘ right; false for a division that traps (SIGFPE). */
export function operate(
  m: Machine,
  operator: number,
  type: number,
  aLo: number,
  aHi: number,
  bLo: number,
  bHi: number,
): boolean {
  if (operator >= FIRST_COMPARISON) {
    m.lo = compare(operator, type, aLo, aHi, bLo, bHi) ? 1 : 0;
    m.hi = 0;
    return true;
  }
  if (operator === DIVIDE || operator === REMAINDER) {
    return divide(m, operator === REMAINDER, type, aLo, aHi, bLo, bHi);
  }
  if (type <= TYPE_U32) {
    const low = operate32(operator, type, aLo, bLo);
    m.lo = low;
    m.hi = type === TYPE_S32 ? low >> 31 : 0;
  } else {
    operate64(m, operator, type, aLo, aHi, bLo, bHi);
  }
  return true;
}

export function compare(
  operator: number,
  type: number,
  aLo: number,
  aHi: number,
  bLo: number,
  bHi: number,
): boolean {
  const order =
    type === TYPE_S32
      ? (aLo | 0) - (bLo | 0)
      : type === TYPE_U32
        ? (aLo >>> 0) - (bLo >>> 0)
        : type === TYPE_S64
          ? compareSigned(aLo, aHi, bLo, bHi)
          : compareUnsigned(aLo, aHi, bLo, bHi);
  switch (operator - FIRST_COMPARISON) {
    case 0:
      return order === 0;
    case 1:
      return order !== 0;
    case 2:
      return order < 0;
    case 3:
      return order <= 0;
    case 4:
      return order > 0;
    default:
      return order >= 0;
  }
}

function operate32(operator: number, type: number, a: number, b: number): number {
  switch (operator) {
    case 0:
      return (a + b) | 0;
    case 1:
      return (a - b) | 0;
    case 2:
      return Math.imul(a, b);
    case 5:
      return a & b;
    case 6:
      return a | b;
    case 7:
      return a ^ b;
    case 8:
      return a << (b & 31);
    default:
      return type === TYPE_S32 ? a >> (b & 31) : (a >>> (b & 31)) | 0;
  }
}

function operate64(
  m: Machine,
  operator: number,
  type: number,
  aLo: number,
  aHi: number,
  bLo: number,
  bHi: number,
): void {
  switch (operator) {
    case 0:
      add64(m, aLo, aHi, bLo, bHi);
      return;
    case 1:
      subtract64(m, aLo, aHi, bLo, bHi);
      return;
    case 2:
      multiply64(m, aLo, aHi, bLo, bHi);
      return;
    case 5:
      m.lo = aLo & bLo;
      m.hi = aHi & bHi;
      return;
    case 6:
      m.lo = aLo | bLo;
      m.hi = aHi | bHi;
      return;
    case 7:
      m.lo = aLo ^ bLo;
      m.hi = aHi ^ bHi;
      return;
    case 8:
      shiftLeft64(m, aLo, aHi, bLo & 63);
      return;
    default:
      shiftRight64(m, aLo, aHi, bLo & 63, type === TYPE_S64);
  }
}

function divide(
  m: Machine,
  remainder: boolean,
  type: number,
  aLo: number,
  aHi: number,
  bLo: number,
  bHi: number,
): boolean {
  if (type <= TYPE_U32) {
    const signed = type === TYPE_S32;
    const a = signed ? aLo | 0 : aLo >>> 0;
    const b = signed ? bLo | 0 : bLo >>> 0;
    if (b === 0 || (signed && a === -2147483648 && b === -1)) return false;
    m.lo = (remainder ? a % b : Math.trunc(a / b)) | 0;
    m.hi = signed ? m.lo >> 31 : 0;
    return true;
  }
  if ((bLo | bHi) === 0) return false;
  // 64-bit division is rare; BigInt keeps it exact.
  const signed = type === TYPE_S64;
  const a = signed ? BigInt.asIntN(64, toBigInt(aLo, aHi)) : toBigInt(aLo, aHi);
  const b = signed ? BigInt.asIntN(64, toBigInt(bLo, bHi)) : toBigInt(bLo, bHi);
  if (signed && b === -1n && a === -(1n << 63n)) return false;
  const result = remainder ? a % b : a / b;
  m.lo = lowHalf(result);
  m.hi = highHalf(result);
  return true;
}
