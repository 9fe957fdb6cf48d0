// Line numbers of the text at hand. Findings come file by file, so the index of the last text is kept: a text of 10 MB with
// hundreds of findings is indexed once.
import { LineIndex } from "../engine/index.ts";

let last: { readonly text: string; readonly index: LineIndex } | undefined;

/** The line index of a text. */
export function linesOf(text: string): LineIndex {
  if (last?.text !== text) last = { text, index: new LineIndex(text) };
  return last.index;
}
