// L10: AT_RSEQ_FEATURE_SIZE is offsetof(end), not sizeof. Judged where the kernel is named, or where the declaration has no field that
// the chosen kernel lacks: a struct that grows beyond a kernel has a feature size of its own.
import type { Rule } from "../rule.ts";
import { isCompared, structOf } from "../kernel-choice.ts";
import { endMarker } from "../struct-subject.ts";

export const featureSize: Rule = {
  code: "L10",
  name: "feature-size",
  severity: "error",
  rule: "AT_RSEQ_FEATURE_SIZE equals offsetof(struct rseq, end), not sizeof(struct rseq).",
  why: "sizeof counts tail padding (64 where 33 bytes are active): programs that compare with it use fields that the kernel does not have.",
  fix: "Put `end` directly behind the last field that the kernel has, and publish its offset.",
  sources: ["Linux 7.0 fs/binfmt_elf.c", "CRIU pull request 3007"],
  home: "text",
  checkStruct(subject, judge, report) {
    const end = endMarker(subject);
    const wanted = judge.profile.featureSize;
    if (end === undefined || wanted === undefined || subject.role !== "private") return;
    if (subject.tag !== "rseq" || end.offset === wanted || end.offset === 32) return;
    const known = new Set(structOf(judge.profile, "rseq")?.fields.map((field) => field.name));
    const isLarger = subject.fields.some(
      (field) => isCompared(field) && !field.name.includes(".") && !known.has(field.name),
    );
    if (isLarger && !judge.isNamed) return;
    report(
      end.field.nameSpan,
      `offsetof(end) is ${end.offset}, but AT_RSEQ_FEATURE_SIZE is ${wanted} under ${judge.kernel}. Programs would take fields for present or absent that are not; put \`end\` behind the last field of the kernel.`,
    );
  },
};
