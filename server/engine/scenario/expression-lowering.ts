// From expressions to instructions, as language.md section 7 counts them: one memory access an instruction, addresses and
// casts free, an operator straight to its destination, `&&`, `||`, `!` and `?:` as branches. Constants fold. The
// result of an expression is a `Word`, or, where the caller gave a destination, nothing: it stands there already.
import type {
  BinaryExpression,
  Expression,
  IdentifierExpression,
  UnaryExpression,
} from "../c/ast.ts";
import type { CType } from "../c/types.ts";
import { AssignmentLowering } from "./assignment-lowering.ts";
import { BranchLowering } from "./branch-lowering.ts";
import { CallLowering } from "./call-lowering.ts";
import { PlaceLowering } from "./place-lowering.ts";
import { recordName, resolve, spellType } from "../c/types.ts";
import type {
  BinaryOperator,
  Conversion,
  Destination,
  OperationType,
} from "../program/instruction.ts";
import type { Span } from "../text/source.ts";
import { arithmeticOf, comparisonOf, computeConstants } from "./arithmetic.ts";
import type { BitFieldPlace } from "./bit-field.ts";
import { readBitField } from "./bit-field.ts";
import { intrinsics, services } from "./builtins.ts";
import type { Access, CodeBuilder, Label } from "./code-builder.ts";
import type { ScenarioCode } from "./codes.ts";
import {
  compose,
  conversionOf,
  convertConstant,
  operationTypeOf,
  widthBits,
} from "./conversions.ts";
import type { Environment, Observer, Storage } from "./environment.ts";
import { plainKind } from "./environment.ts";
import type { Linear, Word } from "./link.ts";
import {
  addScaled,
  constantWord,
  isConstantWord,
  linkWord,
  numberOf,
  registerWord,
} from "./link.ts";
import { nearest } from "./suggestion.ts";
import { targetOf } from "./typing.ts";

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
  readonly branches: BranchLowering;
  readonly places: PlaceLowering;
  readonly assignments: AssignmentLowering;
  readonly calls: CallLowering;
  readonly #environment: Environment;
  readonly #builder: CodeBuilder;
  /** Names that were reported as unknown: one message each. */
  readonly #unknownNames = new Set<string>();

  constructor(scope: ExpressionScope) {
    this.scope = scope;
    this.#environment = scope.environment;
    this.#builder = scope.builder;
    this.branches = new BranchLowering(this);
    this.places = new PlaceLowering(this);
    this.assignments = new AssignmentLowering(this);
    this.calls = new CallLowering(this);
  }

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
        this.assignments.step(expression.operand, expression.operator, expression.span, false);
        return;
      case "assignment":
        this.assignments.assign(expression, false);
        return;
      case "unary":
        if (expression.operator === "++" || expression.operator === "--")
          this.assignments.step(expression.operand, expression.operator, expression.span, false);
        else this.value(expression);
        return;
      case "binary":
        if (expression.operator === "&&" || expression.operator === "||")
          this.branches.shortCircuitEffect(expression);
        else this.value(expression);
        return;
      case "conditional":
        this.branches.conditionalEffect(expression);
        return;
      case "call":
        this.calls.call(expression, undefined, false);
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
        return this.assignments.postfix(
          expression.operand,
          expression.operator,
          wanted,
          expression.span,
        );
      case "binary":
        return this.#binary(expression, wanted);
      case "assignment":
        return this.assignments.assign(expression, true);
      case "conditional":
        return this.branches.conditional(expression, wanted);
      case "call":
        return this.calls.call(expression, wanted, true);
      case "index":
      case "member":
        return this.#read(expression, wanted);
      case "cast":
        return this.cast(expression.operand, expression.type, wanted);
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
        return this.refuse(
          "K50",
          expression.span,
          "The machine has no floating point; use integers.",
        );
      case "error":
        return expression.isReported
          ? NOTHING
          : this.refuse("K51", expression.span, "This form of expression cannot be simulated.");
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
    if (symbol === undefined) return this.#read(expression, wanted);
    switch (symbol.kind) {
      case "constant":
        return constantWord(symbol.constant.value);
      case "function":
        return this.#functionAddress(expression);
      case "typedef":
        return this.refuse("T51", expression.span, `'${symbol.name}' is a type, not a value.`);
      case "object": {
        const special = this.#environment.names.specials.get(symbol);
        if (special !== undefined) return this.special(special, expression.span);
        return this.#read(expression, wanted);
      }
    }
  }

  special(name: string, span: Span): Word {
    const observer = this.scope.observer;
    const special = name === "self" || name === "tid" || name === "rseq" ? name : "rseq_shared";
    if (observer === undefined || observer.hasThread) return { kind: "special", name: special };
    return this.refuse(
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
    return this.refuse("T52", expression.span, message);
  }

  unknownName(expression: IdentifierExpression): Word {
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
    const place = this.places.place(expression);
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

  cast(operand: Expression, type: CType, wanted: Destination | undefined): Word | undefined {
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

  #unary(expression: UnaryExpression, wanted: Destination | undefined): Word | undefined {
    const { operator, operand } = expression;
    switch (operator) {
      case "*":
        return this.#read(expression, wanted);
      case "&":
        return this.#addressOf(operand);
      case "!":
        return this.branches.truthValue(expression, wanted);
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
        return this.assignments.step(operand, operator, expression.span, true);
      case "__extension__":
        return this.evaluate(operand, wanted);
      case "__real__":
      case "__imag__":
        return this.refuse("K50", expression.span, "The machine has no complex numbers.");
    }
  }

  #negated(
    operator: "-" | "~",
    operand: Expression,
    wanted: Destination | undefined,
  ): Word | undefined {
    const type = this.#environment.typing.promoted(operand);
    const operationType = operationTypeOf(type);
    const value = this.arithmeticOperand(operand, type);
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
    const place = this.places.place(operand);
    if (place === undefined) return NOTHING;
    if (place.kind === "memory") return place.address;
    const what = place.kind === "bit-field" ? "a bit-field" : "this value";
    return this.refuse("T54", operand.span, `The address of ${what} cannot be taken.`);
  }

  #binary(expression: BinaryExpression, wanted: Destination | undefined): Word | undefined {
    const { operator, left, right } = expression;
    if (operator === "&&" || operator === "||") return this.branches.truthValue(expression, wanted);
    const comparison = comparisonOf(operator);
    if (comparison !== undefined)
      return this.branches.comparisonValue(comparison, left, right, wanted);
    const typing = this.#environment.typing;
    const first = typing.promoted(left);
    const second = typing.promoted(right);
    if (operator === "+" || operator === "-") {
      if (plainKind(first) === "pointer" && plainKind(second) === "pointer")
        return this.#pointerDifference(expression, wanted);
      if (plainKind(first) === "pointer")
        return this.pointerSum(left, right, operator === "+" ? 1n : -1n);
      if (operator === "+" && plainKind(second) === "pointer")
        return this.integerPlusPointer(left, right);
    }
    const type = typing.typeOf(expression);
    const leftWord = this.arithmeticOperand(left, type);
    const isShift = operator === "<<" || operator === ">>";
    const rightWord = this.arithmeticOperand(right, isShift ? second : type);
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
  arithmeticOperand(expression: Expression, type: CType): Word | undefined {
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

  elementSize(pointer: CType, span: Span): bigint {
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

  pointerSum(pointer: Expression, index: Expression, sign: bigint): Word {
    const typing = this.#environment.typing;
    const base = this.value(pointer);
    const offset = this.arithmeticOperand(index, typing.promoted(index));
    const size = this.elementSize(typing.decayed(pointer), pointer.span);
    return this.#simple(addScaled(base, offset ?? NOTHING, size * sign));
  }

  integerPlusPointer(index: Expression, pointer: Expression): Word {
    const typing = this.#environment.typing;
    const offset = this.arithmeticOperand(index, typing.promoted(index));
    const base = this.value(pointer);
    const size = this.elementSize(typing.decayed(pointer), pointer.span);
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
    const size = this.elementSize(typing.decayed(expression.left), expression.left.span);
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

  refuse(code: ScenarioCode, span: Span, message: string): Word {
    this.report(code, span, message);
    return NOTHING;
  }
}
