// textDocument/hover.
import { type Hover, MarkupKind, type Position } from "vscode-languageserver";
import { hoverAt } from "../engine/index.ts";
import { Ranges } from "./to-lsp.ts";
import type { Judgement } from "./workspace.ts";

export function hover(judgement: Judgement, position: Position): Hover | null {
  const { document, checked, settings, textOf } = judgement;
  const found = hoverAt({
    checked,
    roles: settings.configuration.roles,
    offset: document.offsetAt(position),
    hoverInC: settings.hoverInC,
  });
  if (found === undefined) return null;
  return {
    contents: { kind: MarkupKind.Markdown, value: found.markdown },
    range: new Ranges(textOf).of(found.span),
  };
}
