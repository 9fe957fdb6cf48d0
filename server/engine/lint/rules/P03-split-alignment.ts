// P03: under proposal A struct rseq is aligned to 256 and its size is a multiple of 256.
import { alignRecord, listed } from "../fixes.ts";
import type { Judge, Rule } from "../rule.ts";
import type { StructSubject } from "../struct-subject.ts";

export const splitAlignment: Rule = {
  code: "P03",
  name: "split-alignment",
  severity: "error",
  rule: "Under proposal-split struct rseq is aligned to 256 and its size is a multiple of 256.",
  why: "AT_RSEQ_ALIGN is 256: only then does no part share a cache line with anything else, on any Linux architecture.",
  fix: "Add `__attribute__((aligned(256)))` to the struct.",
  sources: ["Mathieu Desnoyers, 2023-05-30 10:25 (proposal A)"],
  home: "text",
  checkStruct(subject, judge, report) {
    const { layout, record } = subject;
    if (!hasPartsRule(subject, judge)) return;
    if (record.align % 256 === 0 && record.size % 256 === 0) return;
    const what =
      record.align % 256 === 0 ? `has size ${record.size}` : `is aligned to ${record.align}`;
    report(
      layout.nameSpan,
      `'${layout.name}' ${what}; under ${judge.kernel} it is aligned to 256 and a multiple of 256 long. Add \`__attribute__((aligned(256)))\`.`,
      { fixes: listed(alignRecord(subject.unit, record, 256)) },
    );
  },
};

/** The rules of proposal A judge the struct's alignment and its parts' places; more general ones leave it to them. */
export function hasPartsRule(subject: StructSubject, judge: Judge): boolean {
  return subject.role === "split" && judge.profile.behaviour.schedState === "split";
}
