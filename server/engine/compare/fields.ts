// Field by field: kept, moved, resized, gone, come. Fields are the same if their names are; `end`, padding and reserved ones are
// bytes without a meaning, which a later field may take if a size test tells it apart.
import {
  byteCount,
  type Compatibility,
  type LayoutChange,
  makeChange,
  placeText,
} from "./change.ts";
import {
  isAggregate,
  isInside,
  isSamePlace,
  isSameSign,
  mayMeanTheSame,
  overlaps,
  type PlacedField,
  type Side,
  testedSize,
} from "./side.ts";

interface Pair {
  readonly before: PlacedField;
  readonly after: PlacedField;
}

export function fieldChanges(before: Side, after: Side): readonly LayoutChange[] {
  return new FieldComparison(before, after).changes();
}

class FieldComparison {
  readonly #before: Side;
  readonly #after: Side;
  readonly #kept: readonly Pair[];
  readonly #gone: readonly PlacedField[];
  readonly #come: readonly PlacedField[];
  /** Old fields whose disappearance is told by what took their place. */
  readonly #replaced = new Set<PlacedField>();

  constructor(before: Side, after: Side) {
    this.#before = before;
    this.#after = after;
    const old = before.fields.filter((field) => !field.isReserved);
    const present = after.fields.filter((field) => !field.isReserved);
    const byName = new Map(present.map((field) => [field.name, field]));
    const oldNames = new Set(old.map(({ name }) => name));
    this.#kept = old.flatMap((field) => {
      const other = byName.get(field.name);
      return other === undefined ? [] : [{ before: field, after: other }];
    });
    this.#gone = old.filter(({ name }) => !byName.has(name));
    this.#come = present.filter(({ name }) => !oldNames.has(name));
  }

  changes(): readonly LayoutChange[] {
    const kept = this.#kept
      .filter((pair) => !this.#isToldByOuter(pair))
      .flatMap((pair) => keptChange(pair));
    const come = this.#come
      .filter((field) => !this.#come.some((outer) => isInside(field, outer)))
      .filter((field) => !this.#isNewlyDescribed(field))
      .map((field) => this.#comeChange(field));
    const gone = this.#gone
      .filter((field) => !this.#gone.some((outer) => isInside(field, outer)))
      .filter((field) => !this.#replaced.has(field) && !this.#isNoLongerDescribed(field))
      .map((field) => this.#goneChange(field));
    return [...kept, ...come, ...gone];
  }

  /** A member of an aggregate that moved as a whole. */
  #isToldByOuter({ before, after }: Pair): boolean {
    return this.#kept.some(
      (outer) =>
        isInside(before, outer.before) &&
        outer.after.startBit - outer.before.startBit === after.startBit - before.startBit &&
        outer.before.startBit !== outer.after.startBit,
    );
  }

  /** The aggregate was a scalar before: the same bytes, in more detail. */
  #isNewlyDescribed(field: PlacedField): boolean {
    return this.#kept.some(({ before, after }) => isInside(field, after) && !isAggregate(before));
  }

  #isNoLongerDescribed(field: PlacedField): boolean {
    return this.#kept.some(({ before, after }) => isInside(field, before) && !isAggregate(after));
  }

  #comeChange(field: PlacedField): LayoutChange {
    const vacated = [
      ...this.#gone,
      ...this.#kept
        .filter((pair) => !isSamePlace(pair.before, pair.after))
        .map(({ before }) => before),
    ].filter((old) => overlaps(old, field));
    const [first] = vacated;
    if (first !== undefined) {
      for (const old of vacated) this.#replaced.add(old);
      const same = vacated.find((old) => this.#gone.includes(old) && mayMeanTheSame(old, field));
      return same === undefined ? reused(first, field) : renamed(same, field);
    }
    const under = this.#kept.find(
      ({ before }) => overlaps(before, field) && !isInside(field, before),
    );
    if (under !== undefined) return overlaid(under.before, field);
    return this.#addedChange(field);
  }

  /** A field in bytes that had no meaning. */
  #addedChange(field: PlacedField): LayoutChange {
    const end = field.testedEnd;
    const tested = testedSize(this.#before, field.isShared);
    const reserved = this.#before.fields.find((old) => old.isReserved && overlaps(old, field));
    const isPadding = reserved !== undefined || field.offset < this.#before.size;
    const kind = isPadding ? "padding-reused" : "added";
    const what = reserved === undefined ? "padding" : `'${reserved.name}'`;
    const where = isPadding ? ` in the bytes of ${what}` : "";
    const start = `'${field.name}' (${byteCount(field.size)}) is added at ${placeText(field)}${where}.`;
    const about = { old: reserved, new: field };
    if (!isExtensible(this.#before)) {
      const verdict: Compatibility = isPadding ? "ambiguous" : "compatible";
      const why = isPadding
        ? "No size tells whether a kernel knows it; give it a flag or a version that can be tested."
        : "The struct has a fixed size; see the size below.";
      return makeChange(kind, ["compatible", verdict], `${start} ${why}`, about);
    }
    const size = field.isShared ? "the shared feature size" : "AT_RSEQ_FEATURE_SIZE";
    if (end > tested) {
      const test = `Programs may use it where ${size} is at least ${end}; older kernels publish ${tested === 0 ? "none" : tested}.`;
      return makeChange(kind, ["compatible", "compatible"], `${start} ${test}`, about);
    }
    const why = `${size === "AT_RSEQ_FEATURE_SIZE" ? size : "The shared feature size"} is ${tested} on old kernels already, so a size test finds the field where it is not. Append it behind offset ${tested}.`;
    return makeChange(kind, ["compatible", "ambiguous"], `${start} ${why}`, {
      ...about,
      code: "L07",
    });
  }

  #goneChange(field: PlacedField): LayoutChange {
    const start = `'${field.name}' (${placeText(field)}, ${byteCount(field.size)}) is gone.`;
    const about = { old: field };
    const view = this.#kept.find(
      ({ before }) =>
        before.startBit <= field.startBit &&
        field.endBit <= before.endBit &&
        !isInside(field, before) &&
        !isInside(before, field),
    );
    if (view !== undefined) {
      const why = `Its bytes are still there as '${view.before.name}'; sources that name it no longer compile.`;
      return makeChange("removed", ["ambiguous", "compatible"], `${start} ${why}`, about);
    }
    const end = field.testedEnd;
    const tested = testedSize(this.#after, field.isShared);
    if (isExtensible(this.#after) && tested < end && end > ORIGINAL_END) {
      const why = `A size test tells so (${tested} is less than ${end}), but programs that make none read what nobody writes. Keep the bytes reserved: a later field there would be taken for '${field.name}'.`;
      return makeChange("removed", ["ambiguous", "compatible"], `${start} ${why}`, about);
    }
    const why = isExtensible(this.#after)
      ? `Programs that were compiled before still use it, and no size test tells that it is not there. Keep the field and what is written to it.`
      : `Programs that were compiled before still use it. Keep the field.`;
    return makeChange("removed", ["break", "compatible"], `${start} ${why}`, about);
  }
}

/** The bytes that every kernel has had since 4.18; nobody tests a size before using them. */
const ORIGINAL_END = 20;

/** A struct that grows, and whose size tells which fields a kernel knows. */
export function isExtensible({ role }: Side): boolean {
  return role === "private" || role === "split" || role === "shared";
}

function keptChange({ before, after }: Pair): LayoutChange[] {
  const about = { old: before, new: after };
  if (before.startBit !== after.startBit) {
    const message = `'${before.name}' moved from ${placeText(before)} to ${placeText(after).replace(/^offset /, "")}. Compiled programs use it at ${placeText(before)} on every kernel; put it back and append new fields at the end.`;
    return [makeChange("moved", ["break", "break"], message, { ...about, code: "L06" })];
  }
  if (before.endBit !== after.endBit) {
    const bits = before.size === after.size;
    const [from, to] = bits
      ? [`${before.endBit - before.startBit}`, `${after.endBit - after.startBit} bits`]
      : [`${before.size}`, byteCount(after.size)];
    const message = `'${before.name}' at ${placeText(before)} changed its size from ${from} to ${to}. Compiled programs load and store ${from}; keep the field and append one of the new size.`;
    return [makeChange("resized", ["break", "break"], message, about)];
  }
  if (isSameSign(before, after)) return [];
  const message = `'${before.name}' at ${placeText(before)} changed its type from ${before.typeText} to ${after.typeText}. Large values are read as negative ones by one of the two; keep the type.`;
  return [makeChange("retyped", ["ambiguous", "ambiguous"], message, about)];
}

function renamed(before: PlacedField, after: PlacedField): LayoutChange {
  const message = `'${before.name}' at ${placeText(before)} is called '${after.name}' now. Compiled programs still use these bytes as '${before.name}': good if only the name changed, a break (L07) if the meaning did. Say which in the changelog.`;
  return makeChange("renamed", ["ambiguous", "ambiguous"], message, {
    old: before,
    new: after,
    code: "L07",
  });
}

function reused(before: PlacedField, after: PlacedField): LayoutChange {
  const message = `'${after.name}' (${placeText(after)}, ${byteCount(after.size)}) takes bytes that '${before.name}' (${placeText(before)}, ${byteCount(before.size)}) had. The same feature size means one field to old programs and the other to new ones; leave the old bytes reserved and append '${after.name}'.`;
  return makeChange("reused", ["break", "break"], message, {
    old: before,
    new: after,
    code: "L07",
  });
}

function overlaid(before: PlacedField, after: PlacedField): LayoutChange {
  const message = `'${after.name}' (${placeText(after)}, ${byteCount(after.size)}) is a second view of bytes that '${before.name}' has. Who stores through one changes the other; say in the header which one is in use when.`;
  return makeChange("overlaid", ["ambiguous", "ambiguous"], message, { old: before, new: after });
}
