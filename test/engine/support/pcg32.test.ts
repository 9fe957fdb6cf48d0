import { expect, test } from "vitest";
import { drawPcg32, nextPcg32, seedPcg32 } from "../../../server/engine/support/pcg32.ts";

/** The reference generator (pcg32_srandom_r and pcg32_random_r, stream 1) in 64-bit arithmetic. */
function* reference(seed: bigint): Generator<number> {
  const increment = 3n;
  let state = 0n;
  const advance = (): void => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + increment);
  };
  advance();
  state = BigInt.asUintN(64, state + seed);
  advance();
  for (;;) {
    const old = state;
    advance();
    const value = Number(BigInt.asUintN(32, ((old >> 18n) ^ old) >> 27n));
    const rotation = Number(old >> 59n);
    yield ((value >>> rotation) | (value << (-rotation & 31))) >>> 0;
  }
}

test.each([0n, 1n, 7n, 42n, 0xdeadbeefcafef00dn, 0xffffffffffffffffn])(
  "seed %s gives the reference's numbers",
  (seed) => {
    const generator = { words: new Int32Array(2), index: 0 };
    seedPcg32(generator, seed);
    const numbers = reference(seed);
    for (let index = 0; index < 1000; index++)
      expect(nextPcg32(generator)).toBe(numbers.next().value);
  },
);

test("a bounded draw rejects what would be biased, and consumes a number also among one", () => {
  const generator = { words: new Int32Array(2), index: 0 };
  seedPcg32(generator, 1n);
  const before = generator.words.join();
  expect(drawPcg32(generator, 1)).toBe(0);
  expect(generator.words.join()).not.toBe(before);
  const counts = new Map<number, number>();
  for (let index = 0; index < 3000; index++) {
    const value = drawPcg32(generator, 3);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  for (const value of [0, 1, 2]) expect(Math.abs(counts.get(value)! - 1000)).toBeLessThan(120);
});
