// P04: a registration under proposal A covers both parts, or is a legacy one of 32 bytes.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const splitLength: Rule = {
  code: "P04",
  name: "split-length",
  severity: "error",
  rule: "Under proposal-split the registered length is 32, or at least 256 and the shared feature size.",
  why: "A length between covers only a piece of the shared part, and the call fails with EINVAL.",
  fix: "Register sizeof(struct rseq), 512.",
  sources: ["Mathieu Desnoyers, 2023-05-30 10:25 (proposal A)"],
  home: "text",
  checkCode(code, judge, report) {
    const { profile } = judge;
    if (profile.behaviour.registrationLength !== "32-or-split") return;
    const least = 256 + (profile.sharedFeatureSize ?? 0);
    for (const body of code.bodies)
      for (const { length, lengthValue, isUnregistration } of registrationCalls(code, body)) {
        if (lengthValue === undefined || isUnregistration !== false) continue;
        if (lengthValue <= 32n || lengthValue >= BigInt(least)) continue;
        report(
          length.span,
          `The length is ${lengthValue}; under ${judge.kernel} it is 32, or at least ${least}, which covers both parts. The call fails with EINVAL; register ${profile.libcLength} bytes.`,
        );
      }
  },
};
