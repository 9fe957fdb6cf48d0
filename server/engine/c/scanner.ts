// Characters to preprocessing tokens, one at a time, straight from the text. Comments and line splices are skipped here
// (comments are remembered by place); directives and macros are the preprocessor's.
import { mix } from "./interner.ts";
import type { Spellings } from "./token-list.ts";
import * as token from "./token.ts";

/** What can be wrong with characters; the preprocessor words it. */
export type ScanProblem = "comment" | "string" | "character" | "stray";

export interface ScanEvents {
  /** Places of a comment's two ends. */
  comment(start: number, end: number): void;
  problem(problem: ScanProblem, start: number, end: number): void;
}

// Classes of the first 128 characters.
const OTHER = 0;
const SPACE = 1;
const NEWLINE = 2;
const LETTER = 3;
const DIGIT = 4;
const PUNCTUATION = 5;
const QUOTE = 6;

const classes = new Uint8Array(128);
/** 1 for what continues an identifier. */
const isWordUnit = new Uint8Array(128);
for (let unit = 0; unit < 128; unit++) {
  const text = String.fromCharCode(unit);
  if (" \t\f\v".includes(text)) classes[unit] = SPACE;
  else if (text === "\n" || text === "\r") classes[unit] = NEWLINE;
  else if (/[A-Za-z_$]/.test(text)) classes[unit] = LETTER;
  else if (/[0-9]/.test(text)) classes[unit] = DIGIT;
  else if ("()[]{};,.-+*/%&|^~!?:=<>#".includes(text)) classes[unit] = PUNCTUATION;
  else if (text === '"' || text === "'") classes[unit] = QUOTE;
  isWordUnit[unit] = /[A-Za-z0-9_$]/.test(text) ? 1 : 0;
}

// Punctuators of one character by its unit; longer ones by trying the longest first.
const single = new Uint8Array(128);
const longer: (readonly (readonly [text: string, kind: number])[] | undefined)[] = [];
const digraphs: readonly (readonly [string, number])[] = [
  ["<:", token.LEFT_BRACKET],
  [":>", token.RIGHT_BRACKET],
  ["<%", token.LEFT_BRACE],
  ["%>", token.RIGHT_BRACE],
  ["%:%:", token.HASH_HASH],
  ["%:", token.HASH],
];
const spelled: (readonly [string, number])[] = [...digraphs];
for (const [kind, text] of token.punctuatorTexts.entries())
  if (text !== undefined) spelled.push([text, kind]);
for (const [text, kind] of spelled) {
  const unit = text.charCodeAt(0);
  if (text.length === 1) single[unit] = kind;
  else
    longer[unit] = [...(longer[unit] ?? []), [text, kind] as const].sort(
      (a, b) => b[0].length - a[0].length,
    );
}

const BACKSLASH = 92;
const STAR = 42;
const SLASH = 47;
const DOT = 46;

export class Scanner {
  readonly text: string;
  readonly #base: number;
  readonly #spellings: Spellings;
  readonly #events: ScanEvents;
  readonly #end: number;
  position: number;

  // The token that `next` found.
  value = 0;
  /** Offsets in `text`. */
  start = 0;
  end = 0;
  /** First token of its line. */
  isFirst = true;
  /** Space, a comment or a line's start before it. */
  hasSpace = false;

  constructor(
    text: string,
    base: number,
    spellings: Spellings,
    events: ScanEvents,
    start: number = 0,
    end: number = text.length,
  ) {
    this.text = text;
    this.#base = base;
    this.#spellings = spellings;
    this.#events = events;
    this.position = start;
    this.#end = end;
    if (start === 0 && text.charCodeAt(0) === 0xfeff) this.position = 1;
  }

  /** Moves to the next token and returns its kind; END at the end of the text. */
  next(): number {
    const { text } = this;
    const textEnd = this.#end;
    let position = this.position;
    let isFirst = position === 0;
    let hasSpace = isFirst;
    for (; position < textEnd; position++) {
      const unit = text.charCodeAt(position);
      const unitClass = unit < 128 ? classes[unit]! : OTHER;
      if (unitClass === SPACE) {
        hasSpace = true;
      } else if (unitClass === NEWLINE) {
        isFirst = true;
        hasSpace = true;
      } else {
        if (unit === SLASH) {
          const after = this.#skipComment(position);
          if (position < after) {
            position = after - 1;
            hasSpace = true;
            continue;
          }
        } else if (unit === BACKSLASH) {
          const after = this.#spliceEnd(position);
          if (position < after) {
            position = after - 1;
            continue;
          }
        }
        this.isFirst = isFirst;
        this.hasSpace = hasSpace;
        this.start = position;
        if (unitClass === LETTER) return this.#word(position, unit);
        return this.#other(position, unit, unitClass);
      }
    }
    this.position = this.start = this.end = textEnd;
    this.isFirst = true;
    this.hasSpace = true;
    return token.END;
  }

