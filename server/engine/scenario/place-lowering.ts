// Lvalues: which place a name, `*p`, `a[i]` or `s.m` means, with its address as a sum that costs nothing. Names that mean nothing here
// get their message here.
import type {
  Expression,
  IdentifierExpression,
  MemberExpression,
  UnaryExpression,
} from "../c/ast.ts";
import type { CType } from "../c/types.ts";
import type { ExpressionLowering, Place } from "./expression-lowering.ts";
import { CONST, qualifiersOf, recordName, spellType } from "../c/types.ts";
import type { Span } from "../text/source.ts";
import { bitFieldPlace } from "./bit-field.ts";
import type { Environment, Storage } from "./environment.ts";
import { plainKind } from "./environment.ts";
import type { Linear } from "./link.ts";
import { addConstant, addScaled, constantWord, linear } from "./link.ts";
import type { ThreadMember } from "./names.ts";
import { nearest } from "./suggestion.ts";
import { findMember, memberNames, targetOf } from "./typing.ts";

const NOTHING = constantWord(0n);

export class PlaceLowering {
  readonly #lowering: ExpressionLowering;
  readonly #environment: Environment;

  constructor(lowering: ExpressionLowering) {
    this.#lowering = lowering;
    this.#environment = lowering.scope.environment;
  }

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
        const offset = this.#lowering.scope.frameRoom(expression.type.size, expression.type.align);
        const address = addConstant({ kind: "special", name: "frame" }, BigInt(offset));
        this.#lowering.scope.initialise(
          address,
          expression.type,
          expression.initializer,
          expression.span,
        );
        return { kind: "memory", address, type: expression.type };
      }
      case "generic":
        return expression.chosen === undefined ? undefined : this.place(expression.chosen);
      case "call": {
        const member = this.#environment.names.threadMember(expression);
        return member === undefined ? this.#noPlace(expression) : this.observed(member);
      }
      case "error":
        this.#lowering.value(expression);
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
    const refusal = this.#lowering.scope.observer?.refusesEffects;
    if (refusal !== undefined) {
      this.#lowering.report("K53", expression.span, refusal);
      return undefined;
    }
    const place = this.place(expression);
    if (place === undefined) return undefined;
    if (place.kind === "value") {
      this.#lowering.report("T57", expression.span, "This cannot be assigned to.");
      return undefined;
    }
    const type = this.#environment.typing.typeOf(expression);
    if (plainKind(type) === "array") {
      this.#lowering.report(
        "T57",
        expression.span,
        "An array cannot be assigned to; assign its elements.",
      );
      return undefined;
    }
    if ((qualifiersOf(type) & CONST) !== 0) {
      this.#lowering.report("T57", expression.span, "This is const and cannot be assigned to.");
      return undefined;
    }
    return place;
  }

  #noPlace(expression: Expression): undefined {
    this.#lowering.report(
      "T57",
      expression.span,
      "This is a value, not a place in memory or a variable.",
    );
    return undefined;
  }

  #variable(expression: IdentifierExpression): Place | undefined {
    const symbol = expression.symbol;
    if (symbol === undefined) return this.#descriptor(expression);
    if (symbol.kind !== "object") {
      this.#lowering.report("T57", expression.span, `'${symbol.name}' is not a variable.`);
      return undefined;
    }
    if (this.#environment.names.specials.has(symbol)) {
      const word = this.#lowering.special(symbol.name, expression.span);
      return { kind: "value", word, type: symbol.type };
    }
    if (this.#environment.names.threads.has(symbol)) {
      this.#lowering.report(
        "K54",
        expression.span,
        `'${symbol.name}' is a thread; say what you want to know of it: ${symbol.name}.rseq, .cpu, .running, .aborts.`,
      );
      return undefined;
    }
    if (this.#environment.strides.has(symbol)) {
      this.#lowering.report(
        "K55",
        expression.span,
        `'${symbol.name}' has one element for each CPU; index it: ${symbol.name}[cpu].`,
        [[{ ...expression.span, start: expression.span.end }, "[0]"]],
      );
      return undefined;
    }
    const storage =
      this.#lowering.scope.locals.get(symbol) ?? this.#environment.storages.get(symbol);
    if (storage === undefined) {
      if (symbol.nameSpan.path !== expression.span.path || symbol.storage === "extern")
        this.#lowering.report(
          "T52",
          expression.span,
          `'${symbol.name}' is declared extern and never defined.`,
        );
      return undefined;
    }
    return this.#stored(storage, symbol.type, expression.span);
  }

  /** A name that nothing declares: perhaps the descriptor of a short critical section. */
  #descriptor(expression: IdentifierExpression): Place | undefined {
    const address = this.#environment.descriptors.get(expression.name);
    const type = this.#environment.names.descriptorType(expression.name);
    if (address !== undefined && type !== undefined) return { kind: "memory", address, type };
    this.#lowering.unknownName(expression);
    return undefined;
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
    const observer = this.#lowering.scope.observer;
    if (observer !== undefined && !observer.hasThread) {
      this.#lowering.report(
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
    const address = linear(this.#lowering.value(expression.operand));
    return { kind: "memory", address, type: target };
  }

  #notAPointer(type: CType, expression: Expression): void {
    if (plainKind(type) === "error") this.#lowering.value(expression);
    else
      this.#lowering.report(
        "T58",
        expression.span,
        `This is ${article(spellType(type))}, not a pointer.`,
      );
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
      ? this.#lowering.integerPlusPointer(index, pointer)
      : this.#lowering.pointerSum(pointer, index, 1n);
    return { kind: "memory", address: linear(sum), type: target };
  }

  #percpuElement(base: IdentifierExpression, index: Expression, stride: number): Place | undefined {
    const symbol = base.symbol;
    const storage = symbol === undefined ? undefined : this.#environment.storages.get(symbol);
    const type = symbol?.kind === "object" ? targetOf(symbol.type) : undefined;
    if (storage?.kind !== "static" || type === undefined) return undefined;
    const word = this.#lowering.arithmeticOperand(index, this.#environment.typing.promoted(index));
    const address = addScaled(storage.address, word ?? NOTHING, BigInt(stride));
    return { kind: "memory", address, type };
  }

  #member(expression: MemberExpression): Place | undefined {
    const thread = this.#environment.names.threadMember(expression);
    if (thread !== undefined) return this.observed(thread);
    const typing = this.#environment.typing;
    const record = typing.recordOf(expression);
    if (record === undefined) {
      this.#notARecord(expression);
      return undefined;
    }
    const member = findMember(record, expression.name);
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
    if (expression.isArrow) return linear(this.#lowering.value(expression.base));
    const place = this.place(expression.base);
    return place?.kind === "memory" ? place.address : undefined;
  }

  #notARecord(expression: MemberExpression): void {
    const type = this.#environment.typing.decayed(expression.base);
    if (plainKind(type) === "error") {
      this.#lowering.value(expression.base);
      return;
    }
    const target = targetOf(type);
    const isPointer = !expression.isArrow && target !== undefined && plainKind(target) === "record";
    if (isPointer) {
      const message = `This is a pointer; write '->${expression.name}'.`;
      this.#lowering.report("T59", expression.nameSpan, message, [
        [operatorSpan(expression), "->"],
      ]);
      return;
    }
    if (expression.isArrow && plainKind(type) === "record") {
      const message = `This is no pointer; write '.${expression.name}'.`;
      this.#lowering.report("T59", expression.nameSpan, message, [[operatorSpan(expression), "."]]);
      return;
    }
    this.#lowering.report(
      "T59",
      expression.nameSpan,
      `${spellType(type)} has no members, so none is called '${expression.name}'.`,
    );
  }

  #unknownMember(expression: MemberExpression, known: readonly string[], record: string): void {
    // The parser has said that the name is missing.
    if (expression.name === "") return;
    const suggestion = nearest(expression.name, known);
    const hint = suggestion === undefined ? "." : `; did you mean '${suggestion}'?`;
    this.#lowering.report(
      "T60",
      expression.nameSpan,
      `${record} has no member '${expression.name}'${hint}`,
      suggestion === undefined ? [] : [[expression.nameSpan, suggestion]],
    );
  }

  observed(member: ThreadMember): Place | undefined {
    const observer = this.#lowering.scope.observer;
    if (observer === undefined) {
      this.#lowering.report(
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
}

/** Where `.` or `->` stands. */
function operatorSpan({ base, nameSpan }: MemberExpression): Span {
  return { path: nameSpan.path, start: base.span.end, end: nameSpan.start };
}

function article(noun: string): string {
  return /^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`;
}
