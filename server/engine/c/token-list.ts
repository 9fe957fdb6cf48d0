// Preprocessed tokens in typed arrays, five numbers a token and no objects.
//
// kinds   token.ts; a keyword has its own kind
// values  IDENTIFIER and keywords: the interner's number
//         NUMBER: a plain decimal below 2^30 as itself; other spellings as ~index into `literals`
//         CHARACTER, STRING, UNKNOWN: ~index into `literals`
//         punctuators: 0
// starts, ends  the place the user wrote (places.ts); a token from a macro's body has the place of the macro's use
import { grown, Interner } from "./interner.ts";
import { keywords, KEYWORD_FIRST, NUMBER, punctuatorTexts, IDENTIFIER } from "./token.ts";

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

  #grow(): void {
    const kinds = new Uint8Array(this.kinds.length * 2);
    kinds.set(this.kinds);
    this.kinds = kinds;
    this.values = grown(this.values);
    this.starts = grown(this.starts);
    this.ends = grown(this.ends);
  }
}

/** What the spellings of one unit are numbered by: identifiers, keywords, literals. */
export class Spellings {
  readonly identifiers: Interner = new Interner();
  readonly literals: string[] = [];
  /** Below this number an identifier is a keyword, of the kind in `keywordKinds`. */
  readonly keywordCount: number;
  readonly keywordKinds: Uint8Array;

  constructor() {
    this.keywordKinds = Uint8Array.from(keywords, ([, kind]) => kind);
    for (const [spelling] of keywords) this.identifiers.idOf(spelling);
    this.keywordCount = keywords.length;
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
