// D02: a descriptor's flags are 0. Up to 5.19 the bits inhibit restarts, with one combination that is fatal.
import { eachDescriptor } from "../descriptor.ts";
import type { Rule } from "../rule.ts";

export const descriptorFlags: Rule = {
  code: "D02",
  name: "descriptor-flags",
  severity: "error",
  rule: "The flags of a descriptor are 0 (6.0 and later); before, NO_RESTART_ON_SIGNAL stands only with both others.",
  why: "6.0 to 6.18 kill a thread inside a section with flags, later kernels in debug mode; before, inhibiting signal restarts alone was fatal too.",
  fix: "Set `.flags = 0`.",
  sources: ["commits 0190e4198e47, c17a6ff93213"],
  home: "text",
  checkCode(code, judge, report) {
    const areHonoured = judge.profile.behaviour.sectionFlags === "inhibit";
    eachDescriptor(code, ({ values }) => {
      const flags = values.get("flags");
      const value = code.valueOf(flags);
      if (flags === undefined || value === undefined || value === 0n) return;
      if (areHonoured && ((value & 2n) === 0n || (value & 5n) === 5n)) return;
      report(
        flags.span,
        areHonoured
          ? `The descriptor's flags are 0x${value.toString(16)}: NO_RESTART_ON_SIGNAL without the two others is fatal under ${judge.kernel}. Set all three, or 0.`
          : `The descriptor's flags are 0x${value.toString(16)}. Since 6.0 the kernel kills a thread that is inside such a section; set them to 0.`,
        {
          fixes: [
            { title: "Set it to 0", edits: [{ span: flags.span, newText: "0" }], safe: true },
          ],
        },
      );
    });
  },
};
