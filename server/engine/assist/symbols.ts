// The outline: structs with their fields (offsets in the detail), functions, enums; of a scenario its items with their sections,
// commits and labels. Nested as declared.
import type { CUnit } from "../c/unit.ts";
import { type Field, layoutRecord } from "../layout/layout.ts";
import { recordName } from "../c/types.ts";
import type { Item, ScenarioTree } from "../scenario/item.ts";
import type { Block, Statement } from "../scenario/statement.ts";
import type { Span } from "../text/source.ts";

export type SymbolKind =
  | "struct"
  | "field"
  | "function"
  | "constant"
  | "variable"
  | "event"
  | "enum"
  | "namespace";

export interface OutlineSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineSymbol[];
}

/** Symbols of the unit's own file, in the order of the text; `tree` is a scenario's, else undefined. */
export function outlineOf(unit: CUnit, tree: ScenarioTree | undefined): readonly OutlineSymbol[] {
  const code = tree === undefined ? functionSymbols(unit) : tree.items.flatMap(itemSymbols);
  const symbols = [...recordSymbols(unit), ...code, ...enumSymbols(unit)];
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

/** One symbol for each item that has a name; settings go by their keyword. */
function itemSymbols(item: Item): OutlineSymbol[] {
  switch (item.kind) {
    case "function":
      return [symbol(item.name, "", "function", item.span, blockSymbols(item.body))];
    case "thread":
      return [symbol(item.name, "thread", "function", item.span, blockSymbols(item.body))];
    case "schedule":
      return [symbol(item.name, "schedule", "event", item.span, [])];
    case "invariant":
      return [symbol(item.name, "invariant", "constant", item.span, [])];
    case "finally":
      return [symbol(item.keyword, "", "function", item.span, blockSymbols(item.body))];
    case "kernel":
      return [symbol(item.profile, "kernel", "namespace", item.span, [])];
    case "machine":
      return [symbol(item.keyword, "", "namespace", item.span, [])];
    case "percpu":
      return item.declaration.declarators.flatMap(({ name, nameSpan }) =>
        name === undefined
          ? []
          : [symbol({ text: name, span: nameSpan }, "percpu", "variable", item.span, [])],
      );
    case "expect":
    case "check":
      return [];
  }
}

/** Critical sections and labels of a block, at any depth. */
function blockSymbols(block: Block): OutlineSymbol[] {
  return block.statements.flatMap(statementSymbols);
}

function statementSymbols(statement: Statement): OutlineSymbol[] {
  switch (statement.kind) {
    case "block":
      return blockSymbols(statement);
    case "if":
      return [statement.whenTrue, statement.whenFalse].flatMap((part) =>
        part === undefined ? [] : statementSymbols(part),
      );
    case "while":
    case "do":
    case "for":
    case "switch":
      return statementSymbols(statement.body);
    case "case":
    case "default":
      return statementSymbols(statement.statement);
    case "label": {
      const name = { text: statement.name, span: statement.nameSpan };
      const label = symbol(name, "label", "constant", statement.nameSpan, []);
      return [label, ...statementSymbols(statement.statement)];
    }
    case "critical": {
      const name = { text: statement.name ?? "critical", span: statement.headSpan };
      const detail = `abort ${statement.abortLabel}`;
      return [symbol(name, detail, "event", statement.span, blockSymbols(statement.body))];
    }
    case "commit":
      return [symbol({ text: "commit", span: statement.span }, "", "event", statement.span, [])];
    case "empty":
    case "expression":
    case "declaration":
    case "goto":
    case "break":
    case "continue":
    case "return":
    case "assert":
      return [];
  }
}

function symbol(
  name: { readonly text: string; readonly span: Span },
  detail: string,
  kind: SymbolKind,
  span: Span,
  children: readonly OutlineSymbol[],
): OutlineSymbol {
  return {
    name: name.text,
    detail,
    kind,
    span: covering(span, name.span),
    nameSpan: name.span,
    children,
  };
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
