// What changed of the struct as a whole: size, alignment, feature size. Registration is where these meet the kernel, so the lengths
// and alignments are held against what the kernel of the other side accepts.
import type { Profile } from "../abi/profile.ts";
import { byteCount, type Compatibility, type LayoutChange, makeChange } from "./change.ts";
import { isExtensible } from "./fields.ts";
import type { Side } from "./side.ts";

/** Length, and alignment for that length, that every kernel accepts. */
const ORIGINAL_LENGTH = 32;
/** Size of the private part of the split proposal. */
const PRIVATE_PART_BYTES = 256;

export function wholeChanges(before: Side, after: Side): readonly LayoutChange[] {
  return [
    ...sizeChange(before, after),
    ...alignmentChange(before, after),
    ...featureSizeChange(before, after),
  ];
}

function isArea({ role }: Side): boolean {
  return role === "private" || role === "split";
}

function sizeChange(before: Side, after: Side): LayoutChange[] {
  if (before.size === after.size) return [];
  const start = `The size changes from ${before.size} to ${byteCount(after.size)}.`;
  if (isArea(after)) return [areaSizeChange(before, after, start)];
  if (isExtensible(after)) {
    const verdict: Compatibility = after.size < before.size ? "ambiguous" : "compatible";
    const why = "Its users allocate by the published size, not by sizeof.";
    return [makeChange("size", ["compatible", verdict], `${start} ${why}`)];
  }
  if (after.role === "other") {
    const why =
      "Arrays of it and structs that hold it change with it; it is safe only where the size is passed along.";
    return [makeChange("size", ["ambiguous", "ambiguous"], `${start} ${why}`)];
  }
  const why = "It is of fixed size in every kernel and tool that reads it; keep it.";
  return [makeChange("size", ["break", "break"], `${start} ${why}`, sizeRule(after))];
}

function sizeRule({ role }: Side): { readonly code?: string } {
  return role === "descriptor" ? { code: "L16" } : {};
}

function areaSizeChange(before: Side, after: Side, start: string): LayoutChange {
  if (after.size < ORIGINAL_LENGTH) {
    const why = `No kernel accepts a length below ${ORIGINAL_LENGTH}; keep at least ${ORIGINAL_LENGTH} bytes.`;
    return makeChange("size", ["compatible", "break"], `${start} ${why}`, { code: "R02" });
  }
  const isOldAccepted = acceptsLength(after, before.size);
  const isNewAccepted = acceptsLength(before, after.size);
  const verdicts = [grade(isOldAccepted), grade(isNewAccepted)] as const;
  if (isOldAccepted && isNewAccepted) {
    const why = `Registrations with either length are accepted by either kernel (${before.kernel.name}, ${after.kernel.name}).`;
    return makeChange("size", verdicts, `${start} ${why}`);
  }
  const refused = [
    ...(isOldAccepted ? [] : [`the new kernel refuses ${before.size}`]),
    ...(isNewAccepted ? [] : [`the old kernel (${before.kernel.name}) refuses ${after.size}`]),
  ].join(", and ");
  const why = `Programs that register sizeof(struct rseq) fail with EINVAL where ${refused}; register max(AT_RSEQ_FEATURE_SIZE, 32).`;
  return makeChange("size", verdicts, `${start} ${why}`, { code: "R01" });
}

function grade(isAccepted: boolean): Compatibility {
  return isAccepted ? "compatible" : "ambiguous";
}

/** Whether the kernel of a side registers an area of this length. */
function acceptsLength(side: Side, length: number): boolean {
  if (length === ORIGINAL_LENGTH) return true;
  const { kernel } = side;
  switch (kernel.behaviour.registrationLength) {
    case "exactly-32":
      return false;
    case "at-least-32":
      return length >= ORIGINAL_LENGTH;
    case "32-or-feature-size":
      return length >= (side.featureSize ?? kernel.featureSize ?? ORIGINAL_LENGTH);
    case "32-or-split":
      return length >= PRIVATE_PART_BYTES + (kernel.sharedFeatureSize ?? 0);
  }
}

function alignmentChange(before: Side, after: Side): LayoutChange[] {
  if (before.align === after.align) return [];
  const start = `The declared alignment changes from ${before.align} to ${after.align}.`;
  if (!isArea(after)) {
    const why = "Structs that hold it, and objects compiled before, keep the old one; keep it.";
    return [makeChange("alignment", ["ambiguous", "ambiguous"], `${start} ${why}`)];
  }
  if (after.align < ORIGINAL_LENGTH && after.align < before.align) {
    const why = `Every kernel demands ${ORIGINAL_LENGTH} and answers EINVAL otherwise; keep aligned(${ORIGINAL_LENGTH}).`;
    return [makeChange("alignment", ["compatible", "break"], `${start} ${why}`, { code: "L13" })];
  }
  const isOldRefused = before.size > ORIGINAL_LENGTH && before.align < demanded(after.kernel);
  const isNewRefused = after.size > ORIGINAL_LENGTH && after.align < demanded(before.kernel);
  const why =
    isOldRefused || isNewRefused
      ? "A registration longer than 32 bytes is refused with EINVAL where the kernel demands more than the object has; allocate by AT_RSEQ_ALIGN."
      : "Registrations of either header are accepted by either kernel; structs that hold one by value change their layout.";
  return [makeChange("alignment", [grade(!isOldRefused), grade(!isNewRefused)], `${start} ${why}`)];
}

function demanded({ behaviour }: Profile): number {
  return behaviour.extendedAlign;
}

function featureSizeChange(before: Side, after: Side): LayoutChange[] {
  const [old, now] = [before.featureSize, after.featureSize];
  if (!isArea(after) || old === now) return [];
  if (now === undefined) {
    const message = `offsetof(end) was ${old ?? 0} and nothing states the feature size now. Keep \`char end[]\` behind the last field.`;
    return [makeChange("feature-size", ["ambiguous", "ambiguous"], message, { code: "L08" })];
  }
  if (now === ORIGINAL_LENGTH) {
    const from = old === undefined ? "" : ` from ${old}`;
    const message = `The feature size changes${from} to 32. glibc 2.35 to 2.39 say 32 where only 20 bytes are active, so programs cannot tell the two apart; add a reserved byte behind the last field.`;
    return [makeChange("feature-size", ["ambiguous", "ambiguous"], message, { code: "L09" })];
  }
  if (old === undefined) return [];
  if (now < old) {
    const message = `The feature size falls from ${old} to ${now}. Programs read it as an older kernel; keep it, and reserve what is no longer used.`;
    return [makeChange("feature-size", ["ambiguous", "compatible"], message)];
  }
  const message = `The feature size grows from ${old} to ${now}. That is how programs tell the kernels apart.`;
  return [makeChange("feature-size", ["compatible", "compatible"], message)];
}
