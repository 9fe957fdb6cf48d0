// From a name to where it is declared, defined, or where its type is; and from an include to its file.
import type { CType } from "../c/types.ts";
import type { Checked } from "../lint/check.ts";
import type { Span } from "../text/source.ts";
import { entityKey, isBuiltIn } from "./entity.ts";
import { includeLinks } from "./include-links.ts";
import { occurrenceAt, occurrencesIn } from "./occurrences.ts";

/** The place of the definition, also for a use of a prototype; undefined for what no file declares. */
export function definitionAt(
  checked: Checked,
  includePath: readonly string[],
  offset: number,
): Span | undefined {
  const { unit } = checked;
  const link = includeLinks(unit, includePath).find(
    ({ span }) => span.start <= offset && offset <= span.end,
  );
  if (link !== undefined) return { path: link.target, start: 0, end: 0 };
  const found = occurrenceAt(checked, unit.path, offset)?.entity;
  return found === undefined || isBuiltIn(found) ? undefined : found.nameSpan;
}

/** The first declaration, such as a function's prototype. */
export function declarationAt(
  checked: Checked,
  includePath: readonly string[],
  offset: number,
): Span | undefined {
  const definition = definitionAt(checked, includePath, offset);
  const found = occurrenceAt(checked, checked.unit.path, offset)?.entity;
  if (found === undefined || definition === undefined) return definition;
  const key = entityKey(found);
  const first = occurrencesIn(checked, definition.path).find(
    ({ entity, access }) => access === "declaration" && entityKey(entity) === key,
  );
  return first?.span ?? definition;
}

/** Where the struct, enum or typedef of the name's type is declared; through pointers and arrays. */
export function typeDefinitionAt(checked: Checked, offset: number): Span | undefined {
  const type = occurrenceAt(checked, checked.unit.path, offset)?.entity.type;
  const span = type === undefined ? undefined : namedPlace(type);
  return span === undefined || span.path.startsWith("<") ? undefined : span;
}

/** A struct's own place counts before that of a typedef for it. */
function namedPlace(type: CType): Span | undefined {
  switch (type.kind) {
    case "record":
    case "enum":
      return type.nameSpan;
    case "typedef":
      return namedPlace(type.type) ?? type.nameSpan;
    case "pointer":
      return namedPlace(type.target);
    case "array":
    case "vector":
      return namedPlace(type.element);
    case "qualified":
    case "atomic":
      return namedPlace(type.type);
    case "function":
      return namedPlace(type.returns);
    case "void":
    case "integer":
    case "float":
    case "complex":
    case "error":
      return undefined;
  }
}
