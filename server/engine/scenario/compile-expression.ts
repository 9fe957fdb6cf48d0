// Conditions, watches, hovers: an expression that somebody types while a compiled scenario is looked at. It may use the file's
// macros, types and names, the locals in scope where the thread stands, and what invariants may say of threads.
import type { Expression, ObjectSymbol } from "../c/ast.ts";
import type { Parser } from "../c/parser.ts";
import { END } from "../c/token.ts";
import type { Routine } from "../program/instruction.ts";
import { SELECTED_THREAD } from "../program/instruction.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import { reporter } from "./codes.ts";
import type { CompiledScenario } from "./compile.ts";
import type { Storage } from "./environment.ts";
import type { VariableDraft } from "./program-draft.ts";
import type { Observation } from "./routine-compilation.ts";
import { draftRoutine, finishRoutine, foreignStorage } from "./routine-compilation.ts";

/** The function of the frame that the expression is looked at from, and where it stands: for the locals in scope. */
export interface ExpressionContext {
  readonly function: number;
  readonly instruction: number;
}

export interface CompiledExpression {
  /** Undefined if there are errors. */
  readonly routine: Routine | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Never throws for input. An lvalue in memory gives its address (`Routine.returnsAddress`), everything else its value. The
 * thread whose `rseq`, `self` and locals are meant is chosen by whoever evaluates. Without a context there are no locals.
 */
export function compileExpression(
  compiled: CompiledScenario,
  text: string,
  context: ExpressionContext | undefined,
): CompiledExpression {
  const found: Diagnostic[] = [];
  if (/^\s*(#|%:)/.test(text)) return refuseDirective();
  const observation = quietObservation(compiled.compilation.observation, found);
  const visible = visibleLocals(compiled, context);
  const { result, diagnostics } = compiled.reading.unit.readFurther(
    "<expression>",
    oneLine(text),
    (parser) => readExpression(parser, visible),
  );
  found.unshift(...diagnostics);
  if (found.some(({ severity }) => severity === "error"))
    return { routine: undefined, diagnostics: found };
  const locals = new Map<object, Storage>(visible.map(({ symbol, storage }) => [symbol, storage]));
  const draft = draftRoutine(
    observation,
    { hasThread: true, locals },
    text.trim(),
    result,
    "address-if-lvalue",
  );
  const isBroken = found.some(({ severity }) => severity === "error");
  const routine = isBroken || draft === undefined ? undefined : finishRoutine(draft);
  return { routine, diagnostics: found };
}

function refuseDirective(): CompiledExpression {
  const diagnostics: Diagnostic[] = [];
  const report = reporter((diagnostic) => diagnostics.push(diagnostic));
  const span = { path: "<expression>", start: 0, end: 1 };
  report("K32", span, "A line that begins with '#' is a directive, not an expression.");
  return { routine: undefined, diagnostics };
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
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
  context: ExpressionContext | undefined,
): readonly VisibleLocal[] {
  if (context === undefined) return [];
  const draft = compiled.compilation.functions[context.function];
  if (draft === undefined) return [];
  const { function: index, instruction } = context;
  const isVisible = ({ scope }: VariableDraft): boolean =>
    scope === undefined || (scope.start <= instruction && instruction < scope.end);
  return [...draft.parameters, ...draft.locals].filter(isVisible).map((variable) => ({
    symbol: symbolOf(variable),
    storage: foreignStorage(variable, SELECTED_THREAD, index),
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
