// L08: struct rseq ends with `char end[]`: its offset is the feature size. A missing one is a warning (for profiles from 6.3 on;
// the proposals have two parts and no such member); a field behind it is an error.
import { insertAfter, listed } from "../fixes.ts";
import type { Rule } from "../rule.ts";
import { activeEnd, endMarker } from "../struct-subject.ts";

export const endMarkerRule: Rule = {
  code: "L08",
  name: "end-marker",
  severity: "warning",
  rule: "struct rseq ends with the flexible array member `char end[]`, and nothing follows it.",
  why: "offsetof(struct rseq, end) is the feature size. Without the marker programs use sizeof, which counts padding; a field behind it is not counted.",
  fix: "Append `char end[];` behind the last field.",
  sources: ["Linux 6.3 include/uapi/linux/rseq.h"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (subject.role !== "private" || subject.tag !== "rseq") return;
    const end = endMarker(subject);
    const last = subject.layout.fields.findLast((field) => field.depth === 0);
    if (end === undefined) {
      if (judge.profile.kind === "proposal" || judge.profile.featureSize === undefined) return;
      const offset = activeEnd(subject.layout);
      report(
        subject.layout.nameSpan,
        `'struct rseq' does not end with \`char end[];\`. Programs tell the feature size, ${offset} here, by its offset; append it behind the last field.`,
        {
          // Elsewhere the marker would contradict AT_RSEQ_FEATURE_SIZE.
          fixes:
            last !== undefined && offset === judge.profile.featureSize
              ? listed(insertAfter(subject, last, "char end[];"))
              : [],
        },
      );
    } else if (last !== undefined && last !== end.field) {
      report(
        last.nameSpan,
        `'${last.name ?? last.typeText}' follows \`end\`, whose offset ${end.offset} is the feature size. It would not be counted; move \`end\` behind it.`,
        { severity: "error", notes: [{ message: "`end` is here", span: end.field.nameSpan }] },
      );
    }
  },
};
