// L01: every byte between fields belongs to a field. A gap is reported on the field that it precedes, with its offset and size;
// the tail of a part of a split struct, up to the part's alignment, is meant to be free.
import { type Hole, layoutRecord, type Layout } from "../../layout/layout.ts";
import { resolve } from "../../c/types.ts";
import { insertBefore, listed, reservedField } from "../fixes.ts";
import type { Rule, RuleReport } from "../rule.ts";
import type { StructSubject } from "../struct-subject.ts";

export const implicitHole: Rule = {
  code: "L01",
  name: "implicit-hole",
  severity: "error",
  rule: "Every byte between the fields of a struct that kernel and user space share is covered by a field.",
  why: "Bytes that no field covers are copied and compared, yet belong to nobody: they leak data, may lie elsewhere under another ABI, and cannot be used later, because old programs never wrote them.",
  fix: "Declare the gap as a reserved field (`__u32 __reserved;`), or order the fields so that none is needed.",
  sources: ["RFC v2 of sched_state: padding1", "Linux include/uapi/linux/rseq.h"],
  home: "text",
  checkStruct(subject, _judge, report) {
    checkLayout(subject, subject.layout, 0, report);
    for (const field of subject.layout.fields) {
      const record = resolve(field.type);
      if (record.kind === "record")
        checkLayout(subject, layoutRecord(record), field.offset, report);
    }
  },
};

function checkLayout(
  subject: StructSubject,
  layout: Layout,
  base: number,
  report: RuleReport,
): void {
  for (const hole of layout.holes) {
    if (isTailOfPart(subject, hole)) continue;
    const offset = base + hole.offset;
    const { after } = hole;
    const name = after.name ?? after.typeText;
    report(
      after.nameSpan,
      `${hole.size} ${hole.size === 1 ? "byte" : "bytes"} of padding before '${name}' at offset ${offset}. Kernel and user space may disagree about them; declare a reserved field.`,
      {
        fixes: listed(insertBefore(subject, after, reservedField(subject, offset, hole.size))),
      },
    );
  }
}

function isTailOfPart(subject: StructSubject, hole: Hole): boolean {
  const part = subject.parts.find((one) => one.field.member === hole.before?.member);
  if (part === undefined) return false;
  const align = Math.max(part.field.align, part.record.align);
  const end = part.field.offset + part.field.size;
  return hole.offset + hole.size <= Math.ceil(end / align) * align;
}
