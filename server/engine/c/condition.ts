// The value of an `#if` expression: integers of 64 bits, signed or unsigned, names that are no macros are 0.
import { readCharacter, readInteger } from "./literal.ts";
import type { MacroToken } from "./macro.ts";
import * as token from "./token.ts";
import type { Spellings } from "./token-list.ts";

interface Value {
  readonly value: bigint;
  readonly isUnsigned: boolean;
}

/** The value, or why there is none (one clause). */
export type ConditionResult = { readonly value: bigint } | { readonly problem: string };

const nestingMax = 256;

const precedences: ReadonlyMap<number, number> = new Map([
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
]);

/** Evaluates fully expanded tokens. */
export function evaluateCondition(
  tokens: readonly MacroToken[],
  spellings: Spellings,
): ConditionResult {
  const reader = new ConditionReader(tokens, spellings);
  const { value } = reader.read(true);
  return reader.problem === undefined ? { value } : { problem: reader.problem };
}

class ConditionReader {
  readonly #tokens: readonly MacroToken[];
  readonly #spellings: Spellings;
  #index = 0;
  #depth = 0;
  problem: string | undefined;

  constructor(tokens: readonly MacroToken[], spellings: Spellings) {
    this.#tokens = tokens;
    this.#spellings = spellings;
  }

  read(isNeeded: boolean): Value {
    const value = this.#conditional(isNeeded);
    if (this.problem === undefined && this.#index < this.#tokens.length) {
      this.#fail(`'${this.#text()}' does not continue the expression`);
    }
    return value;
  }

