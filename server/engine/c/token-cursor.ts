// A cursor over the preprocessed tokens with recovery: the lowest layer of the parser.
import type { Fix } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { Findings } from "./findings.ts";
import type { Mark, MessageExtras } from "./parser.ts";
import type { Places } from "./places.ts";
import type { Spellings, TokenList } from "./token-list.ts";
import * as token from "./token.ts";

export const nestingMax = 256;
const chainMax = 1000;
/** How many tokens are looked through for the `}` of a `{` that was forgotten. */
const lookAheadMax = 5000;

export class TokenCursor {
  protected readonly kinds: Uint8Array;
  protected readonly values: Int32Array;
  protected readonly starts: Int32Array;
  protected readonly ends: Int32Array;
  protected readonly count: number;
  protected readonly spellings: Spellings;
  protected readonly places: Places;
  readonly #findings: Findings;
  /** Index of the token under the cursor. */
  protected at = 0;
  /** Up to this token syntax errors follow from one that was reported. */
  #quietUntil = -1;
  /** Whether a `}` was found missing: braces then end before the next item. */
  #hasUnclosed = false;
  /** How deep the construct that is being read nests. */
  protected depth = 0;

  constructor(tokens: TokenList, spellings: Spellings, places: Places, findings: Findings) {
    this.kinds = tokens.kinds;
    this.values = tokens.values;
    this.starts = tokens.starts;
    this.ends = tokens.ends;
    this.count = tokens.count;
    this.spellings = spellings;
    this.places = places;
    this.#findings = findings;
    // Behind the last token stands END, whatever the arrays held.
    tokens.push(token.END, 0, this.ends[this.count - 1] ?? 0, this.ends[this.count - 1] ?? 0);
    tokens.count--;
    this.kinds = tokens.kinds;
    this.values = tokens.values;
    this.starts = tokens.starts;
    this.ends = tokens.ends;
  }

  peek(ahead: number = 0): number {
    const index = this.at + ahead;
    return index < this.count ? this.kinds[index]! : token.END;
  }

  text(ahead: number = 0): string {
    const index = this.at + ahead;
    return index < this.count ? this.spellings.text(this.kinds[index]!, this.values[index]!) : "";
  }

  span(ahead: number = 0): Span {
    const index = Math.min(this.at + ahead, this.count);
    return this.places.span(this.starts[index]!, this.ends[index]!);
  }

  previousSpan(): Span {
    const index = Math.max(0, this.at - 1);
    return this.places.span(this.starts[index]!, this.ends[index]!);
  }

  spanFrom(from: Mark): Span {
    return this.places.span(this.starts[from] ?? 0, this.endBefore(from));
  }

  next(): void {
    if (this.at < this.count) this.at++;
  }

  mark(): Mark {
    return this.at;
  }

  rewind(mark: Mark): void {
    this.at = mark;
  }

  accept(kind: number): boolean {
    if (this.kinds[this.at] !== kind || this.count <= this.at) return false;
    this.at++;
    return true;
  }

  expect(kind: number): boolean {
    if (this.accept(kind)) return true;
    this.reportMissing(token.punctuatorTexts[kind] ?? "a name");
    return false;
  }

  /**
   * The `;` behind what has just been read. A missing one is reported; what follows on a new line is read as if it were there, the rest
   * of a line is skipped.
   */
  endStatement(): void {
    if (this.accept(token.SEMICOLON)) return;
    const isQuiet = this.at <= this.#quietUntil;
    this.reportMissing(";");
    if (isQuiet || !(this.isOnNewLine() || this.isItemStart())) this.recover();
  }

  /** Whether something begins here that only file scope has. Inside braces it says that their `}` was forgotten. */
  isItemStart(): boolean {
    return false;
  }

  /** Whether a `}` without a `{` follows before the next item of file scope: then the `{` here was forgotten. */
  isBraceForgotten(): boolean {
    const from = this.at;
    this.#toForgottenEnd();
    const isForgotten = this.peek() === token.RIGHT_BRACE;
    this.at = from;
    return isForgotten;
  }

  /** Behind the `}` whose `{` was forgotten. */
  skipForgotten(): void {
    this.#toForgottenEnd();
    this.accept(token.RIGHT_BRACE);
  }

