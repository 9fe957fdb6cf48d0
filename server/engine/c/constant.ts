// The value of constant expressions with the exact types of the target. Values are bigints in the range of their type.
import type { Span } from "../text/source.ts";
import type { BinaryExpression, Designator, Expression, UnaryExpression } from "./ast.ts";
import { commonType, promote, wrap } from "./conversion.ts";
import { memberOf, typeOfExpression } from "./expression-type.ts";
import type { TypeTable } from "./type-table.ts";
import type { CType, IntegerType, RecordType } from "./types.ts";
import { integerBehind, isComplete, resolve, spellType } from "./types.ts";

/** The value of a constant expression. Pointers that come from integers count too (`&((struct s *)0)->m`). */
export interface Constant {
  readonly isConstant: true;
  readonly value: bigint;
  /** The type that C gives the expression: an integer, enum or pointer type. */
  readonly type: CType;
}

/** Why an expression has no value here: a clause that completes "it is not constant: ". */
export interface NotConstant {
  readonly isConstant: false;
  readonly reason: string;
  readonly span: Span;
  /** The cause has been reported already (an error node, an error type). */
  readonly isReported: boolean;
}

export type ConstantResult = Constant | NotConstant;

export interface EvaluationEnvironment {
  readonly types: TypeTable;
  /** Values of names that C itself has none for, such as a kernel profile's constants. */
  readonly constantNamed?: (name: string) => Constant | undefined;
}

/** Evaluates an integer constant expression; never reports, never throws. */
export function evaluateConstant(
  expression: Expression,
  environment: EvaluationEnvironment,
): ConstantResult {
  return new Evaluation(environment).evaluate(expression);
}

class Evaluation {
  readonly #types: TypeTable;
  readonly #environment: EvaluationEnvironment;

  constructor(environment: EvaluationEnvironment) {
    this.#types = environment.types;
    this.#environment = environment;
  }

  evaluate(expression: Expression): ConstantResult {
    switch (expression.kind) {
      case "integer":
        return constant(expression.value, expression.type);
      case "identifier":
        return this.#identifier(expression.name, expression);
      case "unary":
        return this.#unary(expression);
      case "binary":
        return this.#binary(expression);
      case "conditional":
        return this.#conditional(expression);
      case "cast":
        return this.#cast(expression.type, expression.operand, expression);
      case "sizeof":
        return this.#sizeof(expression);
      case "offsetof":
        return this.#offsetof(expression.type, expression.designators);
      case "generic":
        if (expression.chosen === undefined)
          return not("no association of _Generic fits", expression.span);
        return this.evaluate(expression.chosen);
      case "typesCompatible":
        return constant(
          areCompatible(expression.left, expression.right) ? 1n : 0n,
          this.#types.int,
        );
      case "comma":
        return this.evaluate(expression.right);
      case "error":
        return not("it could not be read", expression.span, true);
      case "call":
        return this.#call(expression.callee, expression.arguments, expression);
      case "float":
      case "string":
      case "postfix":
      case "assignment":
      case "index":
      case "member":
      case "compound":
      case "labelAddress":
        return not(whyNot[expression.kind], expression.span);
    }
  }

