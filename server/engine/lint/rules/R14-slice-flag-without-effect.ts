// R14: the slice extension is not for a registration of 32 bytes.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const sliceFlagWithoutEffect: Rule = {
  code: "R14",
  name: "slice-flag-without-effect",
  severity: "warning",
  rule: "RSEQ_FLAG_SLICE_EXT_DEFAULT_ON is passed with a length over 32.",
  why: "A length of 32 selects the legacy mode, which has no slice extension: the flag is accepted and has no effect.",
  fix: "Register max(AT_RSEQ_FEATURE_SIZE, 32) bytes.",
  sources: ["Linux 7.1 Documentation/userspace-api/rseq.rst"],
  home: "text",
  checkCode(code, judge, report) {
    if (!judge.profile.behaviour.extendedIsOptimised) return;
    for (const body of code.bodies)
      for (const { flags, flagsValue, lengthValue, isUnregistration } of registrationCalls(
        code,
        body,
      )) {
        if (flagsValue === undefined || isUnregistration !== false || lengthValue !== 32n) continue;
        if ((flagsValue & 2n) === 0n) continue;
        report(
          flags.span,
          `RSEQ_FLAG_SLICE_EXT_DEFAULT_ON has no effect with a length of 32 under ${judge.kernel}: that is the legacy mode. Register ${judge.profile.featureSize ?? 33} bytes or more.`,
        );
      }
  },
};
