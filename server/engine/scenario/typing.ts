// The type of every expression that may stand in a scenario, thread members and built-in functions included. C's own
// rules (promotions, usual conversions, decay) at the target's widths; reports nothing: an unknown type is the error type.
import type { CallExpression, Expression, MemberExpression } from "../c/ast.ts";
import { commonType, promote } from "../c/conversion.ts";
import { memberOf } from "../c/expression-type.ts";
import type { TypeTable } from "../c/type-table.ts";
import type { CType, IntegerType, Member, RecordType } from "../c/types.ts";
import { integerBehind, resolve } from "../c/types.ts";
import type { Names } from "./names.ts";

export class Typing {
  readonly types: TypeTable;
  readonly #names: Names;

  constructor(types: TypeTable, names: Names) {
    this.types = types;
    this.#names = names;
  }

  /** Without decay: a string is an array, a function's name a function. */
  typeOf(expression: Expression): CType {
    const types = this.types;
    switch (expression.kind) {
      case "identifier":
        return this.#identifierType(expression);
      case "integer":
      case "string":
      case "cast":
      case "compound":
        return expression.type;
      case "unary":
        return this.#unaryType(expression.operator, expression.operand);
      case "postfix":
        return unqualified(this.typeOf(expression.operand));
      case "binary":
        return this.#binaryType(expression.operator, expression.left, expression.right);
      case "assignment":
        return unqualified(this.typeOf(expression.left));
      case "conditional":
        return this.#conditionalType(
          expression.whenTrue ?? expression.condition,
          expression.whenFalse,
        );
      case "call":
        return this.#callType(expression);
      case "index":
        return this.#indexType(expression.base, expression.index);
      case "member":
        return this.#memberType(expression);
      case "sizeof":
      case "offsetof":
        return types.size;
      case "labelAddress":
        return types.pointerTo(types.void);
      case "comma":
        return this.decayed(expression.right);
      case "generic":
        return expression.chosen === undefined ? types.error : this.typeOf(expression.chosen);
      case "typesCompatible":
        return types.int;
      case "float":
        return expression.type;
      case "error":
        return types.error;
    }
  }

  /** The type of the expression's value: arrays and functions as pointers, qualifiers off. */
  decayed(expression: Expression): CType {
    return this.decay(this.typeOf(expression));
  }

  decay(type: CType): CType {
    const plain = resolve(type);
    if (plain.kind === "array") return this.types.pointerTo(plain.element);
    if (plain.kind === "function") return this.types.pointerTo(plain);
    if (plain.kind === "atomic") return unqualified(plain.type);
    return unqualified(type);
  }

  /** The expression's type after the integer promotions, a bit-field's by its width. */
  promoted(expression: Expression): CType {
    const member = this.memberOf(expression);
    const integer = member?.bitWidth === undefined ? undefined : integerBehind(member.type);
    if (integer !== undefined) return promote(integer, this.types, member?.bitWidth);
    return this.promote(this.decayed(expression));
  }

  promote(type: CType): CType {
    const integer = integerBehind(type);
    return integer === undefined ? type : promote(integer, this.types);
  }

  /** C's usual arithmetic conversions; the error type if one is no integer. */
  common(left: CType, right: CType): CType {
    const first = integerBehind(left);
    const second = integerBehind(right);
    if (first === undefined || second === undefined) return this.types.error;
    return commonType(first, second, this.types);
  }

  /** The member that `a.b` or `a->b` names, with its offset from the record's start; undefined for anything else. */
  memberOf(expression: Expression): FoundMember | undefined {
    if (expression.kind !== "member") return undefined;
    const record = this.recordOf(expression);
    return record === undefined ? undefined : findMember(record, expression.name);
  }

  recordOf(expression: MemberExpression): RecordType | undefined {
    const base = this.typeOf(expression.base);
    const plain = resolve(expression.isArrow ? (targetOf(this.decay(base)) ?? base) : base);
    if (plain.kind === "atomic") return undefined;
    return plain.kind === "record" ? plain : undefined;
  }

  #identifierType(expression: Expression & { kind: "identifier" }): CType {
    const symbol = expression.symbol;
    if (symbol === undefined)
      return this.#names.descriptorType(expression.name) ?? this.types.error;
    switch (symbol.kind) {
      case "object":
      case "function":
        return symbol.type;
      case "constant":
        return symbol.constant.type;
      case "typedef":
        return this.types.error;
    }
  }

  #unaryType(operator: string, operand: Expression): CType {
    switch (operator) {
      case "*":
        return targetOf(this.decayed(operand)) ?? this.types.error;
      case "&":
        return this.types.pointerTo(this.typeOf(operand));
      case "!":
        return this.types.int;
      case "+":
      case "-":
      case "~":
        return this.promoted(operand);
      default:
        return unqualified(this.typeOf(operand));
    }
  }

  #binaryType(operator: string, left: Expression, right: Expression): CType {
    switch (operator) {
      case "&&":
      case "||":
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return this.types.int;
      case "<<":
      case ">>":
        return this.promoted(left);
      case "+":
      case "-":
        return this.#additiveType(operator, left, right);
      default:
        return this.common(this.promoted(left), this.promoted(right));
    }
  }

  #additiveType(operator: "+" | "-", left: Expression, right: Expression): CType {
    const first = this.promoted(left);
    const second = this.promoted(right);
    if (resolve(first).kind === "pointer")
      return operator === "-" && resolve(second).kind === "pointer"
        ? this.types.pointerDifference
        : first;
    if (operator === "+" && resolve(second).kind === "pointer") return second;
    return this.common(first, second);
  }

  #conditionalType(whenTrue: Expression, whenFalse: Expression): CType {
    const first = this.promoted(whenTrue);
    const second = this.promoted(whenFalse);
    const firstPointer = resolve(first).kind === "pointer";
    const secondPointer = resolve(second).kind === "pointer";
    if (firstPointer && secondPointer) {
      const isVoid = resolve(targetOf(first) ?? first).kind === "void";
      return isVoid && !isNullConstant(whenTrue) ? first : isVoid ? second : first;
    }
    if (firstPointer) return first;
    if (secondPointer) return second;
    if (resolve(first).kind === "void" || resolve(second).kind === "void") return this.types.void;
    if (resolve(first).kind === "record") return first;
    return this.common(first, second);
  }

  #callType(call: CallExpression): CType {
    const member = this.#names.threadMember(call);
    if (member !== undefined) return member.type;
    if (call.callee.kind === "identifier") {
      const intrinsic = this.#names.intrinsicOf(call.callee);
      if (intrinsic !== undefined) return this.#intrinsicType(intrinsic.result, call);
    }
    const callee = this.decayed(call.callee);
    const target = targetOf(callee);
    const plain = target === undefined ? undefined : resolve(target);
    return plain?.kind === "function" ? plain.returns : this.types.error;
  }

  #intrinsicType(result: "void" | "bool" | "object" | "target", call: CallExpression): CType {
    const first = call.arguments[0];
    if (result === "void") return this.types.void;
    if (result === "bool") return this.types.bool;
    if (first === undefined) return this.types.error;
    if (result === "object") return this.decayed(first);
    const target = targetOf(this.decayed(first));
    return target === undefined ? this.types.error : this.decay(target);
  }

  #indexType(base: Expression, index: Expression): CType {
    return targetOf(this.decayed(base)) ?? targetOf(this.decayed(index)) ?? this.types.error;
  }

  #memberType(expression: MemberExpression): CType {
    const thread = this.#names.threadMember(expression);
    if (thread !== undefined) return thread.type;
    return this.memberOf(expression)?.type ?? this.types.error;
  }
}

