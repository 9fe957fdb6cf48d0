// Types as declarations write them: specifiers, declarators, parameters, type names; and the names in scope. Records and enums are
// record-parser.ts' and enum-parser.ts'.
import type { Target } from "../abi/target.ts";
import type { Span } from "../text/source.ts";
import type { Attribute, CSymbol, Storage } from "./ast.ts";
import { AttributeParser } from "./attribute-parser.ts";
import { typeOfExpression } from "./expression-type.ts";
import type { Findings } from "./findings.ts";
import { knownConstants, knownTypes } from "./known-names.ts";
import { CParameter, CParameterSymbol, CTypedef } from "./named-types.ts";
import type { Mark } from "./parser.ts";
import type { Places } from "./places.ts";
import type { CEnum, CRecord } from "./records.ts";
import { noAttributes } from "./records.ts";
import type { Tagged } from "./scope.ts";
import { Scope } from "./scope.ts";
import type { Spellings, TokenList } from "./token-list.ts";
import * as token from "./token.ts";
import type { TypeTable } from "./type-table.ts";
import type { CType, Parameter } from "./types.ts";
import { CONST, RESTRICT, VOLATILE, resolve, spellType } from "./types.ts";

/** What the parser works on. */
export interface TypeParserInput {
  readonly tokens: TokenList;
  readonly spellings: Spellings;
  readonly places: Places;
  readonly findings: Findings;
  readonly types: TypeTable;
  /** C++ is read as far as its declarations are like C's; the rest is skipped without a message. */
  readonly isCpp: boolean;
  /** Whether an include was not found: then unknown macro-like items are not the text's mistake. */
  readonly hasMissingIncludes: boolean;
  /** The scope to go on in, for a text that is read after a file; a new one otherwise. */
  readonly scope?: Scope;
}

/** What stands before the declarators. */
export interface Specifiers {
  type: CType;
  storage: Storage;
  isInline: boolean;
  isThreadLocal: boolean;
  attributes: Attribute[];
  readonly from: Mark;
  /** The record or enum that these specifiers define or name by tag. */
  tagged: Tagged | undefined;
  /** A body stands here. */
  isDefinition: boolean;
}

/** What a declarator gave: a type around the base, and perhaps a name. */
export interface Declared {
  readonly type: CType;
  /** Token index of the name; -1 for none. */
  readonly name: Mark;
}

// The basic words of a type, as bits; `long` may stand twice.
const W_VOID = 1;
const W_CHAR = 2;
const W_SHORT = 4;
const W_INT = 8;
const W_LONG = 16;
const W_LONG_LONG = 32;
const W_FLOAT = 64;
const W_DOUBLE = 128;
const W_SIGNED = 256;
const W_UNSIGNED = 512;
const W_BOOL = 1024;
const W_COMPLEX = 2048;
const W_INT128 = 4096;
const W_FLOAT_N = 8192;

const basicWords = new Uint16Array(128);
for (const [kind, word] of [
  [token.K_VOID, W_VOID],
  [token.K_CHAR, W_CHAR],
  [token.K_SHORT, W_SHORT],
  [token.K_INT, W_INT],
  [token.K_LONG, W_LONG],
  [token.K_FLOAT, W_FLOAT],
  [token.K_DOUBLE, W_DOUBLE],
  [token.K_SIGNED, W_SIGNED],
  [token.K_UNSIGNED, W_UNSIGNED],
  [token.K_BOOL, W_BOOL],
  [token.K_COMPLEX, W_COMPLEX],
  [token.K_INT128, W_INT128],
  [token.K_FLOAT_N, W_FLOAT_N],
] as const) {
  basicWords[kind] = word;
}

const parametersMax = 4096;
const declaratorsMax = 32;

export abstract class TypeParser extends AttributeParser {
  readonly target: Target;
  readonly types: TypeTable;
  readonly scope: Scope;
  protected readonly hasMissingIncludes: boolean;
  protected readonly isCpp: boolean;
  /** A parameter list of names only has been read, whose declarations stand before the body. */
  protected hasNameList = false;
  /** The record between whose braces the cursor is. */
  protected openRecord: CRecord | undefined;
  readonly #unknownTypes = new Set<string>();
  readonly #builtinBase: number;
  readonly #knownSymbols = new Map<number, CSymbol | undefined>();
  #nestedDeclarators = 0;
  #floatName = "";

