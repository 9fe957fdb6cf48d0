// Truth: conditions as branches, `&&`, `||`, `!` and `?:` as branches that end in register moves, comparisons that belong to the branch
// that uses them. A constant condition costs nothing.
import type { BinaryExpression, ConditionalExpression, Expression } from "../c/ast.ts";
import type { CType } from "../c/types.ts";
import type { ExpressionLowering } from "./expression-lowering.ts";
import type { Comparison, Destination, OperationType } from "../program/instruction.ts";
import { compareConstants, comparisonOf, opposite } from "./arithmetic.ts";
import type { CodeBuilder, Label } from "./code-builder.ts";
import { newLabel } from "./code-builder.ts";
import { compose, conversionOf, operationTypeOf } from "./conversions.ts";
import type { Environment } from "./environment.ts";
import { plainKind } from "./environment.ts";
import type { Word } from "./link.ts";
import { ZERO, constantWord, isConstantWord, numberOf } from "./link.ts";

const NOTHING = constantWord(0n);

export class BranchLowering {
  readonly #lowering: ExpressionLowering;
  readonly #environment: Environment;
  readonly #builder: CodeBuilder;

  constructor(lowering: ExpressionLowering) {
    this.#lowering = lowering;
    this.#environment = lowering.scope.environment;
    this.#builder = lowering.scope.builder;
  }

