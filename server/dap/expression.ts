// Expressions that a user typed, compiled for a place in the program and evaluated without a trace in the state.
import { compileExpression, sourceInstruction, valueRow } from "../engine/index.ts";
import type { Format, FramePlace, Routine, Row } from "../engine/index.ts";
import type { LoadedScenario } from "./scenario.ts";

/** Where names are looked up: in a function's scope at an instruction, or among the globals. */
export interface CodePlace {
  readonly function: number;
  readonly instruction: number;
}

export type CompiledText =
  | { readonly ok: true; readonly routine: Routine }
  | { readonly ok: false; readonly message: string };

/** Compiles a text; the message names the first thing that is wrong with it. */
export function compileText(
  scenario: LoadedScenario,
  text: string,
  at: CodePlace | undefined,
): CompiledText {
  const { routine, diagnostics } = compileExpression(scenario.compiled, text, at);
  if (routine !== undefined) return { ok: true, routine };
  const [first] = diagnostics;
  return { ok: false, message: first?.message ?? `'${text}' is no expression.` };
}

/** A condition: 0 or 1, also of something that stands in memory. */
export function compileCondition(
  scenario: LoadedScenario,
  text: string,
  at: CodePlace | undefined,
): CompiledText {
  // What is wrong is said of the text as it was typed.
  const plain = compileText(scenario, text, at);
  return plain.ok ? compileText(scenario, `!!(${text})`, at) : plain;
}

/** The place of a frame's instruction; undefined for an ended thread. */
export function codePlace(
  scenario: LoadedScenario,
  place: FramePlace | undefined,
): CodePlace | undefined {
  if (place?.frame === undefined) return undefined;
  const frames = scenario.run.state.frames(place.thread);
  const frame = frames[place.frame];
  const instruction = sourceInstruction(scenario.program, frames, place.frame);
  if (frame === undefined || instruction === undefined) return undefined;
  return { function: frame.function, instruction };
}

export type EvaluatedText =
  | { readonly ok: true; readonly row: Row }
  | { readonly ok: false; readonly message: string };

/** The value of a text in a frame, as a row that can be opened. */
export function evaluateText(
  scenario: LoadedScenario,
  text: string,
  place: FramePlace | undefined,
  format: Format,
): EvaluatedText {
  const { expression, hex } = splitFormat(text);
  const compiled = compileText(scenario, expression, codePlace(scenario, place));
  if (!compiled.ok) return compiled;
  const { routine } = compiled;
  const { run } = scenario;
  const result = run.evaluate(routine, place?.thread, place?.frame);
  if (!result.ok) {
    return { ok: false, message: `'${expression}' has no value here: ${result.message}.` };
  }
  const row = resultRow(scenario, routine, result.value, expression, { hex: hex || format.hex });
  return row === undefined
    ? { ok: false, message: `'${expression}' has no value.` }
    : { ok: true, row };
}

/** What a routine answered, as a row; undefined if it has no type. */
export function resultRow(
  { run, program }: LoadedScenario,
  routine: Routine,
  value: bigint,
  expression: string,
  format: Format,
): Row | undefined {
  if (routine.resultType === undefined) return undefined;
  return valueRow(
    { program, state: run.state },
    {
      name: expression,
      place: routine.returnsAddress
        ? { kind: "memory", address: Number(BigInt.asUintN(64, value)) }
        : { kind: "word", value },
      type: routine.resultType,
      expression: isSimple(expression) ? expression : `(${expression})`,
    },
    format,
  );
}

/** `x,x` shows x in base 16, as other debuggers have it. */
function splitFormat(text: string): { readonly expression: string; readonly hex: boolean } {
  const match = /^(.*\S)\s*,\s*x\s*$/s.exec(text);
  return match?.[1] === undefined
    ? { expression: text.trim(), hex: false }
    : { expression: match[1].trim(), hex: true };
}

function isSimple(expression: string): boolean {
  return /^[\w.\->[\]]+$/.test(expression);
}

/** The two sides of `target = value`, compound assignments written out; undefined if the text is none. */
export function splitAssignment(
  text: string,
): { readonly target: string; readonly value: string } | undefined {
  const match = /^(.*?[\w\])])\s*(<<|>>|[-+*/%&|^])?=(?!=)(.*)$/s.exec(
    text.trim().replace(/;$/, ""),
  );
  if (match?.[1] === undefined || match[3] === undefined) return undefined;
  const [, target, operator, value] = match;
  if (value.trim() === "" || /[^-]>|[=!<]/.test(target)) return undefined;
  return { target, value: operator === undefined ? value : `(${target}) ${operator} (${value})` };
}
