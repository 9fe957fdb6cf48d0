// Two declarations of the structs that kernel and user space share, old and new: which changes there are, and whether programs of each
// live with the kernel of the other. The rule of extensible structs is judged in both directions.
import { type Compatibility, type Directions, type LayoutChange, worst } from "./change.ts";
import { fieldChanges } from "./fields.ts";
import { type Declarations, type Side, sidesOf } from "./side.ts";
import { wholeChanges } from "./whole.ts";

export interface StructComparison extends Directions {
  /** As the new side calls it. */
  readonly name: string;
  readonly verdict: Compatibility;
  readonly old: Side;
  readonly new: Side;
  readonly changes: readonly LayoutChange[];
}

export interface Comparison extends Directions {
  readonly verdict: Compatibility;
  readonly structs: readonly StructComparison[];
  /** Names of structs that have no counterpart; nothing is said about them. */
  readonly onlyInOld: readonly string[];
  readonly onlyInNew: readonly string[];
}

/**
 * Compares the structs of two files. `wanted` selects by tag or full name; without it those with a role in rseq count, and where no
 * such pair is, all of the same name.
 */
export function compareDeclarations(
  before: Declarations,
  after: Declarations,
  wanted: readonly string[],
): Comparison {
  const [old, present] = [sidesOf(before), sidesOf(after)];
  const pairs = pairsOf(old, present);
  const paired = new Set(pairs.flat());
  const chosen = selected(pairs, wanted);
  const structs = chosen.map(([one, other]) => compareSides(one, other));
  const isOursOnly = wanted.length === 0 && chosen.some(isOurs);
  const unpaired = (sides: readonly Side[]): readonly string[] =>
    sides
      .filter((side) => !paired.has(side))
      .filter(({ role }) => !isOursOnly || role !== "other")
      .filter((side) => wanted.length === 0 || wanted.some((name) => isNamed(side, name)))
      .map(({ name }) => name);
  return {
    verdict: worst(structs.map(({ verdict }) => verdict)),
    oldUserOnNewKernel: worst(structs.map((each) => each.oldUserOnNewKernel)),
    newUserOnOldKernel: worst(structs.map((each) => each.newUserOnOldKernel)),
    structs,
    onlyInOld: unpaired(old),
    onlyInNew: unpaired(present),
  };
}

function compareSides(before: Side, after: Side): StructComparison {
  const changes = [...fieldChanges(before, after), ...wholeChanges(before, after)];
  return {
    name: after.name,
    verdict: worst(changes.map(({ verdict }) => verdict)),
    oldUserOnNewKernel: worst(changes.map((each) => each.oldUserOnNewKernel)),
    newUserOnOldKernel: worst(changes.map((each) => each.newUserOnOldKernel)),
    old: before,
    new: after,
    changes,
  };
}

type SidePair = readonly [Side, Side];

/** By name, else by what the profiles call a struct of that role (`struct rseq_abi` is `struct rseq`). */
function pairsOf(old: readonly Side[], present: readonly Side[]): readonly SidePair[] {
  const taken = new Set<Side>();
  return old.flatMap((before): SidePair[] => {
    const free = present.filter((side) => !taken.has(side));
    const after =
      free.find(({ name }) => name === before.name) ??
      (before.role === "other"
        ? undefined
        : free.find(
            ({ role, subject }) => role !== "other" && subject.abiTag === before.subject.abiTag,
          ));
    if (after === undefined) return [];
    taken.add(after);
    return [[before, after]];
  });
}

function selected(pairs: readonly SidePair[], wanted: readonly string[]): readonly SidePair[] {
  if (wanted.length > 0) {
    return pairs.filter((pair) => pair.some((side) => wanted.some((name) => isNamed(side, name))));
  }
  const ours = pairs.filter(isOurs);
  return ours.length > 0 ? ours : pairs;
}

function isOurs(pair: SidePair): boolean {
  return pair.some(({ role }) => role !== "other");
}

function isNamed({ name }: Side, wanted: string): boolean {
  return name === wanted || name === `struct ${wanted}` || name === `union ${wanted}`;
}
