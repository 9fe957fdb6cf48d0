// C's declarations: specifiers, declarators, records, enums, functions. Recovers at ';' and '}', so that one mistake gives one
// message and the rest of the file is still read.
import type { Target } from "../abi/target.ts";
import type { Span } from "../text/source.ts";
import type {
  Attribute,
  CSymbol,
  Declaration,
  Declarator,
  ExternalDeclaration,
  FunctionDefinition,
  FunctionSymbol,
  Initializer,
  ObjectSymbol,
  StaticAssertion,
  Storage,
} from "./ast.ts";
import type { AttributeEffect } from "./attribute-parser.ts";
import { AttributeParser } from "./attribute-parser.ts";
import { areCompatible } from "./constant.ts";
import { fits } from "./conversion.ts";
import { typeOfExpression } from "./expression-type.ts";
import type { Findings } from "./findings.ts";
import { knownConstants, knownTypes } from "./known-names.ts";
import * as rows from "./member-table.ts";
import { MemberTable } from "./member-table.ts";
import type { Mark, Parser, ParserHooks } from "./parser.ts";
import type { Places } from "./places.ts";
import type { PackChange } from "./preprocessor.ts";
import { placeMembers } from "./record-layout.ts";
import type { RecordContext } from "./records.ts";
import { CEnum, CEnumConstant, CMember, CRecord, noAttributes } from "./records.ts";
import type { Tagged } from "./scope.ts";
import { Scope } from "./scope.ts";
import type { Spellings, TokenList } from "./token-list.ts";
import * as token from "./token.ts";
import type { TypeTable } from "./type-table.ts";
import type { CType, FunctionType, IntegerType, Parameter, TypedefType } from "./types.ts";
import {
  CONST,
  RANK_BOOL,
  RESTRICT,
  VOLATILE,
  integerBehind,
  isComplete,
  recordName,
  resolve,
  spellType,
} from "./types.ts";

export interface DeclarationParserInput {
  readonly tokens: TokenList;
  readonly spellings: Spellings;
  readonly places: Places;
  readonly findings: Findings;
  readonly types: TypeTable;
  readonly hooks: ParserHooks;
  readonly packChanges: readonly PackChange[];
  /** Whether an include was not found: then unknown macro-like items are not the text's mistake. */
  readonly hasMissingIncludes: boolean;
  /** The scope to go on in, for a text that is read after a file; a new one otherwise. */
  readonly scope?: Scope;
}

/** What stands before the declarators. */
interface Specifiers {
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
interface Declared {
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

function isBuiltIn(span: Span): boolean {
  return span.path.startsWith("<");
}

const parametersMax = 4096;
const declaratorsMax = 32;
const intMin = -0x80000000n;
const intMax = 0x7fffffffn;

export class DeclarationParser extends AttributeParser implements Parser {
  readonly target: Target;
  readonly types: TypeTable;
  readonly declarations: ExternalDeclaration[] = [];
  readonly records: CRecord[] = [];
  readonly enums: CEnum[] = [];
  readonly typedefs: Map<string, TypedefType> = new Map<string, TypedefType>();
  readonly scope: Scope;
  readonly #hooks: ParserHooks;
  readonly #packChanges: readonly PackChange[];
  readonly #hasMissingIncludes: boolean;
  readonly #unknownTypes = new Set<string>();
  readonly #builtinBase: number;
  readonly #knownSymbols = new Map<number, CSymbol | undefined>();
  #packIndex = 0;
  /** For finding duplicate members: the record that last had a member of the name. */
  readonly #memberStamps: Int32Array;
  readonly #records: RecordContext;
  #stamp = 0;
  #openRecord: CRecord | undefined;
  #nestedDeclarators = 0;
  #floatName = "";

  constructor(input: DeclarationParserInput) {
    super(input.tokens, input.spellings, input.places, input.findings);
    this.types = input.types;
    this.target = input.types.target;
    this.#hooks = input.hooks;
    this.scope = input.scope ?? new Scope(input.spellings.identifiers.names.length);
    this.#packChanges = input.packChanges;
    this.#hasMissingIncludes = input.hasMissingIncludes;
    this.#memberStamps = new Int32Array(input.spellings.identifiers.names.length);
    this.#records = {
      places: this.places,
      members: new MemberTable(),
      names: input.spellings.identifiers.names,
    };
    this.#builtinBase = this.places.add({ path: "<builtin>", text: "" });
  }

  // ---- The file ----

  parseFile(): void {
    while (this.at < this.count) {
      const before = this.at;
      this.#externalItem();
      if (this.at === before) this.next();
    }
  }

  #externalItem(): void {
    const kind = this.peek();
    if (kind === token.SEMICOLON) return this.next();
    if (kind === token.RIGHT_BRACE) return this.#strayBraces();
    if (kind === token.IDENTIFIER && !this.isTypeName()) {
      if (this.#hooks.externalItem?.(this) === true) return undefined;
      if (this.#macroLikeItem()) return undefined;
    }
    if (kind === token.K_EXTERN && this.peek(1) === token.STRING) return this.#linkage();
    if (kind === token.K_ASM) return this.#asmItem();
    this.declarations.push(this.parseDeclaration());
    return undefined;
  }

  #strayBraces(): void {
    this.report("S01", this.span(), "This '}' closes nothing.");
    while (this.peek() === token.RIGHT_BRACE || this.peek() === token.SEMICOLON) this.next();
  }

  #linkage(): void {
    if (this.isDeep()) return this.recover();
    this.next();
    this.next();
    if (this.peek() !== token.LEFT_BRACE) return this.#externalItem();
    const brace = this.at;
    this.depth++;
    this.next();
    while (this.at < this.count && this.peek() !== token.RIGHT_BRACE) {
      const before = this.at;
      this.#externalItem();
      if (this.at === before) this.next();
    }
    this.depth--;
    if (!this.accept(token.RIGHT_BRACE)) this.reportUnclosed(brace);
    return undefined;
  }

