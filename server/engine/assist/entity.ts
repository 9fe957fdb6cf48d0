// What a name in a text stands for: one entity for each declared thing, so that a definition, its uses and their rename agree. Names
// that nobody declares (the kernel's, the language's) are entities too, with a place in no file.
import type { Member, RecordType, CType } from "../c/types.ts";
import type { Span } from "../text/source.ts";

export type EntityKind =
  | "struct"
  | "enum"
  | "type"
  | "field"
  | "constant"
  | "macro"
  | "function"
  | "service"
  | "variable"
  | "parameter"
  | "percpu"
  | "label"
  | "section"
  | "thread"
  | "threadMember"
  | "schedule"
  | "invariant"
  | "profile";

export interface Entity {
  readonly kind: EntityKind;
  readonly name: string;
  /** Where the name is declared; its path begins with `<` where no file declares it. */
  readonly nameSpan: Span;
  readonly type: CType | undefined;
  /** Of a field: the struct that declares it. */
  readonly record: RecordType | undefined;
  /** The function that a label or a local belongs to; undefined at file scope. */
  readonly scope: string | undefined;
}

/** `mention`: neither loads nor stores, as in `sizeof` or `goto`. */
export type NameUse = "declaration" | "read" | "write" | "mention";

/** A name in a text that stands for an entity. */
export interface Occurrence {
  readonly entity: Entity;
  readonly span: Span;
  readonly access: NameUse;
}

const LANGUAGE: Span = { path: "<scenario>", start: 0, end: 0 };

export function entity(
  kind: EntityKind,
  name: string,
  nameSpan: Span | undefined,
  rest: Partial<Pick<Entity, "type" | "record" | "scope">> = {},
): Entity {
  return {
    kind,
    name,
    nameSpan: nameSpan ?? LANGUAGE,
    type: rest.type,
    record: rest.record,
    scope: rest.scope,
  };
}

export function fieldEntity(member: Member): Entity {
  const { name, nameSpan, type, record } = member;
  return entity("field", name ?? "", nameSpan, { type, record });
}

/** Equal for two entities exactly if they are the same thing, in whatever judgement they were met. */
export function entityKey({ kind, name, nameSpan }: Entity): string {
  return `${kind} ${name} ${nameSpan.path} ${nameSpan.start}`;
}

/** No file of the user's declares it. */
export function isBuiltIn({ nameSpan }: Entity): boolean {
  return nameSpan.path.startsWith("<");
}
