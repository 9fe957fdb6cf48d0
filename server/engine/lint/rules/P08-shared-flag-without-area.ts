// P08: the flag of proposal B needs the fifth argument.
import { findConstant } from "../../abi/profiles/constants.ts";
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const sharedFlagWithoutArea: Rule = {
  code: "P08",
  name: "shared-flag-without-area",
  severity: "error",
  rule: "RSEQ_FLAG_SHARED is passed only together with the address of the shared area.",
  why: "The kernel takes the fifth argument register for the address, whatever is in it.",
  fix: "Call with five arguments, or drop the flag.",
  sources: ["Mathieu Desnoyers, 2023-05-30 11:13 (proposal B)"],
  home: "text",
  checkCode(code, judge, report) {
    const flag = findConstant(judge.profile.constants, "RSEQ_FLAG_SHARED")?.value;
    if (flag === undefined) return;
    for (const body of code.bodies)
      for (const { flags, flagsValue, shared } of registrationCalls(code, body)) {
        if (flagsValue === undefined || shared !== undefined || (flagsValue & flag) === 0n)
          continue;
        report(
          flags.span,
          `RSEQ_FLAG_SHARED (0x${flag.toString(16)}) is passed with four arguments. The kernel would take the fifth register for the address of the shared area; pass it, or drop the flag.`,
        );
      }
  },
};
