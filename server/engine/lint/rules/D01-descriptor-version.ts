// D01: a descriptor's version is 0.
import { eachDescriptor } from "../descriptor.ts";
import type { Rule } from "../rule.ts";

export const descriptorVersion: Rule = {
  code: "D01",
  name: "descriptor-version",
  severity: "error",
  rule: "The version of a critical section's descriptor is 0.",
  why: "Another version kills the thread up to 6.18, even when it is outside of the section, and in debug mode later.",
  fix: "Set `.version = 0`.",
  sources: ["Linux 6.18 kernel/rseq.c: rseq_get_rseq_cs"],
  home: "text",
  checkCode(code, _judge, report) {
    eachDescriptor(code, ({ values }) => {
      const version = values.get("version");
      const value = code.valueOf(version);
      if (version === undefined || value === undefined || value === 0n) return;
      report(
        version.span,
        `The descriptor's version is ${value}. The kernel kills the thread for anything but 0; set it to 0.`,
        {
          fixes: [
            { title: "Set it to 0", edits: [{ span: version.span, newText: "0" }], safe: true },
          ],
        },
      );
    });
  },
};
