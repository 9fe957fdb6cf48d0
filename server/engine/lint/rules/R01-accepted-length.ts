// R01: the length is accepted by the kernel. Lengths under 32 are R02's, those of a split struct P04's.
import type { Profile } from "../../abi/profile.ts";
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const acceptedLength: Rule = {
  code: "R01",
  name: "accepted-length",
  severity: "error",
  rule: "The registered length is one that the kernel accepts: 32, or at least the feature size where longer ones are allowed.",
  why: "The call fails with EINVAL and the thread has no rseq.",
  fix: "Register 32 bytes, or max(AT_RSEQ_FEATURE_SIZE, 32).",
  sources: ["Linux kernel/rseq.c: sys_rseq"],
  home: "text",
  checkCode(code, judge, report) {
    for (const body of code.bodies)
      for (const { length, lengthValue, isUnregistration } of registrationCalls(code, body)) {
        if (lengthValue === undefined || isUnregistration !== false || lengthValue < 32n) continue;
        const wanted = accepted(judge.profile, Number(lengthValue));
        if (wanted === undefined) continue;
        report(
          length.span,
          `The length is ${lengthValue}; ${judge.kernel} accepts ${wanted}. The call fails with EINVAL; pass max(AT_RSEQ_FEATURE_SIZE, 32).`,
        );
      }
  },
};

/** What the kernel accepts instead; undefined if it accepts the length. */
function accepted(profile: Profile, length: number): string | undefined {
  const featureSize = profile.featureSize ?? 32;
  switch (profile.behaviour.registrationLength) {
    case "exactly-32":
      return length === 32 ? undefined : "exactly 32";
    case "32-or-feature-size":
      return length === 32 || length >= featureSize ? undefined : `32, or ${featureSize} and more`;
    case "at-least-32":
      return length <= 32 || length >= featureSize ? undefined : `32, or ${featureSize} and more`;
    case "32-or-split":
      return undefined;
  }
}
