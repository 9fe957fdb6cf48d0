// The type that C gives an expression, for `sizeof`, `typeof`, `_Generic` and for who compiles expressions. Arrays and
// functions are not decayed here.
import type { BinaryExpression, Expression } from "./ast.ts";
import { commonType, promote } from "./conversion.ts";
import type { TypeTable } from "./type-table.ts";
import type { CType, FloatType, Member, RecordType } from "./types.ts";
import { integerBehind, qualifiersOf, resolve } from "./types.ts";

/** A member found by name, perhaps inside anonymous ones, with its offset from the record itself. */
export interface FoundMember {
  readonly member: Member;
  /** Bytes from the start of the outermost record. */
  readonly offset: number;
  /** Bits from there, for bit-fields. */
  readonly bitOffset: number | undefined;
  readonly type: CType;
  readonly align: number;
}

/** Looks a member up as `.` does: anonymous structs and unions are looked through. */
export function memberOf(record: RecordType, name: string): FoundMember | undefined {
  for (const member of record.members) {
    if (member.name === name) {
      const { offset, bitOffset, type, align } = member;
      return { member, offset, bitOffset, type, align };
    }
    if (member.name !== undefined) continue;
    const inside = resolve(member.type);
    const found = inside.kind === "record" ? memberOf(inside, name) : undefined;
    if (found !== undefined) {
      const bitOffset =
        found.bitOffset === undefined ? undefined : found.bitOffset + member.offset * 8;
      return { ...found, offset: found.offset + member.offset, bitOffset };
    }
  }
  return undefined;
}

/** Undefined where the expression has no type that is known here. */
export function typeOfExpression(expression: Expression, types: TypeTable): CType | undefined {
  switch (expression.kind) {
    case "integer":
    case "float":
    case "string":
    case "cast":
    case "compound":
      return expression.type;
    case "identifier": {
      const { symbol } = expression;
      if (symbol === undefined) return undefined;
      return symbol.kind === "constant" ? symbol.constant.type : symbol.type;
    }
    case "unary":
      return typeOfUnary(expression.operator, expression.operand, types);
    case "postfix":
      return typeOfExpression(expression.operand, types);
    case "binary":
      return typeOfBinary(expression, types);
    case "assignment":
      return typeOfExpression(expression.left, types);
    case "conditional":
      return typeOfConditional(expression, types);
    case "call":
      return typeOfCall(expression.callee, expression.arguments, types);
    case "index":
      return typeOfIndex(expression.base, expression.index, types);
    case "member":
      return typeOfMember(expression.base, expression.name, types);
    case "sizeof":
    case "offsetof":
      return types.size;
    case "typesCompatible":
      return types.int;
    case "labelAddress":
      return types.pointerTo(types.void);
    case "comma":
      return typeOfExpression(expression.right, types);
    case "generic":
      return expression.chosen && typeOfExpression(expression.chosen, types);
    case "error":
      return expression.isReported ? types.error : undefined;
  }
}

/** Array to pointer, function to pointer; other types as they are. */
export function decay(type: CType, types: TypeTable): CType {
  const plain = resolve(type);
  if (plain.kind === "array")
    return types.pointerTo(types.qualified(plain.element, qualifiersOf(type)));
  if (plain.kind === "function") return types.pointerTo(type);
  return type;
}

function typeOfUnary(operator: string, operand: Expression, types: TypeTable): CType | undefined {
  const type = typeOfExpression(operand, types);
  if (operator === "!") return types.int;
  if (type === undefined) return undefined;
  if (operator === "&") return types.pointerTo(type);
  if (operator === "*") {
    const pointer = resolve(decay(type, types));
    return pointer.kind === "pointer" ? pointer.target : undefined;
  }
  const plain = resolve(type);
  if (operator === "__real__" || operator === "__imag__")
    return plain.kind === "complex" ? plain.element : type;
  if (operator === "+" || operator === "-" || operator === "~") {
    const integer = integerBehind(type);
    return integer === undefined ? type : promote(integer, types, bitWidthOf(operand, types));
  }
  return type;
}

/** The width of the bit-field that the expression names; undefined if it names none. */
function bitWidthOf(expression: Expression, types: TypeTable): number | undefined {
  if (expression.kind !== "member") return undefined;
  const record = recordOf(typeOfExpression(expression.base, types), types);
  return record && memberOf(record, expression.name)?.member.bitWidth;
}

