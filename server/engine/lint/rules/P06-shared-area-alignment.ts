// P06: the object that is passed as the fifth argument is aligned and large enough.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const sharedAreaAlignment: Rule = {
  code: "P06",
  name: "shared-area-alignment",
  severity: "error",
  rule: "Under proposal-shared-flag both areas are aligned to AT_RSEQ_ALIGN, and the shared one has at least AT_RSEQ_SHARED_FEATURE_SIZE bytes.",
  why: "The call fails with EINVAL, or the kernel stores behind the object.",
  fix: "Declare the shared area with `__attribute__((aligned(256)))`, or allocate it with AT_RSEQ_ALIGN.",
  sources: ["Mathieu Desnoyers, 2023-05-30 11:13 (proposal B)"],
  home: "text",
  checkCode(code, judge, report) {
    const { align, sharedFeatureSize, behaviour } = judge.profile;
    if (behaviour.schedState !== "shared-flag" || align === undefined) return;
    for (const body of code.bodies)
      for (const { shared } of registrationCalls(code, body)) {
        const object = shared === undefined ? undefined : code.objectBehind(shared);
        if (shared === undefined || object === undefined) continue;
        const { type, name = "", nameSpan } = object.declarator;
        if (type.kind === "pointer" || type.size === 0) continue;
        const asked = [...object.declaration.attributes, ...object.declarator.attributes]
          .filter((one) => one.name === "aligned" || one.name === "alignas")
          .map((one) => Number(one.value ?? 16n));
        const own = Math.max(type.align, ...asked);
        const notes = [{ message: `'${name}' is declared here`, span: nameSpan }];
        if (own < align)
          report(
            shared.span,
            `'${name}' is aligned to ${own}; AT_RSEQ_ALIGN is ${align} under ${judge.kernel}, for both areas. The call fails with EINVAL; declare it with \`__attribute__((aligned(${align})))\`.`,
            { notes },
          );
        else if (type.size < (sharedFeatureSize ?? 0))
          report(
            shared.span,
            `'${name}' has ${type.size} bytes; AT_RSEQ_SHARED_FEATURE_SIZE is ${sharedFeatureSize ?? 0} under ${judge.kernel}. The kernel would store behind it; make it at least as large.`,
            { notes },
          );
      }
  },
};
