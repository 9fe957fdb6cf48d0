// L13: a private area is aligned to 32 at least, the original ABI's demand, for every length.
import { alignRecord, listed } from "../fixes.ts";
import type { Rule } from "../rule.ts";

export const minimumAlignment: Rule = {
  code: "L13",
  name: "minimum-alignment",
  severity: "error",
  rule: "The type of the private area is aligned to at least 32.",
  why: "Every kernel refuses to register an area that is not aligned to 32 (EINVAL), and an aligned one never crosses a cache line.",
  fix: "Add `__attribute__((aligned(32)))`, or more where AT_RSEQ_ALIGN is more.",
  sources: ["Linux 4.18 kernel/rseq.c: IS_ALIGNED(rseq, __alignof__(*rseq))"],
  home: "text",
  checkStruct(subject, judge, report) {
    const { record, layout } = subject;
    if (subject.role !== "private" && subject.role !== "split") return;
    if (subject.isInner || record.align >= 32) return;
    report(
      layout.nameSpan,
      `'${layout.name}' is aligned to ${record.align}; the kernel registers only areas that are aligned to 32 (EINVAL). Add \`__attribute__((aligned(32)))\`.`,
      {
        fixes: listed(alignRecord(subject.unit, record, Math.max(32, judge.profile.align ?? 32))),
      },
    );
  },
};
