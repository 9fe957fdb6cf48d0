// Who calls whom in a scenario: functions and threads, a thread's signal handlers included, which the kernel calls in its name.
import { initializerExpressions, walkExpression } from "../scenario/expression-walk.ts";
import type { FunctionItem, Item, ThreadItem } from "../scenario/item.ts";
import { expressionsOf, type Statement, walkStatements } from "../scenario/statement.ts";
import type { Expression } from "../c/ast.ts";
import type { Checked } from "../lint/check.ts";
import type { Span } from "../text/source.ts";
import { occurrenceAt } from "./occurrences.ts";

/** A function or a thread, as a node of the hierarchy. */
export interface CallNode {
  readonly name: string;
  readonly kind: "function" | "thread";
  readonly span: Span;
  readonly nameSpan: Span;
}

/** An edge: the other end, and the places of the calls in the caller's body. */
export interface CallEdge {
  readonly node: CallNode;
  readonly places: readonly Span[];
}

/** The function or thread that the name at the offset stands for. */
export function callNodeAt(checked: Checked, offset: number): CallNode | undefined {
  const found = occurrenceAt(checked, checked.unit.path, offset)?.entity;
  return found?.kind === "function" || found?.kind === "thread"
    ? callNodeNamed(checked, found.name)
    : undefined;
}

export function callNodeNamed(checked: Checked, name: string): CallNode | undefined {
  const item = bodiesOf(checked).find((one) => one.name.text === name);
  return item === undefined ? undefined : nodeOf(item);
}

/** What its body calls, in the order of the first calls. */
export function outgoingCalls(checked: Checked, name: string): readonly CallEdge[] {
  const item = bodiesOf(checked).find((one) => one.name.text === name);
  const edges = new Map<string, { node: CallNode; places: Span[] }>();
  for (const { callee, span } of item === undefined ? [] : callsOf(item)) {
    const node = callNodeNamed(checked, callee);
    if (node === undefined) continue;
    const edge = edges.get(callee) ?? { node, places: [] };
    edge.places.push(span);
    edges.set(callee, edge);
  }
  return [...edges.values()];
}

/** The functions and threads whose bodies call it, in the order of the file. */
export function incomingCalls(checked: Checked, name: string): readonly CallEdge[] {
  return bodiesOf(checked).flatMap((item) => {
    const places = callsOf(item)
      .filter(({ callee }) => callee === name)
      .map(({ span }) => span);
    return places.length === 0 ? [] : [{ node: nodeOf(item), places }];
  });
}

type Body = FunctionItem | ThreadItem;

function bodiesOf({ scenario }: Checked): readonly Body[] {
  return (scenario?.tree.items ?? []).filter(isBody);
}

function isBody(item: Item): item is Body {
  return item.kind === "function" || item.kind === "thread";
}

function nodeOf({ kind, name, span }: Body): CallNode {
  return { name: name.text, kind, span, nameSpan: name.span };
}

interface Call {
  readonly callee: string;
  readonly span: Span;
}

function callsOf(item: Body): readonly Call[] {
  const calls: Call[] = [];
  if (item.kind === "thread")
    for (const { handler } of item.handlers)
      calls.push({ callee: handler.text, span: handler.span });
  walkStatements(item.body, (statement) => {
    for (const expression of allExpressionsOf(statement))
      walkExpression(expression, (one) => {
        if (one.kind === "call" && one.callee.kind === "identifier")
          calls.push({ callee: one.callee.name, span: one.callee.span });
      });
  });
  return calls;
}

function allExpressionsOf(statement: Statement): readonly Expression[] {
  if (statement.kind !== "declaration" || statement.declaration.kind !== "declaration")
    return expressionsOf(statement);
  return statement.declaration.declarators.flatMap(({ initializer }) =>
    initializer === undefined ? [] : initializerExpressions(initializer),
  );
}
