// Operators on constants, as the machine computes them: in the operation's type, wrapping, division towards zero. Used to fold
// constant expressions, so that they cost nothing.
import type { BinaryOperator as COperator } from "../c/ast.ts";
import type { BinaryOperator, Comparison, OperationType } from "../program/instruction.ts";

const operators: Readonly<Partial<Record<COperator, BinaryOperator>>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "remainder",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "shift-left",
  ">>": "shift-right",
};

const comparisons: Readonly<Partial<Record<COperator, Comparison>>> = {
  "==": "equal",
  "!=": "not-equal",
  "<": "less",
  "<=": "less-equal",
  ">": "greater",
  ">=": "greater-equal",
};

export function comparisonOf(operator: COperator): Comparison | undefined {
  return comparisons[operator];
}

/** The machine's operator for an arithmetic one of C; comparisons and `&&`, `||` have their own ways. */
export function arithmeticOf(operator: COperator): BinaryOperator | undefined {
  return operators[operator];
}

const opposites: Readonly<Record<Comparison, Comparison>> = {
  equal: "not-equal",
  "not-equal": "equal",
  less: "greater-equal",
  "less-equal": "greater",
  greater: "less-equal",
  "greater-equal": "less",
};

/** The comparison that holds exactly when the given one does not. */
export function opposite(comparison: Comparison): Comparison {
  return opposites[comparison];
}

function inType(value: bigint, type: OperationType): bigint {
  switch (type) {
    case "s32":
      return BigInt.asIntN(32, value);
    case "u32":
      return BigInt.asUintN(32, value);
    case "s64":
      return BigInt.asIntN(64, value);
    case "u64":
      return BigInt.asUintN(64, value);
  }
}

export function compareConstants(
  comparison: Comparison,
  type: OperationType,
  left: bigint,
  right: bigint,
): boolean {
  const first = inType(left, type);
  const second = inType(right, type);
  switch (comparison) {
    case "equal":
      return first === second;
    case "not-equal":
      return first !== second;
    case "less":
      return first < second;
    case "less-equal":
      return first <= second;
    case "greater":
      return first > second;
    case "greater-equal":
      return first >= second;
  }
}

/** The result in the operation's type; undefined where the machine must decide (division by zero, shift out of range). */
export function computeConstants(
  operator: BinaryOperator,
  type: OperationType,
  left: bigint,
  right: bigint,
): bigint | undefined {
  const first = inType(left, type);
  const second = inType(right, type);
  const width = type.endsWith("32") ? 32n : 64n;
  switch (operator) {
    case "add":
      return inType(first + second, type);
    case "subtract":
      return inType(first - second, type);
    case "multiply":
      return inType(first * second, type);
    case "divide":
      return second === 0n ? undefined : inType(first / second, type);
    case "remainder":
      return second === 0n ? undefined : inType(first % second, type);
    case "and":
      return inType(first & second, type);
    case "or":
      return inType(first | second, type);
    case "xor":
      return inType(first ^ second, type);
    case "shift-left":
      return right < 0n || right >= width ? undefined : inType(first << right, type);
    case "shift-right":
      return right < 0n || right >= width ? undefined : inType(first >> right, type);
    case "equal":
    case "not-equal":
    case "less":
    case "less-equal":
    case "greater":
    case "greater-equal":
      return compareConstants(operator, type, left, right) ? 1n : 0n;
  }
}
