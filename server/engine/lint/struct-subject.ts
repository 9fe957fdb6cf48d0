// A struct with a role as rules see it: its layout, the profile that judges it, and its fields under the names and offsets
// of the ABI (in a split: inside their part).
import type { Profile, ProfileField, ProfileStruct } from "../abi/profile.ts";
import { PROFILES } from "../abi/profiles/index.ts";
import { type CType, type RecordType, resolve } from "../c/types.ts";
import type { CUnit } from "../c/unit.ts";
import { type Field, fieldEnd, type Layout, layoutRecord } from "../layout/layout.ts";
import { commentRole, type ConfiguredRoles, type Role, roleOf } from "./role.ts";

/** A field under the name that profiles use: in a split without the part, and counted from the part's start. */
export interface AbiField {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** Role of the struct or part that it lies in. */
  readonly role: Role;
  readonly field: Field;
}

/** One part of a split struct. */
export interface Part {
  readonly role: "private" | "shared";
  readonly field: Field;
  readonly record: RecordType;
  /** The first byte behind its last field, from its start. */
  readonly end: number;
}

export interface StructSubject {
  readonly unit: CUnit;
  readonly record: RecordType;
  readonly layout: Layout;
  readonly role: Role;
  /** Tag, or typedef name, for messages and rules that ask for one. */
  readonly tag: string;
  /** The profiles' tag for a struct of this role: `rseq` also for `rseq_abi`. */
  readonly abiTag: string;
  readonly parts: readonly Part[];
  /** Scalars and aggregates with ABI names, in declaration order; unnamed members are left out. */
  readonly fields: readonly AbiField[];
  /** It is declared inside another struct, whose alignment and size are judged there. */
  readonly isInner: boolean;
}

/** The tag under which profiles know a struct of this role and name; undefined for other roles. */
export function abiTagOf(role: Role, tag: string): string {
  switch (role) {
    case "private":
    case "split":
      return "rseq";
    case "shared":
      return tag === "rseq_sched_state" ? "rseq_sched_state" : "rseq_shared";
    case "descriptor":
      return "rseq_cs";
    case "part":
      return "rseq_slice_ctrl";
    case "other":
      return tag;
  }
}

/** Every struct with a role that the file `unit.path` declares, in the order of their closing braces. */
export function everySubjectOf(unit: CUnit, configured: ConfiguredRoles): readonly StructSubject[] {
  return unit.records
    .filter((record) => record.isComplete && record.nameSpan.path === unit.path)
    .map((record) => subjectOf(record, unit, configured))
    .filter((subject) => subject.role !== "other");
}

/** Those that are judged: parts of a split struct are judged in it and not again by themselves. */
export function subjectsOf(unit: CUnit, configured: ConfiguredRoles): readonly StructSubject[] {
  const subjects = everySubjectOf(unit, configured);
  const parts = new Set(subjects.flatMap((subject) => subject.parts.map((part) => part.record)));
  return subjects.filter((subject) => !parts.has(subject.record));
}

export function subjectOf(
  record: RecordType,
  unit: CUnit,
  configured: ConfiguredRoles,
): StructSubject {
  const role = roleOf(record, unit, configured);
  const tag = record.tag ?? record.typedefName ?? "";
  const layout = layoutRecord(record);
  const parts = role === "split" ? partsOf(layout, unit, configured) : [];
  return {
    unit,
    record,
    layout,
    role,
    tag,
    abiTag: abiTagOf(role, tag),
    parts,
    fields: layout.fields.flatMap((field) => abiField(field, role, parts)),
    isInner: record.outer !== undefined,
  };
}

/** Facts about a field: of the judging profile, else of the first profile that has one of that name in that struct. */
export function factsOf(
  subject: StructSubject,
  field: AbiField,
  profile: Profile,
): FieldFacts | undefined {
  const tag = field.role === "shared" && subject.role === "split" ? "rseq_shared" : subject.abiTag;
  for (const one of [profile, ...PROFILES]) {
    const found = findField(one, tag, field.name) ?? movedField(one, subject, field);
    if (found !== undefined && isSameReserved(found.field, field))
      return { ...found, profile: one };
  }
  return undefined;
}

