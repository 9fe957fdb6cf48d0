// textDocument/inlayHint: holes and offsets, as the settings want them.
import { type InlayHint, type Range } from "vscode-languageserver";
import { inlayHints } from "../engine/index.ts";
import type { Judgement } from "./workspace.ts";

export function inlayHintsOf(judgement: Judgement, range: Range): InlayHint[] {
  const { checked, document, settings } = judgement;
  const offsets = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  return inlayHints(checked, settings.configuration.roles, settings.inlayHints, offsets).map(
    ({ offset, text, tooltip }) => ({
      position: document.positionAt(offset),
      label: text,
      paddingLeft: true,
      tooltip,
    }),
  );
}
