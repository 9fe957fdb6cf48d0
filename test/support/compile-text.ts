// Compiles scenario texts for tests, and gives a function's instructions as lines.
import { disassembleInstruction } from "../../server/engine/inspect/disassembly.ts";
import type { CompiledScenario } from "../../server/engine/scenario/compile.ts";
import { compileScenario } from "../../server/engine/scenario/compile.ts";
import type { Program } from "../../server/engine/program/program.ts";

export interface CompileOptions {
  readonly kernel?: string;
  readonly target?: string;
  readonly cpus?: number;
  readonly files?: Readonly<Record<string, string>>;
}

export function compileText(text: string, options: CompileOptions = {}): CompiledScenario {
  return compileScenario({
    path: "test.rseq",
    text,
    files: new Map(Object.entries(options.files ?? {})),
    includePaths: [],
    defines: [],
    overrides: { kernel: options.kernel, target: options.target, cpus: options.cpus },
  });
}

/** The program of a text that must have no errors. */
export function programOf(text: string, options: CompileOptions = {}): Program {
  const { program, diagnostics } = compileText(text, options);
  if (program !== undefined) return program;
  throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n"));
}

/** `K71 'retri'`: code and marked text of every error and warning, in the order of the file. */
export function findingsOf(text: string, options: CompileOptions = {}): string[] {
  return compileText(text, options)
    .diagnostics.filter(({ severity }) => severity !== "info")
    .toSorted((left, right) => left.span.start - right.span.start)
    .map(({ code, span }) => `${code} '${text.slice(span.start, span.end)}'`);
}

/** The instructions of a function, its stubs included, one line each. */
export function listingOf(program: Program, name: string): string[] {
  const found = program.functions.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no function '${name}'.`);
  const lines: string[] = [];
  for (let index = found.start; index < found.end; index++)
    lines.push(disassembleInstruction(program, index));
  return lines;
}
