// C08: sections are not nested, directly or through a called function.
import { walkExpression } from "../../scenario/expression-walk.ts";
import type { Statement } from "../../scenario/statement.ts";
import type { Span } from "../../text/source.ts";
import { type Code, calleeName } from "../code.ts";
import { type CriticalSection, eachCallInSection, eachSection, hasSection } from "../section.ts";
import type { Rule } from "../rule.ts";

export const noNestedSection: Rule = {
  code: "C08",
  name: "no-nested-section",
  severity: "error",
  rule: "No critical section stands inside another.",
  why: "There is one rseq_cs word: the inner section replaces the outer, whose protection is lost without a trace.",
  fix: "Make one section of both, or end the outer one first.",
  sources: ["Linux kernel/rseq.c: one rseq_cs per thread"],
  home: "text",
  checkCode(code, _judge, report) {
    eachSection(code, (section) => {
      for (const statement of section.statements) {
        const span =
          statement.kind === "critical" ? statement.headSpan : armed(code, statement, section);
        if (span === undefined) continue;
        report(
          span,
          "A critical section starts inside another. There is one rseq_cs word, so the outer one loses its protection; end it first.",
          { notes: [{ message: "the outer section is here", span: section.headSpan }] },
        );
      }
    });
    const withSection = new Set(
      code.bodies.filter((body) => hasSection(code, body)).map((body) => body.name),
    );
    eachCallInSection(code, (call) => {
      const name = calleeName(call);
      if (name !== undefined && withSection.has(name))
        report(
          call.span,
          `'${name}' has a critical section of its own and is called inside one. There is one rseq_cs word, so the outer one loses its protection; call it outside.`,
        );
    });
  },
};

/** The statement where it stores the address of another section's descriptor to rseq_cs. Its own is C02's; 0 ends the section. */
function armed(code: Code, statement: Statement, section: CriticalSection): Span | undefined {
  if (statement.kind !== "expression" || statement.expression.kind !== "assignment")
    return undefined;
  const { left, right } = statement.expression;
  if (code.areaField(left)?.name !== "rseq_cs") return undefined;
  let isOther = false;
  walkExpression(right, (one) => {
    if (one.kind === "identifier" && one.name !== section.descriptor) isOther = true;
  });
  return isOther ? statement.span : undefined;
}
