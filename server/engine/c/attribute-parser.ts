// Attributes in all their spellings, and what they ask for. A list that is never closed is recovered as if it had been
// closed before the ';' or brace that ends it (codes.ts S03).
import type { Fix } from "../text/diagnostic.ts";
import type { Attribute } from "./ast.ts";
import { ExpressionParser } from "./expression-parser.ts";
import type { Mark } from "./parser.ts";
import * as token from "./token.ts";
import type { CType } from "./types.ts";
import { RANK_BOOL, resolve, spellType } from "./types.ts";

/** Attributes whose first argument is evaluated. */
const withValue: ReadonlySet<string> = new Set([
  "aligned",
  "vector_size",
  "warn_if_not_aligned",
  "align",
  "rseq_signature",
]);

/** What a list of attributes asks of a member, variable or type. */
export interface AttributeEffect {
  /** Bytes; 0 for no request. */
  readonly align: number;
  readonly isPacked: boolean;
}

export const noEffect: AttributeEffect = { align: 0, isPacked: false };

export abstract class AttributeParser extends ExpressionParser {
  /** Whether the cursor is at `__attribute__`, `[[`, `__declspec` or `_Alignas`. */
  protected isAtAttribute(): boolean {
    const kind = this.peek();
    if (kind === token.LEFT_BRACKET) return this.peek(1) === token.LEFT_BRACKET;
    return kind === token.K_ATTRIBUTE || kind === token.K_DECLSPEC || kind === token.K_ALIGNAS;
  }

  parseAttributes(): readonly Attribute[] {
    const attributes: Attribute[] = [];
    this.addAttributes(attributes);
    return attributes;
  }

  protected addAttributes(attributes: Attribute[]): void {
    while (this.isAtAttribute()) {
      const kind = this.peek();
      if (kind === token.K_ALIGNAS) this.#alignas(attributes);
      else if (kind === token.LEFT_BRACKET) this.#brackets(attributes);
      else this.#parentheses(attributes, kind === token.K_ATTRIBUTE ? 2 : 1);
    }
  }

  #alignas(attributes: Attribute[]): void {
    const from = this.at;
    this.next();
    this.expect(token.LEFT_PAREN);
    const start = this.at;
    let value: bigint | undefined;
    if (this.isTypeName()) value = BigInt(this.parseTypeName().align);
    else value = this.constantOf(this.parseConditionalExpression(), "An alignment");
    const argumentTexts = [this.#textFrom(start)];
    this.expect(token.RIGHT_PAREN);
    attributes.push({ name: "alignas", argumentTexts, value, span: this.spanFrom(from) });
  }

