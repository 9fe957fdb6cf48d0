// textDocument/documentSymbol.
import type { DocumentSymbol } from "vscode-languageserver";
import { outlineOf } from "../engine/index.ts";
import { Ranges, toDocumentSymbol } from "./to-lsp.ts";
import type { Judgement } from "./workspace.ts";

export function documentSymbols({ checked, textOf }: Judgement): DocumentSymbol[] {
  const ranges = new Ranges(textOf);
  return outlineOf(checked.unit, checked.tree).map((symbol) => toDocumentSymbol(symbol, ranges));
}
