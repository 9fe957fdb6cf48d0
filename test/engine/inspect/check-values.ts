// A scenario run to its end, and its values as a debugger shows them.
import { frameScopes } from "../../../server/engine/inspect/scope.ts";
import type { Format, Page, Row } from "../../../server/engine/inspect/value.ts";
import { createRun } from "../../../server/engine/run/machine-run.ts";
import type { MachineRun } from "../../../server/engine/run/machine-run.ts";
import { compileScenario } from "../../../server/engine/scenario/compile.ts";

export const ALL: Page = { kind: "all", start: 0, count: undefined };
export const DECIMAL: Format = { hex: false };

/** A run of a scenario under its first schedule, at position 0. A file with errors fails the test. */
export function runOf(text: string): MachineRun {
  const { program, diagnostics } = compileScenario({
    path: "test.rseq",
    text,
    files: new Map(),
    includePaths: [],
    defines: [],
    overrides: {},
  });
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return createRun(program, { schedule: { kind: "default" } });
}

export function finish(run: MachineRun): MachineRun {
  while (run.forward().kind === "step");
  return run;
}

/** Rows of a scope of a thread's innermost frame. */
export function scopeRows(
  run: MachineRun,
  thread: number,
  kind: string,
  format = DECIMAL,
): readonly Row[] {
  const isLive = run.state.frames(thread).length > 0;
  const position = { step: run.position, length: run.length, schedule: run.scheduleName };
  const inspection = { program: run.program, state: run.state };
  const scopes = frameScopes(inspection, { thread, frame: isLive ? 0 : undefined }, position);
  return scopes.find((scope) => scope.kind === kind)?.rows(ALL, format) ?? [];
}

/** Names and texts of rows. */
export function texts(rows: readonly Row[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.map(({ name, text }) => [name, text]));
}

export function children(row: Row | undefined, page: Page = ALL, format = DECIMAL): readonly Row[] {
  return row?.children?.(page, format) ?? [];
}

/** The globals of a file after its run. */
export function globals(text: string, format = DECIMAL): Readonly<Record<string, string>> {
  return texts(scopeRows(finish(runOf(text)), 0, "globals", format));
}
