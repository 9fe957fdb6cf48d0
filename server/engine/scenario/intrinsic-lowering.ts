// READ_ONCE, WRITE_ONCE, the __atomic builtins and barriers as instructions: loads, stores and read-modify-writes that must be
// naturally aligned. Memory orders are accepted and mean nothing: memory is sequentially consistent.
import type { CallExpression, Expression } from "../c/ast.ts";
import type { CType } from "../c/types.ts";
import type { Destination, OperationType } from "../program/instruction.ts";
import type { Intrinsic, IntrinsicKind } from "./builtins.ts";
import type { Access } from "./code-builder.ts";
import { newLabel } from "./code-builder.ts";
import { conversionOf, operationTypeOf } from "./conversions.ts";
import type { ExpressionLowering, Place } from "./expression-lowering.ts";
import type { Word } from "./link.ts";
import { ZERO, constantWord, linear, registerWord } from "./link.ts";
import { isMachineInteger, targetOf } from "./typing.ts";
import { plainKind } from "./environment.ts";

type FetchOperator = "add" | "subtract" | "and" | "or" | "xor" | "exchange";

const fetchOperators: Readonly<Partial<Record<IntrinsicKind, FetchOperator>>> = {
  "atomic-exchange": "exchange",
  "fetch-add": "add",
  "fetch-subtract": "subtract",
  "fetch-and": "and",
  "fetch-or": "or",
  "fetch-xor": "xor",
};

interface Exchange {
  readonly type: OperationType;
  readonly left: Word;
  readonly right: Word;
}

export class IntrinsicLowering {
  readonly #lowering: ExpressionLowering;

  constructor(lowering: ExpressionLowering) {
    this.#lowering = lowering;
  }

  /** For a compare-exchange: emits it and gives the comparison that says whether it stored. Undefined for other calls. */
  comparison(call: CallExpression): Exchange | undefined {
    if (call.callee.kind !== "identifier") return undefined;
    const intrinsic = this.#lowering.scope.environment.names.intrinsicOf(call.callee);
    if (intrinsic?.kind !== "atomic-compare-exchange") return undefined;
    return this.#accepts(intrinsic, call) ? this.#compareExchange(call) : undefined;
  }

