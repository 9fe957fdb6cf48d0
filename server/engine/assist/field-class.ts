// Whose the fields of the unit's rseq structs are: private or shared, and whether the kernel alone stores to them; those of the
// profile's own structs too.
import type { Profile } from "../abi/profile.ts";
import type { CUnit } from "../c/unit.ts";
import { type ConfiguredRoles, roleOf } from "../lint/role.ts";
import {
  type AbiField,
  classOf,
  factsOf,
  type StructSubject,
  subjectOf,
} from "../lint/struct-subject.ts";
import type { Span } from "../text/source.ts";

export interface FieldClass {
  readonly subject: StructSubject;
  readonly field: AbiField;
  readonly class: "private" | "shared" | "reserved";
  readonly isKernelWritten: boolean;
  /** The profile, or another one, has a field of this name in such a struct. */
  readonly isKnown: boolean;
}

/** The classes by the place where a field's name is declared; `placeKey` makes the key. */
export function fieldClasses(
  unit: CUnit,
  roles: ConfiguredRoles,
  profile: Profile,
): ReadonlyMap<string, FieldClass> {
  const classes = new Map<string, FieldClass>();
  for (const record of unit.records) {
    if (!record.isComplete || roleOf(record, unit, roles) === "other") continue;
    const subject = subjectOf(record, unit, roles);
    // A struct that holds another comes behind it, and knows more of the field.
    for (const field of subject.fields) {
      const facts = factsOf(subject, field, profile)?.field;
      classes.set(placeKey(field.field.nameSpan), {
        subject,
        field,
        class: classOf(subject, field, profile),
        isKernelWritten: facts?.kernelOnly === true,
        isKnown: facts !== undefined,
      });
    }
  }
  return classes;
}

export function placeKey({ path, start }: Span): string {
  return `${path} ${start}`;
}
