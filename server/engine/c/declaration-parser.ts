// A file of declarations: objects, functions, typedefs, assertions. Recovers at ';' and '}', so that one mistake gives one message and
// the rest of the file is still read.
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
} from "./ast.ts";
import { areCompatible } from "./constant.ts";
import { CTypedef } from "./named-types.ts";
import type { Mark, Parser, ParserHooks } from "./parser.ts";
import * as token from "./token.ts";
import type { Declared, Specifiers } from "./type-parser.ts";
import { kindText } from "./type-parser.ts";
import { noAttributes } from "./records.ts";
import type { RecordParserInput } from "./record-parser.ts";
import { RecordParser } from "./record-parser.ts";
import type { CType, FunctionType, TypedefType } from "./types.ts";
import { isComplete, resolve, spellType } from "./types.ts";

/** Tokens of a function's type, name and parameters that are looked through. */
const functionHeadMax = 500;

export interface DeclarationParserInput extends RecordParserInput {
  readonly hooks: ParserHooks;
}

export class DeclarationParser extends RecordParser implements Parser {
  readonly declarations: ExternalDeclaration[] = [];
  readonly typedefs: Map<string, TypedefType> = new Map<string, TypedefType>();
  readonly #hooks: ParserHooks;

  constructor(input: DeclarationParserInput) {
    super(input);
    this.#hooks = input.hooks;
  }

  // ---- The file ----

  override isItemStart(): boolean {
    const { isItemStart } = this.#hooks;
    return isItemStart !== undefined && (isItemStart(this) || this.#isDefinitionAhead());
  }

  /** `type name(…) {`: a function's definition, which stands at file scope only. */
  #isDefinitionAhead(): boolean {
    if (!this.isStartOfDeclaration()) return false;
    let ahead = 0;
    while (this.peek(ahead) !== token.LEFT_PAREN) {
      if (!isOfFunctionHead(this.peek(ahead)) || functionHeadMax < ahead) return false;
      ahead++;
    }
    if (ahead < 2 || this.peek(ahead - 1) !== token.IDENTIFIER) return false;
    for (let open = 0; ; ahead++) {
      const kind = this.peek(ahead);
      if (kind === token.LEFT_PAREN) open++;
      else if (kind === token.RIGHT_PAREN && --open === 0) break;
      else if (kind === token.SEMICOLON || kind === token.LEFT_BRACE || kind === token.END)
        return false;
      if (functionHeadMax < ahead) return false;
    }
    return this.peek(ahead + 1) === token.LEFT_BRACE;
  }

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
    if (kind === token.LEFT_BRACE) {
      this.#reportNoDeclaration();
      return this.skipBraces();
    }
    if (this.isCpp && this.#cppItem()) return undefined;
    if (kind === token.IDENTIFIER && !this.isTypeName()) {
      if (this.#hooks.externalItem?.(this) === true) return undefined;
      if (this.#macroLikeItem()) return undefined;
      if (this.#isRestOfBody()) {
        this.#reportNoDeclaration();
        return this.skipForgotten();
      }
    }
    if (kind === token.K_EXTERN && this.peek(1) === token.STRING) return this.#linkage();
    if (kind === token.K_ASM) return this.#asmItem();
    this.declarations.push(this.parseDeclaration());
    return undefined;
  }

  #reportNoDeclaration(): void {
    this.report("S01", this.span(), `A declaration is expected where '${this.text()}' stands.`);
  }

  /** A statement at file scope, and later a `}`: the body that it belongs to has ended too early. */
  #isRestOfBody(): boolean {
    if (this.#hooks.isItemStart === undefined) return false;
    const next = this.peek(1);
    const isStatement = next !== token.IDENTIFIER && next !== token.STAR && !isOfFunctionHead(next);
    return isStatement && this.isBraceForgotten();
  }

  /** C++: namespaces are read like files, templates skipped, aliases are typedefs; true if one was consumed. */
  #cppItem(): boolean {
    const word = this.peek() === token.IDENTIFIER ? this.text() : "";
    if (
      this.isWord("namespace") ||
      (this.peek() === token.K_INLINE && this.isWord("namespace", 1))
    ) {
      while (
        this.peek() !== token.LEFT_BRACE &&
        this.peek() !== token.SEMICOLON &&
        this.peek() !== token.END
      )
        this.next();
      if (!this.accept(token.SEMICOLON)) this.#block();
      return true;
    }
    if (word === "using" && this.peek(1) === token.IDENTIFIER && this.peek(2) === token.EQUAL) {
      this.#alias();
      return true;
    }
    if (word !== "using" && word !== "template") return false;
    this.skipItem();
    return true;
  }

