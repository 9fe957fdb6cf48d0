// Assignments and steps: `=`, `+=`, `++`, struct copies. Memory is loaded, computed and stored; a register is written straight.
import type { AssignmentExpression, BinaryExpression, Expression } from "../c/ast.ts";
import type { ExpressionLowering, Place } from "./expression-lowering.ts";
import { resolve, spellType } from "../c/types.ts";
import type { Destination } from "../program/instruction.ts";
import type { Span } from "../text/source.ts";
import { arithmeticOf } from "./arithmetic.ts";
import { narrowToField, writeBitField } from "./bit-field.ts";
import type { Access, CodeBuilder } from "./code-builder.ts";
import { compose, conversionOf, conversionOfSize } from "./conversions.ts";
import type { Environment } from "./environment.ts";
import { plainKind } from "./environment.ts";
import type { Linear, Word } from "./link.ts";
import { addConstant, addScaled, constantWord, registerWord } from "./link.ts";

const NOTHING = constantWord(0n);

export class AssignmentLowering {
  readonly #lowering: ExpressionLowering;
  readonly #environment: Environment;
  readonly #builder: CodeBuilder;

  constructor(lowering: ExpressionLowering) {
    this.#lowering = lowering;
    this.#environment = lowering.scope.environment;
    this.#builder = lowering.scope.builder;
  }

