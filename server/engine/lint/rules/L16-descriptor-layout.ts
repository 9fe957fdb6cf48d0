// L16: struct rseq_cs has 32 bytes, is aligned to 32, and has its five fields at fixed places, in every kernel.
import { alignRecord, listed } from "../fixes.ts";
import type { Rule, RuleReport } from "../rule.ts";
import { structOf } from "../kernel-choice.ts";
import type { StructSubject } from "../struct-subject.ts";

export const descriptorLayout: Rule = {
  code: "L16",
  name: "descriptor-layout",
  severity: "error",
  rule: "struct rseq_cs is 32 bytes, aligned to 32, with version, flags, start_ip, post_commit_offset and abort_ip at 0, 4, 8, 16 and 24.",
  why: "The kernel copies exactly these 32 bytes when it evaluates a critical section; the alignment keeps a descriptor in one cache line.",
  fix: "Use the declaration of <linux/rseq.h>.",
  sources: ["Linux include/uapi/linux/rseq.h"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (subject.role !== "descriptor") return;
    const wanted = structOf(judge.profile, "rseq_cs")?.fields ?? [];
    let isMoved = false;
    for (const field of subject.fields) {
      const place = wanted.find((one) => one.name === field.name);
      if (place === undefined || place.offset === field.offset) continue;
      isMoved = true;
      report(
        field.field.nameSpan,
        `'${field.name}' is at offset ${field.offset}; the kernel reads it at ${place.offset}. Use the order of <linux/rseq.h>.`,
      );
    }
    if (!isMoved) checkSizeAndAlignment(subject, report);
  },
};

function checkSizeAndAlignment(subject: StructSubject, report: RuleReport): void {
  const { layout, record, unit } = subject;
  const { members } = record;
  const end = members.reduce((most, member) => Math.max(most, member.offset + member.type.size), 0);
  if (end !== 32)
    report(
      layout.nameSpan,
      `'${layout.name}' has ${end} bytes of fields; the kernel copies exactly 32. Use the declaration of <linux/rseq.h>.`,
    );
  else if (record.align < 32)
    report(
      layout.nameSpan,
      `'${layout.name}' is aligned to ${record.align}, not to 32: a descriptor may cross a cache line. Add \`__attribute__((aligned(32)))\`.`,
      { fixes: listed(alignRecord(unit, record, 32)) },
    );
}
