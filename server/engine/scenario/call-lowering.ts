// Calls: of the file's functions, through pointers, of kernel services, of intrinsics. Arguments go left to right, each converted to
// its parameter.
import type { CallExpression, IdentifierExpression } from "../c/ast.ts";
import type { CType } from "../c/types.ts";
import type { ExpressionLowering } from "./expression-lowering.ts";
import { resolve, spellType } from "../c/types.ts";
import type { Destination } from "../program/instruction.ts";
import type { Span } from "../text/source.ts";
import { notModelled, serviceType } from "./builtins.ts";
import type { Service } from "./builtins.ts";
import type { CodeBuilder } from "./code-builder.ts";
import { conversionOf } from "./conversions.ts";
import type { Environment } from "./environment.ts";
import { plainKind } from "./environment.ts";
import { IntrinsicLowering } from "./intrinsic-lowering.ts";
import type { Word } from "./link.ts";
import { constantWord } from "./link.ts";
import { targetOf } from "./typing.ts";

const NOTHING = constantWord(0n);

export class CallLowering {
  readonly #lowering: ExpressionLowering;
  readonly #environment: Environment;
  readonly #builder: CodeBuilder;
  readonly intrinsics: IntrinsicLowering;

  constructor(lowering: ExpressionLowering) {
    this.#lowering = lowering;
    this.#environment = lowering.scope.environment;
    this.#builder = lowering.scope.builder;
    this.intrinsics = new IntrinsicLowering(lowering);
  }

  call(
    expression: CallExpression,
    wanted: Destination | undefined,
    isUsed: boolean,
  ): Word | undefined {
    const member = this.#environment.names.threadMember(expression);
    if (member !== undefined) {
      const place = this.#lowering.places.observed(member);
      return place === undefined ? NOTHING : this.#lowering.load(place, wanted);
    }
    const callee = expression.callee;
    if (callee.kind === "identifier") {
      if (callee.symbol === undefined) return this.#unknownCall(expression, callee);
      const intrinsic = this.#environment.names.intrinsicOf(callee);
      if (intrinsic !== undefined)
        return this.intrinsics.call(intrinsic, expression, wanted, isUsed);
      const service = this.#environment.names.services.get(callee.symbol);
      if (service !== undefined) return this.#systemCall(service, expression, wanted, isUsed);
    }
    return this.#functionCall(expression, wanted, isUsed);
  }

  #unknownCall(expression: CallExpression, callee: IdentifierExpression): Word {
    for (const argument of expression.arguments) this.#lowering.value(argument);
    const instead = notModelled.get(callee.name);
    if (instead === undefined) return this.#lowering.unknownName(callee);
    return this.#lowering.refuse(
      "K57",
      callee.span,
      `'${callee.name}' is not modelled: ${instead}.`,
    );
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
      this.#lowering.report(
        "T62",
        expression.callee.span,
        "This is not a function and cannot be called.",
      );
      return NOTHING;
    }
    const entry =
      expression.callee.kind === "identifier" && expression.callee.symbol?.kind === "function"
        ? this.#environment.functions.get(expression.callee.name)
        : undefined;
    const callee = entry?.index ?? this.#lowering.value(expression.callee);
    const parameters = type.parameters.map((parameter) => parameter.type);
    const words = this.#arguments(expression, parameters, spellType(type));
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
    const words = this.#arguments(expression, parameters, service.signature);
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
    const observer = this.#lowering.scope.observer;
    if (observer === undefined) return false;
    if (observer.refusesEffects === undefined && !isSystemCall) return false;
    this.#lowering.report(
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
    return this.#lowering.result(wanted, conversionOf(returns), emit);
  }

  /** Arguments left to right, converted to the parameters; a wrong number is reported. */
  #arguments(
    expression: CallExpression,
    parameters: readonly CType[],
    signature: string,
  ): readonly Word[] {
    const given = expression.arguments;
    if (given.length !== parameters.length) {
      const wanted =
        parameters.length === 1 ? "1 argument is" : `${parameters.length} arguments are`;
      this.#lowering.report(
        "T63",
        expression.span,
        `${wanted} needed and ${given.length} given: ${signature}.`,
      );
    }
    const words: Word[] = [];
    for (const [index, parameter] of parameters.entries()) {
      const argument = given[index];
      if (argument === undefined) words.push(NOTHING);
      else if (this.#lowering.isScalar(this.#environment.typing.decayed(argument), argument.span))
        words.push(this.#lowering.valueAs(argument, parameter));
      else words.push(NOTHING);
    }
    return words;
  }
}
