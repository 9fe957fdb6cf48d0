// Preprocessed tokens in typed arrays, five numbers a token and no objects.
//
// kinds   token.ts; a keyword has its own kind
// values  IDENTIFIER and keywords: the interner's number
//         NUMBER: a plain decimal below 2^30 as itself; other spellings as ~index into `literals`
//         CHARACTER, STRING, UNKNOWN: ~index into `literals`
//         punctuators: 0
// starts, ends  the place the user wrote (places.ts); a token from a macro's body has the place of the macro's use
import { Interner, resized } from "./interner.ts";
import {
  cppKeywords,
  keywords,
  KEYWORD_FIRST,
  NUMBER,
  punctuatorTexts,
  IDENTIFIER,
} from "./token.ts";

/** Characters a token with the space before it; kernel headers have 5.6. */
const tokenLengthUsual = 5;

export class TokenList {
  kinds: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  values: Int32Array<ArrayBuffer> = new Int32Array(4096);
  starts: Int32Array<ArrayBuffer> = new Int32Array(4096);
  ends: Int32Array<ArrayBuffer> = new Int32Array(4096);
  count = 0;

  push(kind: number, value: number, start: number, end: number): void {
    const index = this.count++;
    if (index === this.kinds.length) this.#grow();
    this.kinds[index] = kind;
    this.values[index] = value;
    this.starts[index] = start;
    this.ends[index] = end;
  }

  /** Makes room for the tokens of a text, so that the arrays need not grow step by step. */
  reserve(textLength: number): void {
    const wanted = this.count + Math.ceil(textLength / tokenLengthUsual);
    if (this.kinds.length < wanted) this.#resize(wanted);
  }

  #grow(): void {
    this.#resize(this.kinds.length * 2);
  }

  #resize(length: number): void {
    const kinds = new Uint8Array(length);
    kinds.set(this.kinds);
    this.kinds = kinds;
    this.values = resized(this.values, length);
    this.starts = resized(this.starts, length);
    this.ends = resized(this.ends, length);
  }
}

/** What the spellings of one unit are numbered by: identifiers, keywords, literals. */
export class Spellings {
  readonly identifiers: Interner = new Interner();
  readonly literals: string[] = [];
  /** Below this number an identifier is a keyword, of the kind in `keywordKinds`. */
  readonly keywordCount: number;
  readonly keywordKinds: Uint8Array;

  constructor(isCpp: boolean) {
    const all = isCpp ? [...keywords, ...cppKeywords] : keywords;
    this.keywordKinds = Uint8Array.from(all, ([, kind]) => kind);
    for (const [spelling] of all) this.identifiers.idOf(spelling);
    this.keywordCount = all.length;
  }

  kindOf(identifier: number): number {
    return identifier < this.keywordCount ? this.keywordKinds[identifier]! : IDENTIFIER;
  }

  literal(text: string): number {
    return ~(this.literals.push(text) - 1);
  }

  text(kind: number, value: number): string {
    if (kind === IDENTIFIER || KEYWORD_FIRST <= kind) return this.identifiers.names[value] ?? "";
    if (value < 0) return this.literals[~value] ?? "";
    if (kind === NUMBER) return String(value);
    return punctuatorTexts[kind] ?? "";
  }
}
