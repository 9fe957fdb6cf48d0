// textDocument/completion and completionItem/resolve. A list holds labels and details; pages are made for the one item that is looked at.
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  InsertTextFormat,
  MarkupKind,
  type Position,
} from "vscode-languageserver";
import {
  type Completion,
  completionDocumentation,
  type CompletionKind,
  completionsAt,
  type CompletionTopic,
} from "../engine/index.ts";
import type { Judgement } from "./workspace.ts";

const KINDS: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  snippet: CompletionItemKind.Snippet,
  function: CompletionItemKind.Function,
  variable: CompletionItemKind.Variable,
  constant: CompletionItemKind.Constant,
  field: CompletionItemKind.Field,
  type: CompletionItemKind.Class,
  struct: CompletionItemKind.Struct,
  label: CompletionItemKind.Reference,
  thread: CompletionItemKind.Module,
  value: CompletionItemKind.Value,
  file: CompletionItemKind.File,
};

/** Signs behind which a list is wanted without a key. */
export const COMPLETION_TRIGGERS: readonly string[] = [".", ">", '"', "<", "&", ":"];

/** What an item carries to its resolve request. */
interface ItemData {
  readonly uri: string;
  readonly topic: CompletionTopic;
}

export function completions(
  { document, checked, settings }: Judgement,
  position: Position,
  takesSnippets: boolean,
): CompletionList {
  const { roles } = settings.configuration;
  const { start, items } = completionsAt(checked, roles, document.offsetAt(position));
  const range = { start: document.positionAt(start), end: position };
  return {
    isIncomplete: false,
    items: items.map((item, index): CompletionItem => ({
      label: item.label,
      kind: KINDS[item.kind],
      ...(item.detail === "" ? {} : { detail: item.detail }),
      // The engine's order is by nearness; clients sort by this text.
      sortText: `${index}`.padStart(5, "0"),
      textEdit: { range, newText: takesSnippets ? item.insertText : plainText(item) },
      ...(item.isSnippet && takesSnippets ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
      ...(item.topic === undefined ? {} : { data: { uri: document.uri, topic: item.topic } }),
    })),
  };
}

/** A snippet for clients that take none: its label, and what a person types next. */
function plainText({ label, insertText, isSnippet }: Completion): string {
  return isSnippet ? label : insertText;
}

export function uriOfItem({ data }: CompletionItem): string | undefined {
  return isItemData(data) ? data.uri : undefined;
}

export function resolveCompletion({ checked }: Judgement, item: CompletionItem): CompletionItem {
  const data: unknown = item.data;
  const value = isItemData(data) ? completionDocumentation(checked, data.topic) : undefined;
  return value === undefined
    ? item
    : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
}

function isItemData(data: unknown): data is ItemData {
  return typeof data === "object" && data !== null && "uri" in data && "topic" in data;
}
