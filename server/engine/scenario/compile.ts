// From a scenario's text to the program that the machine runs. Reading, placing, lowering, laying out, in that order; every mistake
// is a diagnostic, and only errors of syntax, types and scenario items leave the program undefined.
import type { Diagnostic } from "../text/diagnostic.ts";
import { refusalOf } from "../text/refusal.ts";
import type { Program } from "../program/program.ts";
import type { WantedInclude } from "../c/unit.ts";
import type { Compilation } from "./compilation.ts";
import { compileReading } from "./compilation.ts";
import type { ScenarioTree } from "./item.ts";
import type { Reading, ScenarioInput } from "./reading.ts";
import { readScenario } from "./reading.ts";

export interface CompiledScenario {
  readonly program: Program | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Includes that were not found, with the paths where they may be. */
  readonly wanted: readonly WantedInclude[];
  readonly tree: ScenarioTree;
  readonly reading: Reading;
  /** What lowering knows, for expressions that are compiled later. */
  readonly compilation: Compilation;
}

/** Never throws for input. */
export function compileScenario(input: ScenarioInput): CompiledScenario {
  const refusal = refusalOf(input.path, input.text);
  const reading = readScenario(refusal === undefined ? input : { ...input, text: "" });
  const compilation = compileReading(reading);
  const isBroken = reading.diagnostics.some(
    ({ code, severity }) => severity === "error" && /^[STK]/.test(code),
  );
  return {
    program: isBroken || refusal !== undefined ? undefined : compilation.program,
    diagnostics: refusal === undefined ? inTextOrder(reading.diagnostics) : [refusal],
    wanted: reading.wanted,
    tree: { items: reading.items, percpu: reading.percpu },
    reading,
    compilation,
  };
}

/** The order in which a person meets them: file by file as they were met, from top to bottom. */
function inTextOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const paths = [...new Set(diagnostics.map(({ span }) => span.path))];
  const rank = new Map(paths.map((path, index) => [path, index]));
  return diagnostics.toSorted(
    ({ span: left }, { span: right }) =>
      rank.get(left.path)! - rank.get(right.path)! || left.start - right.start,
  );
}
