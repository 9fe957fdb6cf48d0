// D05: post_commit_offset is not 0.
import { eachDescriptor } from "../descriptor.ts";
import type { Rule } from "../rule.ts";

export const emptySection: Rule = {
  code: "D05",
  name: "empty-section",
  severity: "error",
  rule: "A critical section has a length: post_commit_offset is greater than 0.",
  why: "With a length of 0 no instruction is inside, so nothing is ever restarted: the code runs without protection.",
  fix: "Set it to the distance from start_ip to the instruction behind the commit.",
  sources: ["measured on 6.18"],
  home: "text",
  checkCode(code, _judge, report) {
    eachDescriptor(code, ({ values }) => {
      const length = values.get("post_commit_offset");
      if (length === undefined || code.valueOf(length) !== 0n) return;
      report(
        length.span,
        "The section's length is 0: no instruction is inside, and nothing is ever restarted. Set it to the distance from start_ip to the instruction behind the commit.",
      );
    });
  },
};
