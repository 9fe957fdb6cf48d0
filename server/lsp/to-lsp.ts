// From the engine's values to the protocol's. Engine types end here.
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic as LspDiagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type DocumentSymbol,
  type Range,
  SymbolKind as LspSymbolKind,
  type TextEdit as LspTextEdit,
} from "vscode-languageserver";
import {
  type Diagnostic,
  type Fix,
  LineIndex,
  type OutlineSymbol,
  type Severity,
  type Span,
  type SymbolKind,
} from "../engine/index.ts";
import { toUri } from "./uri.ts";

/** Text of a source by its path; undefined where it is not known. */
export type TextOf = (path: string) => string | undefined;

/** Line indices of the sources of one answer, made when they are first needed. */
export class Ranges {
  readonly #textOf: TextOf;
  readonly #indices = new Map<string, LineIndex>();

  constructor(textOf: TextOf) {
    this.#textOf = textOf;
  }

  of(span: Span): Range {
    let index = this.#indices.get(span.path);
    if (index === undefined) {
      index = new LineIndex(this.#textOf(span.path) ?? "");
      this.#indices.set(span.path, index);
    }
    const start = index.at(span.start);
    const end = index.at(span.end);
    return {
      start: { line: start.line - 1, character: start.column - 1 },
      end: { line: end.line - 1, character: end.column - 1 },
    };
  }
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** `explainUri` is what the code is appended to for its link; undefined: no link. */
export function toLspDiagnostic(
  diagnostic: Diagnostic,
  ranges: Ranges,
  explainUri: string | undefined,
): LspDiagnostic {
  const related = diagnostic.notes
    .filter(({ span }) => !span.path.startsWith("<"))
    .map(({ message, span }): DiagnosticRelatedInformation => ({
      message,
      location: { uri: toUri(span.path), range: ranges.of(span) },
    }));
  return {
    range: ranges.of(diagnostic.span),
    severity: SEVERITIES[diagnostic.severity],
    code: diagnostic.code,
    ...(explainUri === undefined
      ? {}
      : { codeDescription: { href: `${explainUri}${diagnostic.code}` } }),
    message: diagnostic.message,
    source: "rseq-lab",
    ...(related.length === 0 ? {} : { relatedInformation: related }),
  };
}

export function toQuickFix(
  fix: Fix,
  diagnostic: LspDiagnostic,
  isOnly: boolean,
  ranges: Ranges,
): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: isOnly && fix.safe,
    edit: { changes: toChanges(fix.edits, ranges) },
  };
}

export function toChanges(edits: Fix["edits"], ranges: Ranges): Record<string, LspTextEdit[]> {
  const changes: Record<string, LspTextEdit[]> = {};
  for (const { span, newText } of edits)
    (changes[toUri(span.path)] ??= []).push({ range: ranges.of(span), newText });
  return changes;
}

const SYMBOL_KINDS: Readonly<Record<SymbolKind, LspSymbolKind>> = {
  struct: LspSymbolKind.Struct,
  field: LspSymbolKind.Field,
  function: LspSymbolKind.Function,
  constant: LspSymbolKind.EnumMember,
  variable: LspSymbolKind.Variable,
  event: LspSymbolKind.Event,
  enum: LspSymbolKind.Enum,
  namespace: LspSymbolKind.Namespace,
};

export function toDocumentSymbol(symbol: OutlineSymbol, ranges: Ranges): DocumentSymbol {
  return {
    name: symbol.name,
    detail: symbol.detail,
    kind: SYMBOL_KINDS[symbol.kind],
    range: ranges.of(symbol.span),
    selectionRange: ranges.of(symbol.nameSpan),
    children: symbol.children.map((child) => toDocumentSymbol(child, ranges)),
  };
}
