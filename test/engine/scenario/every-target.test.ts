// C that names its sizes means the same everywhere: random functions over fixed-width integers and bit-fields give the same numbers on
// 32-bit, 64-bit, little- and big-endian targets. What they give on x86-64, gcc says (gcc-expressions.test.ts).
import { expect, test } from "vitest";
import { targets } from "../../../server/engine/abi/targets/index.ts";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import { programOf } from "../../support/compile-text.ts";
import { FunctionGenerator, OBJECTS } from "../../support/expression-generator.ts";

const COUNT = 20;
const SEEDS = Array.from({ length: COUNT }, (_, index) => 70_000 + index);

/** `5L` has the size of the target's long. */
const FUNCTIONS = SEEDS.map((seed) =>
  new FunctionGenerator(seed).function(`f${seed}`).replaceAll("5L", "5LL"),
);
const CALLS = SEEDS.map((seed, index) => `results[${index}] = f${seed}(${seed}, ${500 - index});`);
const TEXT = `kernel "linux-6.18";
${OBJECTS}u64 results[${COUNT}];
${FUNCTIONS.join("")}
thread t { ${CALLS.join("\n")} }`;

function valuesOn(target: string): string[] {
  const program = programOf(TEXT, { target });
  const run = createRun(program, { schedule: { kind: "round-robin" }, history: false });
  run.advance(1_000_000);
  expect(run.verdict()).toMatchObject({ verdict: "pass", complete: true });
  const results = program.globals.find(({ name }) => name === "results")?.storage;
  const address = results?.kind === "static" ? results.address : 0;
  return CALLS.map((_, index) => String(run.state.readWord(address + 8 * index, 8)));
}

let reference: readonly string[] | undefined;

test.each(targets.map(({ name }) => name))("%s computes what x86-64 does", (target) => {
  reference ??= valuesOn("x86_64-linux");
  expect(valuesOn(target)).toEqual(reference);
});