  #asmItem(): void {
    this.next();
    while (this.peek() === token.K_VOLATILE || this.peek() === token.K_INLINE) this.next();
    if (this.peek() === token.LEFT_PAREN) this.skipBalanced();
    this.accept(token.SEMICOLON);
  }

  /** `MODULE_LICENSE("GPL");`, `SYSCALL_DEFINE2(…) { … }`: macros whose header is not there. */
  #macroLikeItem(): boolean {
    if (!this.#hasMissingIncludes || this.peek(1) !== token.LEFT_PAREN) return false;
    const from = this.at;
    this.next();
    this.skipBalanced();
    if (this.peek() === token.LEFT_BRACE) {
      this.skipBraces();
      return true;
    }
    if (this.accept(token.SEMICOLON)) return true;
    this.rewind(from);
    return false;
  }

  // ---- Declarations ----

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

  parseDeclaration(): Declaration | StaticAssertion | FunctionDefinition {
    const from = this.at;
    if (this.peek() === token.K_STATIC_ASSERT) return this.#staticAssertion();
    const specifiers = this.#specifiers(false);
    const declarators: Declarator[] = [];
    if (this.peek() !== token.SEMICOLON && !this.#isSemicolonForgotten(specifiers)) {
      const definition = this.#declarators(specifiers, declarators);
      if (definition !== undefined) return definition;
    } else {
      this.#checkEmpty(specifiers);
    }
    const declaration = this.#declaration(specifiers, declarators, from);
    this.#endDeclaration();
    return declaration;
  }

  /** `struct s { … }` and on the next line the next declaration. */
  #isSemicolonForgotten(specifiers: Specifiers): boolean {
    if (!specifiers.isDefinition || specifiers.storage === "typedef" || !this.#isOnNewLine())
      return false;
    const kind = this.peek();
    return kind === token.IDENTIFIER
      ? this.isTypeName()
      : this.isStartOfDeclaration() || kind === token.RIGHT_BRACE;
  }

  #declaration(
    specifiers: Specifiers,
    declarators: readonly Declarator[],
    from: Mark,
  ): Declaration {
    const { storage, isInline, isThreadLocal, type, attributes } = specifiers;
    return {
      kind: "declaration",
      storage,
      isInline,
      isThreadLocal,
      type,
      declarators,
      attributes,
      span: this.spanFrom(from),
    };
  }

  /** The `;` of a declaration; a missing one is reported where it should stand. */
  #endDeclaration(): void {
    if (this.accept(token.SEMICOLON)) return;
    if (0 < this.at && this.kinds[this.at - 1] === token.SEMICOLON) return;
    // Behind a body whose '}' was forgotten, the next declaration follows without a ';' of its own.
    this.reportMissing(";");
    if (!this.#isAtLineStart() || !this.isStartOfDeclaration()) this.recover();
  }

  #isAtLineStart(): boolean {
    return (0 < this.at && this.kinds[this.at - 1] === token.RIGHT_BRACE) || this.#isOnNewLine();
  }

  #isOnNewLine(): boolean {
    if (this.at === 0 || this.count <= this.at) return true;
    return this.places.slice(this.ends[this.at - 1]!, this.starts[this.at]!).includes("\n");
  }

  #checkEmpty(specifiers: Specifiers): void {
    const type = resolve(specifiers.type);
    if (type.kind === "record" || type.kind === "enum" || type.kind === "error") return;
    this.report(
      "T12",
      this.spanFrom(specifiers.from),
      `This declares nothing: a name is missing behind '${spellType(specifiers.type)}'.`,
    );
  }

  /** The declarators behind specifiers; returns a function definition if they turn out to be one. */
  #declarators(specifiers: Specifiers, declarators: Declarator[]): FunctionDefinition | undefined {
    for (;;) {
      const from = this.at;
      const declared = this.#declarator(specifiers.type, true);
      if (declared.name < 0 && this.at === from) {
        this.#reportNoName();
        this.recover();
        return undefined;
      }
      const attributes = this.#afterDeclarator();
      const isFunction = declared.type.kind === "function" && specifiers.storage !== "typedef";
      if (
        isFunction &&
        declarators.length === 0 &&
        this.#isBodyNext() &&
        0 <= declared.name &&
        this.scope.level === 0
      ) {
        return this.#definition(specifiers, declared, attributes);
      }
      declarators.push(this.#declare(specifiers, declared, attributes, from));
      if (!this.accept(token.COMMA)) return undefined;
    }
  }

  #reportNoName(): void {
    const found = this.peek() === token.END ? "the text ends" : `'${this.text()}' stands`;
    this.report("S01", this.span(), `A name is expected where ${found}.`);
  }

  /** `{`, or the parameter declarations of an old-style definition. */
  #isBodyNext(): boolean {
    return this.peek() === token.LEFT_BRACE;
  }

  #afterDeclarator(): Attribute[] {
    const attributes: Attribute[] = [];
    if (this.peek() === token.K_ASM) {
      this.next();
      if (this.peek() === token.LEFT_PAREN) this.skipBalanced();
    }
    if (this.isAtAttribute()) this.addAttributes(attributes);
    return attributes;
  }

  #declare(
    specifiers: Specifiers,
    declared: Declared,
    attributes: readonly Attribute[],
    from: Mark,
  ): Declarator {
    const all =
      specifiers.attributes.length === 0 ? attributes : [...specifiers.attributes, ...attributes];
    const changed = all.length === 0 ? declared.type : this.changedType(declared.type, all);
    const name =
      declared.name < 0
        ? undefined
        : this.spellings.text(token.IDENTIFIER, this.values[declared.name]!);
    const nameAt = declared.name < 0 ? from : declared.name;
    let symbol: CSymbol | undefined;
    let type = changed;
    if (name !== undefined && specifiers.storage === "typedef") {
      const typedefType = this.#typedef(specifiers, name, nameAt, changed, all);
      symbol = { kind: "typedef", name, type: typedefType, nameSpan: typedefType.nameSpan };
      type = typedefType.type;
      this.#declareName(nameAt, symbol);
    } else if (name !== undefined) {
      symbol = this.#entity(specifiers, name, nameAt, changed);
      this.#declareName(nameAt, symbol);
    }
    let initializer: Initializer | undefined;
    if (this.accept(token.EQUAL)) {
      initializer = this.parseInitializer();
      if (symbol?.kind === "object") type = this.#completed(type, initializer, symbol);
    }
    const nameSpan = this.places.span(this.starts[nameAt]!, this.ends[nameAt]!);
    return { name, nameSpan, type, symbol, initializer, attributes, span: this.spanFrom(from) };
  }

  /** `T x[] = { … }` gets its count from the initialiser. */
  #completed(type: CType, initializer: Initializer, symbol: ObjectSymbol): CType {
    const completed = this.completedArray(type, initializer);
    if (completed !== type) (symbol as { type: CType }).type = completed;
    return completed;
  }

  #typedef(
    specifiers: Specifiers,
    name: string,
    nameAt: Mark,
    type: CType,
    attributes: readonly Attribute[],
  ): TypedefType {
    const nameSpan = this.places.span(this.starts[nameAt]!, this.ends[nameAt]!);
    const { align } = this.effectOf(attributes);
    const tagged = specifiers.tagged;
    if (
      tagged !== undefined &&
      tagged.tag === undefined &&
      type === tagged &&
      tagged.typedefName === undefined
    ) {
      tagged.typedefName = name;
    }
    return new CTypedef(name, type, align, attributes, nameSpan);
  }

  #entity(specifiers: Specifiers, name: string, nameAt: Mark, type: CType): CSymbol {
    const nameSpan = this.places.span(this.starts[nameAt]!, this.ends[nameAt]!);
    const { storage, isThreadLocal } = specifiers;
    const plain = type.kind === "typedef" ? resolve(type) : type;
    if (plain.kind === "function")
      return { kind: "function", name, type: plain, storage, nameSpan, isDefined: false };
    const isGlobal = this.scope.level === 0;
    return {
      kind: "object",
      name,
      type,
      isParameter: false,
      storage,
      isThreadLocal,
      isGlobal,
      nameSpan,
    };
  }

  /**
   * What is known of a name that is declared again. A built-in header's meaning gives way to the file's, which then counts
   * as the first one.
   */
  #knownTo<T extends { readonly nameSpan: Span }>(
    nameAt: Mark,
    known: T | undefined,
  ): T | undefined {
    if (known === undefined || !isBuiltIn(known.nameSpan)) return known;
    return isBuiltIn(this.places.span(this.starts[nameAt]!, this.ends[nameAt]!))
      ? known
      : undefined;
  }

  #declareName(nameAt: Mark, symbol: CSymbol): void {
    const identifier = this.values[nameAt]!;
    const before = this.#knownTo(nameAt, this.scope.symbolHere(identifier));
    if (before !== undefined && !this.#mayFollow(before, symbol)) {
      this.report(
        "T15",
        this.places.span(this.starts[nameAt]!, this.ends[nameAt]!),
        this.#conflictText(before, symbol),
        {
          notes: [{ message: "The declaration before.", span: before.nameSpan }],
        },
      );
      return;
    }
    if (before?.kind === "function" && symbol.kind === "function" && before.isDefined) return;
    if (
      before?.kind === "object" &&
      symbol.kind === "object" &&
      isComplete(before.type) &&
      !isComplete(symbol.type)
    )
      return;
    if (symbol.kind === "typedef" && this.scope.level === 0)
      this.typedefs.set(symbol.name, symbol.type);
    this.scope.declare(identifier, symbol);
  }

  #mayFollow(before: CSymbol, after: CSymbol): boolean {
    if (before.kind !== after.kind) return false;
    if (before.kind === "typedef" && after.kind === "typedef") {
      const hasError = hasErrorType(before.type) || hasErrorType(after.type);
      return hasError || areCompatible(before.type, after.type);
    }
    return before.kind !== "object" || before.isGlobal;
  }

  #conflictText(before: CSymbol, after: CSymbol): string {
    if (before.kind === "typedef" && after.kind === "typedef") {
      return `'${after.name}' is already a name for '${spellType(before.type.type)}', not for '${spellType(after.type.type)}'.`;
    }
    return `'${after.name}' has already been declared here as ${kindText(before)}.`;
  }

  // ---- Functions ----

  #definition(
    specifiers: Specifiers,
    declared: Declared,
    attributes: readonly Attribute[],
  ): FunctionDefinition {
    const { from, storage, isInline } = specifiers;
    const name = this.spellings.text(token.IDENTIFIER, this.values[declared.name]!);
    const nameSpan = this.places.span(this.starts[declared.name]!, this.ends[declared.name]!);
    const type = resolve(declared.type) as FunctionType;
    const symbol: FunctionSymbol = {
      kind: "function",
      name,
      type,
      storage,
      nameSpan,
      isDefined: true,
    };
    this.#declareName(declared.name, symbol);
    const parameters = type.parameters.map((parameter): ObjectSymbol => ({
      kind: "object",
      name: parameter.name ?? "",
      type: parameter.type,
      isParameter: true,
      storage: "none",
      isThreadLocal: false,
      isGlobal: false,
      nameSpan: parameter.nameSpan,
    }));
    const bodyFrom = this.at;
    const bodyEnd = this.#bodyEnd(bodyFrom);
    const bodySpan = this.places.span(
      this.starts[bodyFrom]!,
      this.ends[Math.max(bodyFrom, bodyEnd - 1)]!,
    );
    const span = this.places.span(this.starts[from]!, this.ends[Math.max(bodyFrom, bodyEnd - 1)]!);
    const definition: FunctionDefinition = {
      kind: "function",
      name,
      nameSpan,
      type,
      symbol,
      parameters,
      storage,
      isInline,
      attributes: [...specifiers.attributes, ...attributes],
      bodySpan,
      span,
    };
    this.#body(definition, bodyEnd);
    return definition;
  }

  #bodyEnd(from: Mark): Mark {
    this.skipBraces();
    const end = this.at;
    this.rewind(from);
    return end;
  }

  #body(definition: FunctionDefinition, end: Mark): void {
    const { functionBody } = this.#hooks;
    if (functionBody === undefined) {
      this.rewind(end);
      return;
    }
    this.scope.push();
    for (const parameter of definition.parameters) {
      if (parameter.name !== "") this.declare(parameter);
    }
    functionBody(this, definition);
    this.scope.pop();
  }

  // ---- Assertions ----

  #staticAssertion(): StaticAssertion {
    const from = this.at;
    this.next();
    this.expect(token.LEFT_PAREN);
    const condition = this.parseConditionalExpression();
    let text = "";
    if (this.accept(token.COMMA)) while (this.peek() === token.STRING) text += this.#literal();
    const result = this.evaluate(condition);
    this.expect(token.RIGHT_PAREN);
    const span = this.spanFrom(from);
    if (result.isConstant && result.value === 0n) {
      const values =
        condition.kind === "binary" ? this.#sides(condition.left, condition.right) : "";
      this.report(
        "T13",
        span,
        `The assertion does not hold for ${this.target.name}${values}${text === "" ? "." : `: ${text}`}`,
      );
    } else if (!result.isConstant && !result.isReported) {
      this.reportNotConstant("An assertion", result.reason, result.span);
    }
    this.#endDeclaration();
    return { kind: "staticAssertion", condition, span };
  }

  #literal(): string {
    const text = this.text().replace(/^[^"]*"|"$/g, "");
    this.next();
    return text;
  }

  #sides(
    left: Parameters<typeof this.evaluate>[0],
    right: Parameters<typeof this.evaluate>[0],
  ): string {
    const a = this.evaluate(left);
    const b = this.evaluate(right);
    return a.isConstant && b.isConstant ? ` (left ${a.value}, right ${b.value})` : "";
  }

  // ---- Specifiers ----

  #specifiers(isMember: boolean): Specifiers {
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
            ? this.#enum(specifiers)
            : this.#record(kind === token.K_UNION, specifiers);
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
    const identifier = this.values[this.at]!;
    const symbol = this.symbolOf(identifier);
    if (symbol !== undefined) {
      if (symbol.kind !== "typedef") return undefined;
      this.next();
      return symbol.type;
    }
    const following = this.peek(1);
    if (isTypeWord(following) || (following === token.IDENTIFIER && this.isTypeName(1))) {
      this.#unknownWord();
      return undefined;
    }
    const isFollowedByName = following === token.IDENTIFIER || following === token.STAR;
    if (!isFollowedByName && !(isMember && following === token.COLON)) return undefined;
    this.#unknownType();
    return this.types.error;
  }

  /** A word before a type or behind a declarator that nothing declares: most likely an attribute macro of a header that is not there. */
  #unknownWord(): void {
    const name = this.text();
    if (!this.#hasMissingIncludes && !this.#unknownTypes.has(name)) {
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
    const specifiers = this.#specifiers(false);
    const { type } = this.#declarator(specifiers.type, false);
    const attributes = this.parseAttributes();
    const all = [...specifiers.attributes, ...attributes];
    return all.length === 0 ? type : this.changedType(type, all);
  }

  // ---- Declarators ----

  /**
   * A declarator around `base`. Of `(inner) suffix` the suffix is read first: it is nearer to the base. `isNamed` false:
   * a type name, where a parenthesis may begin parameters at once.
   */
  #declarator(base: CType, isNamed: boolean): Declared {
    let type = base;
    for (;;) {
      const kind = this.peek();
      if (kind === token.STAR || (kind === token.CARET && isNamed)) {
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
    const declared = this.#declarator(type, isNamed);
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
    const isAllowed = 0 < this.scope.level && this.#openRecord === undefined;
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
    if (plain.kind === "record" && !plain.isComplete && this.#openRecord !== undefined) {
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
    for (;;) {
      if (this.accept(token.ELLIPSIS)) return true;
      const before = this.at;
      parameters.push(this.#parameter());
      if (this.at === before || parametersMax < parameters.length) return false;
      if (!this.accept(token.COMMA)) return false;
    }
  }

  #parameter(): Parameter {
    const from = this.at;
    const outer = this.#openRecord;
    this.#openRecord = undefined;
    const specifiers = this.#specifiers(false);
    const declared = this.#declarator(specifiers.type, true);
    if (this.isAtAttribute()) this.parseAttributes();
    this.#openRecord = outer;
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

  // ---- Records ----

  #record(isUnion: boolean, specifiers: Specifiers): CRecord | undefined {
    const from = this.at;
    this.next();
    const attributes: Attribute[] = [];
    if (this.isAtAttribute()) this.addAttributes(attributes);
    const tagAt = this.peek() === token.IDENTIFIER ? this.at : -1;
    if (0 <= tagAt) this.next();
    if (this.isAtAttribute() && this.#isBodyBehindAttributes()) this.addAttributes(attributes);
    if (this.peek() !== token.LEFT_BRACE) return this.#recordReference(isUnion, from, tagAt);
    specifiers.isDefinition = true;
    const record = this.#recordToDefine(isUnion, from, tagAt);
    this.#recordBody(record, attributes);
    return record;
  }

  #isBodyBehindAttributes(): boolean {
    const from = this.at;
    let isBody = false;
    if (this.peek() === token.K_ATTRIBUTE && this.peek(1) === token.LEFT_PAREN) {
      this.next();
      let open = 0;
      while (this.at < this.count) {
        const kind = this.kinds[this.at++]!;
        if (kind === token.LEFT_PAREN) open++;
        else if (kind === token.RIGHT_PAREN && --open === 0) break;
        else if (
          kind === token.SEMICOLON ||
          kind === token.LEFT_BRACE ||
          kind === token.RIGHT_BRACE
        )
          break;
      }
      isBody = this.peek() === token.LEFT_BRACE;
    }
    this.rewind(from);
    return isBody;
  }

  #recordReference(isUnion: boolean, from: Mark, tagAt: Mark): CRecord | undefined {
    if (tagAt < 0) {
      this.report(
        "S01",
        this.span(),
        `A tag or '{' is expected behind '${isUnion ? "union" : "struct"}'.`,
      );
      return undefined;
    }
    const identifier = this.values[tagAt]!;
    const isForward = this.peek() === token.SEMICOLON && this.#openRecord === undefined;
    const known = isForward ? this.scope.tagHere(identifier) : this.scope.tag(identifier);
    if (known instanceof CRecord && known.isUnion === isUnion) return known;
    if (known !== undefined) {
      this.#reportTagKind(tagAt, known);
      return known instanceof CRecord ? known : undefined;
    }
    const record = this.#newRecord(isUnion, from, tagAt);
    this.scope.declareTag(identifier, record);
    return record;
  }

  #reportTagKind(tagAt: Mark, known: Tagged): void {
    const name = this.spellings.text(token.IDENTIFIER, this.values[tagAt]!);
    const keyword = known instanceof CRecord ? (known.isUnion ? "union" : "struct") : "enum";
    this.report(
      "T20",
      this.places.span(this.starts[tagAt]!, this.ends[tagAt]!),
      `'${name}' has been declared as '${keyword} ${name}'.`,
      {
        notes: [{ message: "The declaration before.", span: known.nameSpan }],
      },
    );
  }

  #newRecord(isUnion: boolean, from: Mark, tagAt: Mark): CRecord {
    const tag = tagAt < 0 ? undefined : this.spellings.text(token.IDENTIFIER, this.values[tagAt]!);
    const nameAt = tagAt < 0 ? from : tagAt;
    return new CRecord(
      isUnion,
      tag,
      this.#records,
      this.starts[from]!,
      this.starts[nameAt]!,
      this.ends[nameAt]!,
    );
  }

  #recordToDefine(isUnion: boolean, from: Mark, tagAt: Mark): CRecord {
    if (tagAt < 0) return this.#newRecord(isUnion, from, tagAt);
    const identifier = this.values[tagAt]!;
    const known = this.#knownTo(tagAt, this.scope.tagHere(identifier));
    if (
      known instanceof CRecord &&
      known.isUnion === isUnion &&
      !known.isComplete &&
      !known.isOpen
    ) {
      known.start = this.starts[from]!;
      known.nameStart = this.starts[tagAt]!;
      known.nameEnd = this.ends[tagAt]!;
      return known;
    }
    const record = this.#newRecord(isUnion, from, tagAt);
    if (known === undefined) {
      this.scope.declareTag(identifier, record);
    } else if (known instanceof CRecord && known.isUnion === isUnion) {
      const span = this.places.span(this.starts[tagAt]!, this.ends[tagAt]!);
      this.report(
        "T03",
        span,
        `'${recordName(known)}' has been defined already; that definition stays.`,
        {
          notes: [{ message: "The first definition.", span: known.nameSpan }],
        },
      );
    } else {
      this.#reportTagKind(tagAt, known);
    }
    return record;
  }

  #recordBody(record: CRecord, leading: readonly Attribute[]): void {
    const brace = this.at;
    if (this.isDeep()) {
      this.skipBraces();
      // Nothing is known of it, which has been said.
      record.isComplete = true;
      return;
    }
    this.depth++;
    const outer = this.#openRecord;
    record.outer = outer;
    record.isOpen = true;
    record.bodyStart = this.starts[brace]!;
    this.#openRecord = record;
    this.next();
    while (this.peek() !== token.RIGHT_BRACE && this.at < this.count) {
      if (this.#isNextDeclaration(record)) break;
      const before = this.at;
      this.#memberDeclaration(record);
      if (this.at === before) this.next();
    }
    const isClosed = this.accept(token.RIGHT_BRACE);
    if (!isClosed) this.reportUnclosed(brace);
    record.bodyEnd = this.ends[this.at - 1]!;
    let attributes = leading;
    if (isClosed && this.isAtAttribute()) {
      const trailing: Attribute[] = [...leading];
      // `_Alignas` behind the brace belongs to the declaration, not to the type.
      while (this.isAtAttribute() && this.peek() !== token.K_ALIGNAS) this.#oneAttribute(trailing);
      attributes = trailing;
    }
    record.end = this.ends[this.at - 1]!;
    this.#openRecord = outer;
    this.depth--;
    this.#completeRecord(record, attributes);
  }

  /** A declaration at the margin inside a body whose own members are indented: the `}` before it was forgotten. */
  #isNextDeclaration(record: CRecord): boolean {
    const kind = this.peek();
    const isDeclaration =
      kind === token.K_STRUCT ||
      kind === token.K_UNION ||
      kind === token.K_ENUM ||
      kind === token.K_TYPEDEF ||
      kind === token.K_EXTERN ||
      kind === token.K_STATIC;
    if (
      !isDeclaration ||
      !this.#isAtMargin(this.starts[this.at]!) ||
      !this.#isAtMargin(record.start)
    )
      return false;
    const { members } = this.#records;
    return 0 <= record.firstRow && !this.#isAtMargin(members.cell(record.firstRow, rows.START));
  }

  #isAtMargin(place: number): boolean {
    const before = this.places.slice(place - 1, place);
    return before === "" || before === "\n" || before === "\r";
  }

  #oneAttribute(attributes: Attribute[]): void {
    const before = this.at;
    this.addAttributes(attributes);
    if (this.at === before) this.next();
  }

  #completeRecord(record: CRecord, attributes: readonly Attribute[]): void {
    record.attributes = attributes;
    if (0 < attributes.length) this.#applyToRecord(record, attributes);
    record.isOpen = false;
    record.isComplete = true;
    this.#checkMembers(record);
    placeMembers(record, this.target, { bytes: this.#packBytes() });
    const limit = Math.min(2 ** 53, 2 ** (this.target.pointer.size * 8 - 1));
    if (limit <= record.size) {
      this.report(
        "T08",
        record.nameSpan,
        `'${recordName(record)}' would have ${record.size} bytes, more than can be addressed.`,
      );
      record.size = 0;
    }
    this.records.push(record);
  }

  #applyToRecord(record: CRecord, attributes: readonly Attribute[]): void {
    const { isPacked } = this.effectOf(attributes);
    // Of several on a type gcc takes the last, of several on a member the strictest.
    const align =
      attributes.map((attribute) => this.alignOf(attribute)).findLast((bytes) => bytes !== 0) ?? 0;
    if (align !== 0) {
      record.align = align;
      record.declaredAlign = align;
    }
    record.isPacked = isPacked;
    record.isMicrosoft = attributes.some(({ name }) => name === "ms_struct");
  }

  #packBytes(): number {
    const changes = this.#packChanges;
    if (changes.length === 0) return 0;
    if ((changes[this.#packIndex]?.tokenIndex ?? 0) > this.at) this.#packIndex = 0;
    while (
      this.#packIndex + 1 < changes.length &&
      changes[this.#packIndex + 1]!.tokenIndex <= this.at
    )
      this.#packIndex++;
    const change = changes[this.#packIndex]!;
    return change.tokenIndex <= this.at ? change.bytes : 0;
  }

  // ---- Members ----

  #memberDeclaration(record: CRecord): void {
    const kind = this.peek();
    if (kind === token.SEMICOLON) return this.next();
    if (kind === token.K_STATIC_ASSERT) {
      this.#staticAssertion();
      return undefined;
    }
    const specifiers = this.#specifiers(true);
    if (
      this.peek() === token.SEMICOLON ||
      (this.peek() === token.RIGHT_BRACE && specifiers.tagged !== undefined)
    ) {
      this.#unnamedMember(record, specifiers);
      return this.#endMember();
    }
    if (this.#isSemicolonForgotten(specifiers)) {
      this.#unnamedMember(record, specifiers);
      return this.#endMember();
    }
    for (;;) {
      if (!this.#member(record, specifiers)) {
        this.recover();
        return undefined;
      }
      if (!this.accept(token.COMMA)) return this.#endMember();
    }
  }

  #endMember(): void {
    if (this.accept(token.SEMICOLON)) return;
    if (this.#isUnknownWordLast()) {
      this.#unknownWord();
      if (this.peek() === token.LEFT_PAREN) this.skipBalanced();
      return this.#endMember();
    }
    this.reportMissing(";");
    if (this.peek() === token.RIGHT_BRACE) return;
    if (
      !this.#isAtLineStart() ||
      !(this.isStartOfDeclaration() || this.peek() === token.IDENTIFIER)
    )
      this.recover();
  }

  /** `u32 x __word;` or `u32 x __word(y);` */
  #isUnknownWordLast(): boolean {
    if (this.peek() !== token.IDENTIFIER || this.symbolOf(this.values[this.at]!) !== undefined)
      return false;
    const following = this.peek(1);
    return following === token.SEMICOLON || following === token.LEFT_PAREN;
  }

  #unnamedMember(record: CRecord, specifiers: Specifiers): void {
    const { tagged, type, from } = specifiers;
    if (tagged instanceof CRecord && tagged.tag === undefined) {
      const effect = this.effectOf(specifiers.attributes);
      this.#addMember(
        record,
        undefined,
        type,
        undefined,
        specifiers.attributes,
        effect,
        from,
        from,
      );
    } else if (tagged instanceof CRecord) {
      this.#reportNoMember(record, tagged, specifiers);
    } else if (tagged === undefined && resolve(type).kind !== "error") {
      this.report(
        "T10",
        this.spanFrom(from),
        `'${spellType(type)}' stands without a member name, so it declares no member.`,
      );
    }
  }

  #reportNoMember(record: CRecord, tagged: CRecord, specifiers: Specifiers): void {
    const name = memberNameFor(tagged.tag ?? "", record.tag);
    const previous = this.previousSpan();
    const place = { path: previous.path, start: previous.end, end: previous.end };
    const span = this.places.span(
      this.starts[specifiers.from]!,
      Math.max(tagged.nameEnd, this.ends[specifiers.from]!),
    );
    const what = tagged.isUnion ? "union" : "struct";
    const message = `A tagged ${what} without a member name declares no member in standard C: '${recordName(tagged)}' takes no room in '${recordName(record)}'.`;
    this.report("T10", specifiers.isDefinition ? span : this.spanFrom(specifiers.from), message, {
      fixes: [
        { title: "Name the member", edits: [{ span: place, newText: ` ${name}` }], safe: false },
      ],
    });
  }

  /** One declarator of a member declaration; false if there is none. */
  #member(record: CRecord, specifiers: Specifiers): boolean {
    const from = this.at;
    let type: CType;
    let nameAt = -1;
    if (this.peek() === token.COLON) {
      ({ type } = specifiers);
    } else {
      const declared = this.#declarator(specifiers.type, true);
      ({ type, name: nameAt } = declared);
      if (this.at === from) {
        this.#reportNoName();
        return false;
      }
    }
    let width: number | undefined;
    if (this.accept(token.COLON)) width = this.#bitWidth(type, 0 <= nameAt);
    let { attributes } = specifiers;
    if (this.isAtAttribute() || this.peek() === token.K_ASM)
      attributes = [...attributes, ...this.#afterDeclarator()];
    if (this.accept(token.EQUAL)) {
      this.report("S01", this.previousSpan(), "A member has no initialiser in C.");
      this.parseInitializer();
    }
    const effect = this.effectOf(attributes);
    if (0 < attributes.length) type = this.changedType(type, attributes);
    this.#addMember(
      record,
      nameAt,
      this.#memberType(type, from),
      width,
      attributes,
      effect,
      specifiers.from,
      from,
    );
    return true;
  }

  #memberType(type: CType, from: Mark): CType {
    const plain = resolve(type);
    if (plain.kind === "function") {
      this.report(
        "T17",
        this.spanFrom(from),
        "A member cannot be a function; use a pointer to one.",
      );
      return this.types.error;
    }
    if (plain.kind === "array" && plain.isVariable) {
      return this.types.error;
    }
    if (
      (plain.kind === "array" && plain.count === undefined && isComplete(plain.element)) ||
      plain.kind === "error"
    )
      return type;
    if (!isComplete(type)) {
      this.report(
        "T04",
        this.spanFrom(from),
        `The member's type '${spellType(type)}' is incomplete here, so its size is unknown.`,
      );
      return this.types.error;
    }
    return type;
  }

  #bitWidth(type: CType, isNamed: boolean): number | undefined {
    const from = this.at;
    let value: bigint | undefined;
    if (this.peek() === token.NUMBER && 0 <= this.values[from]! && isMemberEnd(this.peek(1))) {
      value = BigInt(this.values[from]!);
      this.next();
    } else {
      value = this.constantOf(this.parseConditionalExpression(), "A bit-field's width");
    }
    if (value === undefined) return undefined;
    const integer = integerBehind(type);
    const span = this.spanFrom(from);
    if (integer === undefined) {
      if (resolve(type).kind !== "error")
        this.report("T06", span, `A bit-field has an integer type; '${spellType(type)}' is none.`);
      return undefined;
    }
    const widest = integer.rank === RANK_BOOL ? 1 : integer.widthBits;
    if (value < 0n || BigInt(widest) < value) {
      this.report(
        "T06",
        span,
        `A bit-field of '${spellType(type)}' has a width of 0 to ${widest} bits; this one has ${value}.`,
      );
      return value < 0n ? undefined : widest;
    }
    if (value === 0n && isNamed) {
      this.report("T06", span, "A bit-field of width 0 cannot have a name.");
      return undefined;
    }
    return Number(value);
  }

  #addMember(
    record: CRecord,
    nameAt: Mark | undefined,
    type: CType,
    width: number | undefined,
    attributes: readonly Attribute[],
    effect: AttributeEffect,
    from: Mark,
    declaratorFrom: Mark,
  ): void {
    const isNamed = nameAt !== undefined && 0 <= nameAt;
    const end = this.ends[this.at - 1]!;
    record.addMember({
      identifier: isNamed ? this.values[nameAt]! : -1,
      type,
      bitWidth: width ?? -1,
      alignRequest: effect.align,
      isPacked: effect.isPacked,
      attributes,
      nameStart: isNamed ? this.starts[nameAt]! : this.starts[declaratorFrom]!,
      nameEnd: isNamed ? this.ends[nameAt]! : end,
      start: this.starts[from]!,
      end,
    });
  }

  #checkMembers(record: CRecord): void {
    this.#stamp++;
    this.#stampMembers(record, record);
    const { members } = this.#records;
    for (let row = record.firstRow; row !== record.lastRow; row = members.cell(row, rows.NEXT)) {
      const type = members.type(row);
      if (type.kind !== "array" || type.count !== undefined || type.isVariable || record.isUnion)
        continue;
      const { name, nameSpan } = new CMember(record, row);
      const message = `'${name ?? "the array"}' has no bound, so it must be the last member of '${recordName(record)}'.`;
      this.report("T14", nameSpan, message);
    }
  }

  /** Every name is stamped with the record's number; a name that has it already stands twice. */
  #stampMembers(record: CRecord, from: CRecord): void {
    const { members } = this.#records;
    for (let row = record.firstRow; 0 <= row; row = members.cell(row, rows.NEXT)) {
      const identifier = members.cell(row, rows.IDENTIFIER);
      if (identifier < 0) {
        const inside =
          members.cell(row, rows.BIT_WIDTH) < 0 ? resolve(members.type(row)) : undefined;
        if (inside instanceof CRecord) this.#stampMembers(inside, from);
      } else if (this.#memberStamps[identifier] === this.#stamp) {
        const { name, nameSpan } = new CMember(record, row);
        this.report("T09", nameSpan, `'${recordName(from)}' has another member '${name ?? ""}'.`);
      } else {
        this.#memberStamps[identifier] = this.#stamp;
      }
    }
  }

  // ---- Enums ----

  #enum(specifiers: Specifiers): CEnum | undefined {
    const from = this.at;
    this.next();
    const attributes: Attribute[] = [];
    if (this.isAtAttribute()) this.addAttributes(attributes);
    const tagAt = this.peek() === token.IDENTIFIER ? this.at : -1;
    if (0 <= tagAt) this.next();
    const fixed =
      this.peek() === token.COLON &&
      (this.#openRecord === undefined || isTypeWord(this.peek(1)) || this.isTypeName(1))
        ? this.#fixedType()
        : undefined;
    if (this.peek() !== token.LEFT_BRACE) return this.#enumReference(from, tagAt, fixed);
    specifiers.isDefinition = true;
    const known =
      tagAt < 0 ? undefined : this.#knownTo(tagAt, this.scope.tagHere(this.values[tagAt]!));
    let result: CEnum;
    if (known instanceof CEnum && !known.isComplete) {
      result = known;
    } else {
      result = this.#newEnum(from, tagAt, fixed);
      if (known !== undefined) this.#reportEnumAgain(known, tagAt);
      else if (0 <= tagAt) this.scope.declareTag(this.values[tagAt]!, result);
    }
    result.start = this.starts[from]!;
    if (fixed !== undefined) {
      result.underlying = fixed;
      result.hasFixedType = true;
    }
    this.#enumBody(result, attributes);
    return result;
  }

  #fixedType(): IntegerType | undefined {
    const from = this.at;
    this.next();
    const { type } = this.#specifiers(false);
    const integer = integerBehind(type);
    if (integer === undefined && resolve(type).kind !== "error") {
      this.report(
        "T12",
        this.spanFrom(from),
        `An enum's type is an integer type; '${spellType(type)}' is none.`,
      );
    }
    return integer;
  }

  #reportEnumAgain(known: Tagged, tagAt: Mark): void {
    if (known instanceof CRecord) return this.#reportTagKind(tagAt, known);
    const span = this.places.span(this.starts[tagAt]!, this.ends[tagAt]!);
    return this.report(
      "T03",
      span,
      `'enum ${known.tag}' has been defined already; that definition stays.`,
      {
        notes: [{ message: "The first definition.", span: known.nameSpan }],
      },
    );
  }

  #newEnum(from: Mark, tagAt: Mark, fixed: IntegerType | undefined): CEnum {
    const tag = tagAt < 0 ? undefined : this.spellings.text(token.IDENTIFIER, this.values[tagAt]!);
    const nameAt = tagAt < 0 ? from : tagAt;
    const underlying = fixed ?? this.types.unsignedInt;
    return new CEnum(
      tag,
      underlying,
      this.places,
      this.starts[from]!,
      this.starts[nameAt]!,
      this.ends[nameAt]!,
    );
  }

  #enumReference(from: Mark, tagAt: Mark, fixed: IntegerType | undefined): CEnum | undefined {
    if (tagAt < 0) {
      this.report("S01", this.span(), "A tag or '{' is expected behind 'enum'.");
      return undefined;
    }
    const identifier = this.values[tagAt]!;
    const known = this.scope.tag(identifier);
    if (known instanceof CEnum) return known;
    if (known !== undefined) {
      this.#reportTagKind(tagAt, known);
      return undefined;
    }
    const result = this.#newEnum(from, tagAt, fixed);
    if (fixed !== undefined) {
      result.hasFixedType = true;
      result.isComplete = true;
    }
    this.scope.declareTag(identifier, result);
    return result;
  }

  #enumBody(result: CEnum, leading: readonly Attribute[]): void {
    const brace = this.at;
    this.next();
    let following = 0n;
    let least = 0n;
    let greatest = 0n;
    while (this.peek() === token.IDENTIFIER) {
      following = this.#enumerator(result, following);
      if (following < least) least = following;
      if (greatest < following) greatest = following;
      following++;
      if (!this.accept(token.COMMA)) break;
    }
    if (!this.accept(token.RIGHT_BRACE)) this.#enumUnclosed(brace);
    let attributes = leading;
    if (this.isAtAttribute() && this.peek() !== token.K_ALIGNAS) {
      const trailing = [...leading];
      this.addAttributes(trailing);
      attributes = trailing;
    }
    result.end = this.ends[this.at - 1]!;
    result.attributes = attributes;
    const isPacked = attributes.some(({ name }) => name === "packed");
    if (!result.hasFixedType) result.underlying = this.#underlying(least, greatest, isPacked);
    result.align = Math.max(result.underlying.align, this.effectOf(attributes).align);
    result.isComplete = true;
    this.enums.push(result);
  }

  #enumUnclosed(brace: Mark): void {
    if (this.peek() === token.END) return this.reportUnclosed(brace);
    this.report(
      "S01",
      this.span(),
      `An enumerator or '}' is expected where '${this.text()}' stands.`,
    );
    while (
      this.at < this.count &&
      this.peek() !== token.RIGHT_BRACE &&
      this.peek() !== token.SEMICOLON
    )
      this.next();
    this.accept(token.RIGHT_BRACE);
    return undefined;
  }

  /** One enumerator; returns its value. */
  #enumerator(result: CEnum, following: bigint): bigint {
    const nameAt = this.at;
    this.next();
    if (this.isAtAttribute()) this.parseAttributes();
    let value = following;
    if (this.accept(token.EQUAL)) value = this.#enumeratorValue() ?? following;
    const { types } = this;
    if (value <= intMax && intMin <= value && !result.hasFixedType) {
      // The usual case: nothing to check.
    } else if (result.hasFixedType && !fits(value, result.underlying)) {
      const span = this.places.span(this.starts[nameAt]!, this.ends[nameAt]!);
      this.report(
        "T18",
        span,
        `The value ${value} does not fit '${spellType(result.underlying)}'.`,
      );
    } else if (
      !fits(value, types.longLong) &&
      !fits(value, types.unsignedLongLong) &&
      types.int128 === undefined
    ) {
      this.report(
        "T18",
        this.places.span(this.starts[nameAt]!, this.ends[nameAt]!),
        `The value ${value} does not fit any integer type.`,
      );
    }
    const identifier = this.values[nameAt]!;
    const name = this.spellings.text(token.IDENTIFIER, identifier);
    const isInt = intMin <= value && value <= intMax;
    const symbol = new CEnumConstant(
      result,
      name,
      value,
      isInt,
      types.int,
      this.starts[nameAt]!,
      this.ends[nameAt]!,
    );
    result.constants.push(symbol);
    const before = this.#knownTo(nameAt, this.scope.symbolHere(identifier));
    if (before === undefined) this.scope.declare(identifier, symbol);
    else {
      const span = this.places.span(this.starts[nameAt]!, this.ends[nameAt]!);
      this.report("T15", span, `'${name}' has already been declared here as ${kindText(before)}.`, {
        notes: [{ message: "The declaration before.", span: before.nameSpan }],
      });
    }
    return value;
  }

  #enumeratorValue(): bigint | undefined {
    const value = this.values[this.at]!;
    if (
      this.peek() === token.NUMBER &&
      0 <= value &&
      (this.peek(1) === token.COMMA || this.peek(1) === token.RIGHT_BRACE)
    ) {
      this.next();
      return BigInt(value);
    }
    return this.constantOf(this.parseConditionalExpression(), "An enumerator");
  }

  /** gcc: the first of unsigned int, int, unsigned long, long … that holds all values; packed: the smallest. */
  #underlying(least: bigint, greatest: bigint, isPacked: boolean): IntegerType {
    const { types } = this;
    const isSigned = least < 0n;
    if (!isPacked && !this.target.hasShortEnums && intMin <= least && greatest <= intMax) {
      return isSigned ? types.int : types.unsignedInt;
    }
    const small = [
      isSigned ? types.signedChar : types.unsignedChar,
      isSigned ? types.short : types.unsignedShort,
    ];
    const usual = isSigned
      ? [types.int, types.long, types.longLong, types.int128]
      : [types.unsignedInt, types.unsignedLong, types.unsignedLongLong, types.unsignedInt128];
    const candidates = [...(isPacked || this.target.hasShortEnums ? small : []), ...usual].filter(
      (type) => type !== undefined,
    );
    return candidates.find((type) => fits(least, type) && fits(greatest, type)) ?? types.longLong;
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
    if (this.#knownSymbols.has(identifier)) return this.#knownSymbols.get(identifier);
    const known = this.#knownSymbol(identifier);
    this.#knownSymbols.set(identifier, known);
    return known;
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
}

