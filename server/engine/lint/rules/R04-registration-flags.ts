// R04: no unknown bits in the flags of a registration. Bits of the area's flags word are R15's.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const registrationFlags: Rule = {
  code: "R04",
  name: "registration-flags",
  severity: "error",
  rule: "The flags of a registration are those that the kernel accepts.",
  why: "Unknown flags fail with EINVAL.",
  fix: "Pass 0, or RSEQ_FLAG_SLICE_EXT_DEFAULT_ON on 7.0 and later.",
  sources: ["Linux kernel/rseq.c: sys_rseq"],
  home: "text",
  checkCode(code, judge, report) {
    for (const body of code.bodies)
      for (const { flags, flagsValue, isUnregistration } of registrationCalls(code, body)) {
        if (flagsValue === undefined || isUnregistration !== false) continue;
        const unknown = flagsValue & ~BigInt(judge.profile.behaviour.registrationFlags);
        // 0x10 and 0x20 are R15's.
        if ((unknown & ~0x30n) === 0n) continue;
        report(
          flags.span,
          `The flags are 0x${hexadecimal(flagsValue)}, of which ${judge.kernel} does not know 0x${hexadecimal(unknown)}. The call fails with EINVAL; pass ${judge.profile.behaviour.registrationFlags === 0 ? "0" : `0 or 0x${judge.profile.behaviour.registrationFlags.toString(16)}`}.`,
        );
      }
  },
};

/** As the 32-bit argument that the kernel gets. */
function hexadecimal(value: bigint): string {
  return BigInt.asUintN(32, value).toString(16);
}
