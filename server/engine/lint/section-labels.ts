// A section of the raw form in the function that declares its descriptor: the labels whose addresses stand in start_ip,
// post_commit_offset and abort_ip, and the statements between. What is not written with `&&label` has none.
import type { Expression } from "../c/ast.ts";
import { type LabelStatement, type Statement, walkStatements } from "../scenario/statement.ts";
import type { Code, CodeBody } from "./code.ts";
import { type DescriptorObject, eachDescriptor } from "./descriptor.ts";

export interface LabelledSection {
  readonly body: CodeBody;
  /** The value of `abort_ip`. */
  readonly abortAddress: Expression;
  readonly abort: LabelStatement;
  readonly start: LabelStatement | undefined;
  readonly end: LabelStatement | undefined;
  /** The statements from start to end in the order of the text; empty where one of the two is unknown. */
  readonly statements: readonly Statement[];
}

export function eachLabelledSection(code: Code, visit: (section: LabelledSection) => void): void {
  eachDescriptor(code, (descriptor) => {
    const section = labelledSection(code, descriptor);
    if (section !== undefined) visit(section);
  });
}

function labelledSection(
  code: Code,
  { values, object }: DescriptorObject,
): LabelledSection | undefined {
  const abortAddress = values.get("abort_ip");
  const { span } = object.declarator;
  const body = code.bodies.find(({ block }) => isWithin(span.start, block.span));
  if (abortAddress === undefined || body === undefined) return undefined;
  const statements: Statement[] = [];
  walkStatements(body.block, (statement) => statements.push(statement));
  const labelOf = (name: string | undefined): LabelStatement | undefined =>
    statements.find((one): one is LabelStatement => one.kind === "label" && one.name === name);
  const abort = labelOf(labelIn(abortAddress));
  if (abort === undefined) return undefined;
  const startName = labelIn(values.get("start_ip"));
  const start = labelOf(startName);
  const end = labelOf(endName(values.get("post_commit_offset"), startName));
  const isKnown = start !== undefined && end !== undefined;
  const between = isKnown
    ? statements.slice(statements.indexOf(start), statements.indexOf(end))
    : [];
  return { body, abortAddress, abort, start, end, statements: between };
}

function isWithin(
  position: number,
  span: { readonly start: number; readonly end: number },
): boolean {
  return span.start <= position && position < span.end;
}

/** The label of `(u64)&&label`. */
function labelIn(expression: Expression | undefined): string | undefined {
  const inner = withoutCasts(expression);
  return inner?.kind === "labelAddress" ? inner.label : undefined;
}

/** The end in `&&end - &&start`. */
function endName(
  length: Expression | undefined,
  startName: string | undefined,
): string | undefined {
  const difference = withoutCasts(length);
  if (difference?.kind !== "binary" || difference.operator !== "-") return undefined;
  return labelIn(difference.right) === startName ? labelIn(difference.left) : undefined;
}

function withoutCasts(expression: Expression | undefined): Expression | undefined {
  return expression?.kind === "cast" ? withoutCasts(expression.operand) : expression;
}
