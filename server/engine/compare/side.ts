// One of the two declarations that are compared: its fields under ABI names at their places in the whole struct, its sizes, and
// the kernel that comes with it.
import type { Profile } from "../abi/profile.ts";
import { PROFILES } from "../abi/profiles/index.ts";
import { type CType, resolve } from "../c/types.ts";
import { chooseProfile, isCompared } from "../lint/kernel-choice.ts";
import type { ConfiguredRoles, Role } from "../lint/role.ts";
import { type AbiField, endMarker, type StructSubject, subjectOf } from "../lint/struct-subject.ts";
import type { CUnit } from "../c/unit.ts";

/** Bytes that carried a meaning before the feature size was told (6.3). */
const ORIGINAL_FEATURE_SIZE = 20;

/** A field at its place from the start of the struct. */
export interface PlacedField {
  /** As profiles have it; in a split without its part. */
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly startBit: number;
  readonly endBit: number;
  /** The first byte behind it, from the start of its part of a split: what a size test compares. */
  readonly testedEnd: number;
  readonly type: CType;
  readonly typeText: string;
  /** Padding and reserved fields carry no meaning. */
  readonly isReserved: boolean;
  /** It lies in the part that any thread may load. */
  readonly isShared: boolean;
}

export interface Side {
  /** `struct rseq`. */
  readonly name: string;
  readonly subject: StructSubject;
  readonly role: Role;
  readonly size: number;
  readonly align: number;
  /** What the kernel publishes: the profile's, or offsetof(end); undefined where nothing states it. */
  readonly featureSize: number | undefined;
  readonly fields: readonly PlacedField[];
  /** The kernel that has this declaration. */
  readonly kernel: Profile;
}

/** What a comparison is given: a unit, and the kernel that it is the header of, if that is known. */
export interface Declarations {
  readonly unit: CUnit;
  readonly roles: ConfiguredRoles;
  /** The user named it; undefined: chosen by the declaration. */
  readonly kernel: Profile | undefined;
  /** The unit is the profile's own header, so that its auxv values count. */
  readonly isProfile: boolean;
}

/** Every complete struct, union and typedef'd aggregate that the unit's own file declares; parts of a split only within it. */
export function sidesOf(declarations: Declarations): readonly Side[] {
  const { unit, roles } = declarations;
  const subjects = unit.records
    .filter(
      (record) =>
        record.isComplete && record.nameSpan.path === unit.path && record.outer === undefined,
    )
    .filter((record) => record.tag !== undefined || record.typedefName !== undefined)
    .map((record) => subjectOf(record, unit, roles));
  const parts = new Set(subjects.flatMap((subject) => subject.parts.map((part) => part.record)));
  return subjects
    .filter((subject) => !parts.has(subject.record))
    .map((subject) => sideOf(subject, declarations));
}

function sideOf(subject: StructSubject, declarations: Declarations): Side {
  const { layout, role } = subject;
  const kernel = declarations.kernel ?? chosenKernel(subject);
  const isArea = role === "private" || role === "split";
  const published = declarations.isProfile
    ? (kernel.featureSize ?? ORIGINAL_FEATURE_SIZE)
    : undefined;
  return {
    name: layout.name,
    subject,
    role,
    size: layout.size,
    align: layout.align,
    featureSize: isArea ? (published ?? endMarker(subject)?.field.offset) : undefined,
    fields: subject.fields.filter(({ name }) => name !== "end").map(placed),
    kernel,
  };
}

function chosenKernel(subject: StructSubject): Profile {
  const fields = subject.fields
    .filter(({ name }) => !name.includes("."))
    .map((field) => ({ ...field, offset: field.field.offset }));
  return chooseProfile([{ tag: subject.abiTag, fields, isSplit: subject.role === "split" }])
    .profile;
}

function placed({ name, role, field, offset }: AbiField): PlacedField {
  const startBit = field.bitOffset ?? field.offset * 8;
  const endBit = startBit + (field.bitSize ?? field.size * 8);
  return {
    name,
    offset: field.offset,
    size: field.size,
    startBit,
    endBit,
    testedEnd: Math.ceil(endBit / 8) - (field.offset - offset),
    type: field.type,
    typeText: field.typeText,
    isReserved: !isCompared({ name: lastSegment(name) }),
    isShared: role === "shared",
  };
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** The end of what a size test can tell of the part that a field lies in: fields that end behind it are seen to be absent. */
export function testedSize(side: Side, isShared: boolean): number {
  if (!isShared && side.featureSize !== undefined) return side.featureSize;
  const ends = side.fields
    .filter((field) => field.isShared === isShared && !field.isReserved)
    .map(({ testedEnd }) => testedEnd);
  return Math.max(0, ...ends);
}

export function overlaps(left: PlacedField, right: PlacedField): boolean {
  return left.startBit < right.endBit && right.startBit < left.endBit;
}

export function isSamePlace(left: PlacedField, right: PlacedField): boolean {
  return left.startBit === right.startBit && left.endBit === right.endBit;
}

/** Members of an aggregate are told by their names: `slice_ctrl.request` is inside `slice_ctrl`. */
export function isInside(
  field: { readonly name: string },
  outer: { readonly name: string },
): boolean {
  return field.name.startsWith(`${outer.name}.`);
}

export function isAggregate(field: PlacedField): boolean {
  return resolve(field.type).kind === "record";
}

/** Names of fields that kernels and proposals have given a meaning. */
const KNOWN_NAMES: ReadonlySet<string> = new Set(
  PROFILES.flatMap(({ structs }) => structs).flatMap(({ fields }) =>
    fields.map(({ name }) => name),
  ),
);

/** Whether one may be the other under a new name: alike in type, and not two that are known to mean different things. */
export function mayMeanTheSame(left: PlacedField, right: PlacedField): boolean {
  if (KNOWN_NAMES.has(left.name) && KNOWN_NAMES.has(right.name)) return false;
  return (
    isSamePlace(left, right) && isAggregate(left) === isAggregate(right) && isSameSign(left, right)
  );
}

/** What a load of the bytes gives does not change: integers of one sign, or no two integers. */
export function isSameSign(left: PlacedField, right: PlacedField): boolean {
  const [one, other] = [resolve(left.type), resolve(right.type)];
  return one.kind !== "integer" || other.kind !== "integer" || one.signed === other.signed;
}