class CTypedef implements TypedefType {
  readonly kind = "typedef";
  readonly name: string;
  readonly type: CType;
  readonly attributes: readonly Attribute[];
  readonly nameSpan: Span;
  /** Bytes that the typedef itself asks for; 0 for none. */
  readonly #request: number;
  /** Known from the start unless the typedef names a record or enum that is completed later (-1). */
  readonly #size: number;
  readonly #align: number;

  constructor(
    name: string,
    type: CType,
    request: number,
    attributes: readonly Attribute[],
    nameSpan: Span,
  ) {
    this.name = name;
    this.type = type;
    this.#request = request;
    this.attributes = attributes;
    this.nameSpan = nameSpan;
    const plain = resolve(type);
    const isOpen = (plain.kind === "record" || plain.kind === "enum") && !plain.isComplete;
    this.#size = isOpen ? -1 : type.size;
    this.#align = isOpen ? -1 : request === 0 ? type.align : request;
  }

  get size(): number {
    return this.#size < 0 ? resolve(this.type).size : this.#size;
  }

  get align(): number {
    if (0 <= this.#align) return this.#align;
    // Through names of names, down to the first that asks for an alignment.
    let current: CType = this.type;
    if (this.#request !== 0) return this.#request;
    while (current instanceof CTypedef && current.#request === 0) current = current.type;
    return current instanceof CTypedef ? current.#request : current.align;
  }
}

class CParameter implements Parameter {
  readonly name: string | undefined;
  readonly type: CType;
  readonly #places: Places;
  readonly #start: number;
  readonly #end: number;

  constructor(name: string | undefined, type: CType, places: Places, start: number, end: number) {
    this.name = name;
    this.type = type;
    this.#places = places;
    this.#start = start;
    this.#end = end;
  }

  get nameSpan(): Span {
    return this.#places.span(this.#start, this.#end);
  }
}

class CParameterSymbol implements ObjectSymbol {
  readonly kind = "object";
  readonly name: string;
  readonly type: CType;
  readonly isParameter = true;
  readonly storage = "none";
  readonly isThreadLocal = false;
  readonly isGlobal = false;
  readonly #parameter: CParameter;

  constructor(name: string, type: CType, parameter: CParameter) {
    this.name = name;
    this.type = type;
    this.#parameter = parameter;
  }

  get nameSpan(): Span {
    return this.#parameter.nameSpan;
  }
}

/** A count with all its digits. */
function countText(count: number | undefined): string {
  return count === undefined || !Number.isFinite(count)
    ? "more than 10^308"
    : BigInt(count).toString();
}

function isTypeWord(kind: number): boolean {
  if (kind === token.K_TYPEDEF || kind === token.K_EXTERN || kind === token.K_STATIC) return false;
  return token.K_VOID <= kind && kind <= token.K_RESTRICT;
}

function isQualifier(kind: number): boolean {
  return (
    kind === token.K_CONST ||
    kind === token.K_VOLATILE ||
    kind === token.K_RESTRICT ||
    kind === token.K_ATOMIC
  );
}

function isMemberEnd(kind: number): boolean {
  return kind === token.SEMICOLON || kind === token.COMMA;
}

function kindText(symbol: CSymbol): string {
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

function hasErrorType(type: CType): boolean {
  let plain = resolve(type);
  while (plain.kind === "pointer" || plain.kind === "array") {
    plain = resolve(plain.kind === "pointer" ? plain.target : plain.element);
  }
  return plain.kind === "error";
}

/** `rseq_local` in `struct rseq` → `local`. */
function memberNameFor(tag: string, outerTag: string | undefined): string {
  const prefix = `${outerTag ?? ""}_`;
  const rest = outerTag !== undefined && tag.startsWith(prefix) ? tag.slice(prefix.length) : tag;
  return /^[A-Za-z_]\w*$/.test(rest) ? rest : tag;
}
