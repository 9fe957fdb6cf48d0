// Renaming: every name that a file declares, with all its uses; refused, with the reason, for names that are the kernel's or the
// language's, and for new names that mean something already.
import type { Checked } from "../lint/check.ts";
import type { ConfiguredRoles } from "../lint/role.ts";
import { keywords } from "../c/token.ts";
import { type Entity, isBuiltIn, type Occurrence } from "./entity.ts";
import { fieldClasses, placeKey } from "./field-class.ts";
import { occurrenceAt, occurrencesIn } from "./occurrences.ts";

/** What can be renamed at a place, or why it cannot. */
export type Renamable =
  | { readonly kind: "renamable"; readonly occurrence: Occurrence }
  | { readonly kind: "refused"; readonly reason: string };

export function renamableAt(
  checked: Checked,
  roles: ConfiguredRoles,
  offset: number,
): Renamable | undefined {
  const occurrence = occurrenceAt(checked, checked.unit.path, offset);
  if (occurrence === undefined) return undefined;
  const reason = refusal(checked, roles, occurrence.entity);
  return reason === undefined ? { kind: "renamable", occurrence } : { kind: "refused", reason };
}

function refusal(checked: Checked, roles: ConfiguredRoles, what: Entity): string | undefined {
  const { kernel, unit } = checked;
  const { kind, name } = what;
  if (kind === "profile") return `'${name}' is a kernel profile; select another one instead.`;
  if (kind === "service")
    return `'${name}' is a kernel service of the scenario language and cannot be renamed.`;
  if (isBuiltIn(what)) {
    const isOfKernel =
      kind === "field" ||
      kind === "struct" ||
      kernel.profile.constants.some((one) => one.name === name);
    return isOfKernel
      ? `'${name}' belongs to the kernel profile ${kernel.shownName}; the kernel knows it by this name.`
      : `'${name}' is built in: no file declares it.`;
  }
  const field = fieldClasses(unit, roles, kernel.profile).get(placeKey(what.nameSpan));
  if (kind === "field" && field?.isKnown === true)
    return `The kernel finds '${name}' of '${field.subject.layout.name}' by its name (${kernel.shownName}); under another name it would not be written.`;
  if (kind === "struct" && kernel.profile.structs.some(({ tag }) => tag === name))
    return `'struct ${name}' is the kernel's interface (${kernel.shownName}); under another name it would not be judged.`;
  return undefined;
}

/** Why the new name cannot be taken; undefined if it can. */
export function newNameProblem(
  checked: Checked,
  what: Entity,
  newName: string,
): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(newName))
    return `'${newName}' is no C identifier: letters, digits and '_', not beginning with a digit.`;
  if (keywords.some(([word]) => word === newName)) return `'${newName}' is a keyword of C.`;
  const clash = occurrencesIn(checked, checked.unit.path).find(
    ({ entity, access }) =>
      access === "declaration" && entity.name === newName && shareSpace(entity, what),
  );
  if (clash !== undefined)
    return `'${newName}' is already declared here as a ${clash.entity.kind}.`;
  const builtIn =
    what.kind === "field" || what.kind === "label" ? undefined : checked.unit.lookup(newName);
  return builtIn?.nameSpan.path.startsWith("<") === true
    ? `'${newName}' is built in; the new name would hide it.`
    : undefined;
}

/** Whether two declarations of one name would meet. */
function shareSpace(left: Entity, right: Entity): boolean {
  const space = spaceOf(left.kind);
  if (space !== spaceOf(right.kind)) return false;
  if (space === "field") return left.record === right.record;
  return left.scope === undefined || right.scope === undefined || left.scope === right.scope;
}

function spaceOf(kind: Entity["kind"]): string {
  switch (kind) {
    case "field":
    case "label":
    case "schedule":
    case "invariant":
    case "section":
      return kind;
    case "struct":
    case "enum":
      return "tag";
    case "type":
    case "constant":
    case "macro":
    case "function":
    case "service":
    case "variable":
    case "parameter":
    case "percpu":
    case "thread":
    case "threadMember":
    case "profile":
      return "ordinary";
  }
}
