// C04: the short form ends with its one `commit`, the raw form with a store.
import type { Expression } from "../../c/ast.ts";
import { walkExpression } from "../../scenario/expression-walk.ts";
import { type Block, innerStatements, type Statement } from "../../scenario/statement.ts";
import type { Span } from "../../text/source.ts";
import { calleeName, expressionsOf } from "../code.ts";
import { type CriticalSection, eachSection } from "../section.ts";
import type { Rule, RuleReport } from "../rule.ts";

export const commitIsLast: Rule = {
  code: "C04",
  name: "commit-is-last",
  severity: "error",
  rule: "A critical section has exactly one committing store, and it is the last instruction.",
  why: "What stands behind the commit can be aborted after the commit took effect: the section is then executed twice.",
  fix: "Move the statements before the commit, or behind the section.",
  sources: ["librseq", "rseq(2)"],
  home: "text",
  checkCode(code, _judge, report) {
    eachSection(code, (section) => {
      if (section.block === undefined) checkRaw(section, report);
      else checkShort(section.headSpan, section.block, report);
    });
  },
};

const FOLLOWS =
  "A statement follows the commit. An abort here comes after the commit took effect, and the section is executed twice; move the statement before the commit or behind the section.";

function checkShort(headSpan: Span, block: Block, report: RuleReport): void {
  const [first, ...others] = commitsIn(block);
  const last = withoutLabels(block.statements.findLast((one) => one.kind !== "empty"));
  if (first === undefined) {
    report(
      headSpan,
      "The critical section has no `commit`. Nothing in it takes effect at one instant; end it with `commit LVALUE = EXPRESSION;`.",
    );
    return;
  }
  for (const other of others)
    report(
      other.span,
      "The critical section commits more than once. An abort between the commits leaves half of them; keep one, as the last statement.",
      { notes: [{ message: "the first commit is here", span: first.span }] },
    );
  if (others.length === 0 && last !== undefined && last !== first)
    report(last.span, FOLLOWS, { notes: [{ message: "the commit is here", span: first.span }] });
}

/** In the raw form the last store to memory is the commit; what jumps or calls at the end is not judged. */
function checkRaw({ headSpan, statements }: CriticalSection, report: RuleReport): void {
  const commit = statements.findLast(isStore);
  const last = statements.findLast(({ kind }) => kind !== "empty" && kind !== "label");
  if (commit === undefined) {
    const isVisible = statements.length > 0 && !statements.some(hasCall);
    if (isVisible)
      report(
        headSpan,
        "No store to memory stands inside this critical section. Nothing in it takes effect at one instant; end it with the store that commits.",
      );
    return;
  }
  const isComputation =
    last !== undefined && (last.kind === "expression" || last.kind === "declaration");
  if (isComputation && last !== commit && !hasCall(last))
    report(last.span, FOLLOWS, { notes: [{ message: "the commit is here", span: commit.span }] });
}

/** A store to memory: to a member, an element, through a pointer or to a variable that is no local. */
function isStore(statement: Statement): boolean {
  if (statement.kind === "commit") return true;
  if (statement.kind !== "expression") return false;
  const { expression } = statement;
  if (expression.kind === "call")
    return /^(?:WRITE_ONCE|__atomic_)/.test(calleeName(expression) ?? "");
  if (expression.kind === "assignment") return isMemory(expression.left);
  if (expression.kind === "postfix") return isMemory(expression.operand);
  return expression.kind === "unary" && isMemory(expression.operand);
}

function isMemory(place: Expression): boolean {
  if (place.kind !== "identifier" || place.symbol?.kind !== "object") return true;
  return place.symbol.isGlobal || place.symbol.storage === "static";
}

function hasCall(statement: Statement): boolean {
  let found = false;
  for (const top of expressionsOf(statement))
    walkExpression(top, (expression) => {
      if (expression.kind === "call") found = true;
    });
  return found;
}

/** The section's own commits; those of a section inside it are that one's. */
function commitsIn(statement: Statement): readonly Statement[] {
  if (statement.kind === "commit") return [statement];
  return innerStatements(statement).flatMap((inner) =>
    inner.kind === "critical" ? [] : commitsIn(inner),
  );
}

/** A label in front of the commit, for a schedule or a breakpoint, adds no instruction. */
function withoutLabels(statement: Statement | undefined): Statement | undefined {
  return statement?.kind === "label" ? withoutLabels(statement.statement) : statement;
}
