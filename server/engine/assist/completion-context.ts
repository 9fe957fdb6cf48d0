// Where the cursor stands, from the tokens before it: in which item, behind which words. The text is usually broken just there, so the
// syntax tree is not asked.
import { type TextToken, tokensOf } from "./tokens.ts";

/** An open bracket before the cursor. */
export interface Frame {
  readonly sign: string;
  /** The tokens of the statement or item that the bracket stands in, before the bracket. */
  readonly head: readonly string[];
  /** Commas between the bracket and the cursor, at its own depth. */
  readonly argument: number;
}

export interface CursorContext {
  readonly place: "code" | "string" | "comment";
  /** Where the word that is being typed begins; the cursor itself where there is none. */
  readonly wordStart: number;
  /** Open brackets, outermost first. */
  readonly frames: readonly Frame[];
  /** Spellings since the last `;`, `{`, `}` or open bracket, the word that is being typed left out. */
  readonly before: readonly string[];
}

interface OpenFrame extends Frame {
  before: string[];
  argument: number;
}

export function contextAt(text: string, cursor: number): CursorContext {
  const all = tokensOf(text.slice(0, cursor));
  const last = all.at(-1);
  const typed =
    last !== undefined && last.end === cursor && last.kind === "word" ? last : undefined;
  const wordStart = typed?.start ?? cursor;
  const tokens = typed === undefined ? all : all.slice(0, -1);
  const place = placeOf(last, cursor);
  const stack: OpenFrame[] = [{ sign: "", head: [], before: [], argument: 0 }];
  const read = place === "code" ? tokens : tokens.slice(0, -1);
  for (const { kind, text: sign } of read) if (kind !== "comment") step(stack, sign);
  const top = stack.at(-1)!;
  return {
    place,
    wordStart,
    frames: stack.slice(1),
    before: top.before,
  };
}

function step(stack: OpenFrame[], sign: string): void {
  const top = stack.at(-1)!;
  if (sign === "{" || sign === "(" || sign === "[")
    stack.push({ sign, head: top.before, before: [], argument: 0 });
  else if (sign === "}" || sign === ")" || sign === "]") {
    const closed = stack.length > 1 ? stack.pop() : undefined;
    const outer = stack.at(-1)!;
    outer.before = sign === "}" ? [] : [...outer.before, closed?.sign ?? "", sign];
  } else if (sign === ";") top.before = [];
  else {
    if (sign === ",") top.argument++;
    top.before = [...top.before, sign];
  }
}

/** A string or comment that has not ended before the cursor. */
function placeOf(last: TextToken | undefined, cursor: number): CursorContext["place"] {
  if (last === undefined || last.end < cursor) return "code";
  const { kind, text } = last;
  if (kind === "comment")
    return text.startsWith("//") || !text.endsWith("*/") || text.length < 4 ? "comment" : "code";
  if (kind !== "string") return "code";
  const close = text.startsWith("<") ? ">" : text[0]!;
  return text.length > 1 && text.endsWith(close) ? "code" : "string";
}
