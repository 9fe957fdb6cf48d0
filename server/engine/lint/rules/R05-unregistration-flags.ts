// R05: RSEQ_FLAG_UNREGISTER stands alone. 4.18 to 5.4 ignore other bits.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const unregistrationFlags: Rule = {
  code: "R05",
  name: "unregistration-flags",
  severity: "error",
  rule: "The flags of an unregistration are exactly RSEQ_FLAG_UNREGISTER.",
  why: "Any other bit fails with EINVAL since 5.5, and the area stays registered: freeing it then kills the thread.",
  fix: "Pass RSEQ_FLAG_UNREGISTER alone.",
  sources: [
    "Linux kernel/rseq.c: sys_rseq",
    "commit 'rseq: Reject unknown flags on rseq unregister' (2019-12)",
  ],
  home: "text",
  checkCode(code, judge, report) {
    if (judge.profile.behaviour.unregisterExtraFlags === "ignored") return;
    for (const body of code.bodies)
      for (const { flags, flagsValue } of registrationCalls(code, body)) {
        if (flagsValue === undefined || (flagsValue & 1n) === 0n || flagsValue === 1n) continue;
        report(
          flags.span,
          `The flags are 0x${BigInt.asUintN(32, flagsValue).toString(16)}: RSEQ_FLAG_UNREGISTER with other bits. The call fails with EINVAL and the area stays registered; pass RSEQ_FLAG_UNREGISTER alone.`,
          {
            fixes: [
              {
                title: "Pass `RSEQ_FLAG_UNREGISTER`",
                edits: [{ span: flags.span, newText: "RSEQ_FLAG_UNREGISTER" }],
                safe: false,
              },
            ],
          },
        );
      }
  },
};