  call(
    intrinsic: Intrinsic,
    call: CallExpression,
    wanted: Destination | undefined,
    isUsed: boolean,
  ): Word | undefined {
    if (!this.#accepts(intrinsic, call)) return ZERO;
    const builder = this.#lowering.scope.builder;
    const [first, second] = call.arguments;
    switch (intrinsic.kind) {
      case "barrier":
        return ZERO;
      case "no-operation":
        builder.emit({ kind: "no-operation", name: intrinsic.name });
        return ZERO;
      case "read-once":
        return first === undefined ? ZERO : this.#load(this.#lowering.places.place(first), wanted);
      case "write-once":
        if (first === undefined || second === undefined) return ZERO;
        return this.#store(this.#lowering.places.writablePlace(first), second);
      case "atomic-load":
        return first === undefined ? ZERO : this.#load(this.#target(first), wanted);
      case "atomic-store":
        if (first === undefined || second === undefined) return ZERO;
        return this.#store(this.#target(first), second);
      case "atomic-compare-exchange":
        return this.#exchangeValue(call, wanted, isUsed);
      case "atomic-exchange":
      case "fetch-add":
      case "fetch-subtract":
      case "fetch-and":
      case "fetch-or":
      case "fetch-xor":
        if (first === undefined || second === undefined) return ZERO;
        return this.#fetch(fetchOperators[intrinsic.kind] ?? "add", first, second, wanted, isUsed);
    }
  }

  #accepts(intrinsic: Intrinsic, call: CallExpression): boolean {
    const count = call.arguments.length;
    if (!intrinsic.counts.includes(count)) {
      const wanted = intrinsic.counts.join(" or ");
      this.#lowering.report(
        "T63",
        call.span,
        `${wanted} ${wanted === "1" ? "argument is" : "arguments are"} needed and ${count} given: ${intrinsic.signature}.`,
      );
      return false;
    }
    const refused = this.#lowering.scope.observer?.refusesEffects;
    const isRead = intrinsic.kind === "read-once" || intrinsic.kind === "atomic-load";
    if (refused === undefined || isRead) return true;
    this.#lowering.report("K53", call.span, refused);
    return false;
  }

  /** What a pointer argument points to: a scalar in memory. */
  #target(pointer: Expression): Place | undefined {
    const typing = this.#lowering.scope.environment.typing;
    const target = targetOf(typing.decayed(pointer));
    if (target === undefined) {
      this.#lowering.report(
        "T58",
        pointer.span,
        "A pointer to an integer or a pointer must stand here.",
      );
      return undefined;
    }
    return { kind: "memory", address: linear(this.#lowering.value(pointer)), type: target };
  }

  #access(place: Place | undefined): Access | undefined {
    if (place?.kind !== "memory") return undefined;
    const isScalar =
      isMachineInteger(place.type) !== undefined || plainKind(place.type) === "pointer";
    return isScalar ? this.#lowering.accessTo(place.address, place.type, true) : undefined;
  }

  #load(place: Place | undefined, wanted: Destination | undefined): Word | undefined {
    if (place === undefined) return ZERO;
    const memory = this.#access(place);
    // A variable in a register is read at no cost; an aggregate keeps its meaning.
    if (memory === undefined) return this.#lowering.load(place, wanted);
    return this.#lowering.result(wanted, conversionOf(place.type), (destination) =>
      this.#lowering.scope.builder.emit({ kind: "load", destination, memory }),
    );
  }

  #store(place: Place | undefined, expression: Expression): Word {
    if (place === undefined) return ZERO;
    const memory = this.#access(place);
    if (memory === undefined) return this.#lowering.assignments.store(place, expression);
    const value = this.#lowering.valueAs(expression, place.type);
    this.#lowering.scope.builder.emit({ kind: "store", memory, value, commit: false });
    return value;
  }

  #fetch(
    operator: FetchOperator,
    pointer: Expression,
    operand: Expression,
    wanted: Destination | undefined,
    isUsed: boolean,
  ): Word | undefined {
    const place = this.#target(pointer);
    const memory = this.#access(place);
    if (place === undefined || memory === undefined) return ZERO;
    const value = this.#lowering.valueAs(operand, place.type);
    const emit = (destination: Destination | undefined): void =>
      this.#lowering.scope.builder.emit({
        kind: "read-modify-write",
        operator,
        memory,
        value,
        expected: undefined,
        destination,
      });
    if (isUsed) return this.#lowering.result(wanted, conversionOf(place.type), emit);
    emit(undefined);
    return ZERO;
  }

  /** Load *expected, atomic, branch, on failure store *expected. */
  #compareExchange(call: CallExpression): Exchange | undefined {
    const [pointer, expectedPointer, desired] = call.arguments;
    if (pointer === undefined || expectedPointer === undefined || desired === undefined)
      return undefined;
    const builder = this.#lowering.scope.builder;
    const place = this.#target(pointer);
    const expectedPlace = this.#target(expectedPointer);
    const memory = this.#access(place);
    const expectedMemory = this.#access(expectedPlace);
    if (place === undefined || memory === undefined || expectedMemory === undefined)
      return undefined;
    const value = this.#lowering.valueAs(desired, place.type);
    const as = conversionOf(place.type);
    const expected = builder.newTemporaryAs(as);
    const old = builder.newTemporaryAs(as);
    const left = registerWord(old.slot, as);
    const right = registerWord(expected.slot, as);
    const expectedAccess = { ...expectedMemory, atomic: false };
    const stored = newLabel("");
    const type = operationTypeOf(this.#promoted(place.type));
    builder.emit({ kind: "load", destination: expected, memory: expectedAccess });
    builder.emit({
      kind: "read-modify-write",
      operator: "compare-exchange",
      memory,
      value,
      expected: right,
      destination: old,
    });
    builder.emit({ kind: "branch", comparison: "equal", type, left, right, target: stored });
    builder.emit({ kind: "store", memory: expectedAccess, value: left, commit: false });
    builder.place(stored);
    return { type, left, right };
  }

  #promoted(type: CType): CType {
    const typing = this.#lowering.scope.environment.typing;
    return typing.promote(typing.decay(type));
  }

  #exchangeValue(
    call: CallExpression,
    wanted: Destination | undefined,
    isUsed: boolean,
  ): Word | undefined {
    const exchange = this.#compareExchange(call);
    if (exchange === undefined || !isUsed) return constantWord(0n);
    return this.#lowering.result(wanted, "bool", (destination) =>
      this.#lowering.scope.builder.emit({
        kind: "binary",
        operator: "equal",
        destination,
        ...exchange,
      }),
    );
  }
}
