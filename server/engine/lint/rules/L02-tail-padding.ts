// L02: no bytes behind the last field that only the compiler put there. Rounding up to the alignment that the struct itself
// declares is agreed upon, and a struct that ends with `char end[]` has its end declared.
import { insertAfter, listed, reservedField } from "../fixes.ts";
import type { Rule } from "../rule.ts";
import { activeEnd, endMarker } from "../struct-subject.ts";

export const tailPadding: Rule = {
  code: "L02",
  name: "tail-padding",
  severity: "error",
  rule: "A struct has no implicit padding behind its last field, except up to the alignment that it declares.",
  why: "sizeof counts bytes that no field covers, and how many there are differs between ABIs (a 64-bit member aligns the struct to 8 on x86-64 and to 4 on i386), so kernel and user space disagree about the size.",
  fix: "Declare the bytes as a reserved field, or end the struct with `char end[];` and use its offset as the size.",
  sources: ["RFC 'rseq operations': rseq_op_reset has 4 such bytes"],
  home: "text",
  checkStruct(subject, _judge, report) {
    const { layout, record } = subject;
    if (subject.isInner || endMarker(subject) !== undefined) return;
    const end = activeEnd(layout);
    const last = layout.fields.findLast((field) => field.depth === 0);
    if (last === undefined || subject.parts.some((part) => part.field === last)) return;
    const size = declaredAlign(subject);
    if (Math.ceil(end / size) * size >= record.size) return;
    const bytes = record.size - end;
    const name = last.name ?? last.typeText;
    report(
      last.nameSpan,
      `${bytes} ${bytes === 1 ? "byte" : "bytes"} of padding behind '${name}' at offset ${end}, up to the size of ${record.size}. Other ABIs may have another size; declare a reserved field.`,
      { fixes: listed(insertAfter(subject, last, reservedField(subject, end, bytes))) },
    );
  },
};

/** What attributes on the struct or its members ask for; 1 if none does. */
function declaredAlign(subject: Parameters<typeof endMarker>[0]): number {
  const asked = subject.record.members.flatMap((member) =>
    member.attributes.filter((one) => one.name === "aligned" || one.name === "alignas"),
  );
  return Math.max(
    1,
    subject.record.declaredAlign ?? 1,
    ...asked.map((attribute) => Number(attribute.value ?? 1n)),
  );
}
