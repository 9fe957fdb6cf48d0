// D12: an abort_ip of 0 to 3 has no room for a signature.
import { eachDescriptor } from "../descriptor.ts";
import type { Rule } from "../rule.ts";

export const abortAddress: Rule = {
  code: "D12",
  name: "abort-address",
  severity: "error",
  rule: "abort_ip is at least 4.",
  why: "The signature stands in the 4 bytes before it; 6.19 and later refuse smaller values, earlier ones fault: the thread is killed.",
  fix: "Set it to the address of the abort handler.",
  sources: ["Linux 7.1 include/linux/rseq_entry.h"],
  home: "text",
  checkCode(code, _judge, report) {
    eachDescriptor(code, ({ values }) => {
      const abort = values.get("abort_ip");
      const value = code.valueOf(abort);
      if (abort === undefined || value === undefined || value < 0n || value >= 4n) return;
      report(
        abort.span,
        `abort_ip is ${value}: the signature in the 4 bytes before it cannot be read, and an abort kills the thread. Set it to the address of the abort handler.`,
      );
    });
  },
};
