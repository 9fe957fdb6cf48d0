// C's expressions: one function a production, precedence by a table. What depends on declarations (type names, scopes)
// is declared here and given by declaration-parser.ts.
import type { Span } from "../text/source.ts";
import type {
  BinaryOperator,
  CSymbol,
  Designator,
  Expression,
  Initializer,
  InitializerItem,
  InitializerList,
  UnaryOperator,
} from "./ast.ts";
import type { ConstantResult } from "./constant.ts";
import { areCompatible, evaluateConstant } from "./constant.ts";
import { fits } from "./conversion.ts";
import { decay, typeOfExpression } from "./expression-type.ts";
import { readCharacter, readFloat, readInteger, readText } from "./literal.ts";
import type { Mark } from "./parser.ts";
import { TokenCursor } from "./token-cursor.ts";
import * as token from "./token.ts";
import type { TypeTable } from "./type-table.ts";
import type { CType, IntegerType } from "./types.ts";
import { resolve } from "./types.ts";

interface BinaryRule {
  readonly precedence: number;
  readonly operator: BinaryOperator;
}

const binaryRules: (BinaryRule | undefined)[] = [];
for (const [kind, precedence] of [
  [token.OR_OR, 1],
  [token.AND_AND, 2],
  [token.PIPE, 3],
  [token.CARET, 4],
  [token.AMPERSAND, 5],
  [token.EQUAL_EQUAL, 6],
  [token.NOT_EQUAL, 6],
  [token.LESS, 7],
  [token.GREATER, 7],
  [token.LESS_EQUAL, 7],
  [token.GREATER_EQUAL, 7],
  [token.LEFT_SHIFT, 8],
  [token.RIGHT_SHIFT, 8],
  [token.PLUS, 9],
  [token.MINUS, 9],
  [token.STAR, 10],
  [token.SLASH, 10],
  [token.PERCENT, 10],
] as const) {
  binaryRules[kind] = { precedence, operator: token.punctuatorTexts[kind] as BinaryOperator };
}

/** Assignment operators with the operator before `=`. */
const assignments: ReadonlyMap<number, BinaryOperator | undefined> = new Map<
  number,
  BinaryOperator | undefined
>([
  [token.EQUAL, undefined],
  [token.STAR_EQUAL, "*"],
  [token.SLASH_EQUAL, "/"],
  [token.PERCENT_EQUAL, "%"],
  [token.PLUS_EQUAL, "+"],
  [token.MINUS_EQUAL, "-"],
  [token.LEFT_SHIFT_EQUAL, "<<"],
  [token.RIGHT_SHIFT_EQUAL, ">>"],
  [token.AMPERSAND_EQUAL, "&"],
  [token.CARET_EQUAL, "^"],
  [token.PIPE_EQUAL, "|"],
]);

const unaryOperators: ReadonlyMap<number, UnaryOperator> = new Map<number, UnaryOperator>([
  [token.PLUS, "+"],
  [token.MINUS, "-"],
  [token.TILDE, "~"],
  [token.EXCLAMATION, "!"],
  [token.STAR, "*"],
  [token.AMPERSAND, "&"],
  [token.PLUS_PLUS, "++"],
  [token.MINUS_MINUS, "--"],
  [token.K_REAL, "__real__"],
  [token.K_IMAG, "__imag__"],
  [token.K_EXTENSION, "__extension__"],
]);

export abstract class ExpressionParser extends TokenCursor {
  abstract readonly types: TypeTable;

  abstract isTypeName(ahead?: number): boolean;
  abstract parseTypeName(): CType;
  protected abstract symbolOf(identifier: number): CSymbol | undefined;

  parseExpression(): Expression {
    const from = this.at;
    let left = this.parseAssignmentExpression();
    for (let length = 0; this.accept(token.COMMA); length++) {
      if (this.isLong(length)) return left;
      const right = this.parseAssignmentExpression();
      left = { kind: "comma", left, right, span: this.spanFrom(from) };
    }
    return left;
  }

