// X01: no stores to granted, to the reserved bytes, or to the word of slice_ctrl.
import { memberChain } from "../code.ts";
import type { Rule } from "../rule.ts";

export const sliceRequestOnly: Rule = {
  code: "X01",
  name: "slice-request-only",
  severity: "error",
  rule: "Of slice_ctrl only the request byte is stored to.",
  why: "The kernel compares the word in debug mode and kills for a foreign bit; a store to the whole word undoes a grant that comes in between.",
  fix: "Store 0 or 1 to `slice_ctrl.request`.",
  sources: ["Linux 7.0 Documentation/userspace-api/rseq.rst"],
  home: "text",
  checkCode(code, _judge, report) {
    for (const body of code.bodies)
      code.eachStore(body, (target, _value, span) => {
        const [name, outer] = memberChain(target);
        const field = code.areaField(target);
        if (field === undefined || name === undefined || name === "request") return;
        if (field.role !== "part" && outer !== "slice_ctrl" && name !== "slice_ctrl") return;
        if (!OTHERS.has(name)) return;
        report(
          field.span.path === span.path ? field.span : span,
          `'${name}' of slice_ctrl is the kernel's. It kills for a foreign bit in debug mode, and a store to the word undoes a grant; store to 'request' only.`,
        );
      });
  },
};

const OTHERS: ReadonlySet<string> = new Set(["granted", "__reserved", "all", "slice_ctrl"]);