/** A field that other eras have in struct rseq: a shared one in a shared struct, one of slice_ctrl in its own struct. */
function movedField(
  profile: Profile,
  subject: StructSubject,
  field: AbiField,
): ReturnType<typeof findField> {
  if (subject.role === "part") return findField(profile, "rseq", `slice_ctrl.${field.name}`);
  const found = findField(profile, "rseq", field.name);
  return field.role === "shared" && found?.field.class === "shared" ? found : undefined;
}

/** Reserved fields are all called alike: only the one at the same place is meant. */
function isSameReserved(known: ProfileField, field: AbiField): boolean {
  const isReserved = known.class === "reserved" && !known.name.includes(".");
  return !isReserved || (known.offset === field.offset && known.size === field.size);
}

export interface FieldFacts {
  readonly struct: ProfileStruct;
  readonly field: ProfileField;
  readonly profile: Profile;
}

function findField(
  profile: Profile,
  tag: string,
  name: string,
): { struct: ProfileStruct; field: ProfileField } | undefined {
  for (const struct of profile.structs) {
    if (struct.tag !== tag) continue;
    const field = struct.fields.find((one) => one.name === name);
    if (field !== undefined) return { struct, field };
  }
  return undefined;
}

/** Private or shared, from a comment, the part it lies in, the struct's role, or the profiles' table. */
export function classOf(
  subject: StructSubject,
  field: AbiField,
  profile: Profile,
): "private" | "shared" | "reserved" {
  const { declarationSpan } = field.field;
  const comment =
    commentRole(subject.unit.commentsBefore(declarationSpan)) ??
    commentRole(subject.unit.commentsBehind(declarationSpan));
  if (comment?.role === "private" || comment?.role === "shared") return comment.role;
  if (field.role === "shared") return "shared";
  const facts = factsOf(subject, field, profile);
  return facts?.struct.tag === "rseq" || facts?.struct.tag === subject.abiTag
    ? facts.field.class
    : "private";
}

/** The first byte behind the last field that is not the `end` marker. */
export function activeEnd(layout: Layout): number {
  return layout.fields
    .filter((field) => field.depth === 0)
    .reduce((end, field) => Math.max(end, fieldEnd(field)), 0);
}

/** `char end[]` at the top level, or of the private part of a split. */
export function endMarker(subject: StructSubject): AbiField | undefined {
  return subject.fields.find(({ name, field, size }) => {
    const type = resolve(field.type);
    return name === "end" && size === 0 && type.kind === "array";
  });
}

/** The element type of (nested) arrays, else the type itself; qualifiers and typedef names taken off. */
export function elementType(type: CType): ReturnType<typeof resolve> {
  let current = resolve(type);
  while (current.kind === "array") current = resolve(current.element);
  return current;
}

function partsOf(layout: Layout, unit: CUnit, configured: ConfiguredRoles): readonly Part[] {
  return layout.fields.flatMap((field): Part[] => {
    const record = resolve(field.type);
    if (field.depth !== 0 || record.kind !== "record") return [];
    const role = roleOf(record, unit, configured) === "shared" ? "shared" : "private";
    // An aggregate that is a field of the ABI itself (`slice_ctrl`, the union `rseq_cs`) is no part.
    if (role === "private" && field.name !== undefined && isAbiAggregate(field.name)) return [];
    return [{ role, field, record, end: activeEnd(layoutRecord(record)) }];
  });
}

function isAbiAggregate(name: string): boolean {
  return name === "rseq_cs" || name === "slice_ctrl";
}

function abiField(field: Field, role: Role, parts: readonly Part[]): AbiField[] {
  if (field.name === undefined) return [];
  const part = parts.find((one) => isInside(field, one.field));
  if (part === undefined) {
    if (parts.some((one) => one.field === field)) return [];
    return [{ name: field.path, offset: field.offset, size: field.size, role, field }];
  }
  const prefix = part.field.name === undefined ? "" : `${part.field.path}.`;
  return [
    {
      name: field.path.slice(prefix.length),
      offset: field.offset - part.field.offset,
      size: field.size,
      role: part.role,
      field,
    },
  ];
}

function isInside(field: Field, outer: Field): boolean {
  for (let parent = field.parent; parent !== undefined; parent = parent.parent)
    if (parent === outer) return true;
  return false;
}
