// textDocument/foldingRange and selectionRange: how the text nests.
import {
  type FoldingRange,
  FoldingRangeKind,
  type Position,
  type SelectionRange,
} from "vscode-languageserver";
import { foldingRanges, selectionsAt } from "../engine/index.ts";
import { isOurs } from "./navigation.ts";
import { Ranges } from "./to-lsp.ts";
import type { Judgement } from "./workspace.ts";

const KINDS = {
  region: undefined,
  comment: FoldingRangeKind.Comment,
  imports: FoldingRangeKind.Imports,
} as const;

export function foldingRangesOf(judgement: Judgement): FoldingRange[] {
  if (!isOurs(judgement)) return [];
  return foldingRanges(judgement.document.getText()).map(({ startLine, endLine, kind }) => {
    const name = KINDS[kind];
    const range = { startLine: startLine - 1, endLine: endLine - 1 };
    return name === undefined ? range : { ...range, kind: name };
  });
}

export function selectionRanges(
  judgement: Judgement,
  positions: readonly Position[],
): SelectionRange[] | null {
  if (!isOurs(judgement)) return null;
  const ranges = new Ranges(judgement.textOf);
  return positions.map((position) => {
    const spans = selectionsAt(judgement.checked, judgement.document.offsetAt(position));
    const outermostFirst = spans.toReversed();
    let selection: SelectionRange = { range: { start: position, end: position } };
    for (const [index, span] of outermostFirst.entries())
      selection =
        index === 0 ? { range: ranges.of(span) } : { range: ranges.of(span), parent: selection };
    return selection;
  });
}
