// Walks expressions and initialisers: for what must be known before code is made, such as whose address is taken.
import type { Expression, Initializer } from "../c/ast.ts";

/** The expressions that stand directly in one. Operands of `sizeof` are not evaluated and do not count. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "unary":
    case "postfix":
    case "cast":
      return [expression.operand];
    case "binary":
    case "assignment":
    case "comma":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.condition, expression.whenTrue, expression.whenFalse].filter(
        (part) => part !== undefined,
      );
    case "call":
      return [expression.callee, ...expression.arguments];
    case "index":
      return [expression.base, expression.index];
    case "member":
      return [expression.base];
    case "compound":
      return initializerExpressions(expression.initializer);
    case "generic":
      return expression.chosen === undefined ? [] : [expression.chosen];
    case "identifier":
    case "integer":
    case "float":
    case "string":
    case "sizeof":
    case "offsetof":
    case "labelAddress":
    case "typesCompatible":
    case "error":
      return [];
  }
}

/** Calls `visit` for the expression and everything in it, outermost first. */
export function walkExpression(
  expression: Expression,
  visit: (expression: Expression) => void,
): void {
  visit(expression);
  for (const operand of operandsOf(expression)) walkExpression(operand, visit);
}

/** All expressions that give values in an initialiser. */
export function initializerExpressions(initializer: Initializer): readonly Expression[] {
  if (initializer.kind !== "list") return [initializer];
  return initializer.items.flatMap((item) => initializerExpressions(item.value));
}