  #identifier(name: string, expression: Expression & { kind: "identifier" }): ConstantResult {
    const { symbol, span } = expression;
    if (symbol?.kind === "constant") return constant(symbol.constant.value, symbol.constant.type);
    const given = symbol === undefined ? this.#environment.constantNamed?.(name) : undefined;
    if (given !== undefined) return given;
    if (symbol === undefined) return not(`'${name}' is not declared`, span);
    return not(`'${name}' is a ${symbol.kind === "object" ? "variable" : symbol.kind}`, span);
  }

  #unary(expression: UnaryExpression): ConstantResult {
    if (expression.operator === "&") return this.#addressOf(expression.operand);
    const operand = this.evaluate(expression.operand);
    if (!operand.isConstant) return operand;
    if (expression.operator === "__extension__") return operand;
    const behind = integerBehind(operand.type);
    if (expression.operator === "!")
      return constant(operand.value === 0n ? 1n : 0n, this.#types.int);
    if (behind === undefined) return not("it is no integer", expression.span);
    const type = promote(behind, this.#types);
    switch (expression.operator) {
      case "+":
      case "__real__":
        return constant(operand.value, type);
      case "-":
        return constant(wrap(-operand.value, type), type);
      case "~":
        return constant(wrap(~operand.value, type), type);
      case "__imag__":
        return constant(0n, type);
      case "*":
      case "++":
      case "--":
        return not("it reads memory", expression.span);
    }
  }

  /** `&((struct s *)0)->m`: the address of a member behind a constant pointer. */
  #addressOf(place: Expression): ConstantResult {
    const address = this.#place(place);
    if (!address.isConstant) return address;
    return constant(
      address.value,
      this.#types.pointerTo(typeOfExpression(place, this.#types) ?? this.#types.error),
    );
  }

  #place(expression: Expression): ConstantResult {
    if (expression.kind === "unary" && expression.operator === "*")
      return this.evaluate(expression.operand);
    if (expression.kind === "member") {
      const base = expression.isArrow
        ? this.evaluate(expression.base)
        : this.#place(expression.base);
      if (!base.isConstant) return base;
      const record = recordBehind(typeOfExpression(expression.base, this.#types));
      const member = record && memberOf(record, expression.name);
      if (member === undefined)
        return not(`there is no member '${expression.name}'`, expression.nameSpan);
      return constant(base.value + BigInt(member.offset), this.#types.size);
    }
    if (expression.kind === "index") {
      const type = typeOfExpression(expression.base, this.#types);
      const base =
        type !== undefined && resolve(type).kind === "array"
          ? this.#place(expression.base)
          : this.evaluate(expression.base);
      const index = this.evaluate(expression.index);
      if (!base.isConstant) return base;
      if (!index.isConstant) return index;
      const size = typeOfExpression(expression, this.#types)?.size ?? 0;
      return constant(base.value + index.value * BigInt(size), this.#types.size);
    }
    return not("its address is known to the linker only", expression.span);
  }

  #binary(expression: BinaryExpression): ConstantResult {
    const left = this.evaluate(expression.left);
    if (!left.isConstant) return left;
    const { operator } = expression;
    if (operator === "&&" && left.value === 0n) return constant(0n, this.#types.int);
    if (operator === "||" && left.value !== 0n) return constant(1n, this.#types.int);
    const right = this.evaluate(expression.right);
    if (!right.isConstant) return right;
    if (operator === "&&" || operator === "||")
      return constant(right.value === 0n ? 0n : 1n, this.#types.int);
    const leftType = integerBehind(left.type);
    const rightType = integerBehind(right.type);
    if (leftType === undefined || rightType === undefined)
      return this.#pointers(expression, left, right);
    if (operator === "<<" || operator === ">>")
      return this.#shift(expression, left.value, right.value, leftType);
    const type = commonType(leftType, rightType, this.#types);
    return this.#arithmetic(expression, wrap(left.value, type), wrap(right.value, type), type);
  }

  #shift(
    expression: BinaryExpression,
    left: bigint,
    right: bigint,
    leftType: IntegerType,
  ): ConstantResult {
    const type = promote(leftType, this.#types);
    if (right < 0n || BigInt(type.widthBits) <= right) {
      return not(
        `it shifts a '${type.name}' of ${type.widthBits} bits by ${right}`,
        expression.span,
      );
    }
    return constant(wrap(expression.operator === "<<" ? left << right : left >> right, type), type);
  }

  #arithmetic(
    expression: BinaryExpression,
    left: bigint,
    right: bigint,
    type: IntegerType,
  ): ConstantResult {
    const truth = (value: boolean): Constant => constant(value ? 1n : 0n, this.#types.int);
    switch (expression.operator) {
      case "*":
        return constant(wrap(left * right, type), type);
      case "/":
      case "%":
        if (right === 0n) return not("it divides by zero", expression.span);
        return constant(
          wrap(expression.operator === "/" ? left / right : left % right, type),
          type,
        );
      case "+":
        return constant(wrap(left + right, type), type);
      case "-":
        return constant(wrap(left - right, type), type);
      case "&":
        return constant(wrap(left & right, type), type);
      case "^":
        return constant(wrap(left ^ right, type), type);
      case "|":
        return constant(wrap(left | right, type), type);
      case "<":
        return truth(left < right);
      case ">":
        return truth(left > right);
      case "<=":
        return truth(left <= right);
      case ">=":
        return truth(left >= right);
      case "==":
        return truth(left === right);
      case "!=":
        return truth(left !== right);
      case "<<":
      case ">>":
      case "&&":
      case "||":
        return not("it is no arithmetic", expression.span);
    }
  }

  /** Pointers that came from integers: comparison, sum and difference. */
  #pointers(expression: BinaryExpression, left: Constant, right: Constant): ConstantResult {
    const step = (type: CType): bigint => {
      const plain = resolve(type);
      return plain.kind === "pointer" ? BigInt(Math.max(1, plain.target.size)) : 1n;
    };
    const truth = (value: boolean): Constant => constant(value ? 1n : 0n, this.#types.int);
    const leftIsPointer = resolve(left.type).kind === "pointer";
    const rightIsPointer = resolve(right.type).kind === "pointer";
    if (expression.operator === "==") return truth(left.value === right.value);
    if (expression.operator === "!=") return truth(left.value !== right.value);
    if (expression.operator === "-" && leftIsPointer && rightIsPointer) {
      return constant((left.value - right.value) / step(left.type), this.#types.pointerDifference);
    }
    if (expression.operator === "+" || expression.operator === "-") {
      const sign = expression.operator === "-" ? -1n : 1n;
      if (leftIsPointer)
        return constant(left.value + sign * right.value * step(left.type), left.type);
      if (rightIsPointer && sign === 1n)
        return constant(right.value + left.value * step(right.type), right.type);
    }
    return not("its operands are no integers", expression.span);
  }

  #conditional(expression: Expression & { kind: "conditional" }): ConstantResult {
    const condition = this.evaluate(expression.condition);
    if (!condition.isConstant) return condition;
    if (condition.value !== 0n && expression.whenTrue === undefined) return condition;
    const chosen =
      condition.value === 0n ? expression.whenFalse : (expression.whenTrue ?? expression.condition);
    const result = this.evaluate(chosen);
    if (!result.isConstant) return result;
    const type = typeOfExpression(expression, this.#types);
    const behind = type && integerBehind(type);
    return behind === undefined || type === undefined
      ? result
      : constant(wrap(result.value, behind), type);
  }

  #cast(type: CType, operand: Expression, expression: Expression): ConstantResult {
    const target = integerBehind(type);
    const isPointer = resolve(type).kind === "pointer";
    if (operand.kind === "float" && target !== undefined) {
      return constant(
        wrap(BigInt(Math.trunc(Number.isFinite(operand.value) ? operand.value : 0)), target),
        type,
      );
    }
    const value = this.evaluate(operand);
    if (!value.isConstant) return value;
    if (target !== undefined) return constant(wrap(value.value, target), type);
    if (isPointer) return constant(BigInt.asUintN(this.#types.size.widthBits, value.value), type);
    if (resolve(type).kind === "error") return not("its type is unknown", expression.span, true);
    return not(`it is cast to '${spellType(type)}'`, expression.span);
  }

  #sizeof(expression: Expression & { kind: "sizeof" }): ConstantResult {
    const type =
      expression.type ?? (expression.operand && typeOfExpression(expression.operand, this.#types));
    if (type === undefined) return not("the type of its operand is unknown", expression.span);
    const plain = resolve(type);
    if (plain.kind === "error")
      return not("the type of its operand is unknown", expression.span, true);
    if (expression.operator === "countof") {
      if (plain.kind !== "array" || plain.count === undefined)
        return not("its operand is no complete array", expression.span);
      return constant(BigInt(plain.count), this.#types.size);
    }
    if (expression.operator === "alignof") {
      const member =
        expression.operand === undefined
          ? undefined
          : memberBehind(expression.operand, this.#types);
      const variable = expression.isOfVariable ? this.#variableAlign(type) : type.align;
      return constant(BigInt(member ?? variable), this.#types.size);
    }
    if (plain.kind === "array" && plain.isVariable)
      return not("the size of its operand is variable", expression.span);
    if (!isComplete(type) && plain.kind !== "void" && plain.kind !== "function") {
      return not(`'${spellType(type)}' is incomplete here`, expression.span);
    }
    return constant(BigInt(type.size), this.#types.size);
  }

  #variableAlign(type: CType): number {
    let plain = resolve(type);
    while (plain.kind === "array") plain = resolve(plain.element);
    const isScalar = plain.kind === "integer" || plain.kind === "enum" || plain.kind === "float";
    const { variableAlign } = this.#types.target;
    return isScalar && plain.size === 8 && variableAlign !== undefined
      ? Math.max(type.align, variableAlign)
      : type.align;
  }

  #offsetof(type: CType, designators: readonly Designator[]): ConstantResult {
    let offset = 0n;
    let current = type;
    for (const designator of designators) {
      const plain = resolve(current);
      if (designator.kind === "member") {
        if (plain.kind === "error") return not("its type is unknown", designator.span, true);
        if (plain.kind !== "record")
          return not(`'${spellType(current)}' has no members`, designator.span);
        const member = memberOf(plain, designator.name);
        if (member === undefined)
          return not(`'${spellType(current)}' has no member '${designator.name}'`, designator.span);
        offset += BigInt(member.offset);
        current = member.type;
      } else {
        if (plain.kind !== "array")
          return not(`'${spellType(current)}' is no array`, designator.span);
        const index = this.evaluate(designator.index);
        if (!index.isConstant) return index;
        offset += index.value * BigInt(plain.element.size);
        current = plain.element;
      }
    }
    return constant(wrap(offset, this.#types.size), this.#types.size);
  }

  #call(callee: Expression, given: readonly Expression[], expression: Expression): ConstantResult {
    const name = callee.kind === "identifier" ? callee.name : "";
    const first = given[0];
    if (name === "__builtin_constant_p" && first !== undefined) {
      return constant(this.evaluate(first).isConstant ? 1n : 0n, this.#types.int);
    }
    if (name === "__builtin_choose_expr" && first !== undefined) {
      const condition = this.evaluate(first);
      if (!condition.isConstant) return condition;
      const chosen = given[condition.value === 0n ? 2 : 1];
      return chosen === undefined
        ? not("it lacks an argument", expression.span)
        : this.evaluate(chosen);
    }
    if (name === "__builtin_expect" && first !== undefined) return this.evaluate(first);
    return not("it calls a function", expression.span);
  }
}

const whyNot: Readonly<Record<string, string>> = {
  float: "it is no integer",
  string: "it is a string",
  postfix: "it changes a variable",
  assignment: "it assigns",
  index: "it reads memory",
  member: "it reads memory",
  compound: "it is an object",
  labelAddress: "it is the address of a label",
};

function constant(value: bigint, type: CType): Constant {
  return { isConstant: true, value, type };
}

function not(reason: string | undefined, span: Span, isReported: boolean = false): NotConstant {
  return { isConstant: false, reason: reason ?? "it has no value", span, isReported };
}

function recordBehind(type: CType | undefined): RecordType | undefined {
  if (type === undefined) return undefined;
  let plain = resolve(type);
  if (plain.kind === "pointer") plain = resolve(plain.target);
  return plain.kind === "record" ? plain : undefined;
}

/** The alignment of the member that an expression names; undefined if it names none. */
function memberBehind(expression: Expression, types: TypeTable): number | undefined {
  if (expression.kind !== "member") return undefined;
  const record = recordBehind(typeOfExpression(expression.base, types));
  return record && memberOf(record, expression.name)?.align;
}

/** C23 6.2.7 as far as `_Generic` and `__builtin_types_compatible_p` need it; qualifiers on top do not count. */
export function areCompatible(left: CType, right: CType): boolean {
  let a = resolve(left);
  let b = resolve(right);
  for (;;) {
    if (a === b) return true;
    if (a.kind === "pointer" && b.kind === "pointer") {
      a = resolve(a.target);
      b = resolve(b.target);
    } else if (a.kind === "array" && b.kind === "array") {
      if (a.count !== undefined && b.count !== undefined && a.count !== b.count) return false;
      a = resolve(a.element);
      b = resolve(b.element);
    } else break;
  }
  if (a.kind === "enum" && b.kind === "integer") return a.underlying === b;
  if (a.kind === "integer" && b.kind === "enum") return b.underlying === a;
  if (a.kind === "function" && b.kind === "function") {
    return (
      areCompatible(a.returns, b.returns) &&
      a.parameters.length === b.parameters.length &&
      a.parameters.every((parameter, index) =>
        areCompatible(parameter.type, b.parameters[index]!.type),
      )
    );
  }
  if (a.kind === "integer" && b.kind === "integer") {
    return a.isBitInt && b.isBitInt && a.widthBits === b.widthBits && a.signed === b.signed;
  }
  if (a.kind === "complex" && b.kind === "complex") return areCompatible(a.element, b.element);
  if (a.kind === "atomic" && b.kind === "atomic") return areCompatible(a.type, b.type);
  if (a.kind === "vector" && b.kind === "vector")
    return a.size === b.size && areCompatible(a.element, b.element);
  return false;
}
