// L18: the alternatives of a union have the same size, by named padding where needed.
import { resolve } from "../../c/types.ts";
import type { Rule } from "../rule.ts";

export const unionSizes: Rule = {
  code: "L18",
  name: "union-sizes",
  severity: "warning",
  rule: "Each alternative of a union in a shared struct has the same size, by named padding where needed.",
  why: "A store to a short alternative leaves bytes of a longer one as they were, and the other side reads them.",
  fix: "Pad the shorter alternatives with a named field.",
  sources: ["Linux 7.0 include/uapi/linux/rseq.h: struct rseq_slice_ctrl"],
  home: "text",
  checkStruct(subject, _judge, report) {
    for (const union of subject.layout.fields) {
      const record = resolve(union.type);
      if (record.kind !== "record" || !record.isUnion) continue;
      for (const member of record.members) {
        const { size } = member.type;
        if (size === 0 || size === record.size || member.bitWidth !== undefined) continue;
        const name = member.name === undefined ? "An unnamed alternative" : `'${member.name}'`;
        report(
          member.nameSpan,
          `${name} has ${size} bytes of the union's ${record.size} at offset ${union.offset}. The others keep old values; add ${record.size - size} bytes of named padding.`,
        );
      }
    }
  },
};
