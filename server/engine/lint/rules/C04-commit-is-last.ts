// C04: the short form ends with its one `commit`.
import { innerStatements, type Statement } from "../../scenario/statement.ts";
import { eachSection } from "../section.ts";
import type { Rule } from "../rule.ts";

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
      const commits = commitsIn(section.body);
      const last = withoutLabels(section.body.statements.findLast((one) => one.kind !== "empty"));
      const [first, ...others] = commits;
      if (first === undefined) {
        report(
          section.headSpan,
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
        report(
          last.span,
          "A statement follows the commit. An abort here comes after the commit took effect, and the section is executed twice; move the statement before the commit or behind the section.",
          { notes: [{ message: "the commit is here", span: first.span }] },
        );
    });
  },
};

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
