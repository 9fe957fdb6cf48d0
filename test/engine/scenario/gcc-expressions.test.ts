// Random functions compiled by gcc and as a scenario give the same values: conversions, promotions, operators, bit-fields, control
// flow. RSEQ_LAB_FUNCTIONS sets how many (10,000 for a thorough run), RSEQ_LAB_SEED where they start.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import { programOf } from "../../support/compile-text.ts";
import { FunctionGenerator, OBJECTS, TYPEDEFS } from "../../support/expression-generator.ts";
import { requireTool } from "../../support/outside.ts";

const FUNCTIONS = Number(process.env["RSEQ_LAB_FUNCTIONS"] ?? "100");
const FIRST_SEED = Number(process.env["RSEQ_LAB_SEED"] ?? "1");
const BATCH = 50;

interface Batch {
  readonly functions: readonly string[];
  readonly calls: readonly string[];
}

function batchOf(first: number, count: number): Batch {
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  return {
    functions: seeds.map((seed) => new FunctionGenerator(seed).function(`f${seed}`)),
    calls: seeds.map((seed, index) => `results[${index}] = f${seed}(${seed * 77}, ${500 - seed});`),
  };
}

function valuesFromGcc(gcc: string, { functions, calls }: Batch): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "rseq-lab-expressions-"));
  try {
    const source = path.join(folder, "functions.c");
    const binary = path.join(folder, "functions");
    const print = `for (int i = 0; i < ${calls.length}; i++) printf("%llu\\n", results[i]);`;
    writeFileSync(
      source,
      `#include <stdio.h>\n${TYPEDEFS}${OBJECTS}u64 results[${calls.length}];\n${functions.join("")}int main(void) { ${calls.join("\n")} ${print} }\n`,
    );
    execFileSync(gcc, ["-std=gnu17", "-O1", "-fwrapv", "-w", "-o", binary, source]);
    return execFileSync(binary, { encoding: "utf8" }).trim().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function valuesFromMachine({ functions, calls }: Batch): string[] {
  const program = programOf(`kernel "linux-6.18";
${OBJECTS}u64 results[${calls.length}];
${functions.join("")}
thread t { ${calls.join("\n")} }`);
  const run = createRun(program, { schedule: { kind: "round-robin" }, history: false });
  run.advance(10_000_000);
  expect(run.verdict()).toMatchObject({ verdict: "pass", complete: true });
  const results = program.globals.find(({ name }) => name === "results")?.storage;
  const address = results?.kind === "static" ? results.address : 0;
  return calls.map((_, index) => String(run.state.readWord(address + 8 * index, 8)));
}

for (let first = FIRST_SEED; first < FIRST_SEED + FUNCTIONS; first += BATCH) {
  const count = Math.min(BATCH, FIRST_SEED + FUNCTIONS - first);
  test(`functions ${first} to ${first + count - 1} compute what gcc's do`, (context) => {
    const gcc = requireTool(context, "gcc");
    const batch = batchOf(first, count);
    expect(valuesFromMachine(batch)).toEqual(valuesFromGcc(gcc, batch));
  }, 60_000);
}
