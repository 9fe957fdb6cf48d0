// Colours that only reading the file can give: what a name is, and for fields of rseq structs whose they are. Other words keep the
// grammar's colours. In a C file only fields of rseq structs have a colour of ours.
import type { Checked } from "../lint/check.ts";
import type { ConfiguredRoles } from "../lint/role.ts";
import type { Span } from "../text/source.ts";
import type { Entity, EntityKind } from "./entity.ts";
import { fieldClasses, placeKey } from "./field-class.ts";
import { occurrencesIn } from "./occurrences.ts";

export const SEMANTIC_TOKEN_TYPES = [
  "struct",
  "enum",
  "type",
  "property",
  "enumMember",
  "macro",
  "function",
  "variable",
  "parameter",
  "label",
  "class",
  "event",
  "namespace",
] as const;
export const SEMANTIC_TOKEN_MODIFIERS = [
  "declaration",
  "private",
  "shared",
  "kernelWritten",
  "percpu",
] as const;
export type SemanticTokenType = (typeof SEMANTIC_TOKEN_TYPES)[number];
export type SemanticTokenModifier = (typeof SEMANTIC_TOKEN_MODIFIERS)[number];

export interface SemanticToken {
  readonly span: Span;
  readonly type: SemanticTokenType;
  readonly modifiers: readonly SemanticTokenModifier[];
}

const TYPES: Readonly<Record<EntityKind, SemanticTokenType | undefined>> = {
  struct: "struct",
  enum: "enum",
  type: "type",
  field: "property",
  constant: "enumMember",
  macro: "macro",
  function: "function",
  service: "function",
  variable: "variable",
  parameter: "parameter",
  percpu: "variable",
  label: "label",
  section: "label",
  thread: "class",
  threadMember: "property",
  schedule: "event",
  invariant: "event",
  // A string in the text, and coloured as one.
  profile: undefined,
};

/** In the order of the text; of the places [start, end) only, if they are given. */
export function semanticTokens(
  checked: Checked,
  roles: ConfiguredRoles,
  range?: { readonly start: number; readonly end: number },
): readonly SemanticToken[] {
  const { unit, kernel, scenario } = checked;
  const classes = fieldClasses(unit, roles, kernel.profile);
  return occurrencesIn(checked, unit.path).flatMap(({ entity, span, access }) => {
    if (range !== undefined && (span.end <= range.start || range.end <= span.start)) return [];
    const type = TYPES[entity.kind];
    const owner = classes.get(placeKey(entity.nameSpan));
    const isOurs = scenario !== undefined || (entity.kind === "field" && owner !== undefined);
    if (type === undefined || !isOurs) return [];
    const modifiers: SemanticTokenModifier[] = access === "declaration" ? ["declaration"] : [];
    if (entity.kind === "percpu") modifiers.push("percpu");
    const area = areaOf(entity) ?? (entity.kind === "field" ? owner?.class : undefined);
    if (area === "private" || area === "shared") modifiers.push(area);
    if (entity.kind === "field" && owner?.isKernelWritten === true) modifiers.push("kernelWritten");
    return [{ span, type, modifiers }];
  });
}

/** `rseq` and `rseq_shared`, also behind `worker[0].`. */
function areaOf({ kind, name, nameSpan }: Entity): "private" | "shared" | undefined {
  if ((kind !== "variable" && kind !== "threadMember") || nameSpan.path !== "<scenario>")
    return undefined;
  if (name === "rseq") return "private";
  return name === "rseq_shared" ? "shared" : undefined;
}
