// L12: objects of the declared type can be registered as they are. Linux 7.0 itself declares 32 and demands 64 for longer
// registrations; in a declaration equal to its profile's only the hover tells it.
import { alignRecord, listed } from "../fixes.ts";
import type { Rule } from "../rule.ts";
import { hasPartsRule } from "./P03-split-alignment.ts";

export const declaredAlignment: Rule = {
  code: "L12",
  name: "declared-alignment",
  severity: "warning",
  rule: "The declared alignment of struct rseq is at least AT_RSEQ_ALIGN.",
  why: "The kernel refuses an area that is not aligned to AT_RSEQ_ALIGN when it is registered with a length over 32; a plain object of a type with less alignment may or may not be.",
  fix: "Raise `aligned` to AT_RSEQ_ALIGN, or allocate areas with that alignment at run time.",
  sources: ["Linux 7.0 include/linux/rseq.h: rseq_alloc_align()", "CRIU pull request 3007"],
  home: "text",
  checkStruct(subject, judge, report) {
    const { record, layout } = subject;
    const wanted = judge.profile.align;
    if (subject.role !== "private" && subject.role !== "split") return;
    if (subject.isInner || wanted === undefined || hasPartsRule(subject, judge)) return;
    // Below 32 it is L13's.
    if (record.align < 32 || record.align >= wanted || judge.isProfiles(subject)) return;
    report(
      layout.nameSpan,
      `'${layout.name}' is aligned to ${record.align}, but AT_RSEQ_ALIGN is ${wanted} under ${judge.kernel}. A plain object cannot be registered with a length over 32; raise the alignment.`,
      { fixes: listed(alignRecord(subject.unit, record, wanted)) },
    );
  },
};
