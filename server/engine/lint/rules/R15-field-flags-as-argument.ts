// R15: RSEQ_CS_FLAG_* of the field and RSEQ_FLAG_* of the call are different sets.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const fieldFlagsAsArgument: Rule = {
  code: "R15",
  name: "field-flags-as-argument",
  severity: "error",
  rule: "Bits of the area's flags word (0x10, 0x20) are not passed as flags of the call.",
  why: "RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE and _ENABLED are what the kernel stores into the area; as flags of the call they are unknown and give EINVAL.",
  fix: "Pass RSEQ_FLAG_SLICE_EXT_DEFAULT_ON to enable the extension at registration.",
  sources: ["Linux 7.0 include/uapi/linux/rseq.h"],
  home: "text",
  checkCode(code, _judge, report) {
    for (const body of code.bodies)
      for (const { flags, flagsValue } of registrationCalls(code, body)) {
        if (flagsValue === undefined || flagsValue < 0n || (flagsValue & 0x30n) === 0n) continue;
        report(
          flags.span,
          `The flags are 0x${flagsValue.toString(16)}: 0x10 and 0x20 are bits of the area's flags word, not of the call. The call fails with EINVAL; pass RSEQ_FLAG_* only.`,
        );
      }
  },
};