  /** Whether only space and comments stand before the end of the line; steps over them, and leaves the line's end. */
  isAtLineEnd(): boolean {
    for (; this.position < this.#end; this.position++) {
      const unit = this.text.charCodeAt(this.position);
      if (unit === 10 || unit === 13) return true;
      const after =
        unit === SLASH ? this.#skipComment(this.position) : this.#spliceEnd(this.position);
      if (this.position < after) this.position = after - 1;
      else if (unit !== 32 && (unit < 9 || 13 < unit)) return false;
    }
    return true;
  }

  /** Offset of the line's end (splices do not end it; a block comment may carry it on). Moves nothing. */
  lineEnd(): number {
    let position = this.position;
    for (; position < this.#end; position++) {
      const unit = this.text.charCodeAt(position);
      if (unit === 10 || unit === 13) break;
      if (unit === BACKSLASH) position = Math.max(position, this.#spliceEnd(position) - 1);
      else if (unit === SLASH && this.text.charCodeAt(position + 1) === STAR) {
        const close = this.text.indexOf("*/", position + 2);
        position = close < 0 ? this.#end : close + 1;
      } else if (unit === 34 || unit === 39) {
        position = this.#literalEnd(position, unit) - 1;
      }
    }
    return Math.min(position, this.#end);
  }

  #word(start: number, first: number): number {
    const { text } = this;
    const textEnd = this.#end;
    let hash = first;
    let position = start + 1;
    for (; position < textEnd; position++) {
      const unit = text.charCodeAt(position);
      if (unit < 128 ? isWordUnit[unit] === 0 : !isLetterBeyondAscii(unit)) break;
      hash = (Math.imul(hash, 31) + unit) | 0;
    }
    if (position < textEnd) {
      const unit = text.charCodeAt(position);
      if (unit === BACKSLASH && position < this.#spliceEnd(position))
        return this.#splicedWord(start);
      if (unit === 34 || unit === 39) {
        if (isEncodingPrefix(text.slice(start, position)))
          return this.#literal(start, position, unit);
      }
    }
    this.position = this.end = position;
    const id = this.#spellings.identifiers.intern(text, start, position, mix(hash));
    this.value = id;
    return this.#spellings.kindOf(id);
  }

  // A word or number that a backslash-newline cuts.
  #splicedWord(start: number): number {
    let name = "";
    let position = start;
    while (position < this.#end) {
      const unit = this.text.charCodeAt(position);
      const after = this.#spliceEnd(position);
      if (position < after) {
        position = after;
        continue;
      }
      if (unit < 128 ? isWordUnit[unit] === 0 : !isLetterBeyondAscii(unit)) break;
      name += this.text[position];
      position++;
    }
    this.position = this.end = position;
    if (classes[name.charCodeAt(0)] === DIGIT) return this.#numberNamed(name);
    this.value = this.#spellings.identifiers.idOf(name);
    return this.#spellings.kindOf(this.value);
  }

  #other(position: number, unit: number, unitClass: number): number {
    if (unitClass === PUNCTUATION) {
      const following = this.text.charCodeAt(position + 1);
      if (unit === DOT && following < 128 && classes[following] === DIGIT)
        return this.#number(position);
      return this.#punctuator(position, unit);
    }
    if (unitClass === DIGIT) return this.#number(position);
    if (unitClass === QUOTE) return this.#literal(position, position, unit);
    if (128 <= unit && isLetterBeyondAscii(unit)) return this.#word(position, unit);
    return this.#stray(position);
  }

