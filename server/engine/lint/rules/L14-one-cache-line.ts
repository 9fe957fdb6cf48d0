// L14: up to 64 active bytes stay in one 64-byte line, whatever address the kernel accepts: AT_RSEQ_ALIGN is at least the
// feature size rounded up to a power of two.
import type { Rule } from "../rule.ts";
import { activeEnd, endMarker } from "../struct-subject.ts";

export const oneCacheLine: Rule = {
  code: "L14",
  name: "one-cache-line",
  severity: "warning",
  rule: "Active bytes up to 64 fit one 64-byte line at AT_RSEQ_ALIGN.",
  why: "rseq_cs and the ids are loaded together in every critical section; an area that may start in the middle of a line costs a second miss.",
  fix: "Publish an AT_RSEQ_ALIGN of at least the feature size rounded up to a power of two, as Linux 7.0 does.",
  sources: ["commit 3b68df978133"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (subject.role !== "private" || subject.isInner || judge.isProfiles(subject)) return;
    const active = endMarker(subject)?.offset ?? activeEnd(subject.layout);
    const align = judge.profile.align ?? 32;
    const wanted = powerOfTwoFrom(active);
    if (active > 64 || align >= wanted) return;
    report(
      subject.layout.nameSpan,
      `'${subject.layout.name}' has ${active} active bytes, and AT_RSEQ_ALIGN is ${align} under ${judge.kernel}: an area may cross a 64-byte line. Critical sections then load two; the kernel should demand ${wanted}.`,
    );
  },
};

function powerOfTwoFrom(size: number): number {
  let power = 1;
  while (power < size) power *= 2;
  return power;
}
