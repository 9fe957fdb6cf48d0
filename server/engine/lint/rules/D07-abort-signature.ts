// D07: the label that abort_ip names has the registered signature in front of it.
import { signatureOf } from "../../abi/signature.ts";
import type { Target } from "../../abi/target.ts";
import type { Code } from "../code.ts";
import { registrationCalls } from "../registration.ts";
import { eachLabelledSection } from "../section-labels.ts";
import type { Rule } from "../rule.ts";

export const abortSignature: Rule = {
  code: "D07",
  name: "abort-signature",
  severity: "error",
  rule: "The 4 bytes before abort_ip hold the registered signature.",
  why: "The kernel jumps only to code that is marked with it. The thread is killed at an abort, up to 6.18 also when it is outside.",
  fix: "Emit the signature in front of the abort handler.",
  sources: ["Linux 6.18 kernel/rseq.c", "librseq include/rseq/arch/*"],
  home: "text",
  checkCode(code, judge, report) {
    // In C the handler is in assembly, which is not read.
    if (!code.isScenario) return;
    const registered = registeredSignatures(code, judge.target);
    if (registered.length === 0) return;
    const wanted = registered.map((one) => `0x${one.toString(16)}`).join(" or ");
    eachLabelledSection(code, ({ abort }) => {
      const { signature, nameSpan } = abort;
      if (signature === undefined) {
        const at = {
          ...nameSpan,
          start: abort.statement.span.start,
          end: abort.statement.span.start,
        };
        const newText = "__attribute__((rseq_signature(RSEQ_SIG)))\n    ";
        report(
          nameSpan,
          `No signature stands before the abort handler '${abort.name}'; the kernel wants ${wanted} there and kills the thread otherwise. Write \`${abort.name}: __attribute__((rseq_signature(RSEQ_SIG)))\`.`,
          {
            fixes: [
              { title: "Put the signature before it", edits: [{ span: at, newText }], safe: false },
            ],
          },
        );
        return;
      }
      const value = BigInt.asUintN(32, signature);
      if (registered.includes(value)) return;
      report(
        nameSpan,
        `The signature before the abort handler '${abort.name}' is 0x${value.toString(16)}, the registered one ${wanted}. The kernel kills the thread instead of the jump; write RSEQ_SIG.`,
      );
    });
  },
};

/** What the file registers; RSEQ_SIG, as libc does, where it does not; none where a value is unknown. */
function registeredSignatures(code: Code, target: Target): readonly bigint[] {
  const passed = code.bodies
    .flatMap((body) => registrationCalls(code, body))
    .filter(({ isUnregistration }) => isUnregistration !== true)
    .map(({ signature }) => code.valueOf(signature));
  if (passed.length === 0) return [BigInt(signatureOf(target))];
  const known = passed.flatMap((value) => (value === undefined ? [] : [BigInt.asUintN(32, value)]));
  return known.length === passed.length ? [...new Set(known)] : [];
}