  constructor(input: TypeParserInput) {
    super(input.tokens, input.spellings, input.places, input.findings);
    this.types = input.types;
    this.target = input.types.target;
    this.scope = input.scope ?? new Scope(input.spellings.identifiers.names.length);
    this.hasMissingIncludes = input.hasMissingIncludes;
    this.isCpp = input.isCpp;
    this.#builtinBase = this.places.add({ path: "<builtin>", text: "" });
  }

  /** `struct …` or `union …`, the cursor on the word; undefined if nothing can be made of it. */
  protected abstract parseRecord(isUnion: boolean, specifiers: Specifiers): CRecord | undefined;
  /** `enum …`, the cursor on the word. */
  protected abstract parseEnum(specifiers: Specifiers): CEnum | undefined;

  // ---- Specifiers ----

  protected parseSpecifiers(isMember: boolean): Specifiers {
    const from = this.at;
    const specifiers: Specifiers = {
      type: this.types.error,
      storage: "none",
      isInline: false,
      isThreadLocal: false,
      attributes: noAttributes as Attribute[],
      from,
      tagged: undefined,
      isDefinition: false,
    };
    let words = 0;
    let hasType = false;
    let qualifiers = 0;
    let isAtomic = false;
    for (;;) {
      const kind = this.peek();
      const word = kind < 128 ? basicWords[kind]! : 0;
      if (word !== 0) {
        if (hasType) break;
        words = this.#addWord(words, word);
        this.next();
        continue;
      }
      if (kind === token.IDENTIFIER) {
        if (hasType || words !== 0) break;
        const before = this.at;
        const type = this.#namedType(isMember);
        if (type === undefined && this.at !== before) continue;
        if (type === undefined) break;
        specifiers.type = type;
        hasType = true;
        continue;
      }
      if (kind === token.K_STRUCT || kind === token.K_UNION || kind === token.K_ENUM) {
        if (hasType || words !== 0) break;
        hasType = true;
        const tagged =
          kind === token.K_ENUM
            ? this.parseEnum(specifiers)
            : this.parseRecord(kind === token.K_UNION, specifiers);
        specifiers.type = tagged ?? this.types.error;
        specifiers.tagged = tagged;
        continue;
      }
      if (kind === token.K_CONST || kind === token.K_VOLATILE || kind === token.K_RESTRICT) {
        qualifiers |=
          kind === token.K_CONST ? CONST : kind === token.K_VOLATILE ? VOLATILE : RESTRICT;
        this.next();
        continue;
      }
      if (kind === token.K_ATOMIC) {
        this.next();
        if (this.peek() === token.LEFT_PAREN && !hasType) {
          this.next();
          specifiers.type = this.types.atomicOf(this.parseTypeName());
          hasType = true;
          this.expect(token.RIGHT_PAREN);
        } else {
          isAtomic = true;
        }
        continue;
      }
      if (kind === token.K_TYPEOF || kind === token.K_TYPEOF_UNQUAL) {
        if (hasType) break;
        specifiers.type = this.#typeof(kind === token.K_TYPEOF_UNQUAL);
        hasType = true;
        continue;
      }
      if (kind === token.K_BITINT) {
        words = this.#bitInt(specifiers, words);
        hasType = true;
        continue;
      }
      if (!this.#otherSpecifier(kind, specifiers)) break;
    }
    if (words !== 0 && !hasType) specifiers.type = this.#basicType(words, from);
    else if (!hasType) this.#missingType(specifiers, isMember);
    if (isAtomic) specifiers.type = this.types.atomicOf(specifiers.type);
    if (qualifiers !== 0) specifiers.type = this.types.qualified(specifiers.type, qualifiers);
    return specifiers;
  }

  /** Storage classes, function specifiers, attributes; false if the token is none of them. */
  #otherSpecifier(kind: number, specifiers: Specifiers): boolean {
    switch (kind) {
      case token.K_TYPEDEF:
        specifiers.storage = "typedef";
        break;
      case token.K_EXTERN:
        specifiers.storage = "extern";
        break;
      case token.K_STATIC:
        specifiers.storage = "static";
        break;
      case token.K_AUTO:
        specifiers.storage = "auto";
        break;
      case token.K_REGISTER:
        specifiers.storage = "register";
        break;
      case token.K_THREAD_LOCAL:
        specifiers.isThreadLocal = true;
        break;
      case token.K_INLINE:
        specifiers.isInline = true;
        break;
      case token.K_NORETURN:
      case token.K_EXTENSION:
      case token.K_AUTO_TYPE:
        break;
      case token.K_ATTRIBUTE:
      case token.K_DECLSPEC:
      case token.K_ALIGNAS:
      case token.LEFT_BRACKET:
        if (!this.isAtAttribute()) return false;
        if (specifiers.attributes.length === 0) specifiers.attributes = [];
        this.addAttributes(specifiers.attributes);
        return true;
      default:
        return false;
    }
    this.next();
    return true;
  }

