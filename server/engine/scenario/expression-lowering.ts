// From expressions to instructions, as language.md section 7 counts them: one memory access an instruction, addresses and
// casts free, an operator straight to its destination, `&&`, `||`, `!` and `?:` as branches. Constants fold. The
// result of an expression is a `Word`, or, where the caller gave a destination, nothing: it stands there already.
import type {
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  Expression,
  IdentifierExpression,
  MemberExpression,
  UnaryExpression,
} from "../c/ast.ts";
import type { CType } from "../c/types.ts";
import { CONST, qualifiersOf, recordName, resolve, spellType } from "../c/types.ts";
import type {
  BinaryOperator,
  Comparison,
  Conversion,
  Destination,
  OperationType,
} from "../program/instruction.ts";
import type { Span } from "../text/source.ts";
import {
  arithmeticOf,
  compareConstants,
  comparisonOf,
  computeConstants,
  opposite,
} from "./arithmetic.ts";
import type { BitFieldPlace } from "./bit-field.ts";
import { bitFieldPlace, narrowToField, readBitField, writeBitField } from "./bit-field.ts";
import { intrinsics, notModelled, services, serviceType } from "./builtins.ts";
import type { Service } from "./builtins.ts";
import type { Access, CodeBuilder, Label } from "./code-builder.ts";
import { newLabel } from "./code-builder.ts";
import type { ScenarioCode } from "./codes.ts";
import {
  compose,
  conversionOf,
  conversionOfSize,
  convertConstant,
  operationTypeOf,
  widthBits,
} from "./conversions.ts";
import type { Environment, Observer, Storage } from "./environment.ts";
import { plainKind } from "./environment.ts";
import { IntrinsicLowering } from "./intrinsic-lowering.ts";
import type { Linear, Word } from "./link.ts";
import {
  ZERO,
  addConstant,
  addScaled,
  constantWord,
  isConstantWord,
  linear,
  linkWord,
  numberOf,
  registerWord,
} from "./link.ts";
import type { ThreadMember } from "./names.ts";
import { nearest } from "./suggestion.ts";
import { findMember, memberNames, targetOf } from "./typing.ts";

/** Where an assignment goes, or what is read. */
export type Place =
  | {
      readonly kind: "register";
      readonly slot: number;
      readonly as: Conversion;
      readonly type: CType;
    }
  | { readonly kind: "value"; readonly word: Word; readonly type: CType }
  | { readonly kind: "memory"; readonly address: Linear; readonly type: CType }
  | { readonly kind: "bit-field"; readonly field: BitFieldPlace; readonly type: CType };

export interface ExpressionScope {
  readonly environment: Environment;
  readonly builder: CodeBuilder;
  /** Locals and parameters. */
  readonly locals: Map<object, Storage>;
  readonly labelOf: (name: string, span: Span) => Label | undefined;
  /** Takes room in the frame for a compound literal. */
  readonly frameRoom: (size: number, align: number) => number;
  /** Set in routines. */
  readonly observer: Observer | undefined;
  /** Stores an initialiser (compound literals); the statement lowering's. */
  readonly initialise: (place: Linear, type: CType, initializer: unknown, span: Span) => void;
}

const NOTHING = constantWord(0n);

export class ExpressionLowering {
  readonly scope: ExpressionScope;
  readonly #environment: Environment;
  readonly #builder: CodeBuilder;
  readonly #intrinsics: IntrinsicLowering;
  /** Names that were reported as unknown: one message each. */
  readonly #unknownNames = new Set<string>();

  constructor(scope: ExpressionScope) {
    this.scope = scope;
    this.#environment = scope.environment;
    this.#builder = scope.builder;
    this.#intrinsics = new IntrinsicLowering(this);
  }

  // ---- Entries ----

  /** The value of an expression. */
  value(expression: Expression): Word {
    return this.evaluate(expression, undefined) ?? NOTHING;
  }

  /** The value, converted to a type as by assignment. */
  valueAs(expression: Expression, type: CType): Word {
    const from = this.#environment.typing.decayed(expression);
    return this.convert(this.value(expression), from, conversionOf(type));
  }