  #fail(problem: string): Value {
    this.problem ??= problem;
    this.#index = this.#tokens.length;
    return { value: 0n, isUnsigned: false };
  }

  #text(): string {
    const item = this.#tokens[this.#index];
    return item === undefined ? "the end of the line" : this.#spellings.text(item.kind, item.value);
  }

  #peek(): number {
    return this.#tokens[this.#index]?.kind ?? token.END;
  }

  #conditional(isNeeded: boolean): Value {
    if (nestingMax < ++this.#depth) return this.#fail(`it nests deeper than ${nestingMax}`);
    let result = this.#binary(1, isNeeded);
    if (this.#peek() === token.QUESTION) {
      this.#index++;
      const isTrue = result.value !== 0n;
      const whenTrue = this.#conditional(isNeeded && isTrue);
      if (this.#peek() !== token.COLON) return this.#fail("':' is missing behind '?'");
      this.#index++;
      const whenFalse = this.#conditional(isNeeded && !isTrue);
      const chosen = isTrue ? whenTrue : whenFalse;
      result = convert(chosen, whenTrue.isUnsigned || whenFalse.isUnsigned);
    }
    this.#depth--;
    return result;
  }

  #binary(least: number, isNeeded: boolean): Value {
    let left = this.#unary(isNeeded);
    for (;;) {
      const operator = this.#peek();
      const precedence = precedences.get(operator);
      if (precedence === undefined || precedence < least) return left;
      this.#index++;
      const isDecided =
        (operator === token.AND_AND && left.value === 0n) ||
        (operator === token.OR_OR && left.value !== 0n);
      const right = this.#binary(precedence + 1, isNeeded && !isDecided);
      left = this.#apply(operator, left, right, isNeeded);
    }
  }

  #apply(operator: number, a: Value, b: Value, isNeeded: boolean): Value {
    const isUnsigned = a.isUnsigned || b.isUnsigned;
    const left = convert(a, isUnsigned).value;
    const right = convert(b, isUnsigned).value;
    switch (operator) {
      case token.OR_OR:
        return truth(a.value !== 0n || b.value !== 0n);
      case token.AND_AND:
        return truth(a.value !== 0n && b.value !== 0n);
      case token.EQUAL_EQUAL:
        return truth(left === right);
      case token.NOT_EQUAL:
        return truth(left !== right);
      case token.LESS:
        return truth(left < right);
      case token.GREATER:
        return truth(left > right);
      case token.LESS_EQUAL:
        return truth(left <= right);
      case token.GREATER_EQUAL:
        return truth(left >= right);
      case token.LEFT_SHIFT:
        return convert(
          { value: a.value << (b.value & 63n), isUnsigned: a.isUnsigned },
          a.isUnsigned,
        );
      case token.RIGHT_SHIFT:
        return convert(
          { value: a.value >> (b.value & 63n), isUnsigned: a.isUnsigned },
          a.isUnsigned,
        );
      default:
        return this.#arithmetic(operator, left, right, isUnsigned, isNeeded);
    }
  }

  #arithmetic(
    operator: number,
    left: bigint,
    right: bigint,
    isUnsigned: boolean,
    isNeeded: boolean,
  ): Value {
    const wrapped = (value: bigint): Value => convert({ value, isUnsigned }, isUnsigned);
    if (operator === token.PIPE) return wrapped(left | right);
    if (operator === token.CARET) return wrapped(left ^ right);
    if (operator === token.AMPERSAND) return wrapped(left & right);
    if (operator === token.PLUS) return wrapped(left + right);
    if (operator === token.MINUS) return wrapped(left - right);
    if (operator === token.STAR) return wrapped(left * right);
    if (right === 0n) return isNeeded ? this.#fail("it divides by zero") : wrapped(0n);
    return wrapped(operator === token.SLASH ? left / right : left % right);
  }

  #unary(isNeeded: boolean): Value {
    if (nestingMax < ++this.#depth) return this.#fail(`it nests deeper than ${nestingMax}`);
    const value = this.#unaryInside(isNeeded);
    this.#depth--;
    return value;
  }

  #unaryInside(isNeeded: boolean): Value {
    const item = this.#tokens[this.#index];
    if (item === undefined) return this.#fail("an operand is missing at the end of the line");
    this.#index++;
    switch (item.kind) {
      case token.PLUS:
        return this.#unary(isNeeded);
      case token.MINUS: {
        const { value, isUnsigned } = this.#unary(isNeeded);
        return convert({ value: -value, isUnsigned }, isUnsigned);
      }
      case token.TILDE: {
        const { value, isUnsigned } = this.#unary(isNeeded);
        return convert({ value: ~value, isUnsigned }, isUnsigned);
      }
      case token.EXCLAMATION:
        return truth(this.#unary(isNeeded).value === 0n);
      case token.LEFT_PAREN: {
        const value = this.#conditional(isNeeded);
        if (this.#peek() !== token.RIGHT_PAREN) return this.#fail("')' is missing");
        this.#index++;
        return value;
      }
      default:
        return this.#primary(item);
    }
  }

  #primary(item: MacroToken): Value {
    const text = this.#spellings.text(item.kind, item.value);
    if (item.kind === token.NUMBER) {
      const number = readInteger(text);
      if (number === undefined) return this.#fail(`'${text}' is no integer constant`);
      const isUnsigned = number.isUnsigned || 1n << 63n <= number.value;
      return convert({ value: number.value, isUnsigned }, isUnsigned);
    }
    if (item.kind === token.CHARACTER)
      return { value: readCharacter(text)?.value ?? 0n, isUnsigned: false };
    if (item.kind !== token.IDENTIFIER && item.kind < token.KEYWORD_FIRST) {
      this.#index--;
      return this.#fail(`'${text}' stands where an operand is expected`);
    }
    if (this.#peek() === token.LEFT_PAREN)
      return this.#fail(`'${text}' is no function-like macro here`);
    return { value: text === "true" ? 1n : 0n, isUnsigned: false };
  }
}

function truth(value: boolean): Value {
  return { value: value ? 1n : 0n, isUnsigned: false };
}

function convert({ value }: Value, isUnsigned: boolean): Value {
  return { value: isUnsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value), isUnsigned };
}
