// 64-bit words as pairs of 32-bit halves: the arithmetic that the machine's hot path needs without BigInt.
// Halves are Int32 numbers; a pair result is returned through `Word64`, which the caller owns.

import { multiplyHigh } from "./pcg32.ts";

/** Where results go. */
export interface Word64 {
  lo: number;
  hi: number;
}

/** -1, 0 or 1: a compared with b as unsigned words. */
export function compareUnsigned(aLo: number, aHi: number, bLo: number, bHi: number): number {
  if (aHi !== bHi) return aHi >>> 0 < bHi >>> 0 ? -1 : 1;
  if (aLo === bLo) return 0;
  return aLo >>> 0 < bLo >>> 0 ? -1 : 1;
}

/** -1, 0 or 1: a compared with b as signed words. */
export function compareSigned(aLo: number, aHi: number, bLo: number, bHi: number): number {
  if (aHi !== bHi) return aHi < bHi ? -1 : 1;
  if (aLo === bLo) return 0;
  return aLo >>> 0 < bLo >>> 0 ? -1 : 1;
}

export function add64(out: Word64, aLo: number, aHi: number, bLo: number, bHi: number): void {
  const low = (aLo >>> 0) + (bLo >>> 0);
  out.lo = low | 0;
  out.hi = (aHi + bHi + (low > 0xffffffff ? 1 : 0)) | 0;
}

export function subtract64(out: Word64, aLo: number, aHi: number, bLo: number, bHi: number): void {
  out.hi = (aHi - bHi - (aLo >>> 0 < bLo >>> 0 ? 1 : 0)) | 0;
  out.lo = (aLo - bLo) | 0;
}

export function multiply64(out: Word64, aLo: number, aHi: number, bLo: number, bHi: number): void {
  out.hi = (multiplyHigh(aLo, bLo) + Math.imul(aLo, bHi) + Math.imul(aHi, bLo)) | 0;
  out.lo = Math.imul(aLo, bLo);
}

/** Shifts by 0 … 63. */
export function shiftLeft64(out: Word64, lo: number, hi: number, count: number): void {
  if (count === 0) {
    out.lo = lo;
    out.hi = hi;
  } else if (count < 32) {
    out.lo = lo << count;
    out.hi = (hi << count) | (lo >>> (32 - count));
  } else {
    out.lo = 0;
    out.hi = lo << (count - 32);
  }
}

export function shiftRight64(
  out: Word64,
  lo: number,
  hi: number,
  count: number,
  signed: boolean,
): void {
  if (count === 0) {
    out.lo = lo;
    out.hi = hi;
  } else if (count < 32) {
    out.lo = (lo >>> count) | (hi << (32 - count));
    out.hi = signed ? hi >> count : hi >>> count;
  } else {
    out.lo = signed ? hi >> (count - 32) : hi >>> (count - 32);
    out.hi = signed ? hi >> 31 : 0;
  }
}

export function toBigInt(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}

export function lowHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

export function highHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

/** Exact for values below 2^53. */
export function toNumber(lo: number, hi: number): number {
  return (hi >>> 0) * 4294967296 + (lo >>> 0);
}

export function lowOf(value: number): number {
  return value | 0;
}

/** High half of a number below 2^53. */
export function highOf(value: number): number {
  return Math.floor(value / 4294967296) | 0;
}
