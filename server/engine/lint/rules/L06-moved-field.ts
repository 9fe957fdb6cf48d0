// L06: a field that this or an earlier kernel has keeps its offset. Fields are found by name; `end`, padding and reserved
// ones carry no promise, and a field that the declaration lacks is not missed.
import type { Profile, ProfileField } from "../../abi/profile.ts";
import { resolve } from "../../c/types.ts";
import { isCompared } from "../kernel-choice.ts";
import type { Rule } from "../rule.ts";
import { type AbiField, factsOf, type StructSubject } from "../struct-subject.ts";

export const movedField: Rule = {
  code: "L06",
  name: "moved-field",
  severity: "error",
  rule: "Fields are only appended: each field of this or an earlier kernel keeps its offset.",
  why: "Compiled programs and libcs read fixed offsets; a field that moves is read from where another one is now. It cannot be mended later.",
  fix: "Put the field back to its offset and append new fields behind the last one.",
  sources: ["Florian Weimer, 2023-05-30: once at a fixed offset it cannot be changed"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (subject.role === "descriptor" || subject.role === "part") return;
    for (const field of subject.fields) {
      if (!isCompared(field)) continue;
      const wanted = placeOf(subject, field, judge.profile);
      if (wanted === undefined || wanted.offset === field.offset) continue;
      const where = field.role === subject.role ? "" : ` of its part`;
      report(
        field.field.nameSpan,
        `'${field.name}' is at offset ${field.offset}${where}; ${judge.kernel} has it at ${wanted.offset}. Compiled programs read it there; put it back and append new fields at the end.`,
      );
    }
  },
};

/** The field of the judging profile's struct, its offset counted from the start of its part. */
function placeOf(
  subject: StructSubject,
  field: AbiField,
  profile: Profile,
): Pick<ProfileField, "offset"> | undefined {
  const facts = factsOf(subject, field, profile);
  if (facts === undefined || facts.profile !== profile) return undefined;
  if (facts.field.name !== field.name || !isSameKind(field, facts.field)) return undefined;
  // A shared field of a split profile, in a struct that is not split: the place says nothing.
  const isInOtherPart = facts.struct.tag === "rseq" && facts.field.offset >= 256;
  return isInOtherPart ? undefined : facts.field;
}

/** A scalar, or an aggregate of the field's size (the union `rseq_cs`, `slice_ctrl`). */
function isSameKind(field: AbiField, wanted: ProfileField): boolean {
  return resolve(field.field.type).kind !== "record" || field.size === wanted.size;
}