  /** The value into a register. */
  into(expression: Expression, destination: Destination): void {
    const word = this.evaluate(expression, destination);
    if (word === undefined) return;
    const from = this.#environment.typing.decayed(expression);
    // The move converts; what must be converted twice has been narrowed by `convert` before.
    this.#builder.emit({
      kind: "move",
      destination,
      value: this.convert(word, from, conversionOf(from)),
    });
  }

  /** Evaluates for the effects alone. */
  effect(expression: Expression): void {
    switch (expression.kind) {
      case "comma":
        this.effect(expression.left);
        this.effect(expression.right);
        return;
      case "cast":
        this.effect(expression.operand);
        return;
      case "postfix":
        this.#step(expression.operand, expression.operator, expression.span, false);
        return;
      case "assignment":
        this.assign(expression, false);
        return;
      case "unary":
        if (expression.operator === "++" || expression.operator === "--")
          this.#step(expression.operand, expression.operator, expression.span, false);
        else this.value(expression);
        return;
      case "binary":
        if (expression.operator === "&&" || expression.operator === "||")
          this.#shortCircuitEffect(expression);
        else this.value(expression);
        return;
      case "conditional":
        this.#conditionalEffect(expression);
        return;
      case "call":
        this.#call(expression, undefined, false);
        return;
      case "compound":
      case "error":
      case "float":
      case "generic":
      case "identifier":
      case "index":
      case "integer":
      case "labelAddress":
      case "member":
      case "offsetof":
      case "sizeof":
      case "string":
      case "typesCompatible":
        this.value(expression);
    }
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
        this.effect(expression.left);
        return this.branch(expression.right, target, jumpIf);
      case "call": {
        const comparison = this.#intrinsics.comparison(expression);
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
    const left = this.convert(this.#condition(expression), type, conversionOf(type));
    return { comparison: "not-equal", type: operationTypeOf(type), left, right: ZERO };
  }

  // ---- Values ----

  /** The value; undefined if it stands in `wanted`, converted from the expression's type as `wanted` says. */
  evaluate(expression: Expression, wanted: Destination | undefined): Word | undefined {
    switch (expression.kind) {
      case "integer":
        return constantWord(expression.value);
      case "string":
        return this.#environment.stringAddress(expression);
      case "identifier":
        return this.#identifier(expression, wanted);
      case "unary":
        return this.#unary(expression, wanted);
      case "postfix":
        return this.#postfix(expression.operand, expression.operator, wanted, expression.span);
      case "binary":
        return this.#binary(expression, wanted);
      case "assignment":
        return this.assign(expression, true);
      case "conditional":
        return this.#conditional(expression, wanted);
      case "call":
        return this.#call(expression, wanted, true);
      case "index":
      case "member":
        return this.#read(expression, wanted);
      case "cast":
        return this.#cast(expression.operand, expression.type, wanted);
      case "sizeof":
      case "offsetof":
      case "typesCompatible":
        return this.#constant(expression);
      case "compound":
        return this.#read(expression, wanted);
      case "labelAddress": {
        const label = this.scope.labelOf(expression.label, expression.labelSpan);
        return label === undefined ? NOTHING : linkWord(label);
      }
      case "comma":
        this.effect(expression.left);
        return this.evaluate(expression.right, wanted);
      case "generic":
        return expression.chosen === undefined ? NOTHING : this.evaluate(expression.chosen, wanted);
      case "float":
        return this.#refuse(
          "K50",
          expression.span,
          "The machine has no floating point; use integers.",
        );
      case "error":
        return expression.isReported
          ? NOTHING
          : this.#refuse("K51", expression.span, "This form of expression cannot be simulated.");
    }
  }

  #constant(expression: Expression): Word {
    const result = this.#environment.parser.evaluate(expression);
    if (result.isConstant) return constantWord(result.value);
    if (!result.isReported)
      this.report("T50", expression.span, `This is not a constant: ${result.reason}.`);
    return NOTHING;
  }

  #identifier(expression: IdentifierExpression, wanted: Destination | undefined): Word | undefined {
    const symbol = expression.symbol;
    if (symbol === undefined) return this.#unknownName(expression);
    switch (symbol.kind) {
      case "constant":
        return constantWord(symbol.constant.value);
      case "function":
        return this.#functionAddress(expression);
      case "typedef":
        return this.#refuse("T51", expression.span, `'${symbol.name}' is a type, not a value.`);
      case "object": {
        const special = this.#environment.names.specials.get(symbol);
        if (special !== undefined) return this.#special(special, expression.span);
        return this.#read(expression, wanted);
      }
    }
  }

  #special(name: string, span: Span): Word {
    const observer = this.scope.observer;
    const special = name === "self" || name === "tid" || name === "rseq" ? name : "rseq_shared";
    if (observer === undefined || observer.hasThread) return { kind: "special", name: special };
    return this.#refuse(
      "K52",
      span,
      `'${name}' belongs to a thread, and none is running here. Name one: worker[0].${name === "self" ? "tid" : name}.`,
    );
  }

  #functionAddress(expression: IdentifierExpression): Word {
    const entry = this.#environment.functions.get(expression.name);
    if (entry !== undefined) return linkWord(entry.label);
    return this.#undefinedFunction(expression);
  }

  #undefinedFunction(expression: IdentifierExpression): Word {
    const names = this.#environment.names;
    const isBuiltIn =
      names.intrinsicOf(expression) !== undefined ||
      (expression.symbol !== undefined && names.services.has(expression.symbol));
    const message = isBuiltIn
      ? `'${expression.name}' is built in and has no address; call it.`
      : `'${expression.name}' is declared but not defined here, and a scenario is not linked with anything.`;
    return this.#refuse("T52", expression.span, message);
  }

  #unknownName(expression: IdentifierExpression): Word {
    const name = expression.name;
    if (this.#unknownNames.has(name)) return NOTHING;
    this.#unknownNames.add(name);
    const known = new Set(this.#knownNames());
    if (known.has(name)) {
      this.report("T53", expression.span, `'${name}' is declared further down; C needs it before.`);
      return NOTHING;
    }
    const suggestion = nearest(name, known);
    const hint = suggestion === undefined ? "" : `; did you mean '${suggestion}'?`;
    const end = suggestion === undefined ? "." : "";
    this.report(
      "T53",
      expression.span,
      `'${name}' is not declared${hint}${end}`,
      suggestion === undefined ? [] : [[expression.span, suggestion]],
    );
    return NOTHING;
  }

  *#knownNames(): Iterable<string> {
    for (const symbol of this.scope.locals.keys()) if ("name" in symbol) yield String(symbol.name);
    for (const symbol of this.#environment.storages.keys()) yield symbol.name;
    for (const name of this.#environment.functions.keys()) yield name;
    for (const name of ["rseq", "rseq_shared", "self", "tid"]) yield name;
    for (const { name } of services) yield name;
    for (const { name } of intrinsics) yield name;
  }

  /** Reads an lvalue: arrays and functions give their address. */
  #read(expression: Expression, wanted: Destination | undefined): Word | undefined {
    const place = this.place(expression);
    return place === undefined ? NOTHING : this.load(place, wanted);
  }

  /** Reads a place. */
  load(place: Place, wanted: Destination | undefined): Word | undefined {
    switch (place.kind) {
      case "register":
        return registerWord(place.slot, place.as);
      case "value":
        return place.word;
      case "bit-field":
        return readBitField(this, place.field, wanted);
      case "memory": {
        const kind = plainKind(place.type);
        if (kind === "array" || kind === "function" || kind === "record") return place.address;
        const memory = this.accessTo(place.address, place.type, false);
        if (memory === undefined) return NOTHING;
        return this.result(wanted, conversionOf(place.type), (destination) =>
          this.#builder.emit({ kind: "load", destination, memory }),
        );
      }
    }
  }

  /** An access of a scalar type's size; undefined (after a message elsewhere) where the type has none. */
  accessTo(address: Linear, type: CType, atomic: boolean): Access | undefined {
    const conversion = conversionOf(type);
    const size = type.size;
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return undefined;
    return { address, size, signed: conversion.startsWith("s"), atomic };
  }

  /** Runs `emit` with the wanted destination, or with a temporary whose word is then the result. */
  result(
    wanted: Destination | undefined,
    as: Conversion,
    emit: (destination: Destination) => void,
  ): Word | undefined {
    if (wanted !== undefined) {
      emit(wanted);
      return undefined;
    }
    const destination = this.#builder.newTemporaryAs(as);
    emit(destination);
    return registerWord(destination.slot, as);
  }

  // ---- Conversions ----

  /** The word of a value of type `from` as `to`; costs a move only where two narrowings of different sign meet. */
  convert(word: Word, from: CType, to: Conversion): Word {
    const number = numberOf(word);
    if (number !== undefined)
      return constantWord(convertConstant(convertConstant(number, conversionOf(from)), to));
    switch (word.kind) {
      case "register": {
        if (this.#builder.slotConversion(word.slot) === word.as) return registerWord(word.slot, to);
        const composed = compose(word.as, to);
        return composed === undefined ? this.#moved(word, to) : registerWord(word.slot, composed);
      }
      case "foreign-register": {
        const composed = compose(word.as, to);
        return composed === undefined ? this.#moved(word, to) : { ...word, as: composed };
      }
      case "linear":
        if (isConstantWord(word)) return to === "bool" ? constantWord(1n) : word;
        return this.#isAddressKept(to) ? word : this.#moved(word, to);
      case "special":
        if (word.name === "self" || word.name === "tid")
          return widthBits(to) >= 32 ? word : this.#moved(word, to);
        return this.#isAddressKept(to) ? word : this.#moved(word, to);
      case "observe":
      case "in-section":
        return to !== "bool" && widthBits(to) >= 32 && !this.#isArea(word)
          ? word
          : this.#isAddressKept(to)
            ? word
            : this.#moved(word, to);
      case "foreign-frame":
        return word;
    }
  }

  #isArea(word: Word): boolean {
    return word.kind === "observe" && (word.what === "rseq" || word.what === "rseq_shared");
  }

  /** An address is at most as wide as a pointer and not negative, so that wider or equal unsigned types keep it. */
  #isAddressKept(to: Conversion): boolean {
    if (to === "bool") return false;
    const pointerBits = this.#environment.pointerSize * 8;
    return (
      widthBits(to) > pointerBits ||
      (widthBits(to) === pointerBits && (to === "u32" || pointerBits === 64))
    );
  }

  #moved(word: Word, to: Conversion): Word {
    const destination = this.#builder.newTemporaryAs(to);
    this.#builder.emit({ kind: "move", destination, value: word });
    return registerWord(destination.slot, to);
  }

  #cast(operand: Expression, type: CType, wanted: Destination | undefined): Word | undefined {
    const kind = plainKind(type);
    if (kind === "void") {
      this.effect(operand);
      return NOTHING;
    }
    const to = conversionOf(type);
    const from = this.#environment.typing.decayed(operand);
    if (!this.isScalar(from, operand.span)) return NOTHING;
    const through = wanted === undefined ? undefined : compose(to, wanted.as);
    if (wanted === undefined || through === undefined)
      return this.convert(this.value(operand), from, to);
    const word = this.evaluate(operand, { slot: wanted.slot, as: through });
    return word === undefined ? undefined : this.convert(word, from, to);
  }

  /** Into a destination by way of a type: `u64 d = (u32)e`. */
  #intoThrough(expression: Expression, type: CType, destination: Destination): void {
    const from = this.#environment.typing.decayed(expression);
    const as = compose(conversionOf(type), destination.as);
    if (as !== undefined) {
      const word = this.evaluate(expression, { slot: destination.slot, as });
      if (word === undefined) return;
      const value = this.convert(word, from, conversionOf(type));
      this.#builder.emit({ kind: "move", destination, value });
      return;
    }
    const value = this.convert(this.value(expression), from, conversionOf(type));
    this.#builder.emit({ kind: "move", destination, value });
  }

  // ---- Unary ----

  #unary(expression: UnaryExpression, wanted: Destination | undefined): Word | undefined {
    const { operator, operand } = expression;
    switch (operator) {
      case "*":
        return this.#read(expression, wanted);
      case "&":
        return this.#addressOf(operand);
      case "!":
        return this.#truthValue(expression, wanted);
      case "+": {
        const from = this.#environment.typing.decayed(operand);
        const type = this.#environment.typing.promoted(operand);
        if (!this.isScalar(from, operand.span)) return NOTHING;
        return this.convert(this.value(operand), from, conversionOf(type));
      }
      case "-":
      case "~":
        return this.#negated(operator, operand, wanted);
      case "++":
      case "--":
        return this.#step(operand, operator, expression.span, true);
      case "__extension__":
        return this.evaluate(operand, wanted);
      case "__real__":
      case "__imag__":
        return this.#refuse("K50", expression.span, "The machine has no complex numbers.");
    }
  }

  #negated(
    operator: "-" | "~",
    operand: Expression,
    wanted: Destination | undefined,
  ): Word | undefined {
    const type = this.#environment.typing.promoted(operand);
    const operationType = operationTypeOf(type);
    const value = this.#arithmeticOperand(operand, type);
    if (value === undefined) return NOTHING;
    const number = numberOf(value);
    if (number !== undefined)
      return constantWord(
        convertConstant(operator === "-" ? -number : ~number, conversionOf(type)),
      );
    return this.result(wanted, conversionOf(type), (destination) =>
      this.#builder.emit({
        kind: "unary",
        operator: operator === "-" ? "negate" : "complement",
        type: operationType,
        destination,
        value,
      }),
    );
  }

  #addressOf(operand: Expression): Word {
    if (operand.kind === "identifier" && operand.symbol?.kind === "function")
      return this.#functionAddress(operand);
    const place = this.place(operand);
    if (place === undefined) return NOTHING;
    if (place.kind === "memory") return place.address;
    const what = place.kind === "bit-field" ? "a bit-field" : "this value";
    return this.#refuse("T54", operand.span, `The address of ${what} cannot be taken.`);
  }

  /** `x++` and `x--` as a value: the old one. */
  #postfix(
    operand: Expression,
    operator: "++" | "--",
    wanted: Destination | undefined,
    span: Span,
  ): Word | undefined {
    const place = this.writablePlace(operand);
    if (place === undefined) return NOTHING;
    const as = conversionOf(place.type);
    if (place.kind === "register") {
      const old = registerWord(place.slot, place.as);
      const saved = this.result(wanted, as, (destination) =>
        this.#builder.emit({ kind: "move", destination, value: old }),
      );
      this.#stepPlace(place, old, operator, span, false);
      return saved;
    }
    const isDirect = wanted !== undefined && isSafeTarget(wanted, place);
    const loaded = this.load(place, isDirect ? wanted : undefined);
    const old = loaded ?? registerWord(wanted?.slot ?? 0, as);
    this.#stepPlace(place, old, operator, span, false);
    return loaded;
  }

  /** `++x`, `x++` without its value: the new value. */
  #step(operand: Expression, operator: "++" | "--", span: Span, isUsed: boolean): Word {
    const place = this.writablePlace(operand);
    if (place === undefined) return NOTHING;
    const old = this.load(place, undefined) ?? NOTHING;
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

  // ---- Binary ----

  #binary(expression: BinaryExpression, wanted: Destination | undefined): Word | undefined {
    const { operator, left, right } = expression;
    if (operator === "&&" || operator === "||") return this.#truthValue(expression, wanted);
    const comparison = comparisonOf(operator);
    if (comparison !== undefined) return this.#comparisonValue(comparison, left, right, wanted);
    const typing = this.#environment.typing;
    const first = typing.promoted(left);
    const second = typing.promoted(right);
    if (operator === "+" || operator === "-") {
      if (plainKind(first) === "pointer" && plainKind(second) === "pointer")
        return this.#pointerDifference(expression, wanted);
      if (plainKind(first) === "pointer")
        return this.#pointerSum(left, right, operator === "+" ? 1n : -1n);
      if (operator === "+" && plainKind(second) === "pointer")
        return this.#integerPlusPointer(left, right);
    }
    const type = typing.typeOf(expression);
    const leftWord = this.#arithmeticOperand(left, type);
    const isShift = operator === "<<" || operator === ">>";
    const rightWord = this.#arithmeticOperand(right, isShift ? second : type);
    if (leftWord === undefined || rightWord === undefined) return NOTHING;
    return this.operate(arithmeticOf(operator) ?? "add", type, leftWord, rightWord, wanted);
  }

  /** An operator on words of the operation's type; constants fold. */
  operate(
    operator: BinaryOperator,
    type: CType,
    left: Word,
    right: Word,
    wanted: Destination | undefined,
  ): Word | undefined {
    const operationType = operationTypeOf(type);
    const folded = this.#fold(operator, operationType, left, right);
    if (folded !== undefined) return folded;
    return this.result(wanted, conversionOf(type), (destination) =>
      this.#builder.emit({
        kind: "binary",
        operator,
        type: operationType,
        destination,
        left,
        right,
      }),
    );
  }

  #fold(operator: BinaryOperator, type: OperationType, left: Word, right: Word): Word | undefined {
    const first = numberOf(left);
    const second = numberOf(right);
    if (first !== undefined && second !== undefined) {
      const value = computeConstants(operator, type, first, second);
      return value === undefined ? undefined : constantWord(value);
    }
    // Label addresses, as in the initialiser of a descriptor: (u64)&&done - (u64)&&start.
    if (isConstantWord(left) && isConstantWord(right)) {
      if (operator === "add") return addScaled(left, right, 1n);
      if (operator === "subtract") return addScaled(left, right, -1n);
    }
    return undefined;
  }

  /** The value of an operand as the operation's type; undefined (after a message) if it is no number. */
  #arithmeticOperand(expression: Expression, type: CType): Word | undefined {
    const from = this.#environment.typing.decayed(expression);
    if (!this.isScalar(from, expression.span)) return undefined;
    return this.convert(this.value(expression), from, conversionOf(type));
  }

  isScalar(type: CType, span: Span): boolean {
    const plain = resolve(type);
    switch (plain.kind) {
      case "integer":
        if (plain.size <= 8 && !plain.isBitInt) return true;
        this.report(
          "K50",
          span,
          `The machine computes with up to 64 bits, not with ${spellType(type)}.`,
        );
        return false;
      case "enum":
      case "pointer":
        return true;
      case "atomic":
        return this.isScalar(plain.type, span);
      case "error":
        // Unless something was reported, the word is harmless: unknown names give messages of their own.
        return true;
      case "record":
        this.report("T55", span, `${recordName(plain)} is not a number; name one of its members.`);
        return false;
      case "void":
        this.report("T55", span, "This has no value: its type is void.");
        return false;
      case "float":
      case "complex":
      case "vector":
        this.report("K50", span, "The machine has no floating point; use integers.");
        return false;
      case "array":
      case "function":
        return true;
    }
  }

  #elementSize(pointer: CType, span: Span): bigint {
    const target = targetOf(pointer);
    if (target === undefined) return 1n;
    const plain = resolve(target);
    if (plain.kind === "record" && !plain.isComplete) {
      this.report(
        "T56",
        span,
        `${recordName(plain)} is not defined, so that the size of a step is not known.`,
      );
      return 1n;
    }
    return BigInt(Math.max(1, target.size));
  }

  #pointerSum(pointer: Expression, index: Expression, sign: bigint): Word {
    const typing = this.#environment.typing;
    const base = this.value(pointer);
    const offset = this.#arithmeticOperand(index, typing.promoted(index));
    const size = this.#elementSize(typing.decayed(pointer), pointer.span);
    return this.#simple(addScaled(base, offset ?? NOTHING, size * sign));
  }

  #integerPlusPointer(index: Expression, pointer: Expression): Word {
    const typing = this.#environment.typing;
    const offset = this.#arithmeticOperand(index, typing.promoted(index));
    const base = this.value(pointer);
    const size = this.#elementSize(typing.decayed(pointer), pointer.span);
    return this.#simple(addScaled(base, offset ?? NOTHING, size));
  }

  /** `p + 0` is p itself. */
  #simple(sum: Linear): Word {
    const term = sum.terms[0];
    if (sum.terms.length !== 1 || term === undefined || sum.constant !== 0n || sum.links.length > 0)
      return sum;
    const isPointer =
      term.operand.kind !== "register" ||
      widthBits(term.operand.as) === this.#environment.pointerSize * 8;
    return term.scale === 1 && isPointer ? term.operand : sum;
  }

  /** One operator: the division, of a difference that is an address; for bytes the subtraction itself. */
  #pointerDifference(
    expression: BinaryExpression,
    wanted: Destination | undefined,
  ): Word | undefined {
    const typing = this.#environment.typing;
    const left = this.value(expression.left);
    const right = this.value(expression.right);
    const size = this.#elementSize(typing.decayed(expression.left), expression.left.span);
    const type = typing.types.pointerDifference;
    if (isConstantWord(left) && isConstantWord(right)) {
      const bytes = addScaled(left, right, -1n);
      if (size === 1n) return bytes;
      const number = numberOf(bytes);
      if (number !== undefined) return constantWord(number / size);
    }
    if (size === 1n) return this.operate("subtract", type, left, right, wanted);
    return this.operate("divide", type, addScaled(left, right, -1n), constantWord(size), wanted);
  }

  #compared(left: Expression, right: Expression): { type: OperationType; left: Word; right: Word } {
    const typing = this.#environment.typing;
    const first = typing.promoted(left);
    const second = typing.promoted(right);
    const isPointer = plainKind(first) === "pointer" || plainKind(second) === "pointer";
    const type = isPointer
      ? typing.types.withSign(typing.types.size, false)
      : typing.common(first, second);
    const leftWord = this.#arithmeticOperand(left, type) ?? NOTHING;
    const rightWord = this.#arithmeticOperand(right, type) ?? NOTHING;
    return { type: operationTypeOf(type), left: leftWord, right: rightWord };
  }

  #comparisonValue(
    comparison: Comparison,
    left: Expression,
    right: Expression,
    wanted: Destination | undefined,
  ): Word | undefined {
    const compared = this.#compared(left, right);
    const folded = this.#foldComparison(comparison, compared);
    if (folded !== undefined) return constantWord(folded ? 1n : 0n);
    return this.result(wanted, "s32", (destination) =>
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

  // ---- Truth ----

  /** `a && b`, `a || b`, `!a` as a value: branches that end in register moves. */
  #truthValue(expression: Expression, wanted: Destination | undefined): Word | undefined {
    const whenFalse = newLabel("");
    const end = newLabel("");
    const truth = this.branch(expression, whenFalse, false);
    if (truth !== undefined) {
      this.#builder.dropJumpTo(whenFalse);
      return constantWord(truth ? 1n : 0n);
    }
    return this.result(wanted, "s32", (destination) => {
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
    if (!this.isScalar(type, expression.span)) return undefined;
    const word = this.convert(this.#condition(expression), type, conversionOf(type));
    return this.#branchOn("not-equal", operationTypeOf(type), word, ZERO, target, jumpIf);
  }

  /** The value of a condition, as its promoted type. */
  #condition(expression: Expression): Word {
    const typing = this.#environment.typing;
    return this.convert(
      this.value(expression),
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

  #shortCircuitEffect(expression: BinaryExpression): void {
    const end = newLabel("");
    const stop = expression.operator === "||";
    const left = this.branch(expression.left, end, stop);
    if (left === stop) this.#builder.dropJumpTo(end);
    else this.effect(expression.right);
    this.#builder.place(end);
  }

  // ---- Conditional ----

  #conditional(
    expression: ConditionalExpression,
    wanted: Destination | undefined,
  ): Word | undefined {
    const typing = this.#environment.typing;
    const type = typing.typeOf(expression);
    if (plainKind(type) === "void") {
      this.#conditionalEffect(expression);
      return NOTHING;
    }
    if (!this.isScalar(type, expression.span)) return NOTHING;
    if (expression.whenTrue === undefined) return this.#elvis(expression, type, wanted);
    const known = this.constantTruth(expression.condition);
    if (known !== undefined) {
      const chosen = known ? expression.whenTrue : expression.whenFalse;
      return this.#cast(chosen, type, wanted);
    }
    const whenTrue = expression.whenTrue;
    const otherwise = newLabel("");
    const end = newLabel("");
    return this.result(wanted, conversionOf(type), (destination) => {
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
      if (number === 0n) return this.#cast(expression.whenFalse, type, wanted);
      return this.convert(value, from, conversionOf(type));
    }
    const otherwise = newLabel("");
    const end = newLabel("");
    return this.result(wanted, conversionOf(type), (destination) => {
      this.#branchOn("not-equal", operationTypeOf(from), value, ZERO, otherwise, false);
      const converted = this.convert(value, from, conversionOf(type));
      this.#builder.emit({ kind: "move", destination, value: converted });
      this.#builder.emit({ kind: "jump", target: end });
      this.#builder.place(otherwise);
      this.#intoThrough(expression.whenFalse, type, destination);
      this.#builder.place(end);
    });
  }

  #conditionalEffect(expression: ConditionalExpression): void {
    const known = this.constantTruth(expression.condition);
    if (known !== undefined) {
      const chosen = known ? expression.whenTrue : expression.whenFalse;
      if (chosen !== undefined) this.effect(chosen);
      return;
    }
    const otherwise = newLabel("");
    const end = newLabel("");
    this.branch(expression.condition, otherwise, false);
    if (expression.whenTrue !== undefined) this.effect(expression.whenTrue);
    this.#builder.emit({ kind: "jump", target: end });
    this.#builder.place(otherwise);
    this.effect(expression.whenFalse);
    this.#builder.place(end);
  }

  /** The truth of a constant condition; undefined where it depends on the run. */
  constantTruth(expression: Expression): boolean | undefined {
    const result = this.#environment.parser.evaluate(expression);
    return result.isConstant ? result.value !== 0n : undefined;
  }

  // ---- Places ----

  /** The place that an lvalue names; its address's operands are evaluated. Undefined after a message. */
  place(expression: Expression): Place | undefined {
    switch (expression.kind) {
      case "identifier":
        return this.#variable(expression);
      case "unary":
        if (expression.operator === "*") return this.#dereferenced(expression);
        if (expression.operator === "__extension__") return this.place(expression.operand);
        return this.#noPlace(expression);
      case "index":
        return this.#element(expression);
      case "member":
        return this.#member(expression);
      case "string": {
        const address = linear(this.#environment.stringAddress(expression));
        return { kind: "memory", address, type: expression.type };
      }
      case "compound": {
        const offset = this.scope.frameRoom(expression.type.size, expression.type.align);
        const address = addConstant({ kind: "special", name: "frame" }, BigInt(offset));
        this.scope.initialise(address, expression.type, expression.initializer, expression.span);
        return { kind: "memory", address, type: expression.type };
      }
      case "generic":
        return expression.chosen === undefined ? undefined : this.place(expression.chosen);
      case "call": {
        const member = this.#environment.names.threadMember(expression);
        return member === undefined ? this.#noPlace(expression) : this.#observed(member);
      }
      case "error":
        this.value(expression);
        return undefined;
      case "assignment":
      case "binary":
      case "cast":
      case "comma":
      case "conditional":
      case "float":
      case "integer":
      case "labelAddress":
      case "offsetof":
      case "postfix":
      case "sizeof":
      case "typesCompatible":
        return this.#noPlace(expression);
    }
  }

  /** A place that may be stored to. */
  writablePlace(expression: Expression): Place | undefined {
    const refusal = this.scope.observer?.refusesEffects;
    if (refusal !== undefined) {
      this.report("K53", expression.span, refusal);
      return undefined;
    }
    const place = this.place(expression);
    if (place === undefined) return undefined;
    if (place.kind === "value") {
      this.report("T57", expression.span, "This cannot be assigned to.");
      return undefined;
    }
    const type = this.#environment.typing.typeOf(expression);
    if (plainKind(type) === "array") {
      this.report("T57", expression.span, "An array cannot be assigned to; assign its elements.");
      return undefined;
    }
    if ((qualifiersOf(type) & CONST) !== 0) {
      this.report("T57", expression.span, "This is const and cannot be assigned to.");
      return undefined;
    }
    return place;
  }

  #noPlace(expression: Expression): undefined {
    this.report("T57", expression.span, "This is a value, not a place in memory or a variable.");
    return undefined;
  }

  #variable(expression: IdentifierExpression): Place | undefined {
    const symbol = expression.symbol;
    if (symbol === undefined) {
      this.#unknownName(expression);
      return undefined;
    }
    if (symbol.kind !== "object") {
      this.report("T57", expression.span, `'${symbol.name}' is not a variable.`);
      return undefined;
    }
    if (this.#environment.names.specials.has(symbol)) {
      const word = this.#special(symbol.name, expression.span);
      return { kind: "value", word, type: symbol.type };
    }
    if (this.#environment.names.threads.has(symbol)) {
      this.report(
        "K54",
        expression.span,
        `'${symbol.name}' is a thread; say what you want to know of it: ${symbol.name}.rseq, .cpu, .running, .aborts.`,
      );
      return undefined;
    }
    if (this.#environment.strides.has(symbol)) {
      this.report(
        "K55",
        expression.span,
        `'${symbol.name}' has one element for each CPU; index it: ${symbol.name}[cpu].`,
        [[{ ...expression.span, start: expression.span.end }, "[0]"]],
      );
      return undefined;
    }
    const storage = this.scope.locals.get(symbol) ?? this.#environment.storages.get(symbol);
    if (storage === undefined) {
      if (symbol.nameSpan.path !== expression.span.path || symbol.storage === "extern")
        this.report(
          "T52",
          expression.span,
          `'${symbol.name}' is declared extern and never defined.`,
        );
      return undefined;
    }
    return this.#stored(storage, symbol.type, expression.span);
  }

  #stored(storage: Storage, type: CType, span: Span): Place | undefined {
    switch (storage.kind) {
      case "register":
        return { ...storage, type };
      case "frame": {
        const address = addConstant({ kind: "special", name: "frame" }, BigInt(storage.offset));
        return { kind: "memory", address, type };
      }
      case "static":
        return { kind: "memory", address: storage.address, type };
      case "tls":
        return this.#threadLocal(storage.offset, type, span);
      case "foreign-register":
        return { kind: "value", word: storage.word, type };
      case "foreign-memory":
        return { kind: "memory", address: storage.address, type };
    }
  }

  #threadLocal(offset: number, type: CType, span: Span): Place | undefined {
    const observer = this.scope.observer;
    if (observer !== undefined && !observer.hasThread) {
      this.report(
        "K52",
        span,
        "A __thread variable belongs to a thread, and none is running here.",
      );
      return undefined;
    }
    const address = addConstant({ kind: "special", name: "tls" }, BigInt(offset));
    return { kind: "memory", address, type };
  }

  #dereferenced(expression: UnaryExpression): Place | undefined {
    const typing = this.#environment.typing;
    const pointer = typing.decayed(expression.operand);
    const target = targetOf(pointer);
    if (target === undefined) {
      this.#notAPointer(pointer, expression.operand);
      return undefined;
    }
    const address = linear(this.value(expression.operand));
    return { kind: "memory", address, type: target };
  }

  #notAPointer(type: CType, expression: Expression): void {
    if (plainKind(type) === "error") this.value(expression);
    else this.report("T58", expression.span, `This is ${article(spellType(type))}, not a pointer.`);
  }

  #element(expression: Expression & { kind: "index" }): Place | undefined {
    const typing = this.#environment.typing;
    const base = expression.base;
    const stride =
      base.kind === "identifier" && base.symbol !== undefined
        ? this.#environment.strides.get(base.symbol)
        : undefined;
    if (stride !== undefined && base.kind === "identifier")
      return this.#percpuElement(base, expression.index, stride);
    const first = typing.decayed(base);
    const isSwapped =
      targetOf(first) === undefined && targetOf(typing.decayed(expression.index)) !== undefined;
    const [pointer, index] = isSwapped ? [expression.index, base] : [base, expression.index];
    const target = targetOf(typing.decayed(pointer));
    if (target === undefined) {
      this.#notAPointer(first, base);
      return undefined;
    }
    const sum = isSwapped
      ? this.#integerPlusPointer(index, pointer)
      : this.#pointerSum(pointer, index, 1n);
    return { kind: "memory", address: linear(sum), type: target };
  }

  #percpuElement(base: IdentifierExpression, index: Expression, stride: number): Place | undefined {
    const symbol = base.symbol;
    const storage = symbol === undefined ? undefined : this.#environment.storages.get(symbol);
    const type = symbol?.kind === "object" ? targetOf(symbol.type) : undefined;
    if (storage?.kind !== "static" || type === undefined) return undefined;
    const word = this.#arithmeticOperand(index, this.#environment.typing.promoted(index));
    const address = addScaled(storage.address, word ?? NOTHING, BigInt(stride));
    return { kind: "memory", address, type };
  }

  #member(expression: MemberExpression): Place | undefined {
    const thread = this.#environment.names.threadMember(expression);
    if (thread !== undefined) return this.#observed(thread);
    const typing = this.#environment.typing;
    const record = typing.recordOf(expression);
    if (record === undefined) {
      this.#notARecord(expression);
      return undefined;
    }
    const member = findMember(record, expression.name, 0);
    if (member === undefined) {
      this.#unknownMember(
        expression,
        record.isComplete ? memberNames(record) : [],
        recordName(record),
      );
      return undefined;
    }
    const base = this.#recordAddress(expression);
    if (base === undefined) return undefined;
    if (member.bitWidth === undefined)
      return {
        kind: "memory",
        address: addConstant(base, BigInt(member.offsetInside)),
        type: member.type,
      };
    const field = bitFieldPlace(base, member, this.#environment.bigEndian);
    return { kind: "bit-field", field, type: member.type };
  }

  #recordAddress(expression: MemberExpression): Linear | undefined {
    if (expression.isArrow) return linear(this.value(expression.base));
    const place = this.place(expression.base);
    return place?.kind === "memory" ? place.address : undefined;
  }

  #notARecord(expression: MemberExpression): void {
    const type = this.#environment.typing.decayed(expression.base);
    if (plainKind(type) === "error") {
      this.value(expression.base);
      return;
    }
    const target = targetOf(type);
    const isPointer = !expression.isArrow && target !== undefined && plainKind(target) === "record";
    if (isPointer) {
      const message = `This is a pointer; write '->${expression.name}'.`;
      this.report("T59", expression.nameSpan, message, [[operatorSpan(expression), "->"]]);
      return;
    }
    if (expression.isArrow && plainKind(type) === "record") {
      const message = `This is no pointer; write '.${expression.name}'.`;
      this.report("T59", expression.nameSpan, message, [[operatorSpan(expression), "."]]);
      return;
    }
    this.report(
      "T59",
      expression.nameSpan,
      `${spellType(type)} has no members, so none is called '${expression.name}'.`,
    );
  }

  #unknownMember(expression: MemberExpression, known: readonly string[], record: string): void {
    const suggestion = nearest(expression.name, known);
    const hint = suggestion === undefined ? "." : `; did you mean '${suggestion}'?`;
    this.report(
      "T60",
      expression.nameSpan,
      `${record} has no member '${expression.name}'${hint}`,
      suggestion === undefined ? [] : [[expression.nameSpan, suggestion]],
    );
  }

  #observed(member: ThreadMember): Place | undefined {
    const observer = this.scope.observer;
    if (observer === undefined) {
      this.report(
        "K56",
        member.memberSpan,
        "A thread's members are visible only in invariants, finally, schedules and the debugger; code reaches another thread's area through a pointer that was passed on.",
      );
      return undefined;
    }
    const storage = observer.observe(member);
    return storage === undefined
      ? undefined
      : this.#stored(storage, member.type, member.memberSpan);
  }

  // ---- Assignment ----

  /** An assignment; the result is the new value of the left side, which for bit-fields costs operators where it is used. */
  assign(expression: AssignmentExpression, isUsed: boolean): Word {
    const place = this.writablePlace(expression.left);
    if (place === undefined) {
      this.value(expression.right);
      return NOTHING;
    }
    if (expression.operator !== undefined) {
      const old = this.load(place, undefined) ?? NOTHING;
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
    if (!this.isScalar(from, expression.span)) return NOTHING;
    if (place.kind === "register") {
      this.into(expression, { slot: place.slot, as: place.as });
      return registerWord(place.slot, place.as);
    }
    const word = this.convert(this.value(expression), from, conversionOf(place.type));
    this.storeWord(place, word);
    return word;
  }

  /** Stores a word that has the place's type. */
  storeWord(place: Place, value: Word): void {
    if (place.kind === "memory") {
      const memory = this.accessTo(place.address, place.type, false);
      if (memory !== undefined) this.#builder.emit({ kind: "store", memory, value, commit: false });
    } else if (place.kind === "bit-field") {
      writeBitField(this, place.field, value);
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
      const offset = this.#arithmeticOperand(right, typing.promoted(right)) ?? NOTHING;
      const size = this.#elementSize(place.type, right.span) * (operator === "+" ? 1n : -1n);
      const value = addScaled(old, offset, size);
      this.#builder.emit({ kind: "move", destination, value });
    } else {
      const isShift = operator === "<<" || operator === ">>";
      const first = typing.promote(typing.decay(place.type));
      const second = typing.promoted(right);
      const type = isShift ? first : typing.common(first, second);
      const left = this.convert(old, place.type, conversionOf(type));
      const rightWord = this.#arithmeticOperand(right, isShift ? second : type) ?? NOTHING;
      const operation = arithmeticOf(operator) ?? "add";
      const word = this.operate(operation, type, left, rightWord, destination);
      if (word !== undefined) this.#builder.emit({ kind: "move", destination, value: word });
    }
    const result = registerWord(destination.slot, destination.as);
    if (place.kind !== "register") this.storeWord(place, result);
    return this.#assigned(place, result, isUsed);
  }

  #assigned(place: Place, value: Word, isUsed: boolean): Word {
    return place.kind === "bit-field" && isUsed ? narrowToField(this, place.field, value) : value;
  }

  /** Word by word, each a load and a store; words are as large as the alignment and the target allow. */
  #copyRecord(place: Place, expression: Expression): void {
    const source = this.place(expression);
    if (place.kind !== "memory" || source?.kind !== "memory") return;
    const type = resolve(place.type);
    if (type !== resolve(source.type)) {
      this.report(
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
      this.#builder.emit({ kind: "load", destination, memory: memory(source) });
      const value = registerWord(destination.slot, as);
      this.#builder.emit({ kind: "store", memory: memory(target), value, commit: false });
    }
  }

  // ---- Calls ----

  #call(
    expression: CallExpression,
    wanted: Destination | undefined,
    isUsed: boolean,
  ): Word | undefined {
    const member = this.#environment.names.threadMember(expression);
    if (member !== undefined) {
      const place = this.#observed(member);
      return place === undefined ? NOTHING : this.load(place, wanted);
    }
    const callee = expression.callee;
    if (callee.kind === "identifier") {
      if (callee.symbol === undefined) return this.#unknownCall(expression, callee);
      const intrinsic = this.#environment.names.intrinsicOf(callee);
      if (intrinsic !== undefined)
        return this.#intrinsics.call(intrinsic, expression, wanted, isUsed);
      const service = this.#environment.names.services.get(callee.symbol);
      if (service !== undefined) return this.#systemCall(service, expression, wanted, isUsed);
    }
    return this.#functionCall(expression, wanted, isUsed);
  }

  #unknownCall(expression: CallExpression, callee: IdentifierExpression): Word {
    for (const argument of expression.arguments) this.value(argument);
    const instead = notModelled.get(callee.name);
    if (instead === undefined) return this.#unknownName(callee);
    return this.#refuse("K57", callee.span, `'${callee.name}' is not modelled: ${instead}.`);
  }

  #functionCall(
    expression: CallExpression,
    wanted: Destination | undefined,
    isUsed: boolean,
  ): Word | undefined {
    if (this.#refusesCalls(expression.span, false)) return NOTHING;
    const typing = this.#environment.typing;
    const target = targetOf(typing.decayed(expression.callee));
    const type = target === undefined ? undefined : resolve(target);
    if (type?.kind !== "function") {
      this.report("T62", expression.callee.span, "This is not a function and cannot be called.");
      return NOTHING;
    }
    const entry =
      expression.callee.kind === "identifier" && expression.callee.symbol?.kind === "function"
        ? this.#environment.functions.get(expression.callee.name)
        : undefined;
    const callee = entry?.index ?? this.value(expression.callee);
    const parameters = type.parameters.map((parameter) => parameter.type);
    const words = this.arguments(expression, parameters, spellType(type));
    return this.#called(type.returns, wanted, isUsed, (destination) =>
      this.#builder.emit({ kind: "call", callee, arguments: words, destination }),
    );
  }

  #systemCall(
    service: Service,
    expression: CallExpression,
    wanted: Destination | undefined,
    isUsed: boolean,
  ): Word | undefined {
    if (this.#refusesCalls(expression.span, true)) return NOTHING;
    const types = this.#environment.typing.types;
    const parameters = service.parameters.map((name) => serviceType(types, name));
    const words = this.arguments(expression, parameters, service.signature);
    return this.#called(serviceType(types, service.result), wanted, isUsed, (destination) =>
      this.#builder.emit({
        kind: "system-call",
        service: service.name,
        arguments: words,
        destination,
      }),
    );
  }

  /** `finally` may call functions of the file; the kernel is gone with the threads. */
  #refusesCalls(span: Span, isSystemCall: boolean): boolean {
    const observer = this.scope.observer;
    if (observer === undefined) return false;
    if (observer.refusesEffects === undefined && !isSystemCall) return false;
    this.report(
      "K53",
      span,
      observer.refusesEffects ??
        "finally runs after all threads, so there is nobody to make a system call.",
    );
    return true;
  }

  #called(
    returns: CType,
    wanted: Destination | undefined,
    isUsed: boolean,
    emit: (destination: Destination | undefined) => void,
  ): Word | undefined {
    if (!isUsed || plainKind(returns) === "void") {
      emit(undefined);
      return NOTHING;
    }
    return this.result(wanted, conversionOf(returns), emit);
  }

  /** Arguments left to right, converted to the parameters; a wrong number is reported. */
  arguments(
    expression: CallExpression,
    parameters: readonly CType[],
    signature: string,
  ): readonly Word[] {
    const given = expression.arguments;
    if (given.length !== parameters.length) {
      const wanted =
        parameters.length === 1 ? "1 argument is" : `${parameters.length} arguments are`;
      this.report(
        "T63",
        expression.span,
        `${wanted} needed and ${given.length} given: ${signature}.`,
      );
    }
    const words: Word[] = [];
    for (const [index, parameter] of parameters.entries()) {
      const argument = given[index];
      if (argument === undefined) words.push(NOTHING);
      else if (this.isScalar(this.#environment.typing.decayed(argument), argument.span))
        words.push(this.valueAs(argument, parameter));
      else words.push(NOTHING);
    }
    return words;
  }

  // ---- Messages ----

  report(
    code: ScenarioCode,
    span: Span,
    message: string,
    edits: readonly (readonly [Span, string])[] = [],
  ): void {
    this.#environment.report(code, span, message, {
      fixes: edits.map(([place, newText]) => ({
        title: `Write '${newText}'`,
        edits: [{ span: place, newText }],
        safe: false,
      })),
    });
  }

  #refuse(code: ScenarioCode, span: Span, message: string): Word {
    this.report(code, span, message);
    return NOTHING;
  }
}

/** Whether the old value of a place may be loaded straight to a register that is still needed afterwards: kept as it is, and no part of the address. */
function isSafeTarget(wanted: Destination, place: Place): boolean {
  const as = conversionOf(place.type);
  if (place.kind !== "memory" || compose(as, wanted.as) !== as) return false;
  return !place.address.terms.some(
    ({ operand }) => operand.kind === "register" && operand.slot === wanted.slot,
  );
}

/** How an object of a size and an alignment is copied: the largest aligned words first. */
export function wordsOf(
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

/** Where `.` or `->` stands. */
function operatorSpan({ base, nameSpan }: MemberExpression): Span {
  return { path: nameSpan.path, start: base.span.end, end: nameSpan.start };
}

function article(noun: string): string {
  return /^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`;
}