/** A member with its place in the record that was asked for (anonymous members add their own). */
export interface FoundMember {
  readonly name: string | undefined;
  readonly type: CType;
  readonly bitWidth: number | undefined;
  readonly offsetInside: number;
  readonly bitOffsetInside: number | undefined;
}

/** A member at its place in its own record. */
export function placedMember({ name, type, bitWidth, offset, bitOffset }: Member): FoundMember {
  return { name, type, bitWidth, offsetInside: offset, bitOffsetInside: bitOffset };
}

/** Looks a name up in a record and in its anonymous members. */
export function findMember(record: RecordType, name: string): FoundMember | undefined {
  const found = memberOf(record, name);
  if (found === undefined) return undefined;
  const { type, offset, bitOffset, member } = found;
  const { bitWidth } = member;
  return { name, type, bitWidth, offsetInside: offset, bitOffsetInside: bitOffset };
}

/** All member names that `a.` may be followed by. */
export function memberNames(record: RecordType): readonly string[] {
  return record.members.flatMap((member) => {
    if (member.name !== undefined) return [member.name];
    const inner = resolve(member.type);
    return inner.kind === "record" ? memberNames(inner) : [];
  });
}

/** What a pointer points to, or what an array is of. */
export function targetOf(type: CType): CType | undefined {
  const plain = resolve(type);
  if (plain.kind === "pointer") return plain.target;
  if (plain.kind === "array") return plain.element;
  return undefined;
}

/** Qualifiers off, typedef names kept where there are none. */
function unqualified(type: CType): CType {
  if (type.kind === "qualified") return unqualified(type.type);
  if (type.kind === "typedef" && type.type.kind === "qualified") return unqualified(type.type);
  return type;
}

/** `0`, `(void *)0`. */
export function isNullConstant(expression: Expression): boolean {
  if (expression.kind === "integer") return expression.value === 0n;
  if (expression.kind === "cast") return isNullConstant(expression.operand);
  return false;
}

/** Integers that the machine computes with: up to 8 bytes, no `_BitInt`. */
export function isMachineInteger(type: CType): IntegerType | undefined {
  const integer = integerBehind(type);
  return integer !== undefined && integer.size <= 8 && !integer.isBitInt ? integer : undefined;
}
