// D08: objects of a descriptor type are aligned to 32, by their type or by an attribute of their own.
import { eachDescriptor } from "../descriptor.ts";
import type { Rule } from "../rule.ts";

export const descriptorAlignment: Rule = {
  code: "D08",
  name: "descriptor-alignment",
  severity: "warning",
  rule: "A descriptor object is aligned to 32.",
  why: "It then lies in one cache line, which the kernel reads when it evaluates the section. The kernel does not check it.",
  fix: "Use struct rseq_cs of <linux/rseq.h>, whose type is aligned to 32.",
  sources: ["Linux include/uapi/linux/rseq.h"],
  home: "text",
  checkCode(code, _judge, report) {
    eachDescriptor(code, ({ object, record }) => {
      const { declaration, declarator } = object;
      const asked = [...declaration.attributes, ...declarator.attributes]
        .filter((one) => one.name === "aligned" || one.name === "alignas")
        .map((one) => Number(one.value ?? 16n));
      const align = Math.max(record.align, ...asked);
      // A type that the file declares itself is L16's.
      if (align >= 32 || record.nameSpan.path === code.unit.path) return;
      report(
        declarator.nameSpan,
        `'${declarator.name ?? ""}' is aligned to ${align}: the descriptor may cross a cache line. Align it to 32.`,
      );
    });
  },
};
