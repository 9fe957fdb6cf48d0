// Random aggregates are laid out by a compiler and by us; there is no difference. RSEQ_LAB_LAYOUTS sets how many (default 800 a target: 10,400 in all),
// RSEQ_LAB_SEED the first seed. A difference is shown as the smallest C file that still has one.
import { describe, expect, test, type TestContext } from "vitest";
import type { Target } from "../../../server/engine/abi/target.ts";
import { targets } from "../../../server/engine/abi/targets/index.ts";
import {
  generateAggregate,
  type GeneratedAggregate,
  type GeneratorLimits,
  generatorPrelude,
  printDeclaration,
  Random,
  smallerAggregates,
} from "../../support/aggregate-generator.ts";
import { differences, readSource } from "../../support/compiler-layout.ts";
import { requireTool } from "../../support/outside.ts";

const count = Number(process.env["RSEQ_LAB_LAYOUTS"] ?? 800);
const firstSeed = Number(process.env["RSEQ_LAB_SEED"] ?? 1);

/** clang's names of the targets for which gcc is not asked. */
const triples: Readonly<Record<string, string>> = {
  "i386-linux": "i386-linux-gnu",
  "aarch64-linux": "aarch64-linux-gnu",
  "arm-linux": "arm-linux-gnueabihf",
  "riscv64-linux": "riscv64-linux-gnu",
  "riscv32-linux": "riscv32-linux-gnu",
  "ppc64-linux": "powerpc64-linux-gnu",
  "ppc64le-linux": "powerpc64le-linux-gnu",
  "s390x-linux": "s390x-linux-gnu",
  "mips-linux": "mips-linux-gnu",
  "mips64-linux": "mips64-linux-gnuabi64",
  "loongarch64-linux": "loongarch64-linux-gnu",
};

const isX86 = process.arch === "x64" && process.platform === "linux";

function compilerFor(context: TestContext, name: string): readonly string[] {
  const triple = triples[name];
  if (triple !== undefined)
    return [requireTool(context, "clang"), `--target=${triple}`, "-std=gnu2x"];
  // clang aligns 8-byte types to 8 on m68k, which is not the ABI that Linux uses there.
  if (name === "m68k-linux") return [requireTool(context, "m68k-linux-gnu-gcc"), "-std=gnu2x"];
  if (!isX86) context.skip("gcc here does not compile for x86_64");
  return [requireTool(context, "gcc"), "-std=gnu2x"];
}

describe.each(targets.map((target) => [target.name, target] as const))("%s", (name, target) => {
  test("random aggregates are laid out as the compiler lays them out", (context) => {
    const compiler = compilerFor(context, name);
    const random = new Random(firstSeed);
    for (let done = 0; done < count; done += 100) {
      const batch = Array.from({ length: Math.min(100, count - done) }, (_, index) =>
        generateAggregate(random, `s${done + index}`, limitsOf(target)),
      );
      if (differencesIn(batch, compiler, target) === "") continue;
      const guilty = batch.find((aggregate) => differencesIn([aggregate], compiler, target) !== "");
      const smallest = shrink(
        guilty!,
        (candidate) => differencesIn([candidate], compiler, target) !== "",
      );
      expect.fail(`${source([smallest])}\n${differencesIn([smallest], compiler, target)}`);
    }
  });
});

function limitsOf(target: Target): GeneratorLimits {
  return {
    hasInt128: target.int128 !== undefined,
    hasLongDouble: true,
    longBits: target.long.size * 8,
    hasBitFieldAttributes: triples[target.name] === undefined,
    hasMicrosoft: target.name === "x86_64-linux",
  };
}

function source(aggregates: readonly GeneratedAggregate[]): string {
  return generatorPrelude + aggregates.map(printDeclaration).join("");
}

function differencesIn(
  aggregates: readonly GeneratedAggregate[],
  compiler: readonly string[],
  target: Target,
): string {
  const text = source(aggregates);
  const unit = readSource(text, target);
  const tags = new Set(aggregates.map(({ tag }) => tag));
  const records = unit.records.filter((record) => record.tag !== undefined && tags.has(record.tag));
  const errors = unit.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message);
  return errors.join("\n") + differences(compiler, text, records, target);
}

/** The smallest aggregate reached by taking away one thing at a time that still fails. */
function shrink(
  aggregate: GeneratedAggregate,
  fails: (candidate: GeneratedAggregate) => boolean,
): GeneratedAggregate {
  let current = aggregate;
  for (;;) {
    const next = smallerAggregates(current).find((candidate) => failsAndCompiles(candidate, fails));
    if (next === undefined) return current;
    current = next;
  }
}

function failsAndCompiles(
  candidate: GeneratedAggregate,
  fails: (candidate: GeneratedAggregate) => boolean,
): boolean {
  try {
    return fails(candidate);
  } catch {
    return false;
  }
}
