// What differs between two declarations, and what each difference means in both directions: programs that were compiled with the old
// header on a kernel that has the new one, and the reverse.
import type { PlacedField } from "./side.ts";

/** From good to bad: works; depends on what programs do; does not work. */
export type Compatibility = "compatible" | "ambiguous" | "break";

export type ChangeKind =
  | "moved"
  | "resized"
  | "retyped"
  | "removed"
  | "renamed"
  | "reused"
  | "overlaid"
  | "padding-reused"
  | "added"
  | "size"
  | "alignment"
  | "feature-size";

export interface Directions {
  readonly oldUserOnNewKernel: Compatibility;
  readonly newUserOnOldKernel: Compatibility;
}

export interface LayoutChange extends Directions {
  readonly kind: ChangeKind;
  /** The worse of the two directions. */
  readonly verdict: Compatibility;
  /** The rule of the linter that says so, `L07`. */
  readonly code: string | undefined;
  /** Undefined for changes of the whole struct. */
  readonly field: string | undefined;
  readonly old: PlacedField | undefined;
  readonly new: PlacedField | undefined;
  /** Sentences for a review: what changed with its numbers, why it matters, what to do. */
  readonly message: string;
}

const ORDER: readonly Compatibility[] = ["compatible", "ambiguous", "break"];

/** The worst of all; compatible if there is none. */
export function worst(all: readonly Compatibility[]): Compatibility {
  return ORDER[Math.max(0, ...all.map((each) => ORDER.indexOf(each)))] ?? "compatible";
}

export function makeChange(
  kind: ChangeKind,
  [oldUserOnNewKernel, newUserOnOldKernel]: readonly [Compatibility, Compatibility],
  message: string,
  about: {
    readonly old?: PlacedField | undefined;
    readonly new?: PlacedField | undefined;
    readonly code?: string;
  } = {},
): LayoutChange {
  return {
    kind,
    oldUserOnNewKernel,
    newUserOnOldKernel,
    verdict: worst([oldUserOnNewKernel, newUserOnOldKernel]),
    code: about.code,
    field: about.new?.name ?? about.old?.name,
    old: about.old,
    new: about.new,
    message,
  };
}

/** `4 bytes`. */
export function byteCount(count: number): string {
  return `${count} byte${count === 1 ? "" : "s"}`;
}

/** `offset 28`, and the bit of a bit-field. */
export function placeText(field: PlacedField): string {
  const isBitField = field.endBit - field.startBit !== field.size * 8;
  return isBitField ? `bit ${field.startBit}` : `offset ${field.offset}`;
}
