// Expressions that are evaluated outside of time: invariants, `finally`, conditions, watches, the two sides of `set`. They see the
// threads from outside, so that names of a thread become operands that say which thread is meant.
import type { Expression } from "../c/ast.ts";
import type { Routine } from "../program/instruction.ts";
import type { ProgramThread } from "../program/program.ts";
import type { TypeId } from "../program/type-table.ts";
import { Assembly, CodeBuilder } from "./code-builder.ts";
import type { Environment, Observer, Storage } from "./environment.ts";
import { plainKind } from "./environment.ts";
import { ExpressionLowering } from "./expression-lowering.ts";
import type { BodyContext } from "./function-lowering.ts";
import { FunctionLowering } from "./function-lowering.ts";
import { constantWord } from "./link.ts";
import type { FinallyItem, ThreadReference } from "./item.ts";
import type { ThreadMember } from "./names.ts";
import { observedNames } from "./names.ts";
import type { FunctionDraft, VariableDraft } from "./program-draft.ts";
import { nearest } from "./suggestion.ts";

/** What routines know of the program besides the environment. */
export interface Observation {
  readonly environment: Environment;
  readonly threads: readonly ProgramThread[];
  readonly functions: readonly FunctionDraft[];
  readonly sections: readonly { readonly name: string }[];
  readonly typeId: (expression: Expression) => TypeId;
}

interface ObservationContext {
  readonly hasThread: boolean;
  readonly refusesEffects: string | undefined;
}

const NO_EFFECTS = "Nothing may be called or changed here: the expression only looks at the state.";

/** The thread that a name and an index mean; undefined after a message. */
export function resolveThread(
  observation: Pick<Observation, "environment" | "threads">,
  name: { readonly text: string; readonly span: ThreadReference["span"] },
  index: Expression | undefined,
): number | undefined {
  const { environment, threads } = observation;
  const named = threads.filter((thread) => thread.baseName === name.text);
  const first = named[0];
  if (first === undefined) {
    const suggestion = nearest(name.text, new Set(threads.map((thread) => thread.baseName)));
    const hint = suggestion === undefined ? "." : `; did you mean '${suggestion}'?`;
    environment.report("K21", name.span, `There is no thread '${name.text}'${hint}`);
    return undefined;
  }
  const isIndexed = first.name !== first.baseName;
  if (isIndexed !== (index !== undefined)) {
    const message = isIndexed
      ? `'${name.text}' is ${named.length} threads; say which: ${name.text}[0].`
      : `'${name.text}' is one thread and takes no index.`;
    environment.report("K22", name.span, message);
    return undefined;
  }
  if (index === undefined) return threads.indexOf(first);
  const result = environment.parser.evaluate(index);
  const self = result.isConstant ? Number(result.value) : undefined;
  const found = threads.findIndex(
    (thread) => thread.baseName === name.text && thread.self === self,
  );
  if (found >= 0) return found;
  const message = result.isConstant
    ? `There is no '${name.text}[${result.value}]'; the indices are 0 … ${named.length - 1}.`
    : "A thread's index must be a constant here.";
  environment.report("K21", index.span, message);
  return undefined;
}

function observerOf(observation: Observation, context: ObservationContext): Observer {
  return {
    hasThread: context.hasThread,
    refusesEffects: context.refusesEffects,
    observe: (member) => observe(observation, member),
  };
}

function observe(observation: Observation, member: ThreadMember): Storage | undefined {
  const name = { text: member.thread.name, span: member.threadSpan };
  const thread = resolveThread(observation, name, member.index);
  if (thread === undefined) return undefined;
  switch (member.member.kind) {
    case "observed":
      return valueStorage({ kind: "observe", thread, what: member.member.name });
    case "section":
      return observeSection(observation, thread, member.member.section, member.member.span);
    case "local":
      return observeLocal(observation, thread, member.member.function, member.member.name, member);
    case "unknown":
      observation.environment.report(
        "K54",
        member.memberSpan,
        `A thread has no '${member.member.name}'; there are ${observedNames.join(", ")}, in(NAME) and FUNCTION::LOCAL.`,
      );
      return undefined;
  }
}

function valueStorage(word: Extract<Storage, { kind: "foreign-register" }>["word"]): Storage {
  return { kind: "foreign-register", word, as: "u64" };
}

function observeSection(
  observation: Observation,
  thread: number,
  section: string,
  span: ThreadMember["memberSpan"],
): Storage | undefined {
  const index = observation.sections.findIndex((one) => one.name === section);
  if (index >= 0) return valueStorage({ kind: "in-section", thread, section: index });
  const names = observation.sections.map((one) => one.name);
  const suggestion = nearest(section, names);
  const hint = suggestion === undefined ? "." : `; did you mean '${suggestion}'?`;
  observation.environment.report("K24", span, `There is no critical section '${section}'${hint}`);
  return undefined;
}