  /**
   * Jumps to `target` if the expression's truth is `jumpIf`. Gives the truth if it is constant; nothing was emitted then but,
   * where it equals `jumpIf`, a jump.
   */
  branch(expression: Expression, target: Label, jumpIf: boolean): boolean | undefined {
    switch (expression.kind) {
      case "unary":
        if (expression.operator === "!") {
          const inner = this.branch(expression.operand, target, !jumpIf);
          return inner === undefined ? undefined : !inner;
        }
        return this.#branchOnValue(expression, target, jumpIf);
      case "binary":
        return this.#branchOnBinary(expression, target, jumpIf);
      case "comma":
        this.#lowering.effect(expression.left);
        return this.branch(expression.right, target, jumpIf);
      case "call": {
        const comparison = this.#lowering.calls.intrinsics.comparison(expression);
        if (comparison === undefined) return this.#branchOnValue(expression, target, jumpIf);
        return this.#branchOn(
          "equal",
          comparison.type,
          comparison.left,
          comparison.right,
          target,
          jumpIf,
        );
      }
      case "assignment":
      case "cast":
      case "compound":
      case "conditional":
      case "error":
      case "float":
      case "generic":
      case "identifier":
      case "index":
      case "integer":
      case "labelAddress":
      case "member":
      case "offsetof":
      case "postfix":
      case "sizeof":
      case "string":
      case "typesCompatible":
        return this.#branchOnValue(expression, target, jumpIf);
    }
  }

  /** Comparison and operands of a condition, for `assert`; a condition of another form is compared with 0. */
  comparison(expression: Expression): {
    comparison: Comparison;
    type: OperationType;
    left: Word;
    right: Word;
  } {
    if (expression.kind === "unary" && expression.operator === "!") {
      const inner = this.comparison(expression.operand);
      return { ...inner, comparison: opposite(inner.comparison) };
    }
    const comparison = expression.kind === "binary" ? comparisonOf(expression.operator) : undefined;
    if (comparison !== undefined && expression.kind === "binary")
      return { comparison, ...this.#compared(expression.left, expression.right) };
    const type = this.#environment.typing.promoted(expression);
    const left = this.#lowering.convert(this.#condition(expression), type, conversionOf(type));
    return { comparison: "not-equal", type: operationTypeOf(type), left, right: ZERO };
  }

  /** Into a destination by way of a type: `u64 d = (u32)e`. */
  #intoThrough(expression: Expression, type: CType, destination: Destination): void {
    const from = this.#environment.typing.decayed(expression);
    const as = compose(conversionOf(type), destination.as);
    if (as !== undefined) {
      const word = this.#lowering.evaluate(expression, { slot: destination.slot, as });
      if (word === undefined) return;
      const value = this.#lowering.convert(word, from, conversionOf(type));
      this.#builder.emit({ kind: "move", destination, value });
      return;
    }
    const value = this.#lowering.convert(
      this.#lowering.value(expression),
      from,
      conversionOf(type),
    );
    this.#builder.emit({ kind: "move", destination, value });
  }

  #compared(left: Expression, right: Expression): { type: OperationType; left: Word; right: Word } {
    const typing = this.#environment.typing;
    const first = typing.promoted(left);
    const second = typing.promoted(right);
    const isPointer = plainKind(first) === "pointer" || plainKind(second) === "pointer";
    const type = isPointer
      ? typing.types.withSign(typing.types.size, false)
      : typing.common(first, second);
    const leftWord = this.#lowering.arithmeticOperand(left, type) ?? NOTHING;
    const rightWord = this.#lowering.arithmeticOperand(right, type) ?? NOTHING;
    return { type: operationTypeOf(type), left: leftWord, right: rightWord };
  }

  comparisonValue(
    comparison: Comparison,
    left: Expression,
    right: Expression,
    wanted: Destination | undefined,
  ): Word | undefined {
    const compared = this.#compared(left, right);
    const folded = this.#foldComparison(comparison, compared);
    if (folded !== undefined) return constantWord(folded ? 1n : 0n);
    return this.#lowering.result(wanted, "s32", (destination) =>
      this.#builder.emit({ kind: "binary", operator: comparison, destination, ...compared }),
    );
  }

  #foldComparison(
    comparison: Comparison,
    compared: { type: OperationType; left: Word; right: Word },
  ): boolean | undefined {
    const left = numberOf(compared.left);
    const right = numberOf(compared.right);
    if (left === undefined || right === undefined) return undefined;
    return compareConstants(comparison, compared.type, left, right);
  }

  /** `a && b`, `a || b`, `!a` as a value: branches that end in register moves. */
  truthValue(expression: Expression, wanted: Destination | undefined): Word | undefined {
    const whenFalse = newLabel("");
    const end = newLabel("");
    const truth = this.branch(expression, whenFalse, false);
    if (truth !== undefined) {
      this.#builder.dropJumpTo(whenFalse);
      return constantWord(truth ? 1n : 0n);
    }
    return this.#lowering.result(wanted, "s32", (destination) => {
      this.#builder.emit({ kind: "move", destination, value: constantWord(1n) });
      this.#builder.emit({ kind: "jump", target: end });
      this.#builder.place(whenFalse);
      this.#builder.emit({ kind: "move", destination, value: constantWord(0n) });
      this.#builder.place(end);
    });
  }

  #branchOnBinary(
    expression: BinaryExpression,
    target: Label,
    jumpIf: boolean,
  ): boolean | undefined {
    const { operator, left, right } = expression;
    if (operator === "&&" || operator === "||")
      return this.#branchOnPair(expression, target, jumpIf);
    const comparison = comparisonOf(operator);
    if (comparison === undefined) return this.#branchOnValue(expression, target, jumpIf);
    const compared = this.#compared(left, right);
    return this.#branchOn(comparison, compared.type, compared.left, compared.right, target, jumpIf);
  }

  /** `&&` stops at the first false operand, `||` at the first true one. */
  #branchOnPair(expression: BinaryExpression, target: Label, jumpIf: boolean): boolean | undefined {
    const stop = expression.operator === "||";
    if (jumpIf === stop) {
      const left = this.branch(expression.left, target, stop);
      if (left === stop) return stop;
      const right = this.branch(expression.right, target, stop);
      return left === undefined ? undefined : right;
    }
    const past = newLabel("");
    const left = this.branch(expression.left, past, stop);
    if (left === stop) {
      // The jump over the right operand would lead to the next instruction.
      this.#builder.dropJumpTo(past);
      this.#builder.place(past);
      return stop;
    }
    const right = this.branch(expression.right, target, jumpIf);
    this.#builder.place(past);
    return left === undefined ? undefined : right;
  }

  #branchOnValue(expression: Expression, target: Label, jumpIf: boolean): boolean | undefined {
    const type = this.#environment.typing.promoted(expression);
    if (!this.#lowering.isScalar(type, expression.span)) return undefined;
    const word = this.#lowering.convert(this.#condition(expression), type, conversionOf(type));
    return this.#branchOn("not-equal", operationTypeOf(type), word, ZERO, target, jumpIf);
  }

  /** The value of a condition, as its promoted type. */
  #condition(expression: Expression): Word {
    const typing = this.#environment.typing;
    return this.#lowering.convert(
      this.#lowering.value(expression),
      typing.decayed(expression),
      conversionOf(typing.promoted(expression)),
    );
  }

  #branchOn(
    comparison: Comparison,
    type: OperationType,
    left: Word,
    right: Word,
    target: Label,
    jumpIf: boolean,
  ): boolean | undefined {
    const folded = this.#foldComparison(comparison, { type, left, right });
    if (folded !== undefined) {
      if (folded === jumpIf) this.#builder.emit({ kind: "jump", target });
      return folded;
    }
    if (comparison === "not-equal" && isConstantWord(left) && numberOf(right) === 0n) {
      // The address of something that exists.
      if (jumpIf) this.#builder.emit({ kind: "jump", target });
      return true;
    }
    const effective = jumpIf ? comparison : opposite(comparison);
    this.#builder.emit({ kind: "branch", comparison: effective, type, left, right, target });
    return undefined;
  }

  shortCircuitEffect(expression: BinaryExpression): void {
    const end = newLabel("");
    const stop = expression.operator === "||";
    const left = this.branch(expression.left, end, stop);
    if (left === stop) this.#builder.dropJumpTo(end);
    else this.#lowering.effect(expression.right);
    this.#builder.place(end);
  }

  conditional(
    expression: ConditionalExpression,
    wanted: Destination | undefined,
  ): Word | undefined {
    const typing = this.#environment.typing;
    const type = typing.typeOf(expression);
    if (plainKind(type) === "void") {
      this.conditionalEffect(expression);
      return NOTHING;
    }
    if (!this.#lowering.isScalar(type, expression.span)) return NOTHING;
    if (expression.whenTrue === undefined) return this.#elvis(expression, type, wanted);
    const known = this.constantTruth(expression.condition);
    if (known !== undefined) {
      const chosen = known ? expression.whenTrue : expression.whenFalse;
      return this.#lowering.cast(chosen, type, wanted);
    }
    const whenTrue = expression.whenTrue;
    const otherwise = newLabel("");
    const end = newLabel("");
    return this.#lowering.result(wanted, conversionOf(type), (destination) => {
      this.branch(expression.condition, otherwise, false);
      this.#intoThrough(whenTrue, type, destination);
      this.#builder.emit({ kind: "jump", target: end });
      this.#builder.place(otherwise);
      this.#intoThrough(expression.whenFalse, type, destination);
      this.#builder.place(end);
    });
  }

  /** GNU C's `a ?: b`: a is evaluated once. */
  #elvis(
    expression: ConditionalExpression,
    type: CType,
    wanted: Destination | undefined,
  ): Word | undefined {
    const typing = this.#environment.typing;
    const from = typing.promoted(expression.condition);
    const value = this.#condition(expression.condition);
    const number = numberOf(value);
    if (number !== undefined) {
      if (number === 0n) return this.#lowering.cast(expression.whenFalse, type, wanted);
      return this.#lowering.convert(value, from, conversionOf(type));
    }
    const otherwise = newLabel("");
    const end = newLabel("");
    return this.#lowering.result(wanted, conversionOf(type), (destination) => {
      this.#branchOn("not-equal", operationTypeOf(from), value, ZERO, otherwise, false);
      const converted = this.#lowering.convert(value, from, conversionOf(type));
      this.#builder.emit({ kind: "move", destination, value: converted });
      this.#builder.emit({ kind: "jump", target: end });
      this.#builder.place(otherwise);
      this.#intoThrough(expression.whenFalse, type, destination);
      this.#builder.place(end);
    });
  }

  conditionalEffect(expression: ConditionalExpression): void {
    const known = this.constantTruth(expression.condition);
    if (known !== undefined) {
      const chosen = known ? expression.whenTrue : expression.whenFalse;
      if (chosen !== undefined) this.#lowering.effect(chosen);
      return;
    }
    const otherwise = newLabel("");
    const end = newLabel("");
    this.branch(expression.condition, otherwise, false);
    if (expression.whenTrue !== undefined) this.#lowering.effect(expression.whenTrue);
    this.#builder.emit({ kind: "jump", target: end });
    this.#builder.place(otherwise);
    this.#lowering.effect(expression.whenFalse);
    this.#builder.place(end);
  }

  /** The truth of a constant condition; undefined where it depends on the run. */
  constantTruth(expression: Expression): boolean | undefined {
    const result = this.#environment.parser.evaluate(expression);
    return result.isConstant ? result.value !== 0n : undefined;
  }
}
