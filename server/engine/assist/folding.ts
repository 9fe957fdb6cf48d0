// What can be folded: blocks between braces, comments of several lines, groups of includes. From the words of the text alone, so that it
// stays where it is while the text is broken.
import { LineIndex } from "../text/source.ts";
import { type TextToken, tokensOf } from "./tokens.ts";

export interface FoldingRange {
  /** Lines from 1; the last one is folded too, except that of a closing brace. */
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: "region" | "comment" | "imports";
}

/** In the order of the text. */
export function foldingRanges(text: string): readonly FoldingRange[] {
  const tokens = tokensOf(text);
  const lines = new LineIndex(text);
  const lineOf = (offset: number): number => lines.at(offset).line;
  return [
    ...blocks(tokens, lineOf),
    ...runs(tokens.filter(isLoneComment(text)), lineOf, "comment"),
    ...runs(includes(tokens), lineOf, "imports"),
  ].toSorted((left, right) => left.startLine - right.startLine || right.endLine - left.endLine);
}

type LineOf = (offset: number) => number;

function blocks(tokens: readonly TextToken[], lineOf: LineOf): readonly FoldingRange[] {
  const open: TextToken[] = [];
  const found: FoldingRange[] = [];
  for (const token of tokens) {
    if (token.text === "{") open.push(token);
    if (token.text !== "}") continue;
    const start = open.pop();
    if (start === undefined) continue;
    const startLine = lineOf(start.start);
    const endLine = lineOf(token.start) - 1;
    if (startLine < endLine) found.push({ startLine, endLine, kind: "region" });
  }
  return found;
}

/** A comment that has its line for itself; one behind code belongs to that line. */
function isLoneComment(text: string): (token: TextToken) => boolean {
  return ({ kind, start }) =>
    kind === "comment" && text.slice(text.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
}

/** The name of each include, with the line's `#`. */
function includes(tokens: readonly TextToken[]): readonly TextToken[] {
  return tokens.flatMap((token, index) => {
    const sign = tokens[index - 2];
    const isName = token.kind === "string" && tokens[index - 1]?.text === "include";
    return isName && sign?.text === "#" ? [{ ...token, start: sign.start }] : [];
  });
}

/** Tokens on lines that follow each other are one range. */
function runs(
  tokens: readonly TextToken[],
  lineOf: LineOf,
  kind: FoldingRange["kind"],
): readonly FoldingRange[] {
  const found: { startLine: number; endLine: number; kind: FoldingRange["kind"] }[] = [];
  for (const token of tokens) {
    const startLine = lineOf(token.start);
    const endLine = lineOf(token.end);
    const last = found.at(-1);
    if (last !== undefined && startLine <= last.endLine + 1) last.endLine = endLine;
    else found.push({ startLine, endLine, kind });
  }
  return found.filter(({ startLine, endLine }) => startLine < endLine);
}
