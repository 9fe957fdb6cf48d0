// L09: the feature size is never 32. glibc 2.35 to 2.39 publish 32 for 20 active bytes, so nobody could tell the two apart.
import { insertBefore, listed } from "../fixes.ts";
import type { Rule } from "../rule.ts";
import { endMarker } from "../struct-subject.ts";

export const ambiguousFeatureSize: Rule = {
  code: "L09",
  name: "ambiguous-feature-size",
  severity: "error",
  rule: "The feature size, offsetof(struct rseq, end), is not 32.",
  why: "glibc 2.35 to 2.39 publish __rseq_size 32 although 20 bytes are active. A kernel with 32 active bytes could not be told from it, so no program could use the new field.",
  fix: "Add a reserved byte behind the last field, as Linux 7.0 does: the feature size becomes 33.",
  sources: [
    "commit 3b68df978133 'rseq: slice ext: Ensure rseq feature size differs from original rseq size'",
  ],
  home: "text",
  checkStruct(subject, judge, report) {
    const end = endMarker(subject);
    if (end?.offset !== 32 || subject.role !== "private") return;
    report(
      end.field.nameSpan,
      "offsetof(end) is 32. glibc 2.35 to 2.39 publish a feature size of 32 for 20 active bytes, so programs cannot tell what they have; add a reserved byte, which makes it 33.",
      {
        fixes:
          judge.profile.featureSize === 33
            ? listed(insertBefore(subject, end.field, "__u8 __reserved;"))
            : [],
      },
    );
  },
};
