// Reads and compiles a scenario for a command, and a schedule that stands in a file of its own.
import { compileScenario, compileSchedules, LineIndex } from "../engine/index.ts";
import type { CompiledScenario, ScheduleChoice } from "../engine/index.ts";
import { readWithIncludes } from "../host/includes.ts";
import { nodeHost } from "../host/node.ts";
import { kernelOption, targetOption } from "./c-file.ts";
import { stringValue, stringValues, UsageError } from "./command.ts";
import type { Values } from "./command.ts";
import { readSource, readText } from "./sources.ts";
import type { LineOf } from "./state-json.ts";
import { formatDiagnostic } from "./terminal.ts";

export interface ScenarioFile {
  readonly compiled: CompiledScenario;
  /** Texts of the scenario and of all that it includes. */
  readonly textOf: (path: string) => string | undefined;
  readonly lineOf: LineOf;
}

/** What replaces the scenario's own kernel and target. */
export interface Overrides {
  readonly kernel?: string;
  readonly target?: string;
}

/** Those of `--kernel` and `--target`. Throws `UsageError` for unknown names. */
export function overridesOf(values: Values): Overrides {
  const kernel = kernelOption(values);
  const hasTarget = stringValue(values, "target") !== undefined;
  return {
    ...(kernel === undefined ? {} : { kernel }),
    ...(hasTarget ? { target: targetOption(values).name } : {}),
  };
}

/** Throws `UsageError` if the file cannot be read; what is wrong in it is among the diagnostics. */
export async function readScenarioFile(
  path: string,
  values: Values,
  overrides: Overrides,
): Promise<ScenarioFile> {
  const text = await readSource(nodeHost, path);
  const files = new Map<string, string>();
  const compiled = await readWithIncludes(nodeHost, files, (loaded) =>
    compileScenario({
      path,
      text,
      files: loaded,
      includePaths: stringValues(values, "include"),
      defines: stringValues(values, "define"),
      overrides,
    }),
  );
  files.set(path, text);
  const textOf = (name: string): string | undefined =>
    files.get(name) ?? compiled.reading.unit.textOf(name);
  return { compiled, textOf, lineOf: lineFinder(textOf) };
}

function lineFinder(textOf: (path: string) => string | undefined): LineOf {
  const indices = new Map<string, LineIndex | undefined>();
  return (span) => {
    if (!indices.has(span.path)) {
      const text = textOf(span.path);
      indices.set(span.path, text === undefined ? undefined : new LineIndex(text));
    }
    return indices.get(span.path)?.at(span.start).line;
  };
}

/** The first schedule of a file. Throws `UsageError` if it holds none that can run. */
export async function scheduleOfFile(
  compiled: CompiledScenario,
  path: string,
): Promise<ScheduleChoice> {
  const text = await readText(nodeHost, path);
  const { schedules, diagnostics } = compileSchedules(compiled, path, text);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const told = errors.map((each) => formatDiagnostic(each, () => text, false)).join("");
    throw new UsageError(`'${path}' holds no schedule that can run.\n${told.trimEnd()}`);
  }
  const [first] = schedules;
  if (first === undefined) {
    throw new UsageError(`'${path}' holds no schedule; write \`schedule NAME { … }\`.`);
  }
  switch (first.kind) {
    case "script":
      return { kind: "items", name: first.name, items: first.items };
    case "round-robin":
      return { kind: "round-robin", slice: first.slice };
    case "random":
      return { kind: "random", seed: first.seed };
  }
}