  #addWord(words: number, word: number): number {
    if (word === W_FLOAT_N) this.#floatName = this.text();
    if (word === W_LONG && (words & W_LONG) !== 0) return (words & ~W_LONG) | W_LONG_LONG;
    if ((words & word) !== 0 && word !== W_INT) {
      this.report("T12", this.span(), `'${this.text()}' stands twice in this type.`);
    }
    return words | word;
  }

  #basicType(words: number, from: Mark): CType {
    const { types } = this;
    const signless = words & ~(W_SIGNED | W_UNSIGNED);
    const isUnsigned = (words & W_UNSIGNED) !== 0;
    switch (signless) {
      case 0:
      case W_INT:
        return isUnsigned ? types.unsignedInt : types.int;
      case W_CHAR:
        return isUnsigned
          ? types.unsignedChar
          : (words & W_SIGNED) !== 0
            ? types.signedChar
            : types.char;
      case W_SHORT:
      case W_SHORT | W_INT:
        return isUnsigned ? types.unsignedShort : types.short;
      case W_LONG:
      case W_LONG | W_INT:
        return isUnsigned ? types.unsignedLong : types.long;
      case W_LONG_LONG:
      case W_LONG_LONG | W_INT:
        return isUnsigned ? types.unsignedLongLong : types.longLong;
      case W_VOID:
        return types.void;
      case W_BOOL:
        return types.bool;
      case W_FLOAT:
        return types.float;
      case W_DOUBLE:
        return types.double;
      case W_DOUBLE | W_LONG:
        return types.longDouble;
      case W_FLOAT_N:
        return this.#floatN();
      case W_INT128:
        return (
          (isUnsigned ? types.unsignedInt128 : types.int128) ?? this.#noType("'__int128'", from)
        );
      case W_COMPLEX:
        return types.complexOf(types.double);
      default:
        break;
    }
    if ((words & W_COMPLEX) !== 0) {
      const element = this.#basicType(words & ~W_COMPLEX, from);
      if (element.kind === "float" || element.kind === "integer") return types.complexOf(element);
    }
    this.report("T12", this.spanFrom(from), "These words do not make a type together.");
    return types.error;
  }

  #noType(name: string, from: Mark): CType {
    this.report("T01", this.spanFrom(from), `${name} does not exist for ${this.target.name}.`);
    return this.types.error;
  }

  #floatN(): CType {
    const name = this.#floatName;
    const { target, types } = this;
    if (name === "_Float16") return { kind: "float", name, size: 2, align: 2 };
    if (name === "_Float32")
      return { kind: "float", name, size: types.float.size, align: types.float.align };
    if (name === "_Float64" || name === "_Float32x")
      return { kind: "float", name, size: types.double.size, align: types.double.align };
    const wide = name === "_Float64x" ? target.longDouble : target.float128;
    return wide === undefined
      ? this.#noType(`'${name}'`, Math.max(0, this.at - 1))
      : { kind: "float", name, ...wide };
  }

  #bitInt(specifiers: Specifiers, words: number): number {
    this.next();
    this.expect(token.LEFT_PAREN);
    const width = this.constantOf(this.parseConditionalExpression(), "'_BitInt'");
    this.expect(token.RIGHT_PAREN);
    let sign = words;
    while (this.peek() === token.K_UNSIGNED || this.peek() === token.K_SIGNED) {
      sign |= basicWords[this.peek()]!;
      this.next();
    }
    const isUnsigned = (sign & W_UNSIGNED) !== 0;
    if (width === undefined) return 0;
    if (width < (isUnsigned ? 1n : 2n) || 65535n < width) {
      this.report(
        "T06",
        this.previousSpan(),
        `'_BitInt' has 1 to 65535 bits, a signed one at least 2; this one has ${width}.`,
      );
      return 0;
    }
    specifiers.type = this.types.bitInt(Number(width), !isUnsigned);
    return 0;
  }

  #typeof(isUnqualified: boolean): CType {
    this.next();
    const paren = this.at;
    if (!this.expect(token.LEFT_PAREN)) return this.types.error;
    let type: CType;
    if (this.isTypeName()) {
      type = this.parseTypeName();
    } else {
      const expression = this.parseExpression();
      const known = typeOfExpression(expression, this.types);
      if (known === undefined)
        this.#reportNoTypeOf(
          expression.span,
          expression.kind === "identifier" ? expression.name : undefined,
        );
      type = known ?? this.types.error;
    }
    if (!this.accept(token.RIGHT_PAREN)) {
      if (this.peek() === token.END) this.reportUnclosed(paren);
      else this.expect(token.RIGHT_PAREN);
    }
    return isUnqualified ? resolve(type) : type;
  }

  #reportNoTypeOf(span: Span, name: string | undefined): void {
    if (name !== undefined)
      this.report("T02", span, `'${name}' is not declared, so 'typeof' has no type.`);
  }

  /** The type that an identifier names; undefined if it names none and does not look like one. */
  #namedType(isMember: boolean): CType | undefined {
    while (this.isCpp && this.peek(1) === token.COLON_COLON) {
      this.next();
      this.next();
    }
    const identifier = this.values[this.at]!;
    const symbol = this.symbolOf(identifier);
    if (symbol !== undefined) {
      if (symbol.kind !== "typedef") return undefined;
      this.next();
      return symbol.type;
    }
    const following = this.peek(1);
    if (isTypeWord(following) || (following === token.IDENTIFIER && this.isTypeName(1))) {
      this.unknownWord();
      return undefined;
    }
    if (this.isCpp && following === token.LESS) {
      this.next();
      this.skipAngles();
      return this.types.error;
    }
    const isFollowedByName = following === token.IDENTIFIER || following === token.STAR;
    if (!isFollowedByName && !(isMember && following === token.COLON)) return undefined;
    this.#unknownType();
    return this.types.error;
  }

  /** C++: from `<` to behind its `>`; stops at `;` and braces. */
  protected skipAngles(): void {
    let open = 0;
    for (;;) {
      const kind = this.peek();
      if (
        kind === token.SEMICOLON ||
        kind === token.LEFT_BRACE ||
        kind === token.RIGHT_BRACE ||
        kind === token.END
      )
        return;
      if (kind === token.LESS) open++;
      else if (kind === token.GREATER) open--;
      else if (kind === token.RIGHT_SHIFT) open -= 2;
      this.next();
      if (open <= 0) return;
    }
  }

  /** C++: a function, template or whatever else has no layout: to behind its `;` or body. */
  protected skipItem(): void {
    for (;;) {
      const kind = this.peek();
      if (kind === token.END || kind === token.RIGHT_BRACE) return;
      if (kind === token.LEFT_BRACE) {
        this.skipBraces();
        this.accept(token.SEMICOLON);
        return;
      }
      if (kind === token.LEFT_PAREN || kind === token.LEFT_BRACKET) this.skipBalanced();
      else this.next();
      if (kind === token.SEMICOLON) return;
    }
  }

  /** A word before a type or behind a declarator that nothing declares: most likely an attribute macro of a header that is not there. */
  protected unknownWord(): void {
    const name = this.text();
    if (!this.hasMissingIncludes && !this.#unknownTypes.has(name)) {
      this.#unknownTypes.add(name);
      this.report(
        "T21",
        this.span(),
        `'${name}' is not declared; it is skipped as if it were an attribute macro.`,
      );
    }
    this.next();
  }

  #unknownType(): void {
    const name = this.text();
    if (!this.#unknownTypes.has(name)) {
      this.#unknownTypes.add(name);
      this.report(
        "T01",
        this.span(),
        `'${name}' is no type that is declared here. Declare it, or include its header.`,
      );
    }
    this.next();
  }

  #missingType(specifiers: Specifiers, isMember: boolean): void {
    const kind = this.peek();
    if (
      kind === token.IDENTIFIER &&
      isMember &&
      this.symbolOf(this.values[this.at]!)?.kind !== "object"
    ) {
      // `foo;` in a struct: an unknown macro or a type without a name.
      this.#unknownType();
      return;
    }
    if (specifiers.storage === "auto") return;
    const found = kind === token.END ? "the text ends" : `'${this.text()}' stands`;
    this.report("S01", this.span(), `A type is expected where ${found}.`);
  }

  // ---- Type names ----

  isTypeName(ahead: number = 0): boolean {
    const kind = this.peek(ahead);
    if (kind === token.IDENTIFIER)
      return this.symbolOf(this.values[this.at + ahead]!)?.kind === "typedef";
    return isTypeWord(kind);
  }

  parseTypeName(): CType {
    if (this.isDeep()) {
      this.recoverTo(token.RIGHT_PAREN);
      return this.types.error;
    }
    this.depth++;
    const type = this.#typeName();
    this.depth--;
    return type;
  }

  #typeName(): CType {
    const specifiers = this.parseSpecifiers(false);
    const { type } = this.parseDeclarator(specifiers.type, false);
    const attributes = this.parseAttributes();
    const all = [...specifiers.attributes, ...attributes];
    return all.length === 0 ? type : this.changedType(type, all);
  }

  // ---- Declarators ----

  /**
   * A declarator around `base`. Of `(inner) suffix` the suffix is read first: it is nearer to the base. `isNamed` false:
   * a type name, where a parenthesis may begin parameters at once.
   */
  protected parseDeclarator(base: CType, isNamed: boolean): Declared {
    let type = base;
    for (;;) {
      const kind = this.peek();
      const isReference = this.isCpp && (kind === token.AMPERSAND || kind === token.AND_AND);
      if (kind === token.STAR || (kind === token.CARET && isNamed) || isReference) {
        this.next();
        type = this.#pointer(type);
      } else if (kind === token.K_ATTRIBUTE) {
        type = this.changedType(type, this.parseAttributes());
      } else {
        break;
      }
    }
    if (this.peek() === token.IDENTIFIER) {
      const name = this.at;
      this.next();
      return { type: this.#suffix(type), name };
    }
    if (this.peek() === token.LEFT_PAREN && this.#isNestedDeclarator(isNamed))
      return this.#nested(type, isNamed);
    return { type: this.#suffix(type), name: -1 };
  }

  #pointer(target: CType): CType {
    let type: CType = this.types.pointerTo(target);
    for (;;) {
      const kind = this.peek();
      if (kind === token.K_CONST) type = this.types.qualified(type, CONST);
      else if (kind === token.K_VOLATILE) type = this.types.qualified(type, VOLATILE);
      else if (kind === token.K_RESTRICT) type = this.types.qualified(type, RESTRICT);
      else if (kind === token.K_ATOMIC) type = this.types.atomicOf(type);
      else if (kind === token.K_ATTRIBUTE) {
        type = this.changedType(type, this.parseAttributes());
        continue;
      } else return type;
      this.next();
    }
  }

  #isNestedDeclarator(isNamed: boolean): boolean {
    const kind = this.peek(1);
    if (
      kind === token.STAR ||
      kind === token.LEFT_PAREN ||
      kind === token.CARET ||
      kind === token.K_ATTRIBUTE
    )
      return true;
    if (kind === token.LEFT_BRACKET) return !isNamed || this.peek(2) !== token.LEFT_BRACKET;
    return kind === token.IDENTIFIER && !this.isTypeName(1);
  }

  #nested(base: CType, isNamed: boolean): Declared {
    const paren = this.at;
    // Each level looks for its own end first, so that depth costs its square.
    if (declaratorsMax <= this.#nestedDeclarators || this.isDeep()) {
      this.reportDeep(declaratorsMax);
      this.skipBalanced();
      return { type: this.types.error, name: -1 };
    }
    this.skipBalanced();
    if (this.kinds[this.at - 1] !== token.RIGHT_PAREN) return { type: this.types.error, name: -1 };
    this.depth++;
    this.#nestedDeclarators++;
    const type = this.#suffix(base);
    const end = this.at;
    this.rewind(paren + 1);
    const declared = this.parseDeclarator(type, isNamed);
    if (this.peek() !== token.RIGHT_PAREN) this.expect(token.RIGHT_PAREN);
    this.rewind(end);
    this.depth--;
    this.#nestedDeclarators--;
    return declared;
  }

  /** `[…]` and `(…)` behind a declarator; what stands last is nearest to the base. */
  #suffix(base: CType): CType {
    const kind = this.peek();
    if (kind === token.LEFT_BRACKET && this.peek(1) !== token.LEFT_BRACKET)
      return this.#array(base);
    if (kind === token.LEFT_PAREN) return this.#function(base);
    return base;
  }

  #array(base: CType): CType {
    const bracket = this.at;
    if (this.isDeep()) {
      while (this.peek() === token.LEFT_BRACKET) this.skipBalanced();
      return this.types.error;
    }
    this.depth++;
    this.next();
    while (this.peek() === token.K_STATIC || isQualifier(this.peek())) this.next();
    const bound = this.#bound();
    if (!this.accept(token.RIGHT_BRACKET)) {
      if (this.peek() === token.END) this.reportUnclosed(bracket);
      else {
        this.expect(token.RIGHT_BRACKET);
        this.recoverTo(token.RIGHT_BRACKET);
      }
    }
    const element = this.#suffix(base);
    this.depth--;
    return this.#arrayOf(element, bound.count, bound.isVariable, bracket);
  }

  #bound(): { count: number | undefined; isVariable: boolean } {
    const kind = this.peek();
    if (kind === token.RIGHT_BRACKET) return { count: undefined, isVariable: false };
    if (kind === token.STAR && this.peek(1) === token.RIGHT_BRACKET) {
      this.next();
      return { count: undefined, isVariable: true };
    }
    if (
      kind === token.NUMBER &&
      this.peek(1) === token.RIGHT_BRACKET &&
      0 <= this.values[this.at]!
    ) {
      const count = this.values[this.at]!;
      this.next();
      return { count, isVariable: false };
    }
    return this.#computedBound();
  }

  #computedBound(): { count: number | undefined; isVariable: boolean } {
    const from = this.at;
    const expression = this.parseAssignmentExpression();
    const result = this.evaluate(expression);
    if (result.isConstant) {
      if (result.value < 0n) {
        this.report("T07", this.spanFrom(from), `The array would have ${result.value} elements.`);
        return { count: 0, isVariable: false };
      }
      return { count: Number(result.value), isVariable: false };
    }
    // In a function's scope (parameters, blocks) a variable bound is right.
    const isAllowed = 0 < this.scope.level && this.openRecord === undefined;
    if (!isAllowed && !result.isReported)
      this.reportNotConstant("An array bound", result.reason, result.span);
    return isAllowed ? { count: undefined, isVariable: true } : { count: 0, isVariable: false };
  }

  #arrayOf(element: CType, count: number | undefined, isVariable: boolean, bracket: Mark): CType {
    const plain = resolve(element);
    if (plain.kind === "function" || plain.kind === "void") {
      this.report(
        "T17",
        this.spanFrom(bracket),
        `There are no arrays of '${spellType(element)}' in C.`,
      );
      return this.types.error;
    }
    if (plain.kind === "error") return this.types.error;
    if (plain.kind === "record" && !plain.isComplete && this.openRecord !== undefined) {
      this.report(
        "T04",
        this.spanFrom(bracket),
        `The elements' type '${spellType(element)}' is incomplete here.`,
      );
      return this.types.error;
    }
    const size = (count ?? 0) * Math.max(1, element.size);
    const limit = Math.min(2 ** 53, 2 ** (this.target.pointer.size * 8 - 1));
    if (limit <= size) {
      this.report(
        "T08",
        this.spanFrom(bracket),
        `The array would have ${countText(count)} elements of ${element.size} bytes, more than can be addressed.`,
      );
      return this.types.arrayOf(element, 0);
    }
    return this.types.arrayOf(element, count, isVariable);
  }

  #function(base: CType): CType {
    if (this.isDeep()) {
      this.skipBalanced();
      return this.types.error;
    }
    this.depth++;
    const paren = this.at;
    this.next();
    const parameters: Parameter[] = [];
    this.scope.push();
    const isVariadic = this.#parameters(parameters);
    this.scope.pop();
    if (!this.accept(token.RIGHT_PAREN)) {
      if (this.peek() === token.END) this.reportUnclosed(paren);
      else {
        this.expect(token.RIGHT_PAREN);
        this.recoverTo(token.RIGHT_PAREN);
      }
    }
    const returns = this.#suffix(base);
    this.depth--;
    const plain = returns.kind;
    if (plain === "array" || plain === "function") {
      this.report(
        "T17",
        this.spanFrom(paren),
        `No function returns '${spellType(returns)}' in C; return a pointer to it.`,
      );
    }
    return this.types.functionOf(returns, parameters, isVariadic);
  }

  /** The parameters up to the `)`; true if they end with `...`. */
  #parameters(parameters: Parameter[]): boolean {
    if (this.peek() === token.RIGHT_PAREN) return false;
    if (this.peek() === token.K_VOID && this.peek(1) === token.RIGHT_PAREN) {
      this.next();
      return false;
    }
    if (this.#isNameList()) {
      while (this.peek() === token.IDENTIFIER || this.peek() === token.COMMA) this.next();
      this.hasNameList = true;
      return false;
    }
    for (;;) {
      if (this.accept(token.ELLIPSIS)) return true;
      const before = this.at;
      parameters.push(this.#parameter());
      if (this.at === before || parametersMax < parameters.length) return false;
      if (!this.accept(token.COMMA)) return false;
    }
  }

  /** The parameters of an old-style definition, `f(a, b) int a; { … }`: names, and behind them a declaration or the body. */
  #isNameList(): boolean {
    if (this.peek() !== token.IDENTIFIER || this.isTypeName() || 0 < this.scope.level - 1)
      return false;
    let ahead = 1;
    while (this.peek(ahead) === token.COMMA && this.peek(ahead + 1) === token.IDENTIFIER)
      ahead += 2;
    if (this.peek(ahead) !== token.RIGHT_PAREN) return false;
    return this.peek(ahead + 1) === token.LEFT_BRACE || this.isTypeName(ahead + 1);
  }

  #parameter(): Parameter {
    const from = this.at;
    const outer = this.openRecord;
    this.openRecord = undefined;
    const specifiers = this.parseSpecifiers(false);
    const declared = this.parseDeclarator(specifiers.type, true);
    if (this.isAtAttribute()) this.parseAttributes();
    this.openRecord = outer;
    const plain = declared.type.kind === "typedef" ? resolve(declared.type) : declared.type;
    let { type } = declared;
    if (plain.kind === "array") type = this.types.pointerTo(plain.element);
    else if (plain.kind === "function") type = this.types.pointerTo(declared.type);
    const nameAt = declared.name;
    if (nameAt < 0)
      return new CParameter(undefined, type, this.places, this.starts[from]!, this.endBefore(from));
    const name = this.spellings.text(token.IDENTIFIER, this.values[nameAt]!);
    const parameter = new CParameter(
      name,
      type,
      this.places,
      this.starts[nameAt]!,
      this.ends[nameAt]!,
    );
    this.scope.declare(this.values[nameAt]!, new CParameterSymbol(name, type, parameter));
    return parameter;
  }

  // ---- Scopes ----

  pushScope(): void {
    this.scope.push();
  }

  popScope(): void {
    this.scope.pop();
  }

  lookup(name: string): CSymbol | undefined {
    return this.symbolOf(this.spellings.identifiers.idOf(name));
  }

  lookupTag(tag: string): Tagged | undefined {
    return this.scope.tag(this.spellings.identifiers.idOf(tag));
  }

  declare(symbol: CSymbol): void {
    this.scope.declareHidable(this.spellings.identifiers.idOf(symbol.name), symbol);
  }

  endPrelude(): void {
    this.scope.endPrelude();
  }

  /** The meaning of a name; the kernel's and C library's usual type names have one without a declaration. */
  protected symbolOf(identifier: number): CSymbol | undefined {
    const symbol = this.scope.symbol(identifier);
    if (symbol !== undefined) return symbol;
    const tagged = this.isCpp ? this.scope.tag(identifier) : undefined;
    if (tagged !== undefined) return this.#tagAsType(tagged);
    if (this.#knownSymbols.has(identifier)) return this.#knownSymbols.get(identifier);
    const known = this.#knownSymbol(identifier);
    this.#knownSymbols.set(identifier, known);
    return known;
  }

  /** In C++ a tag is a type's name by itself. */
  #tagAsType(tagged: Tagged): CSymbol {
    const { nameSpan, tag = "" } = tagged;
    return {
      kind: "typedef",
      name: tag,
      type: new CTypedef(tag, tagged, 0, noAttributes, nameSpan),
      nameSpan,
    };
  }

  #knownSymbol(identifier: number): CSymbol | undefined {
    const name = this.spellings.identifiers.names[identifier] ?? "";
    const nameSpan = this.places.span(this.#builtinBase, this.#builtinBase);
    const value = knownConstants.get(name);
    if (value !== undefined) {
      const constant = { name, value, type: this.types.int, span: nameSpan };
      return { kind: "constant", name, constant, nameSpan };
    }
    const description = knownTypes.get(name);
    const behind = description === undefined ? undefined : this.#knownType(description);
    if (description === undefined || behind === undefined) return undefined;
    const type = new CTypedef(
      name,
      behind,
      description.startsWith("aligned") ? 8 : 0,
      noAttributes,
      nameSpan,
    );
    return { kind: "typedef", name, type, nameSpan };
  }

  #knownType(description: string): CType | undefined {
    const { types } = this;
    const words = description.split(" ");
    const width = Number(words.at(-1));
    if (0 < width) {
      const isSigned = words.includes("signed");
      // glibc and the kernel: 64 bits are `long long` in the kernel's UAPI; only the spelling differs.
      if (width === 64) return isSigned ? types.longLong : types.unsignedLongLong;
      return types.ofWidth(width, isSigned);
    }
    switch (description) {
      case "bool":
        return types.bool;
      case "size":
        return types.size;
      case "signed size":
        return types.withSign(types.size, true);
      case "difference":
        return types.pointerDifference;
      case "wide":
        return types.wideChar;
      case "va_list":
        return this.#vaList();
      default:
        return types.named(description);
    }
  }

  #vaList(): CType {
    const { size, align, isArray } = this.target.vaList;
    const unit = this.types.ofWidth(align * 8, false) ?? this.types.unsignedChar;
    const array = this.types.arrayOf(unit, size / align);
    return isArray || size !== align ? array : this.types.pointerTo(this.types.void);
  }

  isStartOfDeclaration(): boolean {
    const kind = this.peek();
    if (kind === token.IDENTIFIER) {
      if (this.peek(1) === token.COLON) return false;
      return this.isTypeName() || this.#looksLikeUnknownType();
    }
    if (kind === token.LEFT_BRACKET) return this.peek(1) === token.LEFT_BRACKET;
    return (
      (token.KEYWORD_FIRST <= kind && kind <= token.DECLARATION_KEYWORD_LAST) ||
      kind === token.K_STATIC_ASSERT
    );
  }

  /** `name other;`, `name other = …`: nothing else in C looks like this. */
  #looksLikeUnknownType(): boolean {
    if (this.symbolOf(this.values[this.at]!) !== undefined || this.peek(1) !== token.IDENTIFIER)
      return false;
    const third = this.peek(2);
    return (
      third === token.SEMICOLON ||
      third === token.EQUAL ||
      third === token.COMMA ||
      third === token.LEFT_BRACKET
    );
  }

  /** `struct s { … }` and on the next line the next declaration. */
  protected isSemicolonForgotten(specifiers: Specifiers): boolean {
    if (!specifiers.isDefinition || specifiers.storage === "typedef" || !this.isOnNewLine())
      return false;
    const kind = this.peek();
    return kind === token.IDENTIFIER
      ? this.isTypeName() || this.isItemStart()
      : this.isStartOfDeclaration() || kind === token.RIGHT_BRACE;
  }

  protected reportNoName(): void {
    const found = this.peek() === token.END ? "the text ends" : `'${this.text()}' stands`;
    this.report("S01", this.span(), `A name is expected where ${found}.`);
  }

  protected afterDeclarator(): Attribute[] {
    const attributes: Attribute[] = [];
    if (this.peek() === token.K_ASM) {
      this.next();
      if (this.peek() === token.LEFT_PAREN) this.skipBalanced();
    }
    if (this.isAtAttribute()) this.addAttributes(attributes);
    return attributes;
  }
}

export function isTypeWord(kind: number): boolean {
  if (kind === token.K_TYPEDEF || kind === token.K_EXTERN || kind === token.K_STATIC) return false;
  return token.K_VOID <= kind && kind <= token.K_RESTRICT;
}

export function kindText(symbol: CSymbol): string {
  switch (symbol.kind) {
    case "object":
      return `a variable of type '${spellType(symbol.type)}'`;
    case "function":
      return "a function";
    case "typedef":
      return "a type name";
    case "constant":
      return "an enumerator";
  }
}

function isQualifier(kind: number): boolean {
  return (
    kind === token.K_CONST ||
    kind === token.K_VOLATILE ||
    kind === token.K_RESTRICT ||
    kind === token.K_ATOMIC
  );
}

/** A count with all its digits. */
function countText(count: number | undefined): string {
  return count === undefined || !Number.isFinite(count)
    ? "more than 10^308"
    : BigInt(count).toString();
}