  #toForgottenEnd(): void {
    const limit = Math.min(this.count, this.at + lookAheadMax);
    for (let open = 0; this.at < limit && !this.isItemStart(); this.at++) {
      const kind = this.kinds[this.at]!;
      if (kind === token.LEFT_BRACE) open++;
      else if (kind === token.RIGHT_BRACE && --open < 0) return;
    }
  }

  isWord(word: string, ahead: number = 0): boolean {
    return this.peek(ahead) === token.IDENTIFIER && this.text(ahead) === word;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.at++;
    return true;
  }

  /**
   * Brackets of all kinds are counted together; a wrong closing one ends the count like the right one. A `;` or `}` outside braces
   * ends what was not closed.
   */
  skipBalanced(): Span {
    const from = this.at;
    let open = 0;
    let braces = 0;
    while (this.at < this.count) {
      const kind = this.kinds[this.at]!;
      if (braces === 0 && 0 < open && (kind === token.SEMICOLON || kind === token.RIGHT_BRACE))
        break;
      this.at++;
      if (kind === token.LEFT_BRACE) braces++;
      else if (kind === token.RIGHT_BRACE) braces--;
      if (kind === token.LEFT_PAREN || kind === token.LEFT_BRACKET || kind === token.LEFT_BRACE)
        open++;
      else if (
        kind === token.RIGHT_PAREN ||
        kind === token.RIGHT_BRACKET ||
        kind === token.RIGHT_BRACE
      )
        open--;
      if (open <= 0) break;
    }
    if (0 < open) this.reportUnclosed(from);
    return this.spanFrom(from);
  }

  recover(): void {
    while (this.at < this.count) {
      const kind = this.kinds[this.at]!;
      if (this.isOnNewLine() && this.isItemStart()) return;
      if (kind === token.SEMICOLON) {
        this.at++;
        return;
      }
      if (kind === token.RIGHT_BRACE) return;
      if (kind === token.LEFT_BRACE) this.skipBraces();
      else this.at++;
    }
  }

  /** From `{` to behind its `}`, counting braces only: parentheses may be what is wrong. */
  protected skipBraces(): void {
    const from = this.at;
    if (this.#isClosed(from)) return;
    // Only where braces are missing words are asked whether they begin an item: names of the body are not in scope here.
    this.#hasUnclosed = true;
    this.at = from;
    if (!this.#isClosed(from)) this.reportUnclosed(from);
  }

  /** Moves behind the `}`, or to where its lack shows. */
  #isClosed(from: Mark): boolean {
    let open = 0;
    while (this.at < this.count) {
      if (this.#hasUnclosed && from < this.at && this.isItemStart()) return false;
      const kind = this.kinds[this.at++]!;
      if (kind === token.LEFT_BRACE) open++;
      else if (kind === token.RIGHT_BRACE && --open <= 0) return true;
    }
    return open <= 0;
  }

  /** How often `report` was called, for those who ask whether what they read was whole. */
  reports = 0;

  /** After a syntax error further ones are not reported up to the end of the statement: they follow from the first. */
  report(code: string, span: Span, message: string, extras: MessageExtras = {}): void {
    this.reports++;
    if (code === "S01" || code === "S02" || code === "S04" || code === "S15") {
      if (this.at <= this.#quietUntil) return;
      if (code !== "S02") this.#quietUntil = this.#statementEnd();
    }
    this.#findings.report(code, span, message, extras);
  }

  #statementEnd(): Mark {
    let index = this.at;
    for (; index < this.count; index++) {
      const kind = this.kinds[index]!;
      if (kind === token.SEMICOLON || kind === token.LEFT_BRACE || kind === token.RIGHT_BRACE)
        break;
    }
    return index;
  }

  protected reportUnclosed(from: Mark): void {
    const text = this.spellings.text(this.kinds[from]!, this.values[from]!);
    this.report(
      "S04",
      this.places.span(this.starts[from]!, this.ends[from]!),
      `'${text}' is never closed.`,
    );
  }

  /** Reports what is missing right behind the token before, with its insertion as fix. */
  protected reportMissing(wanted: string): void {
    const previous = this.previousSpan();
    const place = { path: previous.path, start: previous.end, end: previous.end };
    const found = this.peek() === token.END ? "the text ends" : `'${this.text()}' follows`;
    const isSemicolon = wanted === ";";
    const isInsertable = isSemicolon || [")", "]", "}", ":"].includes(wanted);
    const fix: Fix = {
      title: `Insert '${wanted}'`,
      edits: [{ span: place, newText: wanted }],
      safe: isSemicolon,
    };
    const before =
      0 < this.at
        ? ` behind '${this.spellings.text(this.kinds[this.at - 1]!, this.values[this.at - 1]!)}'`
        : "";
    const quoted = wanted === "a name" ? wanted : `'${wanted}'`;
    this.report(
      isSemicolon ? "S02" : "S01",
      0 < this.at ? previous : this.span(),
      `${quoted} is missing${before}: ${found}.`,
      {
        fixes: isInsertable ? [fix] : [],
      },
    );
  }

  /** Where the token before the cursor ends, if that is not before `from`. */
  protected endBefore(from: Mark): number {
    const index = Math.max(from, this.at - 1);
    return this.ends[index] ?? 0;
  }

  /**
   * Whether a chain (`a + b + c …`, `a[0][0] …`) is longer than whoever walks the tree can bear; the rest is skipped up to `;`, `}` or the
   * end of the brackets.
   */
  protected isLong(length: number): boolean {
    if (length < chainMax) return false;
    this.report(
      "S15",
      this.span(),
      `This is longer than ${chainMax} operators in a row, the reader's limit; the rest is skipped.`,
    );
    for (;;) {
      const kind = this.peek();
      if (kind === token.LEFT_PAREN || kind === token.LEFT_BRACKET || kind === token.LEFT_BRACE)
        this.skipBalanced();
      else if (isChainEnd(kind)) return true;
      else this.at++;
    }
  }

  /** On a new line, or behind a brace. */
  protected isAtLineStart(): boolean {
    return (0 < this.at && this.kinds[this.at - 1] === token.RIGHT_BRACE) || this.isOnNewLine();
  }

  protected isOnNewLine(): boolean {
    if (this.at === 0 || this.count <= this.at) return true;
    return this.places.slice(this.ends[this.at - 1]!, this.starts[this.at]!).includes("\n");
  }

  protected isDeep(): boolean {
    if (this.depth < nestingMax) return false;
    this.reportDeep(nestingMax);
    return true;
  }

  protected reportDeep(limit: number): void {
    this.report(
      "S15",
      this.span(),
      `This nests deeper than ${limit} levels, the reader's limit; it is skipped.`,
    );
  }
}

function isChainEnd(kind: number): boolean {
  return (
    kind === token.END ||
    kind === token.SEMICOLON ||
    kind === token.RIGHT_PAREN ||
    kind === token.RIGHT_BRACKET ||
    kind === token.RIGHT_BRACE
  );
}