  parseAssignmentExpression(): Expression {
    const from = this.at;
    const left = this.parseConditionalExpression();
    const kind = this.peek();
    if (!assignments.has(kind)) return left;
    const operatorSpan = this.span();
    this.next();
    if (this.isDeep()) return this.#skipped(from);
    this.depth++;
    const right = this.parseAssignmentExpression();
    this.depth--;
    return {
      kind: "assignment",
      operator: assignments.get(kind),
      left,
      right,
      operatorSpan,
      span: this.spanFrom(from),
    };
  }

  parseConditionalExpression(): Expression {
    const from = this.at;
    const condition = this.#binary(1);
    if (this.peek() !== token.QUESTION) return condition;
    this.next();
    if (this.isDeep()) return this.#skipped(from);
    this.depth++;
    const whenTrue = this.peek() === token.COLON ? undefined : this.parseExpression();
    this.expect(token.COLON);
    const whenFalse = this.parseConditionalExpression();
    this.depth--;
    return { kind: "conditional", condition, whenTrue, whenFalse, span: this.spanFrom(from) };
  }

  #binary(least: number): Expression {
    const from = this.at;
    let left = this.parseUnaryExpression();
    for (let length = 0; ; length++) {
      const rule = binaryRules[this.peek()];
      if (rule === undefined || rule.precedence < least) return left;
      if (this.isLong(length)) return left;
      const operatorSpan = this.span();
      this.next();
      const right = this.#binary(rule.precedence + 1);
      left = {
        kind: "binary",
        operator: rule.operator,
        left,
        right,
        operatorSpan,
        span: this.spanFrom(from),
      };
    }
  }

  parseUnaryExpression(): Expression {
    const from = this.at;
    if (this.isDeep()) return this.#skipped(from);
    this.depth++;
    const expression = this.#unary(from);
    this.depth--;
    return expression;
  }

  #unary(from: Mark): Expression {
    const kind = this.peek();
    const operator = unaryOperators.get(kind);
    if (operator !== undefined) {
      this.next();
      const operand = this.parseUnaryExpression();
      return { kind: "unary", operator, operand, span: this.spanFrom(from) };
    }
    if (kind === token.K_SIZEOF || kind === token.K_ALIGNOF || kind === token.K_COUNTOF)
      return this.#sizeof(from, kind);
    if (kind === token.AND_AND && this.peek(1) === token.IDENTIFIER) {
      this.next();
      const label = this.text();
      const labelSpan = this.span();
      this.next();
      return { kind: "labelAddress", label, labelSpan, span: this.spanFrom(from) };
    }
    if (kind === token.LEFT_PAREN && this.isTypeName(1)) return this.#cast(from);
    return this.#postfix(from, this.#primary(from));
  }

  #sizeof(from: Mark, kind: number): Expression {
    const isOfVariable = kind === token.K_ALIGNOF && this.text().startsWith("__");
    this.next();
    const operator =
      kind === token.K_SIZEOF ? "sizeof" : kind === token.K_ALIGNOF ? "alignof" : "countof";
    if (this.peek() === token.LEFT_PAREN && this.isTypeName(1)) {
      const paren = this.at;
      this.next();
      const type = this.parseTypeName();
      this.#close(paren);
      if (this.peek() !== token.LEFT_BRACE) {
        return {
          kind: "sizeof",
          operator,
          isOfVariable,
          type,
          operand: undefined,
          span: this.spanFrom(from),
        };
      }
      const operand = this.#postfix(paren, this.#compound(paren, type));
      return {
        kind: "sizeof",
        operator,
        isOfVariable,
        type: undefined,
        operand,
        span: this.spanFrom(from),
      };
    }
    const operand = this.parseUnaryExpression();
    return {
      kind: "sizeof",
      operator,
      isOfVariable,
      type: undefined,
      operand,
      span: this.spanFrom(from),
    };
  }

  #cast(from: Mark): Expression {
    this.next();
    const type = this.parseTypeName();
    this.#close(from);
    if (this.peek() === token.LEFT_BRACE) return this.#postfix(from, this.#compound(from, type));
    const operand = this.parseUnaryExpression();
    return { kind: "cast", type, operand, span: this.spanFrom(from) };
  }

  #compound(from: Mark, type: CType): Expression {
    const initializer = this.#initializerList();
    return {
      kind: "compound",
      type: this.completedArray(type, initializer),
      initializer,
      span: this.spanFrom(from),
    };
  }

  #postfix(from: Mark, primary: Expression): Expression {
    let base = primary;
    for (let length = 0; ; length++) {
      const kind = this.peek();
      if (this.isLong(length)) return base;
      if (kind === token.LEFT_BRACKET) {
        const bracket = this.at;
        this.next();
        const index = this.parseExpression();
        this.#closeBracket(bracket);
        base = { kind: "index", base, index, span: this.spanFrom(from) };
      } else if (kind === token.LEFT_PAREN) {
        const given = this.#arguments();
        base = { kind: "call", callee: base, arguments: given, span: this.spanFrom(from) };
      } else if (kind === token.DOT || kind === token.ARROW) {
        this.next();
        const nameSpan = this.span();
        let name = this.isName() ? this.text() : "";
        if (name === "") this.reportMissing("a name");
        else this.next();
        // A scenario's `T.FUNCTION::local` is a member of that name; to C no member is called so.
        if (this.peek() === token.COLON_COLON && this.peek(1) === token.IDENTIFIER) {
          this.next();
          name += `::${this.text()}`;
          this.next();
        }
        base = {
          kind: "member",
          base,
          name,
          isArrow: kind === token.ARROW,
          nameSpan,
          span: this.spanFrom(from),
        };
      } else if (kind === token.PLUS_PLUS || kind === token.MINUS_MINUS) {
        this.next();
        const operator = kind === token.PLUS_PLUS ? "++" : "--";
        base = { kind: "postfix", operator, operand: base, span: this.spanFrom(from) };
      } else {
        return base;
      }
    }
  }

  #arguments(): readonly Expression[] {
    const paren = this.at;
    this.next();
    const given: Expression[] = [];
    if (this.accept(token.RIGHT_PAREN)) return given;
    do given.push(this.parseAssignmentExpression());
    while (this.accept(token.COMMA));
    this.#close(paren);
    return given;
  }

  protected isName(): boolean {
    const kind = this.peek();
    return kind === token.IDENTIFIER;
  }

  #primary(from: Mark): Expression {
    const kind = this.peek();
    switch (kind) {
      case token.IDENTIFIER: {
        // C++: of a qualified name the last part.
        while (this.peek(1) === token.COLON_COLON && this.peek(2) === token.IDENTIFIER) {
          this.next();
          this.next();
        }
        const name = this.text();
        const symbol = this.symbolOf(this.values[this.at]!);
        this.next();
        return { kind: "identifier", name, symbol, span: this.spanFrom(from) };
      }
      case token.NUMBER:
        return this.#number(from);
      case token.CHARACTER:
        return this.#character(from);
      case token.STRING:
        return this.#string(from);
      case token.LEFT_PAREN:
        return this.#parenthesized(from);
      case token.K_OFFSETOF:
        return this.#offsetof(from);
      case token.K_GENERIC:
        return this.#generic(from);
      case token.K_TYPES_COMPATIBLE:
        return this.#typesCompatible(from);
      case token.K_CONSTANT_P:
      case token.K_CHOOSE_EXPR: {
        const name = this.text();
        this.next();
        return { kind: "identifier", name, symbol: undefined, span: this.spanFrom(from) };
      }
      case token.K_VA_ARG:
        this.next();
        if (this.peek() === token.LEFT_PAREN) this.skipBalanced();
        return { kind: "error", isReported: false, span: this.spanFrom(from) };
      default:
        return this.#missingOperand(from);
    }
  }

  #missingOperand(from: Mark): Expression {
    const found = this.peek() === token.END ? "the text ends" : `'${this.text()}' stands`;
    this.report("S01", this.span(), `An expression is expected where ${found}.`);
    const kind = this.peek();
    const isEnd =
      kind === token.SEMICOLON ||
      kind === token.RIGHT_BRACE ||
      kind === token.RIGHT_PAREN ||
      kind === token.RIGHT_BRACKET;
    if (!isEnd && kind !== token.COMMA && kind !== token.LEFT_BRACE) this.next();
    return { kind: "error", isReported: true, span: this.spanFrom(from) };
  }

  #skipped(from: Mark): Expression {
    const kind = this.peek();
    if (kind === token.LEFT_PAREN || kind === token.LEFT_BRACKET || kind === token.LEFT_BRACE)
      this.skipBalanced();
    else this.next();
    return { kind: "error", isReported: true, span: this.spanFrom(from) };
  }

  #parenthesized(from: Mark): Expression {
    if (this.peek(1) === token.LEFT_BRACE) {
      // A statement expression is right but nobody evaluates it.
      this.skipBalanced();
      return { kind: "error", isReported: false, span: this.spanFrom(from) };
    }
    this.next();
    const inside = this.parseExpression();
    this.#close(from);
    return inside;
  }

  #close(paren: Mark): void {
    if (this.accept(token.RIGHT_PAREN)) return;
    if (this.peek() === token.END) this.reportUnclosed(paren);
    else this.expect(token.RIGHT_PAREN);
  }

  #closeBracket(bracket: Mark): void {
    if (this.accept(token.RIGHT_BRACKET)) return;
    if (this.peek() === token.END) this.reportUnclosed(bracket);
    else this.expect(token.RIGHT_BRACKET);
  }

  #number(from: Mark): Expression {
    const text = this.text();
    const value = this.values[this.at]!;
    this.next();
    const span = this.spanFrom(from);
    if (0 <= value)
      return { kind: "integer", value: BigInt(value), type: this.types.int, text, span };
    const literal = readInteger(text);
    if (literal !== undefined)
      return {
        kind: "integer",
        value: literal.value,
        type: this.#literalType(literal),
        text,
        span,
      };
    const float = readFloat(text);
    if (float !== undefined)
      return { kind: "float", value: float.value, type: this.#floatType(float.suffix), text, span };
    this.report("S08", span, `'${text}' is no valid number.`);
    return { kind: "error", isReported: true, span };
  }

  /** C23 6.4.4.2: the first type of the list that holds the value. */
  #literalType({
    value,
    isDecimal,
    isUnsigned,
    longs,
    isBitPrecise,
  }: NonNullable<ReturnType<typeof readInteger>>): IntegerType {
    const { types } = this;
    if (isBitPrecise) {
      const width = Math.max(isUnsigned ? 1 : 2, value.toString(2).length + (isUnsigned ? 0 : 1));
      return types.bitInt(width, !isUnsigned);
    }
    const signed = [types.int, types.long, types.longLong].slice(longs);
    const unsigned = [types.unsignedInt, types.unsignedLong, types.unsignedLongLong].slice(longs);
    const candidates = signed.flatMap((type, index) =>
      isUnsigned ? [unsigned[index]!] : isDecimal ? [type] : [type, unsigned[index]!],
    );
    const wide = types.unsignedInt128 ?? types.unsignedLongLong;
    return (
      candidates.find((type) => fits(value, type)) ??
      (isDecimal && types.int128 ? types.int128 : wide)
    );
  }

  #floatType(suffix: string): CType {
    if (suffix === "f") return this.types.float;
    return suffix === "l" ? this.types.longDouble : this.types.double;
  }

  #character(from: Mark): Expression {
    const text = this.text();
    this.next();
    const span = this.spanFrom(from);
    const literal = readCharacter(text);
    if (literal === undefined) {
      this.report("S08", span, `${text} is no valid character constant.`);
      return { kind: "error", isReported: true, span };
    }
    const { types } = this;
    const plain = types.char.signed
      ? literal.value
      : literal.value < 0n
        ? literal.value & 255n
        : literal.value;
    if (literal.prefix === "")
      return { kind: "integer", value: plain, type: types.int, text, span };
    const type = literal.prefix === "L" ? types.wideChar : this.#charType(literal.prefix);
    return { kind: "integer", value: literal.value, type, text, span };
  }

  #charType(prefix: string): IntegerType {
    if (prefix === "u") return this.types.unsignedShort;
    return prefix === "U" ? this.types.unsignedInt : this.types.unsignedChar;
  }

  #string(from: Mark): Expression {
    const units: number[] = [];
    let prefix = "";
    while (this.peek() === token.STRING) {
      const literal = readText(this.text());
      this.next();
      if (literal === undefined) continue;
      if (literal.prefix !== "") ({ prefix } = literal);
      for (const unit of literal.units) units.push(unit);
    }
    const element =
      prefix === ""
        ? this.types.char
        : prefix === "L"
          ? this.types.wideChar
          : this.#charType(prefix);
    return {
      kind: "string",
      units,
      type: this.types.arrayOf(element, units.length + 1),
      span: this.spanFrom(from),
    };
  }

  #offsetof(from: Mark): Expression {
    this.next();
    const paren = this.at;
    this.expect(token.LEFT_PAREN);
    const type = this.parseTypeName();
    this.expect(token.COMMA);
    const designators: Designator[] = [this.#memberDesignator()];
    for (;;) {
      if (this.accept(token.DOT)) designators.push(this.#memberDesignator());
      else if (this.peek() === token.LEFT_BRACKET) designators.push(this.#indexDesignator());
      else break;
    }
    this.#close(paren);
    return { kind: "offsetof", type, designators, span: this.spanFrom(from) };
  }

  #memberDesignator(): Designator {
    const span = this.span();
    const name = this.isName() ? this.text() : "";
    if (name === "") this.reportMissing("a name");
    else this.next();
    return { kind: "member", name, span };
  }

  #indexDesignator(): Designator {
    const from = this.at;
    this.next();
    const index = this.parseConditionalExpression();
    const last = this.accept(token.ELLIPSIS) ? this.parseConditionalExpression() : undefined;
    this.#closeBracket(from);
    return { kind: "index", index, last, span: this.spanFrom(from) };
  }

  #generic(from: Mark): Expression {
    this.next();
    const paren = this.at;
    this.expect(token.LEFT_PAREN);
    const controlling = this.parseAssignmentExpression();
    const type = typeOfExpression(controlling, this.types);
    const wanted = type && decay(type, this.types);
    let chosen: Expression | undefined;
    let otherwise: Expression | undefined;
    while (this.accept(token.COMMA)) {
      const isDefault = this.accept(token.K_DEFAULT);
      const candidate = isDefault ? undefined : this.parseTypeName();
      this.expect(token.COLON);
      const expression = this.parseAssignmentExpression();
      if (candidate === undefined) otherwise = expression;
      else if (chosen === undefined && wanted !== undefined && areCompatible(candidate, wanted))
        chosen = expression;
    }
    this.#close(paren);
    return { kind: "generic", controlling, chosen: chosen ?? otherwise, span: this.spanFrom(from) };
  }

  #typesCompatible(from: Mark): Expression {
    this.next();
    const paren = this.at;
    this.expect(token.LEFT_PAREN);
    const left = this.parseTypeName();
    this.expect(token.COMMA);
    const right = this.parseTypeName();
    this.#close(paren);
    return { kind: "typesCompatible", left, right, span: this.spanFrom(from) };
  }

  // ---- Initialisers ----

  parseInitializer(): Initializer {
    return this.peek() === token.LEFT_BRACE
      ? this.#initializerList()
      : this.parseAssignmentExpression();
  }

  #initializerList(): InitializerList {
    const from = this.at;
    if (this.isDeep()) {
      this.skipBalanced();
      return { kind: "list", items: [], span: this.spanFrom(from) };
    }
    this.depth++;
    this.next();
    const items: InitializerItem[] = [];
    while (
      this.peek() !== token.RIGHT_BRACE &&
      this.peek() !== token.END &&
      this.peek() !== token.SEMICOLON
    ) {
      const before = this.at;
      items.push(this.#initializerItem());
      if (!this.accept(token.COMMA) || this.at === before) break;
    }
    if (this.peek() === token.END) this.reportUnclosed(from);
    else if (!this.accept(token.RIGHT_BRACE)) {
      this.reportMissing("}");
      this.recoverTo(token.RIGHT_BRACE);
    }
    this.depth--;
    return { kind: "list", items, span: this.spanFrom(from) };
  }

  #initializerItem(): InitializerItem {
    const designators: Designator[] = [];
    if (this.peek() === token.IDENTIFIER && this.peek(1) === token.COLON) {
      designators.push(this.#memberDesignator());
      this.next();
      return { designators, value: this.parseInitializer() };
    }
    for (;;) {
      if (this.accept(token.DOT)) designators.push(this.#memberDesignator());
      else if (this.peek() === token.LEFT_BRACKET) designators.push(this.#indexDesignator());
      else break;
    }
    if (0 < designators.length) this.accept(token.EQUAL);
    return { designators, value: this.parseInitializer() };
  }

  /** `T[]` with the count that its initialiser gives; other types as they are. */
  protected completedArray(type: CType, initializer: Initializer): CType {
    const plain = resolve(type);
    if (plain.kind !== "array" || plain.count !== undefined || plain.isVariable) return type;
    const count = this.#initializerCount(initializer);
    return count === undefined ? type : this.types.arrayOf(plain.element, count);
  }

  #initializerCount(initializer: Initializer): number | undefined {
    if (initializer.kind === "string") {
      const array = resolve(initializer.type);
      return array.kind === "array" ? array.count : undefined;
    }
    if (initializer.kind !== "list") return undefined;
    let index = 0;
    let count = 0;
    for (const item of initializer.items) {
      const designator = item.designators[0];
      if (designator?.kind === "index") {
        const result = this.evaluate(designator.last ?? designator.index);
        if (!result.isConstant || result.value < 0n || 1n << 40n < result.value) return undefined;
        index = Number(result.value);
      }
      count = Math.max(count, ++index);
    }
    return count;
  }

  /** To behind the closing token at this nesting, but not beyond `;` or `}`. */
  protected recoverTo(closing: number): void {
    for (;;) {
      const kind = this.peek();
      if (kind === closing) return this.next();
      if (kind === token.END || kind === token.SEMICOLON || kind === token.RIGHT_BRACE) return;
      if (kind === token.LEFT_PAREN || kind === token.LEFT_BRACKET || kind === token.LEFT_BRACE)
        this.skipBalanced();
      else this.next();
    }
  }

  // ---- Values ----

  evaluate(expression: Expression): ConstantResult {
    return evaluateConstant(expression, { types: this.types });
  }

  typeOf(expression: Expression): CType {
    return typeOfExpression(expression, this.types) ?? this.types.error;
  }

  parseConstant(): { readonly expression: Expression; readonly value: bigint | undefined } {
    const expression = this.parseConditionalExpression();
    return { expression, value: this.constantOf(expression, "The expression") };
  }

  /** The value of a constant expression; one that is not constant is reported as being of `what`. */
  protected constantOf(expression: Expression, what: string): bigint | undefined {
    const result = this.evaluate(expression);
    if (result.isConstant) return result.value;
    if (!result.isReported) this.reportNotConstant(what, result.reason, result.span);
    return undefined;
  }

  protected reportNotConstant(what: string, reason: string, span: Span): void {
    const code = reason.endsWith("is not declared")
      ? "T02"
      : reason.includes("divides by zero")
        ? "T19"
        : reason.includes("no member")
          ? "T16"
          : "T05";
    this.report(code, span, `${what} needs a constant: ${reason}.`);
  }
}
