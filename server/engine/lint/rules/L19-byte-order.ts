// L19: no order of fields that depends on the byte order. Allowed are a union of a whole word with its bytes, and the `arch` member
// of librseq and glibc. The kernel's own union of 4.18 to 5.16 was wrong on 32-bit little endian, and fires only there.
import { resolve } from "../../c/types.ts";
import type { Field } from "../../layout/layout.ts";
import type { Judge, Rule } from "../rule.ts";

export const byteOrder: Rule = {
  code: "L19",
  name: "byte-order",
  severity: "error",
  rule: "The order of fields does not depend on the byte order.",
  why: "The test for the byte order is easily wrong in one of the environments that read the header: that of 4.18 was on 32-bit little endian, where pointers were stored to the wrong half.",
  fix: "Declare one order. A 32-bit pointer is stored to the low half of a plain `__u64`.",
  sources: ["commit 'rseq: Remove broken uapi field layout on 32-bit little endian' (2022-02-02)"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (subject.isInner) return;
    const otherName = otherOrder(judge);
    const other = judge.layoutOn(subject, otherName);
    if (other === undefined) return;
    const others = new Map(
      // Unnamed members have the path of what they lie in.
      other.fields.flatMap((field) => (field.name === undefined ? [] : [[field.path, field]])),
    );
    for (const field of subject.layout.fields) {
      const same = others.get(field.path);
      if (same === undefined || field.name === undefined || same.offset === field.offset) continue;
      if (isAllowed(field, judge)) continue;
      report(
        field.nameSpan,
        `'${field.path}' is at offset ${field.offset} on ${judge.target.name} and ${same.offset} on ${otherName}. A wrong byte-order test moves it; declare one order.`,
      );
      return;
    }
  },
};

/** The target of the same word size and the other byte order. */
function otherOrder({ target }: Judge): string {
  if (target.pointer.size === 8) return target.isBigEndian ? "ppc64le-linux" : "ppc64-linux";
  return target.isBigEndian ? "arm-linux" : "mips-linux";
}

function isAllowed(field: Field, judge: Judge): boolean {
  for (let parent = field.parent; parent !== undefined; parent = parent.parent) {
    if (parent.name === "arch") return true;
    if (isWordOfBytes(parent)) return true;
    if (parent.path === "rseq_cs" && isUnion(parent) && judge.target.isBigEndian) return true;
  }
  return false;
}

function isUnion(field: Field): boolean {
  const record = resolve(field.type);
  return record.kind === "record" && record.isUnion;
}

/** A union of a whole word with a struct of its bytes (and halves), such as slice_ctrl's. */
function isWordOfBytes(field: Field): boolean {
  const union = resolve(field.type);
  if (union.kind !== "record" || !union.isUnion) return false;
  return union.members.every((member) => {
    const type = resolve(member.type);
    if (type.size !== union.size) return false;
    if (type.kind !== "record") return true;
    const sizes = type.members.map((inner) => inner.type.size);
    return sizes.includes(1) && sizes.every((size) => size <= 2);
  });
}