function typeOfBinary(expression: BinaryExpression, types: TypeTable): CType | undefined {
  const { operator } = expression;
  if (["&&", "||", "==", "!=", "<", ">", "<=", ">="].includes(operator)) return types.int;
  const left = typeOfExpression(expression.left, types);
  const right = typeOfExpression(expression.right, types);
  if (left === undefined || right === undefined) return undefined;
  if (operator === "<<" || operator === ">>") {
    const integer = integerBehind(left);
    return integer === undefined
      ? left
      : promote(integer, types, bitWidthOf(expression.left, types));
  }
  const leftDecayed = decay(left, types);
  const rightDecayed = decay(right, types);
  const leftIsPointer = resolve(leftDecayed).kind === "pointer";
  const rightIsPointer = resolve(rightDecayed).kind === "pointer";
  if (leftIsPointer && rightIsPointer)
    return operator === "-" ? types.pointerDifference : leftDecayed;
  if (leftIsPointer) return leftDecayed;
  if (rightIsPointer) return rightDecayed;
  return arithmeticType(left, right, types);
}

/** The usual arithmetic conversions, floating types included. */
function arithmeticType(left: CType, right: CType, types: TypeTable): CType | undefined {
  const a = resolve(left);
  const b = resolve(right);
  if (a.kind === "complex" || b.kind === "complex") return a.kind === "complex" ? a : b;
  if (a.kind === "float" || b.kind === "float")
    return widerFloat(a.kind === "float" ? a : undefined, b.kind === "float" ? b : undefined);
  const leftInteger = integerBehind(left);
  const rightInteger = integerBehind(right);
  if (leftInteger === undefined || rightInteger === undefined)
    return a.kind === "vector" ? a : undefined;
  return commonType(leftInteger, rightInteger, types);
}

function widerFloat(
  left: FloatType | undefined,
  right: FloatType | undefined,
): FloatType | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left.size < right.size ? right : left;
}

function typeOfConditional(
  expression: Expression & { kind: "conditional" },
  types: TypeTable,
): CType | undefined {
  const whenTrue = typeOfExpression(expression.whenTrue ?? expression.condition, types);
  const whenFalse = typeOfExpression(expression.whenFalse, types);
  if (whenTrue === undefined || whenFalse === undefined) return whenTrue ?? whenFalse;
  const left = decay(whenTrue, types);
  const right = decay(whenFalse, types);
  // Linux' __is_constexpr rests on this: with a null pointer constant the other type wins, with a `void *` it does not.
  const leftPlain = resolve(left);
  const rightPlain = resolve(right);
  if (leftPlain.kind === "pointer" && rightPlain.kind === "pointer") {
    if (isNullConstant(expression.whenTrue)) return right;
    if (isNullConstant(expression.whenFalse)) return left;
    return resolve(leftPlain.target).kind === "void"
      ? left
      : resolve(rightPlain.target).kind === "void"
        ? right
        : left;
  }
  if (leftPlain.kind === "pointer") return left;
  if (rightPlain.kind === "pointer") return right;
  return arithmeticType(left, right, types) ?? left;
}

function isNullConstant(expression: Expression | undefined): boolean {
  if (expression === undefined) return false;
  if (expression.kind === "integer") return expression.value === 0n;
  if (expression.kind !== "cast") return false;
  const type = resolve(expression.type);
  const isVoidPointer = type.kind === "pointer" && type.target.kind === "void";
  return isVoidPointer && isNullConstant(expression.operand);
}

function typeOfCall(
  callee: Expression,
  given: readonly Expression[],
  types: TypeTable,
): CType | undefined {
  const name = callee.kind === "identifier" ? callee.name : "";
  if (name === "__builtin_constant_p") return types.int;
  if (name === "__builtin_expect") return types.long;
  if (name === "__builtin_choose_expr") {
    const condition = given[0];
    if (condition?.kind !== "integer") return undefined;
    const chosen = given[condition.value === 0n ? 2 : 1];
    return chosen && typeOfExpression(chosen, types);
  }
  const type = typeOfExpression(callee, types);
  if (type === undefined) return undefined;
  const plain = resolve(type);
  const target = plain.kind === "pointer" ? resolve(plain.target) : plain;
  return target.kind === "function" ? target.returns : undefined;
}

function typeOfIndex(base: Expression, index: Expression, types: TypeTable): CType | undefined {
  for (const side of [base, index]) {
    const type = typeOfExpression(side, types);
    const plain = type && resolve(type);
    if (plain?.kind === "array" || plain?.kind === "vector") return plain.element;
    if (plain?.kind === "pointer") return plain.target;
  }
  return undefined;
}

function recordOf(type: CType | undefined, types: TypeTable): RecordType | undefined {
  if (type === undefined) return undefined;
  let plain = resolve(decay(type, types));
  if (plain.kind === "pointer") plain = resolve(plain.target);
  if (plain.kind === "atomic") plain = resolve(plain.type);
  return plain.kind === "record" ? plain : undefined;
}

function typeOfMember(base: Expression, name: string, types: TypeTable): CType | undefined {
  const record = recordOf(typeOfExpression(base, types), types);
  return record && memberOf(record, name)?.type;
}
