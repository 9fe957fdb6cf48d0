// The words and signs of a text as the editor's features look at it: without macros, also where the text is half written. Comments and
// strings are one token each, the name behind `#include` is a string.

export type TokenKind = "word" | "number" | "string" | "comment" | "sign";

export interface TextToken {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const KINDS: readonly TokenKind[] = ["comment", "string", "word", "number", "sign"];
const PATTERN =
  /(\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))|("(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?)|([A-Za-z_]\w*)|(\.?\d[\w.]*)|(->|&&|::|\+\+|--|[-+*/%&|^=!<>]=|[^\s\w])/gy;
const HEADER_NAME = /<[^>\n]*>?/y;

/** All tokens in order. */
export function tokensOf(text: string): readonly TextToken[] {
  const tokens: TextToken[] = [];
  let at = 0;
  while (at < text.length) {
    const token = isBehindInclude(tokens) ? headerNameAt(text, at) : undefined;
    const found = token ?? tokenAt(text, at);
    if (found === undefined) at++;
    else {
      tokens.push(found);
      at = found.end;
    }
  }
  return tokens;
}

function tokenAt(text: string, at: number): TextToken | undefined {
  PATTERN.lastIndex = at;
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const kind = KINDS.find((_, index) => match[index + 1] !== undefined) ?? "sign";
  return { kind, text: match[0], start: at, end: at + match[0].length };
}

function headerNameAt(text: string, at: number): TextToken | undefined {
  HEADER_NAME.lastIndex = at;
  const match = HEADER_NAME.exec(text);
  return match === null
    ? undefined
    : { kind: "string", text: match[0], start: at, end: at + match[0].length };
}

function isBehindInclude(tokens: readonly TextToken[]): boolean {
  return tokens.at(-1)?.text === "include" && tokens.at(-2)?.text === "#";
}

/** The token that holds the offset or ends there; a word before anything else. */
export function tokenAround(tokens: readonly TextToken[], offset: number): TextToken | undefined {
  const touching = tokens.filter(({ start, end }) => start <= offset && offset <= end);
  return touching.find(({ kind }) => kind === "word") ?? touching.at(-1);
}
