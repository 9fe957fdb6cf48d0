// What "expand selection" selects: the word, then the expressions, statements, sections and items around it, as the syntax tree nests.
import type { Checked } from "../lint/check.ts";
import { walkExpression } from "../scenario/expression-walk.ts";
import type { Item, ScriptItem } from "../scenario/item.ts";
import { expressionsOf, walkStatements } from "../scenario/statement.ts";
import type { Expression, Initializer } from "../c/ast.ts";
import type { Span } from "../text/source.ts";
import { tokenAround, tokensOf } from "./tokens.ts";

/** Spans around the offset, innermost first; each lies inside the next, the last is the whole text. */
export function selectionsAt(checked: Checked, offset: number): readonly Span[] {
  const { unit } = checked;
  const text = unit.textOf(unit.path) ?? "";
  const word = tokenAround(tokensOf(text), offset);
  const spans: Span[] = [{ path: unit.path, start: 0, end: text.length }];
  if (word !== undefined) spans.push({ path: unit.path, start: word.start, end: word.end });
  for (const span of treeSpans(checked))
    if (span.path === unit.path && span.start <= offset && offset <= span.end) spans.push(span);
  return nested(spans);
}

/** Smallest first; what only overlaps is left out. */
function nested(spans: readonly Span[]): readonly Span[] {
  const chosen: Span[] = [];
  for (const span of spans.toSorted((left, right) => lengthOf(left) - lengthOf(right))) {
    const inner = chosen.at(-1);
    const isAround = inner === undefined || (span.start <= inner.start && inner.end <= span.end);
    if (isAround && (inner === undefined || lengthOf(inner) < lengthOf(span))) chosen.push(span);
  }
  return chosen;
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}

function treeSpans({ unit, bodies, scenario }: Checked): readonly Span[] {
  const spans: Span[] = [];
  const add = (expression: Expression): void =>
    walkExpression(expression, ({ span }) => spans.push(span));
  for (const record of unit.records) {
    spans.push(record.span, ...record.members.map(({ declarationSpan }) => declarationSpan));
    if (record.bodySpan !== undefined) spans.push(record.bodySpan, inside(record.bodySpan));
  }
  for (const declaration of unit.declarations) {
    spans.push(declaration.span);
    if (declaration.kind === "declaration")
      for (const { initializer } of declaration.declarators)
        addInitializer(initializer, spans, add);
  }
  const blocks = bodies.map(({ block }) => block);
  for (const item of scenario?.tree.items ?? []) {
    addItem(item, spans, add);
    if (item.kind === "finally") blocks.push(item.body);
  }
  for (const block of blocks)
    walkStatements(block, (statement) => {
      spans.push(statement.span);
      if (statement.kind === "block") spans.push(inside(statement.span));
      for (const expression of expressionsOf(statement)) add(expression);
      if (statement.kind === "declaration" && statement.declaration.kind === "declaration")
        for (const { initializer, span } of statement.declaration.declarators) {
          spans.push(span);
          addInitializer(initializer, spans, add);
        }
    });
  return spans;
}

function addItem(item: Item, spans: Span[], add: (expression: Expression) => void): void {
  spans.push(item.span);
  if (item.kind === "invariant") add(item.expression);
  if (item.kind !== "schedule") return;
  const addScript = (one: ScriptItem): void => {
    spans.push(one.span);
    if (one.kind === "repeat") for (const inner of one.items) addScript(inner);
    if ("thread" in one) spans.push(one.thread.span);
  };
  for (const one of item.script ?? []) addScript(one);
}

function addInitializer(
  initializer: Initializer | undefined,
  spans: Span[],
  add: (expression: Expression) => void,
): void {
  if (initializer === undefined) return;
  if (initializer.kind !== "list") {
    add(initializer);
    return;
  }
  spans.push(initializer.span);
  for (const { value } of initializer.items) addInitializer(value, spans, add);
}

/** Without the braces. */
function inside({ path, start, end }: Span): Span {
  return { path, start: start + 1, end: Math.max(start + 1, end - 1) };
}
