// R07: the registered signature is the architecture's RSEQ_SIG, as libc and librseq use it.
import { signatureOf } from "../../abi/signature.ts";
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const processSignature: Rule = {
  code: "R07",
  name: "process-signature",
  severity: "warning",
  rule: "The signature is the process-wide RSEQ_SIG of the architecture.",
  why: "Descriptors of other libraries carry RSEQ_SIG before their abort handlers; under another signature the kernel kills the thread when one of them aborts.",
  fix: "Pass RSEQ_SIG of <sys/rseq.h>.",
  sources: ["librseq include/rseq/arch/*", "glibc bits/rseq.h"],
  home: "text",
  checkCode(code, judge, report) {
    const wanted = BigInt(signatureOf(judge.target));
    for (const body of code.bodies)
      for (const { signature, isUnregistration } of registrationCalls(code, body)) {
        const value = code.valueOf(signature);
        if (value === undefined || isUnregistration !== false) continue;
        if (BigInt.asUintN(32, value) === wanted) continue;
        report(
          signature.span,
          `The signature is 0x${BigInt.asUintN(32, value).toString(16)}; RSEQ_SIG of ${judge.target.name} is 0x${wanted.toString(16)}. A descriptor of another library would kill the thread; pass RSEQ_SIG.`,
          {
            fixes: [
              {
                title: "Pass `RSEQ_SIG`",
                edits: [{ span: signature.span, newText: "RSEQ_SIG" }],
                safe: false,
              },
            ],
          },
        );
      }
  },
};
