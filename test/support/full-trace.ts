// Everything that a run does, as one text: what two runs have to agree on. Imports nothing but the engine, so that it can be bundled
// with it for a place without a host.

import { compileScenario, createRun } from "../../server/engine/index.ts";

/** Every step of a run under a random schedule, and the verdict. */
export function fullTrace(path: string, text: string, seed: number): string {
  const { program, diagnostics } = compileScenario({
    path,
    text,
    files: new Map(),
    includePaths: [],
    defines: [],
    overrides: {},
  });
  if (program === undefined)
    return diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n");
  const run = createRun(program, {
    schedule: { kind: "random", seed: BigInt(seed) },
    maxSteps: 2000,
  });
  const lines: string[] = [];
  while (run.forward().kind === "step") lines.push(textOf(run.lastStep()));
  lines.push(textOf(run.verdict()));
  return lines.join("\n");
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" ? `${part}n` : part,
  );
}
