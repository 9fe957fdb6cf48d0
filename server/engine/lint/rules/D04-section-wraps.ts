// D04: a constant length is one; a negative one wraps around.
import { eachDescriptor } from "../descriptor.ts";
import type { Rule } from "../rule.ts";

export const sectionWraps: Rule = {
  code: "D04",
  name: "section-wraps",
  severity: "error",
  rule: "start_ip + post_commit_offset does not wrap, and the section has less than the whole address space.",
  why: "Up to 6.18, and in debug mode, the kernel kills the thread.",
  fix: "Set post_commit_offset to the length in bytes, not to an address.",
  sources: ["Linux 6.18 kernel/rseq.c"],
  home: "text",
  checkCode(code, _judge, report) {
    eachDescriptor(code, ({ values }) => {
      const length = values.get("post_commit_offset");
      const bytes = code.valueOf(length);
      if (length === undefined || bytes === undefined) return;
      const start = BigInt.asUintN(64, code.valueOf(values.get("start_ip")) ?? 0n);
      if (start + BigInt.asUintN(64, bytes) < 1n << 64n && bytes >= 0n) return;
      report(
        length.span,
        `The section's length is 0x${BigInt.asUintN(64, bytes).toString(16)}: its end wraps around. The kernel kills the thread up to 6.18; set the length in bytes.`,
      );
    });
  },
};
