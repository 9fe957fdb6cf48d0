// Conditions, watches, hovers: an expression that somebody types while a compiled scenario is looked at. It may use the file's
// macros, types and names, the locals in scope where the thread stands, and what invariants may say of threads.
import type { Expression, ObjectSymbol } from "../c/ast.ts";
import type { Parser } from "../c/parser.ts";
import { END } from "../c/token.ts";
import type { Routine } from "../program/instruction.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import { reporter } from "./codes.ts";
import type { CompiledScenario } from "./compile.ts";
import type { Storage } from "./environment.ts";
import type { VariableDraft } from "./program-draft.ts";
import type { Observation } from "./routine-compilation.ts";
import { draftRoutine, finishRoutine, foreignStorage } from "./routine-compilation.ts";

/** Where the expression is looked at from. */
export interface ExpressionContext {
  /** Whose rseq, self, tid and locals are meant. */
  readonly thread?: number | undefined;
  /** The function of the frame, and where it stands: for the locals in scope. */
  readonly function?: number | undefined;
  readonly instruction?: number | undefined;
}

export type CompiledExpression =
  | { readonly routine: Routine }
  | { readonly diagnostics: readonly Diagnostic[] };

/** Never throws for input. An lvalue in memory gives its address (`Routine.returnsAddress`), everything else its value. */
export function compileExpression(
  compiled: CompiledScenario,
  text: string,
  context: ExpressionContext,
): CompiledExpression {
  const found: Diagnostic[] = [];
  const observation = quietObservation(compiled.compilation.observation, found);
  const visible = visibleLocals(compiled, context);
  const { result, diagnostics } = compiled.reading.unit.readFurther(oneLine(text), (parser) =>
    readExpression(parser, visible),
  );
  found.unshift(...diagnostics);
  if (found.some(({ severity }) => severity === "error")) return { diagnostics: found };
  const locals = new Map<object, Storage>(visible.map(({ symbol, storage }) => [symbol, storage]));
  const draft = draftRoutine(
    observation,
    { thread: context.thread, locals },
    text.trim(),
    result,
    "address-if-lvalue",
  );
  const isBroken = found.some(({ severity }) => severity === "error");
  return isBroken || draft === undefined
    ? { diagnostics: found }
    : { routine: finishRoutine(draft) };
}

/** A directive would change the unit's macros, so that the text is one line that is none. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ").replace(/^\s*(#|%:)/, "@");
}

function quietObservation(observation: Observation, found: Diagnostic[]): Observation {
  const report = reporter((diagnostic) => found.push(diagnostic));
  return { ...observation, environment: { ...observation.environment, report } };
}

interface VisibleLocal {
  readonly symbol: ObjectSymbol;
  readonly storage: Storage;
}

/** Innermost last, so that it hides the others when all are declared in order. */
function visibleLocals(
  compiled: CompiledScenario,
  { thread, function: index, instruction }: ExpressionContext,
): readonly VisibleLocal[] {
  if (thread === undefined || index === undefined) return [];
  const draft = compiled.compilation.functions[index];
  if (draft === undefined) return [];
  const isVisible = ({ scope }: VariableDraft): boolean =>
    scope === undefined ||
    instruction === undefined ||
    (scope.start <= instruction && instruction < scope.end);
  return [...draft.parameters, ...draft.locals].filter(isVisible).map((variable) => ({
    symbol: symbolOf(variable),
    storage: foreignStorage(variable, thread, index),
  }));
}

function symbolOf({ name, type, span }: VariableDraft): ObjectSymbol {
  return {
    kind: "object",
    name,
    type,
    isParameter: false,
    storage: "auto",
    isThreadLocal: false,
    isGlobal: false,
    nameSpan: span,
  };
}

function readExpression(parser: Parser, visible: readonly VisibleLocal[]): Expression {
  parser.pushScope();
  for (const { symbol } of visible) parser.declare(symbol);
  const expression = parser.parseExpression();
  parser.popScope();
  if (parser.peek() !== END) reportRest(parser, parser.span());
  return expression;
}

function reportRest(parser: Parser, span: Span): void {
  parser.report("S01", span, `The expression ends before '${parser.text()}'.`);
}
