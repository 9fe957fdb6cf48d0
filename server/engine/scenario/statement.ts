// Statements of function and thread bodies: C's, and the scenario words `critical`, `commit`, `assert`. Plain data with
// spans; names in expressions are resolved, jumps to labels are not (lowering does that, when all labels are known).
import type { Declaration, Expression, FunctionDefinition, StaticAssertion } from "../c/ast.ts";
import type { Span } from "../text/source.ts";

export type Statement =
  | EmptyStatement
  | ExpressionStatement
  | DeclarationStatement
  | Block
  | IfStatement
  | WhileStatement
  | DoStatement
  | ForStatement
  | SwitchStatement
  | CaseLabel
  | DefaultLabel
  | LabelStatement
  | GotoStatement
  | BreakStatement
  | ContinueStatement
  | ReturnStatement
  | CriticalStatement
  | CommitStatement
  | AssertStatement;

export interface EmptyStatement {
  readonly kind: "empty";
  readonly span: Span;
}
export interface ExpressionStatement {
  readonly kind: "expression";
  readonly expression: Expression;
  readonly span: Span;
}
export interface DeclarationStatement {
  readonly kind: "declaration";
  readonly declaration: Declaration | StaticAssertion | FunctionDefinition;
  readonly span: Span;
}
export interface Block {
  readonly kind: "block";
  readonly statements: readonly Statement[];
  /** From `{` to `}`, both included. */
  readonly span: Span;
}
export interface IfStatement {
  readonly kind: "if";
  readonly condition: Expression;
  readonly whenTrue: Statement;
  readonly whenFalse: Statement | undefined;
  /** From the keyword to `)`. */
  readonly headSpan: Span;
  readonly span: Span;
}
export interface WhileStatement {
  readonly kind: "while";
  readonly condition: Expression;
  readonly body: Statement;
  readonly headSpan: Span;
  readonly span: Span;
}
export interface DoStatement {
  readonly kind: "do";
  readonly body: Statement;
  readonly condition: Expression;
  /** From `while` to `)`. */
  readonly headSpan: Span;
  readonly span: Span;
}
export interface ForStatement {
  readonly kind: "for";
  readonly start: Statement | undefined;
  readonly condition: Expression | undefined;
  readonly step: Expression | undefined;
  readonly body: Statement;
  readonly headSpan: Span;
  readonly span: Span;
}
export interface SwitchStatement {
  readonly kind: "switch";
  readonly value: Expression;
  readonly body: Statement;
  readonly headSpan: Span;
  readonly span: Span;
}
/** `case low:`, or GNU C's `case low ... high:`; what it labels follows as `statement`. */
export interface CaseLabel {
  readonly kind: "case";
  readonly low: Expression;
  readonly high: Expression | undefined;
  readonly statement: Statement;
  readonly span: Span;
}
export interface DefaultLabel {
  readonly kind: "default";
  readonly statement: Statement;
  readonly span: Span;
}
export interface LabelStatement {
  readonly kind: "label";
  readonly name: string;
  readonly nameSpan: Span;
  /** The value of `__attribute__((rseq_signature(v)))`: 4 bytes just before the label. */
  readonly signature: bigint | undefined;
  readonly statement: Statement;
  readonly span: Span;
}
export interface GotoStatement {
  readonly kind: "goto";
  readonly label: string;
  readonly labelSpan: Span;
  readonly span: Span;
}
export interface BreakStatement {
  readonly kind: "break";
  readonly span: Span;
}
export interface ContinueStatement {
  readonly kind: "continue";
  readonly span: Span;
}
export interface ReturnStatement {
  readonly kind: "return";
  readonly value: Expression | undefined;
  readonly span: Span;
}
export interface CriticalStatement {
  readonly kind: "critical";
  readonly name: string | undefined;
  readonly nameSpan: Span | undefined;
  /** What cpu_id (mm_cid) is compared with. */
  readonly operand: Expression;
  readonly comparesMmCid: boolean;
  readonly abortLabel: string;
  readonly abortLabelSpan: Span;
  readonly body: Block;
  /** From `critical` to the abort label. */
  readonly headSpan: Span;
  readonly span: Span;
}
export interface CommitStatement {
  readonly kind: "commit";
  readonly target: Expression;
  readonly value: Expression;
  readonly span: Span;
}
export interface AssertStatement {
  readonly kind: "assert";
  readonly condition: Expression;
  /** The text that was given, or the condition as written. */
  readonly message: string;
  readonly span: Span;
}

/** Calls `visit` for the statement and all statements inside it, outermost first. */
export function walkStatements(statement: Statement, visit: (statement: Statement) => void): void {
  visit(statement);
  for (const inner of innerStatements(statement)) walkStatements(inner, visit);
}

/** The statements that stand directly in one. */
export function innerStatements(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case "block":
      return statement.statements;
    case "if":
      return statement.whenFalse === undefined
        ? [statement.whenTrue]
        : [statement.whenTrue, statement.whenFalse];
    case "while":
    case "do":
    case "switch":
    case "critical":
      return [statement.body];
    case "for":
      return statement.start === undefined ? [statement.body] : [statement.start, statement.body];
    case "case":
    case "default":
    case "label":
      return [statement.statement];
    case "empty":
    case "expression":
    case "declaration":
    case "goto":
    case "break":
    case "continue":
    case "return":
    case "commit":
    case "assert":
      return [];
  }
}

/** The expressions that stand directly in a statement, initialisers of declarations excluded. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "expression":
      return [statement.expression];
    case "if":
    case "while":
    case "do":
    case "assert":
      return [statement.condition];
    case "for":
      return [statement.condition, statement.step].filter((part) => part !== undefined);
    case "switch":
      return [statement.value];
    case "return":
      return statement.value === undefined ? [] : [statement.value];
    case "critical":
      return [statement.operand];
    case "commit":
      return [statement.target, statement.value];
    case "case":
      return statement.high === undefined ? [statement.low] : [statement.low, statement.high];
    case "block":
    case "empty":
    case "declaration":
    case "default":
    case "label":
    case "goto":
    case "break":
    case "continue":
      return [];
  }
}
