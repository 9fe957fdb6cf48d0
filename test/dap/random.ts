// Seeds and numbers for random tests. More walks, or others, by the environment: RSEQ_LAB_WALKS multiplies their number,
// RSEQ_LAB_SEED starts at another seed.

/** Draws a whole number below a bound: xorshift32, the same on every machine. */
export function makeRandom(seed: number): (bound: number) => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % bound;
  };
}

/** The seeds of a test that normally has `count` walks. */
export function seeds(count: number): readonly number[] {
  const factor = Number(process.env["RSEQ_LAB_WALKS"] ?? "1");
  const first = Number(process.env["RSEQ_LAB_SEED"] ?? "1");
  return Array.from(
    { length: Math.max(1, Math.round(count * factor)) },
    (_, index) => first + index,
  );
}
