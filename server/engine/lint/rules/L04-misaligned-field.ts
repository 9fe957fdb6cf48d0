// L04: every scalar lies at a multiple of its size, members of nested aggregates and elements of arrays too. `packed` and
// i386's 4-byte alignment of 64-bit integers are what breaks it.
import { isScalar } from "../../c/types.ts";
import type { Rule } from "../rule.ts";
import { elementType } from "../struct-subject.ts";

export const misalignedField: Rule = {
  code: "L04",
  name: "misaligned-field",
  severity: "error",
  rule: "Every scalar of a shared struct lies at a multiple of its own size.",
  why: "The kernel stores each field with one instruction and user space publishes rseq_cs with one store; only a naturally aligned access is sure not to be torn, and it never crosses a cache line.",
  fix: "Reorder the fields or put reserved ones in front; take `packed` away.",
  sources: ["Linux include/uapi/linux/rseq.h: 'Aligned on 32-bit', 'Aligned on 64-bit'"],
  home: "text",
  checkStruct(subject, judge, report) {
    for (const field of subject.layout.fields) {
      const { size } = elementType(field.type);
      if (field.bitOffset !== undefined || size === 0 || field.size === 0) continue;
      if (!isScalar(elementType(field.type)) || field.offset % size === 0) continue;
      report(
        field.nameSpan,
        `'${field.name ?? field.typeText}' has ${size} bytes and is at offset ${field.offset} on ${judge.target.name}, which is no multiple of ${size}. Accesses may be torn; move it to a multiple of its size.`,
      );
    }
  },
};