  #punctuator(position: number, unit: number): number {
    this.value = 0;
    const candidates = longer[unit];
    const following = this.text.charCodeAt(position + 1);
    if (candidates !== undefined && classes[following & 127] === PUNCTUATION) {
      for (const [text, kind] of candidates) {
        if (this.text.startsWith(text, position) && position + text.length <= this.#end) {
          this.position = this.end = position + text.length;
          return kind;
        }
      }
    }
    this.position = this.end = position + 1;
    return single[unit]!;
  }

  #number(start: number): number {
    const { text } = this;
    let position = start;
    let value = 0;
    let isPlain = true;
    for (; position < this.#end; position++) {
      const unit = text.charCodeAt(position);
      if (48 <= unit && unit <= 57) {
        value = value * 10 + unit - 48;
        continue;
      }
      const isExponentSign =
        (unit === 43 || unit === 45) &&
        position > start &&
        isExponent(text.charCodeAt(position - 1));
      const isSeparator = unit === 39 && isWordUnit[text.charCodeAt(position + 1) & 127] === 1;
      if (
        unit < 128
          ? isWordUnit[unit] === 0 && unit !== DOT && !isExponentSign && !isSeparator
          : !isLetterBeyondAscii(unit)
      )
        break;
      isPlain = false;
    }
    if (text.charCodeAt(position) === BACKSLASH && position < this.#spliceEnd(position))
      return this.#splicedWord(start);
    this.position = this.end = position;
    if (
      isPlain &&
      value < 0x40000000 &&
      (text.charCodeAt(start) !== 48 || position === start + 1)
    ) {
      this.value = value;
      return token.NUMBER;
    }
    return this.#numberNamed(text.slice(start, position));
  }

  #numberNamed(spelling: string): number {
    this.value = this.#spellings.literal(spelling);
    return token.NUMBER;
  }

  #literal(start: number, quoteAt: number, quote: number): number {
    const end = this.#literalEnd(quoteAt, quote);
    this.position = this.end = end;
    const isClosed =
      quoteAt + 1 < end &&
      this.text.charCodeAt(end - 1) === quote &&
      this.#isLastQuoteReal(quoteAt, end);
    if (!isClosed) return this.#openLiteral(start, quoteAt, quote);
    this.value = this.#spellings.literal(removeSplices(this.text.slice(start, end)));
    return quote === 34 ? token.STRING : token.CHARACTER;
  }

  // What ends the statement at the end of the line was hardly meant as text: the literal is read as if it ended before it.
  #openLiteral(start: number, quoteAt: number, quote: number): number {
    let before = this.end;
    while (quoteAt + 1 < before && " \t;,)]}".includes(this.text.charAt(before - 1))) before--;
    const isPart = quoteAt + 1 < before && /[;,)\]}]/.test(this.text.slice(before, this.end));
    if (isPart) this.position = this.end = before;
    const spelling = removeSplices(this.text.slice(start, this.end));
    const missing = isPart ? String.fromCharCode(quote) : "";
    this.value = this.#spellings.literal(spelling + missing);
    const problem = quote === 34 ? "string" : "character";
    this.#events.problem(problem, this.#base + start, this.#base + this.end);
    if (!isPart) return token.UNKNOWN;
    return quote === 34 ? token.STRING : token.CHARACTER;
  }

  // Behind the closing quote, or the end of the line where there is none.
  #literalEnd(quoteAt: number, quote: number): number {
    let position = quoteAt + 1;
    for (; position < this.#end; position++) {
      const unit = this.text.charCodeAt(position);
      if (unit === quote) return position + 1;
      if (unit === BACKSLASH) position = Math.max(position + 1, this.#spliceEnd(position) - 1);
      else if (unit === 10 || unit === 13) break;
    }
    return Math.min(position, this.#end);
  }

  #isLastQuoteReal(quoteAt: number, end: number): boolean {
    let backslashes = 0;
    for (
      let position = end - 2;
      quoteAt < position && this.text.charCodeAt(position) === BACKSLASH;
      position--
    )
      backslashes++;
    return backslashes % 2 === 0;
  }

  // Neighbours that begin no token are one token, so that a binary file gives one message and not a thousand.
  #stray(start: number): number {
    let position = start;
    while (position < this.#end) {
      const unit = this.text.charCodeAt(position);
      if (unit < 128 ? classes[unit] !== OTHER : isLetterBeyondAscii(unit)) break;
      position++;
    }
    position = Math.max(position, start + 1);
    this.position = this.end = position;
    this.value = this.#spellings.literal(this.text.slice(start, Math.min(position, start + 16)));
    this.#events.problem("stray", this.#base + start, this.#base + position);
    return token.UNKNOWN;
  }

  // Behind a comment that begins at the position; the position itself if none does.
  #skipComment(position: number): number {
    const { text } = this;
    const second = text.charCodeAt(position + 1);
    let after = position;
    if (second === STAR) {
      const close = text.indexOf("*/", position + 2);
      after = close < 0 || this.#end < close + 2 ? this.#end : close + 2;
      if (close < 0)
        this.#events.problem(
          "comment",
          this.#base + position,
          this.#base + Math.min(after, position + 2),
        );
    } else if (second === SLASH) {
      after = position + 2;
      for (; after < this.#end; after++) {
        const unit = text.charCodeAt(after);
        if (unit === 10 || unit === 13) break;
        if (unit === BACKSLASH) after = Math.max(after, this.#spliceEnd(after) - 1);
      }
    }
    if (position < after) this.#events.comment(this.#base + position, this.#base + after);
    return after;
  }

  // Behind a backslash and line end (gcc allows space between); the position itself where there is none.
  #spliceEnd(position: number): number {
    const { text } = this;
    if (text.charCodeAt(position) !== BACKSLASH) return position;
    let after = position + 1;
    while (text.charCodeAt(after) === 32 || text.charCodeAt(after) === 9) after++;
    if (text.charCodeAt(after) === 13)
      return text.charCodeAt(after + 1) === 10 ? after + 2 : after + 1;
    return text.charCodeAt(after) === 10 ? after + 1 : position;
  }
}

function isEncodingPrefix(word: string): boolean {
  return word === "L" || word === "u" || word === "U" || word === "u8";
}

function isExponent(unit: number): boolean {
  return unit === 101 || unit === 69 || unit === 112 || unit === 80;
}

// Letters outside ASCII continue identifiers; controls, spaces, general punctuation and U+FFFD do not.
function isLetterBeyondAscii(unit: number): boolean {
  if (unit < 0xa8) return false;
  if (0x2000 <= unit && unit <= 0x206f) return false;
  return unit < 0xfff0 && (unit < 0xe000 || 0xf900 <= unit) && unit !== 0x3000;
}

/** A literal's spelling without backslash-newlines. */
function removeSplices(text: string): string {
  return text.includes("\n") || text.includes("\r")
    ? text.replace(/\\[ \t]*(\r\n|\r|\n)/g, "")
    : text;
}