  #brackets(attributes: Attribute[]): void {
    const from = this.at;
    this.next();
    this.next();
    const first = attributes.length;
    const isClosed =
      this.#list(attributes, token.RIGHT_BRACKET) &&
      this.accept(token.RIGHT_BRACKET) &&
      this.accept(token.RIGHT_BRACKET);
    if (!isClosed) this.#unclosed(from, attributes.slice(first), "[[", "]]");
  }

  #parentheses(attributes: Attribute[], wanted: number): void {
    const from = this.at;
    const word = this.text();
    this.next();
    if (this.peek() !== token.LEFT_PAREN || (wanted === 2 && this.peek(1) !== token.LEFT_PAREN)) {
      this.report(
        "S01",
        this.spanFrom(from),
        `'${word}' is followed by ${wanted === 2 ? "'((…))'" : "'(…)'"}.`,
      );
      if (this.peek() === token.LEFT_PAREN) this.skipBalanced();
      return;
    }
    for (let count = 0; count < wanted; count++) this.next();
    const first = attributes.length;
    let isClosed = this.#list(attributes, token.RIGHT_PAREN);
    for (let count = 0; count < wanted; count++)
      isClosed = isClosed && this.accept(token.RIGHT_PAREN);
    if (!isClosed)
      this.#unclosed(
        from,
        attributes.slice(first),
        `${word}${"(".repeat(wanted)}`,
        ")".repeat(wanted),
      );
  }

  /** The attributes up to the closing bracket; false if the list ends before it. */
  #list(attributes: Attribute[], closing: number): boolean {
    let isSeparated = true;
    for (;;) {
      const kind = this.peek();
      if (kind === token.COMMA) {
        this.next();
        isSeparated = true;
        continue;
      }
      if (kind === closing) return true;
      // A name without a comma in front is the declarator behind a list that was never closed.
      if (!isSeparated || !this.#isAttributeName(kind)) return false;
      if (!this.#attribute(attributes)) return false;
      isSeparated = false;
    }
  }

  // Attribute names may be keywords (`const`).
  #isAttributeName(kind: number): boolean {
    return kind === token.IDENTIFIER || token.KEYWORD_FIRST <= kind;
  }

  #attribute(attributes: Attribute[]): boolean {
    const from = this.at;
    let name = plainName(this.text());
    this.next();
    while (this.accept(token.COLON_COLON)) {
      name =
        name === "gnu" || name === "clang"
          ? plainName(this.text())
          : `${name}::${plainName(this.text())}`;
      this.next();
    }
    if (this.peek() !== token.LEFT_PAREN) {
      attributes.push({ name, argumentTexts: [], value: undefined, span: this.spanFrom(from) });
      return true;
    }
    const paren = this.at;
    const end = this.#closingParen(paren);
    const last = end ?? this.#listEnd(paren);
    const value = this.#firstValue(name, paren, last);
    this.rewind(last);
    const argumentTexts = this.#argumentTexts(paren, last, end !== undefined);
    if (end !== undefined) this.next();
    attributes.push({ name, argumentTexts, value, span: this.spanFrom(from) });
    return end !== undefined;
  }

  /** Index of the parenthesis that closes the one at `paren`; undefined if `;`, a brace or the end comes first. */
  #closingParen(paren: Mark): Mark | undefined {
    let open = 0;
    for (let index = paren; index < this.count; index++) {
      const kind = this.kinds[index]!;
      if (kind === token.LEFT_PAREN) open++;
      else if (kind === token.RIGHT_PAREN && --open === 0) return index;
      else if (isListEnd(kind)) return undefined;
    }
    return undefined;
  }

  #listEnd(from: Mark): Mark {
    let index = from;
    while (index < this.count && !isListEnd(this.kinds[index]!)) index++;
    return index;
  }

  #firstValue(name: string, paren: Mark, last: Mark): bigint | undefined {
    // The parentheses may not balance: skip those in front and evaluate what is inside.
    let start = paren + 1;
    const isClosed = this.kinds[last] === token.RIGHT_PAREN;
    if (!isClosed) while (this.kinds[start] === token.LEFT_PAREN) start++;
    if (last <= start) return undefined;
    const kind = this.kinds[start]!;
    if (!withValue.has(name) && (kind !== token.NUMBER || start + 1 !== last)) return undefined;
    this.rewind(start);
    if (withValue.has(name) && this.isTypeName()) return BigInt(this.parseTypeName().align);
    const expression = this.parseConditionalExpression();
    if (name === "aligned" || name === "vector_size")
      return this.constantOf(expression, `'${name}'`);
    const result = this.evaluate(expression);
    return result.isConstant ? result.value : undefined;
  }

  #argumentTexts(paren: Mark, last: Mark, isClosed: boolean): string[] {
    let start = paren + 1;
    let end = last;
    if (!isClosed) {
      while (start < end && this.kinds[start] === token.LEFT_PAREN) start++;
      while (start < end && this.kinds[end - 1] === token.RIGHT_PAREN) end--;
    }
    if (end <= start) return [];
    const texts: string[] = [];
    let open = 0;
    let from = start;
    for (let index = start; index <= end; index++) {
      const kind = index === end ? token.COMMA : this.kinds[index]!;
      if (kind === token.LEFT_PAREN) open++;
      else if (kind === token.RIGHT_PAREN) open--;
      else if (kind === token.COMMA && (open === 0 || index === end)) {
        texts.push(this.#textBetween(from, index));
        from = index + 1;
      }
    }
    return texts;
  }

  #textFrom(from: Mark): string {
    return this.#textBetween(from, this.at);
  }

  #textBetween(from: Mark, end: Mark): string {
    let text = "";
    for (let index = from; index < end; index++) {
      const isApart = from < index && this.ends[index - 1]! < this.starts[index]!;
      text += (isApart ? " " : "") + this.spellings.text(this.kinds[index]!, this.values[index]!);
    }
    return text;
  }

  #unclosed(from: Mark, read: readonly Attribute[], open: string, close: string): void {
    if (this.peek() !== token.IDENTIFIER) this.rewind(this.#listEnd(this.at));
    const span = this.spanFrom(from);
    const list = read.map(
      ({ name, argumentTexts }) =>
        name +
        (argumentTexts.length === 0 ? "" : `(${argumentTexts.map(withoutParentheses).join(", ")})`),
    );
    const text = `${open}${list.join(", ")}${close}`;
    const before = this.peek() === token.END ? "the end of the text" : `'${this.text()}'`;
    const fix: Fix = { title: `Write '${text}'`, edits: [{ span, newText: text }], safe: true };
    this.report(
      "S03",
      span,
      `The attribute is never closed before ${before}: closing parentheses are missing. It is read as '${text}'.`,
      {
        fixes: [fix],
      },
    );
  }

  // ---- Effects ----

  protected effectOf(attributes: readonly Attribute[]): AttributeEffect {
    if (attributes.length === 0) return noEffect;
    let align = 0;
    let isPacked = false;
    for (const attribute of attributes) {
      if (attribute.name === "packed") isPacked = true;
      else align = Math.max(align, this.alignOf(attribute));
    }
    return { align, isPacked };
  }

  /** Bytes that `aligned`, `alignas` or `align` asks for; 0 for other attributes and for impossible requests. */
  protected alignOf(attribute: Attribute): number {
    const { name, value, argumentTexts, span } = attribute;
    if (name !== "aligned" && name !== "alignas" && name !== "align") return 0;
    if (argumentTexts.length === 0) return this.types.target.alignMax;
    if (value === undefined) return 0;
    if (name === "alignas" && value === 0n) return 0;
    if (value <= 0n || (value & (value - 1n)) !== 0n || 1n << 28n < value) {
      this.report(
        "T11",
        span,
        `An alignment must be a power of two up to 2^28; this one is ${value}.`,
      );
      return 0;
    }
    return Number(value);
  }

  /** `mode` and `vector_size` change the type itself. */
  protected changedType(type: CType, attributes: readonly Attribute[]): CType {
    let changed = type;
    for (const { name, argumentTexts, value } of attributes) {
      if (name === "mode") changed = this.#withMode(changed, plainName(argumentTexts[0] ?? ""));
      else if (name === "vector_size" && value !== undefined)
        changed = this.#vector(changed, value);
    }
    return changed;
  }

  #withMode(type: CType, mode: string): CType {
    const plain = resolve(type);
    const { types } = this;
    const isInteger = plain.kind === "integer" && plain.rank !== RANK_BOOL;
    const bits =
      integerModes[mode] ??
      (mode === "word" || mode === "pointer" ? types.size.size * 8 : undefined);
    if (isInteger && bits !== undefined) return types.ofWidth(bits, plain.signed) ?? type;
    if (plain.kind === "float") {
      if (mode === "SF") return types.float;
      if (mode === "DF") return types.double;
      if (mode === "XF" || mode === "TF") return types.longDouble;
    }
    return type;
  }

  #vector(type: CType, bytes: bigint): CType {
    const element = resolve(type);
    const isNumber = element.kind === "integer" || element.kind === "float";
    if (
      !isNumber ||
      bytes <= 0n ||
      1n << 28n < bytes ||
      (bytes & (bytes - 1n)) !== 0n ||
      bytes % BigInt(element.size) !== 0n
    ) {
      this.report(
        "T11",
        this.previousSpan(),
        `'vector_size' needs a power of two that holds elements of '${spellType(type)}'; this one is ${bytes}.`,
      );
      return type;
    }
    const size = Number(bytes);
    return {
      kind: "vector",
      element: type,
      size,
      align: Math.min(size, this.types.target.vectorAlignMax ?? size),
    };
  }
}

const integerModes: Readonly<Record<string, number>> = {
  QI: 8,
  HI: 16,
  SI: 32,
  DI: 64,
  TI: 128,
  byte: 8,
};

function isListEnd(kind: number): boolean {
  return (
    kind === token.SEMICOLON ||
    kind === token.LEFT_BRACE ||
    kind === token.RIGHT_BRACE ||
    kind === token.END
  );
}

/** `((256))` → `256`; `(a) + (b)` stays. */
function withoutParentheses(text: string): string {
  const inside = /^\(([^()]*|\(.*\))\)$/.exec(text)?.[1];
  return inside === undefined ? text : withoutParentheses(inside);
}

/** `__aligned__` → `aligned`. */
function plainName(name: string): string {
  const match = /^__(\w+)__$/.exec(name);
  return match?.[1] ?? name;
}
