// Critical sections of both forms, and what is called inside them. A section of the raw form reaches from the label that its
// descriptor's start_ip takes to the label behind its last instruction, in the order of the text.
import type { CallExpression, Expression } from "../c/ast.ts";
import { walkExpression } from "../scenario/expression-walk.ts";
import type { Block, Statement } from "../scenario/statement.ts";
import { walkStatements } from "../scenario/statement.ts";
import type { Span } from "../text/source.ts";
import { type Code, type CodeBody, expressionsOf } from "./code.ts";
import { type DescriptorObject, eachDescriptor } from "./descriptor.ts";

export interface CriticalSection {
  /** Where a finding about the whole section stands. */
  readonly headSpan: Span;
  /** Its statements in the order of the text, those inside others too. */
  readonly statements: readonly Statement[];
  /** The braces of the short form; undefined for the raw form. */
  readonly block: Block | undefined;
  /** The descriptor's name in the raw form. */
  readonly descriptor: string | undefined;
}

export function eachSection(code: Code, visit: (section: CriticalSection) => void): void {
  // In C these words are ordinary names.
  if (!code.isScenario) return;
  for (const body of code.bodies) {
    for (const section of sectionsOf(code, body)) visit(section);
  }
}

export function hasSection(code: Code, body: CodeBody): boolean {
  return 0 < sectionsOf(code, body).length;
}

function sectionsOf(code: Code, body: CodeBody): readonly CriticalSection[] {
  const statements = statementsIn(body.block);
  const sections = statements.flatMap((one): CriticalSection[] =>
    one.kind === "critical"
      ? [
          {
            headSpan: one.headSpan,
            statements: statementsIn(one.body),
            block: one.body,
            descriptor: undefined,
          },
        ]
      : [],
  );
  eachDescriptor(code, (descriptor) => {
    const section = rawSection(descriptor, body, statements);
    if (section !== undefined) sections.push(section);
  });
  return sections;
}

function rawSection(
  { object, values }: DescriptorObject,
  body: CodeBody,
  statements: readonly Statement[],
): CriticalSection | undefined {
  const { span } = object.declaration;
  if (span.start < body.block.span.start || body.block.span.end < span.end) return undefined;
  const start = labelIn(values.get("start_ip"), statements);
  const end = labelIn(values.get("post_commit_offset"), statements);
  if (start === undefined || end === undefined) return undefined;
  return {
    headSpan: object.declarator.nameSpan,
    statements: statements.filter(
      (one) => start.span.end <= one.span.start && one.span.start < end.span.start,
    ),
    block: undefined,
    descriptor: object.declarator.name,
  };
}

/** The label whose address the expression begins with: `(u64)&&done`, `(u64)&&done - (u64)&&start`. */
function labelIn(
  value: Expression | undefined,
  statements: readonly Statement[],
): Statement | undefined {
  let name: string | undefined;
  if (value !== undefined)
    walkExpression(value, (one) => {
      if (one.kind === "labelAddress") name ??= one.label;
    });
  return statements.find((one) => one.kind === "label" && one.name === name);
}

function statementsIn(block: Block): readonly Statement[] {
  const found: Statement[] = [];
  walkStatements(block, (statement) => found.push(statement));
  return found;
}

export function eachCallInSection(code: Code, visit: (call: CallExpression) => void): void {
  eachSection(code, (section) => {
    for (const statement of section.statements)
      for (const top of expressionsOf(statement))
        walkExpression(top, (expression) => {
          if (expression.kind === "call") visit(expression);
        });
  });
}