function observeLocal(
  observation: Observation,
  thread: number,
  functionName: string,
  localName: string,
  member: ThreadMember,
): Storage | undefined {
  const index = observation.functions.findIndex((one) => one.name === functionName);
  const draft = observation.functions[index];
  const variable =
    draft === undefined
      ? undefined
      : [...draft.parameters, ...draft.locals].find((one) => one.name === localName);
  if (variable === undefined) {
    const message =
      draft === undefined
        ? `There is no function '${functionName}'.`
        : `'${functionName}' has no local '${localName}'.`;
    observation.environment.report("K31", member.memberSpan, message);
    return undefined;
  }
  return foreignStorage(variable, thread, index);
}

/** A local variable as somebody outside of its frame sees it. */
export function foreignStorage(
  variable: VariableDraft,
  thread: number,
  function_: number,
): Storage {
  const { storage } = variable;
  if (storage.kind === "register") {
    const { slot, as } = storage;
    return {
      kind: "foreign-register",
      word: { kind: "foreign-register", thread, function: function_, slot, as },
      as,
    };
  }
  if (storage.kind !== "frame") return storage;
  const address = {
    kind: "linear",
    terms: [{ operand: { kind: "foreign-frame", thread, function: function_ }, scale: 1 }],
    links: [],
    constant: BigInt(storage.offset),
  } as const;
  return { kind: "foreign-memory", address };
}

/** What a routine gives back: the value, or the place of an lvalue. */
export type RoutineResult = "value" | "address" | "address-if-lvalue";

export interface RoutineDraft {
  readonly assembly: Assembly;
  readonly routine: Omit<Routine, "instructions">;
}

export function finishRoutine({ assembly, routine }: RoutineDraft): Routine {
  return { ...routine, instructions: assembly.finish() };
}

/** Lowers an expression to a routine. `locals` are visible by symbol; `undefined` where the wanted address does not exist. */
export function draftRoutine(
  observation: Observation,
  context: { readonly hasThread: boolean; readonly locals: Map<object, Storage> },
  name: string,
  expression: Expression,
  wanted: RoutineResult,
): RoutineDraft | undefined {
  const assembly = new Assembly();
  const builder = new CodeBuilder(assembly, undefined);
  const { environment } = observation;
  const lowering = new ExpressionLowering({
    environment,
    builder,
    locals: context.locals,
    labelOf: () => undefined,
    frameRoom: () => 0,
    observer: observerOf(observation, {
      hasThread: context.hasThread,
      refusesEffects: NO_EFFECTS,
    }),
    initialise: () => undefined,
  });
  builder.startStatement(expression.span);
  const type = environment.typing.typeOf(expression);
  const isLvalue = wanted !== "value" && isPlaceExpression(expression);
  const place = isLvalue ? lowering.places.place(expression) : undefined;
  if (place?.kind === "memory") {
    builder.emit({ kind: "return", value: place.address });
    return drafted(assembly, builder, name, observation.typeId(expression), true);
  }
  if (wanted === "address") return undefined;
  const isAggregate = plainKind(type) === "record" || plainKind(type) === "array";
  const word =
    place === undefined
      ? lowering.value(expression)
      : (lowering.load(place, undefined) ?? constantWord(0n));
  builder.emit({ kind: "return", value: word });
  return drafted(assembly, builder, name, observation.typeId(expression), isAggregate);
}

/** Whether the expression may name a place (asking a value for its place would be a mistake of ours, not the user's). */
function isPlaceExpression(expression: Expression): boolean {
  const { kind } = expression;
  if (kind === "identifier") return expression.symbol?.kind === "object";
  if (kind === "unary") return expression.operator === "*";
  return kind === "index" || kind === "member" || kind === "string";
}

function drafted(
  assembly: Assembly,
  builder: CodeBuilder,
  name: string,
  resultType: TypeId | undefined,
  returnsAddress: boolean,
): RoutineDraft {
  const routine = {
    name,
    registerCount: builder.registerCount,
    frameSizeBytes: 0,
    resultType,
    returnsAddress,
  };
  return { assembly, routine };
}

/** The body of `finally`. */
export function draftFinally(
  observation: Observation,
  item: FinallyItem,
  shared: Pick<BodyContext, "area" | "signature" | "placeStatic" | "sections" | "addSection">,
): RoutineDraft {
  const assembly = new Assembly();
  const builder = new CodeBuilder(assembly, undefined);
  const { environment } = observation;
  const lowering = new FunctionLowering({
    ...shared,
    environment,
    builder,
    index: undefined,
    name: "finally",
    observer: observerOf(observation, { hasThread: false, refusesEffects: undefined }),
    returns: environment.typing.types.void,
  });
  lowering.lower(item.body, [], undefined, item.span);
  const routine = {
    name: "finally",
    registerCount: builder.registerCount,
    frameSizeBytes: lowering.frameSizeBytes,
    resultType: undefined,
    returnsAddress: false,
  };
  return { assembly, routine };
}
