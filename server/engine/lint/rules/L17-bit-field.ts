// L17: no bit-fields in structs that kernel and user space share.
import type { Rule } from "../rule.ts";

export const bitField: Rule = {
  code: "L17",
  name: "bit-field",
  severity: "error",
  rule: "Bit-fields are not used in structs that kernel and user space share.",
  why: "Which bits they take depends on byte order and ABI, and a store to one rewrites its neighbours: kernel and user space would lose each other's updates.",
  fix: "Use a whole fixed-width field and named masks, or bytes, as slice_ctrl does.",
  sources: ["Linux 7.0 include/uapi/linux/rseq.h: struct rseq_slice_ctrl uses bytes"],
  home: "text",
  checkStruct(subject, _judge, report) {
    for (const field of subject.layout.fields) {
      if (field.bitSize === undefined) continue;
      const name = field.name === undefined ? "An unnamed bit-field" : `'${field.name}'`;
      const isMany = field.bitSize !== 1;
      report(
        field.nameSpan,
        `${name} is a bit-field of ${field.bitSize} ${isMany ? "bits" : "bit"} at offset ${field.offset}. Its place depends on the byte order; use a whole field and masks.`,
      );
    }
  },
};
