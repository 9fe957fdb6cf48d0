// R02: no length under 32, whatever the feature size is.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const minimumLength: Rule = {
  code: "R02",
  name: "minimum-length",
  severity: "error",
  rule: "The registered length is at least 32, even where the feature size is 28 or 20.",
  why: "The original area has 32 bytes; every kernel refuses less with EINVAL.",
  fix: "Pass max(AT_RSEQ_FEATURE_SIZE, 32).",
  sources: ["Linux kernel/rseq.c: sys_rseq", "measured on 6.18: 20, 28 and 31 give EINVAL"],
  home: "text",
  checkCode(code, _judge, report) {
    for (const body of code.bodies)
      for (const { length, lengthValue } of registrationCalls(code, body)) {
        if (lengthValue === undefined || lengthValue >= 32n || lengthValue < 0n) continue;
        report(
          length.span,
          `The length is ${lengthValue}; every kernel refuses less than 32 with EINVAL. Pass max(AT_RSEQ_FEATURE_SIZE, 32).`,
        );
      }
  },
};
