// workspace/symbol: structs, functions, sections, threads and schedules of the project's rseq files, by the letters of their names.
import type { DocumentSymbol, SymbolInformation } from "vscode-languageserver";
import { documentSymbols } from "./document-symbol.ts";
import { isOurs } from "./navigation.ts";
import type { Workspace } from "./workspace.ts";

const SYMBOLS_MAX = 1000;

export async function workspaceSymbols(
  workspace: Workspace,
  query: string,
): Promise<SymbolInformation[]> {
  const found: SymbolInformation[] = [];
  for await (const judgement of workspace.judgeAll(mayBeOurs)) {
    if (!isOurs(judgement)) continue;
    const { uri } = judgement.document;
    for (const symbol of documentSymbols(judgement)) collect(symbol, undefined, uri, query, found);
    if (found.length >= SYMBOLS_MAX) break;
  }
  return found.slice(0, SYMBOLS_MAX);
}

function mayBeOurs(text: string, path: string): boolean {
  return path.endsWith(".rseq") || text.includes("rseq");
}

function collect(
  symbol: DocumentSymbol,
  container: string | undefined,
  uri: string,
  query: string,
  found: SymbolInformation[],
): void {
  const { name, kind, selectionRange, children } = symbol;
  if (matches(name, query))
    found.push({
      name,
      kind,
      location: { uri, range: selectionRange },
      ...(container === undefined ? {} : { containerName: container }),
    });
  for (const child of children ?? []) collect(child, name, uri, query, found);
}

/** The letters of the query in their order, as clients filter. */
function matches(name: string, query: string): boolean {
  let at = 0;
  const lower = name.toLowerCase();
  for (const letter of query.toLowerCase()) {
    at = lower.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
