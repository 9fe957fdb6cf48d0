// The outline: structs with their fields (offsets in the detail), and of a scenario what `outlineOf` finds. Nested as declared.
import type { CUnit } from "../c/unit.ts";
import { type Field, layoutRecord } from "../layout/layout.ts";
import { recordName } from "../c/types.ts";
import type { Span } from "../text/source.ts";

export type SymbolKind =
  | "struct"
  | "field"
  | "function"
  | "constant"
  | "variable"
  | "event"
  | "enum";

export interface OutlineSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineSymbol[];
}

/** Symbols of the unit's own file, in the order of the text. */
export function outlineOf(unit: CUnit): readonly OutlineSymbol[] {
  const symbols = [...recordSymbols(unit), ...functionSymbols(unit), ...enumSymbols(unit)];
  return symbols
    .filter((symbol) => symbol.span.path === unit.path)
    .toSorted((left, right) => left.span.start - right.span.start);
}

function recordSymbols(unit: CUnit): OutlineSymbol[] {
  return unit.records
    .filter((record) => record.outer === undefined && record.isComplete)
    .filter((record) => record.tag !== undefined || record.typedefName !== undefined)
    .map((record) => {
      const layout = layoutRecord(record);
      return {
        name: recordName(record),
        detail: `size ${layout.size}, align ${layout.align}`,
        kind: "struct",
        span: covering(record.span, record.nameSpan),
        nameSpan: record.nameSpan,
        children: fieldSymbols(layout.fields, undefined),
      };
    });
}

function fieldSymbols(fields: readonly Field[], parent: Field | undefined): OutlineSymbol[] {
  return fields
    .filter((field) => field.parent === parent)
    .map((field) => ({
      name: field.name ?? "(anonymous)",
      detail: `${field.typeText} @ ${field.offset}, ${field.size} bytes`,
      kind: "field",
      span: covering(field.declarationSpan, field.nameSpan),
      nameSpan: field.nameSpan,
      children: fieldSymbols(fields, field),
    }));
}

function functionSymbols(unit: CUnit): OutlineSymbol[] {
  return unit.declarations.flatMap((declaration): OutlineSymbol[] => {
    if (declaration.kind !== "function") return [];
    const { name, nameSpan, span } = declaration;
    return [
      {
        name,
        detail: "",
        kind: "function",
        span: covering(span, nameSpan),
        nameSpan,
        children: [],
      },
    ];
  });
}

function enumSymbols(unit: CUnit): OutlineSymbol[] {
  return unit.enums
    .filter((type) => type.isComplete && type.tag !== undefined)
    .map((type) => ({
      name: `enum ${type.tag ?? ""}`,
      detail: "",
      kind: "enum",
      span: covering(type.span, type.nameSpan),
      nameSpan: type.nameSpan,
      children: type.constants.map((constant) => ({
        name: constant.name,
        detail: `${constant.value}`,
        kind: "constant",
        span: constant.span,
        nameSpan: constant.span,
        children: [],
      })),
    }));
}

/** An editor demands that the name lies inside; what macros produced may not. */
function covering(span: Span, nameSpan: Span): Span {
  if (span.path !== nameSpan.path) return nameSpan;
  return {
    path: span.path,
    start: Math.min(span.start, nameSpan.start),
    end: Math.max(span.end, nameSpan.end),
  };
}
