// C08: sections are not nested, directly or through a called function.
import { walkStatements } from "../../scenario/statement.ts";
import { calleeName } from "../code.ts";
import { eachCallInSection, eachSection, hasSection } from "../section.ts";
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
    eachSection(code, (section) =>
      walkStatements(section.body, (statement) => {
        if (statement.kind === "critical")
          report(
            statement.headSpan,
            "A critical section starts inside another. There is one rseq_cs word, so the outer one loses its protection; end it first.",
            { notes: [{ message: "the outer section is here", span: section.headSpan }] },
          );
      }),
    );
    const withSection = new Set(code.bodies.filter(hasSection).map((body) => body.name));
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
