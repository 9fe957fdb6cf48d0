// U07: no stores to rseq.flags under 7.0 and later; no value but 0 before. Up to 5.19 the bits are the program's.
import type { Rule } from "../rule.ts";

export const storeToFlags: Rule = {
  code: "U07",
  name: "store-to-flags",
  severity: "error",
  rule: "The area's flags word is not written on 7.0 and later, and is 0 on 6.0 to 6.19.",
  why: "Since 7.0 the kernel keeps feature bits there, and a wrong one is fatal in prctl; 6.0 to 6.18 kill a thread inside a section for any bit.",
  fix: "Leave it 0 before registration and alone after.",
  sources: ["Linux 7.0 kernel/rseq.c", "commits 0190e4198e47, c17a6ff93213"],
  home: "text",
  checkCode(code, judge, report) {
    const { flagsAtRegistration, sectionFlags } = judge.profile.behaviour;
    if (sectionFlags === "inhibit") return;
    const isKernels = flagsAtRegistration === "overwritten";
    for (const body of code.bodies)
      code.eachStore(body, (target, value) => {
        const field = code.areaField(target);
        if (field?.role !== "private" || field.name !== "flags") return;
        const stored = code.valueOf(value);
        if (!isKernels && (stored === undefined || stored === 0n)) return;
        report(
          field.span,
          isKernels
            ? `'flags' holds the kernel's feature bits under ${judge.kernel}. A wrong bit is fatal in prctl(PR_RSEQ_SLICE_EXTENSION); do not store to it.`
            : `'flags' is set to 0x${(stored ?? 0n).toString(16)}; since 6.0 it must be 0. The kernel kills a thread that is inside a critical section; leave it 0.`,
        );
      });
  },
};
