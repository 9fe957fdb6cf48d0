// Critical sections of the short form, and what is called inside them.
import type { CallExpression } from "../c/ast.ts";
import { walkExpression } from "../scenario/expression-walk.ts";
import { type CriticalStatement, walkStatements } from "../scenario/statement.ts";
import { type Code, type CodeBody, expressionsOf } from "./code.ts";

export function eachSection(code: Code, visit: (section: CriticalStatement) => void): void {
  // In C these words are ordinary names.
  if (!code.isScenario) return;
  for (const body of code.bodies)
    walkStatements(body.block, (statement) => {
      if (statement.kind === "critical") visit(statement);
    });
}

export function hasSection(body: CodeBody): boolean {
  let found = false;
  walkStatements(body.block, (statement) => {
    if (statement.kind === "critical") found = true;
  });
  return found;
}

export function eachCallInSection(code: Code, visit: (call: CallExpression) => void): void {
  eachSection(code, (section) =>
    walkStatements(section.body, (statement) => {
      for (const top of expressionsOf(statement))
        walkExpression(top, (expression) => {
          if (expression.kind === "call") visit(expression);
        });
    }),
  );
}
