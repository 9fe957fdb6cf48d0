// textDocument/formatting, rangeFormatting, rangesFormatting and onTypeFormatting: scenarios only; headers have their own styles.
import type { FormattingOptions, Position, Range, TextEdit } from "vscode-languageserver";
import { closedBlock, formatScenario, type LineRange } from "../engine/index.ts";
import { Ranges } from "./to-lsp.ts";
import type { Judgement } from "./workspace.ts";

/** Signs behind which the line, or the block that ends there, is formatted. */
export const FORMAT_TRIGGERS = { first: "}", more: [";"] } as const;

/** The whole text, or the lines that the ranges touch. */
export function formatted(
  judgement: Judgement,
  options: FormattingOptions,
  ranges?: readonly Range[],
): TextEdit[] {
  if (ranges === undefined) return editsOf(judgement, options, undefined);
  return ranges.flatMap(({ start, end }) =>
    editsOf(judgement, options, { first: start.line, last: end.line }),
  );
}

export function formattedOnType(
  judgement: Judgement,
  options: FormattingOptions,
  position: Position,
  typed: string,
): TextEdit[] {
  const { document } = judgement;
  const line = { first: position.line, last: position.line };
  const block =
    typed === "}" ? closedBlock(document.getText(), document.offsetAt(position)) : undefined;
  return editsOf(judgement, options, block ?? line);
}

function editsOf(
  { checked, document, textOf }: Judgement,
  { tabSize, insertSpaces }: FormattingOptions,
  lines: LineRange | undefined,
): TextEdit[] {
  if (checked.scenario === undefined) return [];
  const ranges = new Ranges(textOf);
  const { path } = checked.unit;
  return formatScenario(path, document.getText(), { tabSize, insertSpaces }, lines).map(
    ({ span, newText }) => ({ range: ranges.of(span), newText }),
  );
}
