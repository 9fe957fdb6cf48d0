// Which profile judges a C file that names none: the oldest one whose fields equal the declaration's in name, offset and size;
// where none does, the one with the longest common prefix of fields; without a struct rseq, the newest released.
import type { Profile, ProfileStruct } from "../abi/profile.ts";
import { type FoundProfile, NEWEST_RELEASED, PROFILES } from "../abi/profiles/index.ts";
import type { AbiField } from "./struct-subject.ts";

/** A declared struct as far as the choice looks at it: the profile's tag that it corresponds to, and its fields. */
export interface Declared {
  readonly tag: string;
  readonly fields: readonly AbiField[];
  /** It has a private and a shared part. */
  readonly isSplit: boolean;
}

export function chooseProfile(declared: readonly Declared[]): FoundProfile {
  const areas = declared.filter(({ tag }) => tag === "rseq" || tag === "rseq_shared");
  const main = areas.filter(({ tag }) => tag === "rseq");
  const profile =
    oldestEqual(areas) ??
    oldestEqual(main) ??
    oldestEqual(main.length > 0 ? [] : declared) ??
    closest(main.length > 0 ? main : declared) ??
    NEWEST_RELEASED;
  return { profile, shownName: profile.name };
}

/** The oldest profile that has all these structs with exactly these fields. */
function oldestEqual(declared: readonly Declared[]): Profile | undefined {
  if (declared.length === 0) return undefined;
  return PROFILES.find((profile) => declared.every((one) => isEqualTo(one, profile)));
}

/** Whether the declared fields are those of the profile's struct: names, offsets and sizes, reserved ones left out. */
export function isEqualTo(declared: Declared, profile: Profile): boolean {
  const struct = structOf(profile, declared.tag);
  if (struct === undefined) return false;
  const wanted = topFields(struct);
  const fields = declared.fields.filter(isCompared);
  return (
    wanted.length === fields.length &&
    wanted.every((field) =>
      fields.some(
        (one) => one.name === field.name && one.offset === field.offset && one.size === field.size,
      ),
    )
  );
}

export function structOf(profile: Profile, tag: string): ProfileStruct | undefined {
  return profile.structs.find((struct) => struct.tag === tag);
}

/** `end`, `padding…` and `__reserved…` carry no meaning that a program could depend on. */
export function isCompared(field: { readonly name: string }): boolean {
  return !/^(?:end|_*padding\d*|_*reserved\d*|_*pad\d*|_*unused\d*)$/.test(field.name);
}

/** Fields of the struct itself; members of nested structs are told by the struct that holds them. */
function topFields(struct: ProfileStruct): { name: string; offset: number; size: number }[] {
  return struct.fields.filter((field) => !field.name.includes(".") && isCompared(field));
}

interface Closeness {
  /** Leading fields with the same name, offset and size. */
  readonly prefix: number;
  /** Both are split, or both are not. */
  readonly isSameShape: boolean;
  readonly sharedNames: number;
  /** Fields of the profile that the declaration lacks. */
  readonly missing: number;
}

function closest(judged: readonly Declared[]): Profile | undefined {
  const first = judged[0];
  if (first === undefined) return undefined;
  let best: { profile: Profile; closeness: Closeness } | undefined;
  for (const profile of PROFILES) {
    const struct = structOf(profile, first.tag);
    if (struct === undefined) continue;
    const closeness = closenessOf(first, struct, profile);
    if (best === undefined || isCloser(closeness, best.closeness)) best = { profile, closeness };
  }
  return best === undefined || best.closeness.sharedNames === 0 ? undefined : best.profile;
}

function closenessOf(declared: Declared, struct: ProfileStruct, profile: Profile): Closeness {
  const wanted = topFields(struct);
  const fields = declared.fields.filter(isCompared);
  const names = new Set(fields.map((field) => field.name));
  let prefix = 0;
  for (const [index, field] of wanted.entries()) {
    const own = fields[index];
    if (own?.name !== field.name || own.offset !== field.offset || own.size !== field.size) break;
    prefix++;
  }
  const sharedNames = wanted.filter((field) => names.has(field.name)).length;
  const isSameShape = declared.isSplit === (profile.behaviour.schedState === "split");
  return { prefix, isSameShape, sharedNames, missing: wanted.length - sharedNames };
}

function isCloser(left: Closeness, right: Closeness): boolean {
  if (left.prefix !== right.prefix) return left.prefix > right.prefix;
  if (left.isSameShape !== right.isSameShape) return left.isSameShape;
  if (left.sharedNames !== right.sharedNames) return left.sharedNames > right.sharedNames;
  return left.missing < right.missing;
}
