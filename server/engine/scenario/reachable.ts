// Which bodies become code: all functions and threads of the scenario itself, and of what it includes only what they use, so
// that a header's inline functions cost nothing and need not be simulable.
import type { FunctionItem, Item, ThreadItem } from "./item.ts";
import type { Reading } from "./reading.ts";
import { expressionsOf, walkStatements } from "./statement.ts";
import { initializerExpressions, walkExpression } from "./expression-walk.ts";
import type { Block } from "./statement.ts";

/** In the order of the text. */
export function reachableFunctions(reading: Reading): (FunctionItem | ThreadItem)[] {
  const bodies = reading.items.filter(
    (item): item is FunctionItem | ThreadItem => item.kind === "function" || item.kind === "thread",
  );
  const byName = new Map<string, FunctionItem>();
  for (const body of bodies) if (body.kind === "function") byName.set(body.name.text, body);
  const reached = new Set<Item>(bodies.filter((body) => body.span.path === reading.input.path));
  const queue = [...reached];
  for (const item of reading.items) if (item.kind === "finally") queue.push(item);
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    for (const name of namesIn(item)) {
      const body = byName.get(name);
      if (body === undefined || reached.has(body)) continue;
      reached.add(body);
      queue.push(body);
    }
  }
  return bodies.filter((body) => reached.has(body));
}

function namesIn(item: Item): ReadonlySet<string> {
  if (item.kind === "thread")
    return new Set([
      ...namesOfBlock(item.body),
      ...item.handlers.map(({ handler }) => handler.text),
    ]);
  if (item.kind === "function" || item.kind === "finally") return namesOfBlock(item.body);
  return new Set();
}

function namesOfBlock(block: Block): ReadonlySet<string> {
  const names = new Set<string>();
  walkStatements(block, (statement) => {
    const expressions = [...expressionsOf(statement)];
    if (statement.kind === "declaration" && statement.declaration.kind === "declaration")
      for (const { initializer } of statement.declaration.declarators)
        if (initializer !== undefined) expressions.push(...initializerExpressions(initializer));
    for (const expression of expressions)
      walkExpression(expression, (inner) => {
        if (inner.kind === "identifier") names.add(inner.name);
      });
  });
  return names;
}
