// PCG32 (XSH-RR 64/32, O'Neill 2014), stream 1: the only source of chance. The 64-bit state is two 32-bit words that
// the caller keeps, so that a generator can live inside the machine's state and be stepped back with it.

const MULTIPLIER_LOW = 0x4c957f2d;
const MULTIPLIER_HIGH = 0x5851f42d;
/** (1 << 1) | 1: stream 1. */
const INCREMENT = 3;

/** A generator whose state words stand at `words[index]` (low) and `words[index + 1]` (high). */
export interface Pcg32Words {
  words: Int32Array;
  index: number;
}

/** pcg32_srandom_r(seed, 1) of the reference implementation. */
export function seedPcg32(generator: Pcg32Words, seed: bigint): void {
  const { words, index } = generator;
  words[index] = 0;
  words[index + 1] = 0;
  advancePcg32(generator);
  const low = (words[index]! >>> 0) + Number(seed & 0xffffffffn);
  words[index] = low | 0;
  const carry = low > 0xffffffff ? 1 : 0;
  words[index + 1] = (words[index + 1]! + Number((seed >> 32n) & 0xffffffffn) + carry) | 0;
  advancePcg32(generator);
}

/** state = state × multiplier + increment, modulo 2^64. */
function advancePcg32({ words, index }: Pcg32Words): void {
  const low = words[index]!;
  const high = words[index + 1]!;
  const product = multiplyHigh(low, MULTIPLIER_LOW);
  const sum = (Math.imul(low, MULTIPLIER_LOW) >>> 0) + INCREMENT;
  const carry = sum > 0xffffffff ? 1 : 0;
  words[index] = sum | 0;
  words[index + 1] =
    (product + Math.imul(low, MULTIPLIER_HIGH) + Math.imul(high, MULTIPLIER_LOW) + carry) | 0;
}

/** High 32 bits of the product of two unsigned 32-bit words. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Each sum stays below 2^32.
  const low = Math.imul(aLow, bLow);
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (low >>> 16);
  const other = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

/** The next 32-bit number, 0 … 2^32-1. */
export function nextPcg32(generator: Pcg32Words): number {
  const low = generator.words[generator.index]!;
  const high = generator.words[generator.index + 1]!;
  advancePcg32(generator);
  // ((state >> 18) ^ state) >> 27, its low 32 bits.
  const shiftedLow = (low >>> 18) | (high << 14);
  const shiftedHigh = high >>> 18;
  const mixedLow = shiftedLow ^ low;
  const mixedHigh = shiftedHigh ^ high;
  const value = (mixedLow >>> 27) | (mixedHigh << 5);
  const rotation = high >>> 27;
  return ((value >>> rotation) | (value << (-rotation & 31))) >>> 0;
}

/** A number in [0, bound), by rejection as pcg32_boundedrand_r does; consumes at least one number, also for a bound of 1. */
export function drawPcg32(generator: Pcg32Words, bound: number): number {
  const threshold = (4294967296 - bound) % bound;
  for (;;) {
    const value = nextPcg32(generator);
    if (value >= threshold) return value % bound;
  }
}