  /** `using NAME = type;` */
  #alias(): void {
    this.next();
    const nameAt = this.at;
    this.next();
    this.next();
    const type = this.parseTypeName();
    const name = this.spellings.text(token.IDENTIFIER, this.values[nameAt]!);
    const nameSpan = this.places.span(this.starts[nameAt]!, this.ends[nameAt]!);
    this.#declareName(nameAt, {
      kind: "typedef",
      name,
      type: new CTypedef(name, type, 0, noAttributes, nameSpan),
      nameSpan,
    });
    this.#endDeclaration();
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
    return this.#block();
  }

  /** The items between braces, as of `extern "C"`. */
  #block(): void {
    if (this.isDeep()) return this.skipBraces();
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
    if (!this.hasMissingIncludes || this.peek(1) !== token.LEFT_PAREN) return false;
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

  parseDeclaration(): Declaration | StaticAssertion | FunctionDefinition {
    const from = this.at;
    if (this.peek() === token.K_STATIC_ASSERT) return this.parseStaticAssertion();
    const specifiers = this.parseSpecifiers(false);
    const declarators: Declarator[] = [];
    if (this.peek() !== token.SEMICOLON && !this.isSemicolonForgotten(specifiers)) {
      const definition = this.#declarators(specifiers, declarators);
      if (definition !== undefined) return definition;
    } else {
      this.#checkEmpty(specifiers);
    }
    const declaration = this.#declaration(specifiers, declarators, from);
    this.#endDeclaration();
    return declaration;
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
    if (this.#hooks.isItemStart !== undefined && this.peek() === token.LEFT_BRACE)
      return this.skipBraces();
    const isNext =
      this.#hooks.isItemStart === undefined
        ? this.isAtLineStart() && this.isStartOfDeclaration()
        : this.isAtLineStart() || this.isItemStart();
    if (!isNext) this.recover();
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
      this.hasNameList = false;
      const declared = this.parseDeclarator(specifiers.type, true);
      if (declared.name < 0 && this.at === from) {
        this.reportNoName();
        this.recover();
        return undefined;
      }
      const attributes = this.afterDeclarator();
      const isFunction = declared.type.kind === "function" && specifiers.storage !== "typedef";
      if (
        isFunction &&
        declarators.length === 0 &&
        (this.#isBodyNext() || this.#isBraceMissing()) &&
        0 <= declared.name &&
        this.scope.level === 0
      ) {
        return this.#definition(specifiers, declared, attributes);
      }
      declarators.push(this.#declare(specifiers, declared, attributes, from));
      if (!this.accept(token.COMMA)) return undefined;
    }
  }

  /** `{`; the parameter declarations of an old-style definition before it are stepped over. */
  #isBodyNext(): boolean {
    const from = this.at;
    while (this.hasNameList && this.isTypeName()) {
      while (
        this.peek() !== token.SEMICOLON &&
        this.peek() !== token.LEFT_BRACE &&
        this.peek() !== token.END
      )
        this.next();
      if (!this.accept(token.SEMICOLON)) break;
    }
    if (this.peek() === token.LEFT_BRACE) return true;
    this.rewind(from);
    return false;
  }

  /** Only who reads bodies gains by a body without its `{`. */
  #isBraceMissing(): boolean {
    const kind = this.peek();
    return (
      this.#hooks.isItemStart !== undefined &&
      this.isOnNewLine() &&
      kind !== token.SEMICOLON &&
      kind !== token.COMMA &&
      this.isBraceForgotten()
    );
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

  #declareName(nameAt: Mark, symbol: CSymbol): void {
    const identifier = this.values[nameAt]!;
    const before = this.knownTo(nameAt, this.scope.symbolHere(identifier));
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
    if (this.peek() === token.LEFT_BRACE) this.skipBraces();
    else this.skipForgotten();
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

  protected parseStaticAssertion(): StaticAssertion {
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
}

/** Whether the token may stand in the type before a function's name. */
function isOfFunctionHead(kind: number): boolean {
  return (
    kind === token.IDENTIFIER ||
    kind === token.STAR ||
    (token.KEYWORD_FIRST <= kind && kind <= token.DECLARATION_KEYWORD_LAST)
  );
}

export function hasErrorType(type: CType): boolean {
  let plain = resolve(type);
  while (plain.kind === "pointer" || plain.kind === "array") {
    plain = resolve(plain.kind === "pointer" ? plain.target : plain.element);
  }
  return plain.kind === "error";
}