  /** `x++` and `x--` as a value: the old one. */
  postfix(
    operand: Expression,
    operator: "++" | "--",
    wanted: Destination | undefined,
    span: Span,
  ): Word | undefined {
    const place = this.#lowering.places.writablePlace(operand);
    if (place === undefined) return NOTHING;
    const as = conversionOf(place.type);
    if (place.kind === "register") {
      const old = registerWord(place.slot, place.as);
      const saved = this.#lowering.result(wanted, as, (destination) =>
        this.#builder.emit({ kind: "move", destination, value: old }),
      );
      this.#stepPlace(place, old, operator, span, false);
      return saved;
    }
    const isDirect = wanted !== undefined && isSafeTarget(wanted, place);
    const loaded = this.#lowering.load(place, isDirect ? wanted : undefined);
    const old = loaded ?? registerWord(wanted?.slot ?? 0, as);
    this.#stepPlace(place, old, operator, span, false);
    return loaded;
  }

  /** `++x`, `x++` without its value: the new value. */
  step(operand: Expression, operator: "++" | "--", span: Span, isUsed: boolean): Word {
    const place = this.#lowering.places.writablePlace(operand);
    if (place === undefined) return NOTHING;
    const old = this.#lowering.load(place, undefined) ?? NOTHING;
    return this.#stepPlace(place, old, operator, span, isUsed);
  }

  #stepPlace(place: Place, old: Word, operator: "++" | "--", span: Span, isUsed: boolean): Word {
    const one: Expression = {
      kind: "integer",
      value: 1n,
      type: this.#environment.typing.types.int,
      text: "1",
      span,
    };
    return this.#update(place, old, operator === "++" ? "+" : "-", one, isUsed);
  }

  /** An assignment; the result is the new value of the left side, which for bit-fields costs operators where it is used. */
  assign(expression: AssignmentExpression, isUsed: boolean): Word {
    const place = this.#lowering.places.writablePlace(expression.left);
    if (place === undefined) {
      this.#lowering.value(expression.right);
      return NOTHING;
    }
    if (expression.operator !== undefined) {
      const old = this.#lowering.load(place, undefined) ?? NOTHING;
      return this.#update(place, old, expression.operator, expression.right, isUsed);
    }
    if (plainKind(place.type) === "record") {
      this.#copyRecord(place, expression.right);
      return NOTHING;
    }
    const stored = this.store(place, expression.right);
    return this.#assigned(place, stored, isUsed);
  }

  /** `place = expression`; the result is the value as the place's type. */
  store(place: Place, expression: Expression): Word {
    const from = this.#environment.typing.decayed(expression);
    if (!this.#lowering.isScalar(from, expression.span)) return NOTHING;
    if (place.kind === "register") {
      this.#lowering.into(expression, { slot: place.slot, as: place.as });
      return registerWord(place.slot, place.as);
    }
    const word = this.#lowering.convert(
      this.#lowering.value(expression),
      from,
      conversionOf(place.type),
    );
    this.#storeWord(place, word);
    return word;
  }

  /** Stores a word that has the place's type. */
  #storeWord(place: Place, value: Word): void {
    if (place.kind === "memory") {
      const memory = this.#lowering.accessTo(place.address, place.type, false);
      if (memory !== undefined) this.#builder.emit({ kind: "store", memory, value, commit: false });
    } else if (place.kind === "bit-field") {
      writeBitField(this.#lowering, place.field, value);
    } else if (place.kind === "register") {
      this.#builder.emit({ kind: "move", destination: { slot: place.slot, as: place.as }, value });
    }
  }

  /** `place operator= right`, with the old value at hand. */
  #update(
    place: Place,
    old: Word,
    operator: BinaryExpression["operator"],
    right: Expression,
    isUsed: boolean,
  ): Word {
    const typing = this.#environment.typing;
    const as = conversionOf(place.type);
    const destination =
      place.kind === "register"
        ? { slot: place.slot, as: place.as }
        : this.#builder.newTemporaryAs(as);
    const isPointer = plainKind(place.type) === "pointer";
    if (isPointer && (operator === "+" || operator === "-")) {
      const offset = this.#lowering.arithmeticOperand(right, typing.promoted(right)) ?? NOTHING;
      const size =
        this.#lowering.elementSize(place.type, right.span) * (operator === "+" ? 1n : -1n);
      const value = addScaled(old, offset, size);
      this.#builder.emit({ kind: "move", destination, value });
    } else {
      const isShift = operator === "<<" || operator === ">>";
      const first = typing.promote(typing.decay(place.type));
      const second = typing.promoted(right);
      const type = isShift ? first : typing.common(first, second);
      const left = this.#lowering.convert(old, place.type, conversionOf(type));
      const rightWord = this.#lowering.arithmeticOperand(right, isShift ? second : type) ?? NOTHING;
      const operation = arithmeticOf(operator) ?? "add";
      const word = this.#lowering.operate(operation, type, left, rightWord, destination);
      if (word !== undefined) this.#builder.emit({ kind: "move", destination, value: word });
    }
    const result = registerWord(destination.slot, destination.as);
    if (place.kind !== "register") this.#storeWord(place, result);
    return this.#assigned(place, result, isUsed);
  }

  #assigned(place: Place, value: Word, isUsed: boolean): Word {
    return place.kind === "bit-field" && isUsed
      ? narrowToField(this.#lowering, place.field, value)
      : value;
  }

  /** Word by word, each a load and a store; words are as large as the alignment and the target allow. */
  #copyRecord(place: Place, expression: Expression): void {
    const source = this.#lowering.places.place(expression);
    if (place.kind !== "memory" || source?.kind !== "memory") return;
    const type = resolve(place.type);
    if (type !== resolve(source.type)) {
      this.#lowering.report(
        "T61",
        expression.span,
        `${spellType(source.type)} cannot be assigned to ${spellType(place.type)}.`,
      );
      return;
    }
    this.copyBytes(place.address, source.address, type.size, type.align);
  }

  copyBytes(target: Linear, source: Linear, size: number, align: number): void {
    for (const { offset, size: wordSize } of wordsOf(size, align, this.#environment.pointerSize)) {
      const as = conversionOfSize(wordSize, false);
      const destination = this.#builder.newTemporaryAs(as);
      const memory = (address: Linear): Access => ({
        address: addConstant(address, BigInt(offset)),
        size: wordSize,
        signed: false,
        atomic: false,
      });
      this.#builder.emit({
        kind: "load",
        destination,
        memory: { ...memory(source), partial: true },
      });
      const value = registerWord(destination.slot, as);
      this.#builder.emit({ kind: "store", memory: memory(target), value, commit: false });
    }
  }
}

/** How an object of a size and an alignment is copied: the largest aligned words first. */
function wordsOf(
  size: number,
  align: number,
  wordSize: 4 | 8,
): readonly { offset: number; size: 1 | 2 | 4 | 8 }[] {
  const words: { offset: number; size: 1 | 2 | 4 | 8 }[] = [];
  const sizes = ([8, 4, 2, 1] as const).filter((one) => one <= wordSize && one <= align);
  let offset = 0;
  for (const one of sizes) {
    for (; offset + one <= size; offset += one) words.push({ offset, size: one });
  }
  return words;
}

/** Whether the old value of a place may be loaded straight to a register that is still needed afterwards: kept as it is, and no part of the address. */
function isSafeTarget(wanted: Destination, place: Place): boolean {
  const as = conversionOf(place.type);
  if (place.kind !== "memory" || compose(as, wanted.as) !== as) return false;
  return !place.address.terms.some(
    ({ operand }) => operand.kind === "register" && operand.slot === wanted.slot,
  );
}
