// L23: the fields up to mm_cid end at 28, so a 64-bit field that comes next needs 4 bytes of explicit padding first.
import type { Field } from "../../layout/layout.ts";
import { insertBefore, listed, reservedField } from "../fixes.ts";
import type { Rule } from "../rule.ts";
import { elementType, type StructSubject } from "../struct-subject.ts";
import { isAbiDependent } from "./L03-abi-dependent-type.ts";

export const paddingAt28: Rule = {
  code: "L23",
  name: "padding-at-28",
  severity: "warning",
  rule: "A new 64-bit field behind mm_cid, at offset 28, has 4 bytes of explicit padding in front.",
  why: "On most ABIs the compiler puts the padding there by itself, on i386 it does not: the field would be at 32 or at 28.",
  fix: "Declare `__u32` padding at offset 28, as RFC v2 of sched_state does.",
  sources: ["RFC v2 of sched_state, 2023-05-29: padding1"],
  home: "text",
  checkStruct(subject, _judge, report) {
    if (subject.role !== "private") return;
    const fields = subject.layout.fields.filter((field) => field.depth === 0);
    for (const [index, field] of fields.entries()) {
      const before = fields[index - 1];
      if (before === undefined || before.offset + before.size !== 28) continue;
      if (elementType(field.type).size !== 8 || field.size === 0) continue;
      report(
        field.nameSpan,
        `'${field.name ?? field.typeText}' has 64 bits and follows offset 28 without explicit padding. ${consequence(subject, field)}; declare 4 bytes of padding first.`,
        { fixes: listed(insertBefore(subject, field, reservedField(subject, 28, 4))) },
      );
    }
  },
};

/** Where the field lies without the padding. */
function consequence(subject: StructSubject, field: Field): string {
  // Packed it is at 28 everywhere; otherwise the alignment decides, and that differs.
  if (subject.record.isPacked || field.align < 4)
    return "Packed it is at 28 on every target, which is no multiple of 8, so accesses may be torn";
  return isAbiDependent(field.type)
    ? "It is at 28 on 32-bit ABIs and at 32 on 64-bit ones"
    : "It is at 28 on i386 and at 32 elsewhere";
}
