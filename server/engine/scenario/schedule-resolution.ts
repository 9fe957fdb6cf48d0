// Schedules and expectations with everything resolved: threads by index, places by instruction, counts and CPUs as numbers.
import type { Expression } from "../c/ast.ts";
import type { Conversion } from "../program/instruction.ts";
import type { Expectation, Place, Schedule, ScheduleItem } from "../program/program.ts";
import type { LineIndex } from "../text/source.ts";
import type { Assembly } from "./code-builder.ts";
import type { FunctionEntry } from "./environment.ts";
import type {
  ExpectItem,
  PlaceReference,
  PolicyArgument,
  ScheduleItemGroup,
  ScriptItem,
  ThreadReference,
} from "./item.ts";
import { constantIn, properties, reportUnknown } from "./parameters.ts";
import type { FunctionDraft } from "./program-draft.ts";
import type { Reading } from "./reading.ts";
import type { Observation, RoutineDraft } from "./routine-compilation.ts";
import { draftRoutine, finishRoutine, resolveThread } from "./routine-compilation.ts";
import { nearest } from "./suggestion.ts";
import { handlerFunction } from "./thread-placement.ts";
import { bitFieldPlace } from "./bit-field.ts";
import { ZERO } from "./link.ts";

export interface ScheduleContext {
  readonly reading: Reading;
  readonly observation: Observation;
  readonly functions: readonly FunctionDraft[];
  readonly entries: ReadonlyMap<string, FunctionEntry>;
  readonly sections: readonly {
    readonly name: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly assembly: Assembly;
  readonly lines: LineIndex;
  readonly cpus: number;
  readonly slice: number;
}

export function resolveSchedule(context: ScheduleContext, item: ScheduleItemGroup): Schedule {
  const name = item.name.text;
  if (item.script !== undefined)
    return { name, kind: "script", items: scriptOf(context, item.script) };
  return policyOf(context, item);
}

// ---- Policies ----

function policyOf(context: ScheduleContext, item: ScheduleItemGroup): Schedule {
  const name = item.name.text;
  const policy = item.policy;
  const given = policy?.arguments ?? [];
  if (policy?.name.text === "random") {
    checkArguments(context, given, ["seed", "preempt", "migrate", "signal"]);
    const percent = (key: string, otherwise: bigint): number =>
      Number(argumentOf(context, given, key, 0n, 100n) ?? otherwise);
    const preemptPercent = percent("preempt", 10n);
    const migratePercent = percent("migrate", 5n);
    const signalPercent = percent("signal", 0n);
    if (100 < preemptPercent + migratePercent + signalPercent)
      context.reading.report(
        "K26",
        policy.name.span,
        `The percentages sum up to ${preemptPercent + migratePercent + signalPercent}; 100 at most are possible.`,
      );
    const seed = argumentOf(context, given, "seed", 0n, 0xffffffffffffffffn) ?? 1n;
    return { name, kind: "random", seed, preemptPercent, migratePercent, signalPercent };
  }
  if (policy !== undefined && policy.name.text !== "round_robin")
    reportUnknown(
      context.reading,
      "K25",
      policy.name,
      ["round_robin", "random"],
      "There is no policy",
    );
  else checkArguments(context, given, ["slice"]);
  const slice = Number(
    argumentOf(context, given, "slice", 1n, 1_000_000n) ?? BigInt(context.slice),
  );
  return { name, kind: "round-robin", slice };
}

function checkArguments(
  context: ScheduleContext,
  given: readonly PolicyArgument[],
  known: readonly string[],
): void {
  for (const { name } of given)
    if (!known.includes(name.text))
      reportUnknown(context.reading, "K26", name, known, "The policy has no argument");
}

function argumentOf(
  context: ScheduleContext,
  given: readonly PolicyArgument[],
  key: string,
  lower: bigint,
  upper: bigint,
): bigint | undefined {
  const argument = given.findLast(({ name }) => name.text === key);
  return argument && constantIn(context.reading, argument.value, `'${key}'`, lower, upper);
}

// ---- Scripts ----

function scriptOf(context: ScheduleContext, items: readonly ScriptItem[]): readonly ScheduleItem[] {
  return items.flatMap((item) => {
    const resolved = scriptItem(context, item);
    return resolved === undefined ? [] : [resolved];
  });
}

const COUNT_MAX = 1_000_000_000n;

function scriptItem(context: ScheduleContext, item: ScriptItem): ScheduleItem | undefined {
  const common = { span: item.span, line: context.lines.at(item.span.start).line };
  switch (item.kind) {
    case "run-all":
      return { ...common, kind: "run-all" };
    case "repeat": {
      const count = numberOf(context, item.count, "The count of 'repeat'", COUNT_MAX);
      return { ...common, kind: "repeat", count: count ?? 0, items: scriptOf(context, item.items) };
    }
    case "tick": {
      const cpu = cpuOf(context, item.cpu);
      return cpu === undefined ? undefined : { ...common, kind: "tick", cpu };
    }
    case "membarrier": {
      const cpu = item.cpu === undefined ? undefined : cpuOf(context, item.cpu);
      return { ...common, kind: "membarrier", cpu };
    }
    case "pageout": {
      const address = addressRoutine(context, "pageout", item.target);
      return address === undefined ? undefined : { ...common, kind: "pageout", address };
    }
    case "set":
      return setItem(context, item, common);
    case "run":
    case "dispatch":
    case "preempt":
    case "wake":
    case "migrate":
    case "signal":
      return threadItem(context, item, common);
  }
}

type Common = Pick<ScheduleItem, "span" | "line">;

function threadItem(
  context: ScheduleContext,
  item: Extract<ScriptItem, { readonly thread: ThreadReference }>,
  common: Common,
): ScheduleItem | undefined {
  const thread = threadOf(context, item.thread);
  if (thread === undefined) return undefined;
  switch (item.kind) {
    case "run": {
      const count =
        item.count === undefined
          ? undefined
          : numberOf(context, item.count, "The number of instructions", COUNT_MAX);
      const until = item.until === undefined ? undefined : placeOf(context, item.until);
      if (item.until !== undefined && until === undefined) return undefined;
      return { ...common, kind: "run", thread, count, until };
    }
    case "dispatch": {
      const cpu = item.cpu === undefined ? undefined : cpuOf(context, item.cpu);
      return { ...common, kind: "dispatch", thread, cpu };
    }
    case "preempt":
    case "wake":
      return { ...common, kind: item.kind, thread };
    case "migrate": {
      const cpu = cpuOf(context, item.cpu);
      return cpu === undefined ? undefined : { ...common, kind: "migrate", thread, cpu };
    }
    case "signal": {
      const word = item.handler.text;
      if (word === "ignored" || word === "blocked")
        return { ...common, kind: "signal", thread, handler: word };
      const handler = handlerFunction(context.reading, context.entries, item.handler);
      return handler === undefined ? undefined : { ...common, kind: "signal", thread, handler };
    }
  }
}

function threadOf(context: ScheduleContext, reference: ThreadReference): number | undefined {
  return resolveThread(context.observation, reference.name, reference.index);
}

function numberOf(
  context: ScheduleContext,
  expression: Expression,
  what: string,
  upper: bigint,
): number | undefined {
  const value = constantIn(context.reading, expression, what, 0n, upper);
  return value === undefined ? undefined : Number(value);
}

function cpuOf(context: ScheduleContext, expression: Expression): number | undefined {
  return numberOf(context, expression, "The CPU", BigInt(context.cpus - 1));
}

// ---- Places ----

function placeOf(context: ScheduleContext, reference: PlaceReference): Place | undefined {
  switch (reference.kind) {
    case "commit": {
      const instructions = context.assembly.commits();
      return { kind: "instructions", text: "commit", instructions };
    }
    case "line":
      return linePlace(context, reference);
    case "name":
      return reference.label === undefined
        ? namePlace(context, reference)
        : labelPlace(context, reference, reference.label.text);
  }
}

function linePlace(
  context: ScheduleContext,
  reference: Extract<PlaceReference, { kind: "line" }>,
): Place | undefined {
  const { path } = context.reading.input;
  const instructions = context.assembly.statementStarts(
    (span) => span.path === path && context.lines.at(span.start).line === reference.line,
  );
  if (instructions.length > 0)
    return { kind: "instructions", text: `line ${reference.line}`, instructions };
  context.reading.report("K23", reference.span, `No statement begins on line ${reference.line}.`);
  return undefined;
}

function labelPlace(
  context: ScheduleContext,
  reference: Extract<PlaceReference, { kind: "name" }>,
  label: string,
): Place | undefined {
  const name = reference.name.text;
  const draft = context.functions.find((one) => one.name === name);
  const text = `${name}:${label}`;
  const section = context.sections.find((one) => one.name === name);
  if (label === "commit") {
    const range = draft ?? section;
    const instructions =
      range === undefined
        ? []
        : context.assembly.commits().filter((at) => range.start <= at && at < range.end);
    if (instructions.length > 0) return { kind: "instructions", text, instructions };
  }
  const found = draft?.labels.find((one) => one.name === label);
  if (found !== undefined) return { kind: "instructions", text, instructions: [found.instruction] };
  reportNoPlace(context, reference, label, draft?.labels.map((one) => one.name) ?? []);
  return undefined;
}

function reportNoPlace(
  context: ScheduleContext,
  reference: Extract<PlaceReference, { kind: "name" }>,
  label: string,
  labels: readonly string[],
): void {
  const name = reference.name.text;
  const isKnown = context.functions.some((one) => one.name === name);
  const suggestion = nearest(label, [...labels, "commit"]);
  const hint = suggestion === undefined ? "." : `; did you mean '${suggestion}'?`;
  const message = isKnown
    ? label === "commit"
      ? `'${name}' has no commit.`
      : `'${name}' has no label '${label}'${hint}`
    : `There is no function, section or thread '${name}'.`;
  context.reading.report("K23", reference.span, message);
}

/** A label of the thread's function at that time, else a function, a section, or a thread's body. */
function namePlace(
  context: ScheduleContext,
  reference: Extract<PlaceReference, { kind: "name" }>,
): Place | undefined {
  const text = reference.name.text;
  const labels = context.functions.flatMap((draft, index) =>
    draft.labels
      .filter((label) => label.name === text)
      .map((label) => ({ function: index, instruction: label.instruction })),
  );
  const entry = context.functions.find((draft) => draft.name === text)?.start;
  const section = context.sections.find((one) => one.name === text)?.start;
  const otherwise = [entry ?? section].filter((at) => at !== undefined);
  if (labels.length > 0 || otherwise.length > 0) return { kind: "name", text, labels, otherwise };
  const names = context.functions.flatMap((draft) => [
    draft.name,
    ...draft.labels.map((label) => label.name),
  ]);
  const suggestion = nearest(text, names);
  const hint = suggestion === undefined ? "." : `; did you mean '${suggestion}'?`;
  context.reading.report(
    "K23",
    reference.span,
    `'${text}' is no label, function, section or thread${hint}`,
  );
  return undefined;
}

// ---- set and pageout ----

function addressRoutine(
  context: ScheduleContext,
  name: string,
  expression: Expression,
): ReturnType<typeof finishRoutine> | undefined {
  const draft = routineOf(context, name, expression, "address");
  if (draft === undefined) {
    context.reading.report("T57", expression.span, "This is a value, not a place in memory.");
    return undefined;
  }
  return finishRoutine(draft);
}

function routineOf(
  context: ScheduleContext,
  name: string,
  expression: Expression,
  wanted: "value" | "address",
): RoutineDraft | undefined {
  return draftRoutine(
    context.observation,
    { hasThread: false, locals: new Map() },
    name,
    expression,
    wanted,
  );
}

function setItem(
  context: ScheduleContext,
  item: Extract<ScriptItem, { readonly kind: "set" }>,
  common: Common,
): ScheduleItem | undefined {
  const { typing, parser, bigEndian } = context.observation.environment;
  const type = typing.typeOf(item.target);
  const cast = { kind: "cast", type, operand: item.value, span: item.value.span } as const;
  const valueDraft = routineOf(context, "set", cast, "value");
  if (valueDraft === undefined) return undefined;
  const value = finishRoutine(valueDraft);
  const text = context.reading.textOf(item.target.span);
  const bits = typing.memberOf(item.target);
  if (bits?.bitWidth !== undefined && item.target.kind === "member") {
    const base = item.target.base;
    const field = bitFieldPlace(ZERO, bits, bigEndian);
    const pointer = item.target.isArrow
      ? base
      : ({ kind: "unary", operator: "&", operand: base, span: base.span } as const);
    const word = wordAddress(
      parser.types,
      pointer,
      Number(field.access.address.constant),
      base.span,
    );
    const address = routineOf(context, "set", word, "value");
    if (address === undefined) return undefined;
    return {
      ...common,
      kind: "set",
      text,
      address: finishRoutine(address),
      size: field.access.size,
      bitShift: field.shift,
      bitSize: field.width,
      value,
    };
  }
  const register = registerOf(context, item.target);
  const address = register ?? addressRoutine(context, "set", item.target);
  if (address === undefined) return undefined;
  return {
    ...common,
    kind: "set",
    text,
    address,
    size: type.size,
    bitShift: undefined,
    bitSize: undefined,
    value,
  };
}

/** `(char *)pointer + offset`. */
function wordAddress(
  types: Reading["parser"]["types"],
  pointer: Expression,
  offset: number,
  span: Expression["span"],
): Expression {
  const bytes = {
    kind: "cast",
    type: types.pointerTo(types.char),
    operand: pointer,
    span,
  } as const;
  const right = {
    kind: "integer",
    value: BigInt(offset),
    type: types.int,
    text: String(offset),
    span,
  } as const;
  return { kind: "binary", operator: "+", left: bytes, right, operatorSpan: span, span };
}

/** A register variable is named: it has no address. */
function registerOf(
  context: ScheduleContext,
  target: Expression,
): { thread: number; function: number; slot: number; as: Conversion } | undefined {
  if (target.kind !== "member") return undefined;
  const member = context.reading.names.threadMember(target);
  if (member?.member.kind !== "local") return undefined;
  const { function: functionName, name } = member.member;
  const index = context.functions.findIndex((draft) => draft.name === functionName);
  const draft = context.functions[index];
  const variable = draft && [...draft.parameters, ...draft.locals].find((one) => one.name === name);
  if (variable?.storage.kind !== "register") return undefined;
  const thread = resolveThread(
    context.observation,
    { text: member.thread.name, span: member.threadSpan },
    member.index,
  );
  if (thread === undefined) return undefined;
  return { thread, function: index, slot: variable.storage.slot, as: variable.storage.as };
}

// ---- Expectations ----

export function resolveExpectation(
  context: ScheduleContext,
  item: ExpectItem,
  invariants: readonly string[],
): Expectation | undefined {
  const { span } = item;
  switch (item.what) {
    case "violation": {
      const known = [...invariants, ...properties, "assert"];
      if (!known.includes(item.name.text)) {
        reportUnknown(
          context.reading,
          "K28",
          item.name,
          known,
          "There is no invariant or property",
        );
        return undefined;
      }
      return { span, kind: "violation", name: item.name.text };
    }
    case "kill": {
      const thread = threadOf(context, item.thread);
      const signals = ["SIGSEGV", "SIGILL", "SIGFPE"];
      if (!signals.includes(item.signal.text)) {
        reportUnknown(context.reading, "K29", item.signal, signals, "A thread is not killed by");
        return undefined;
      }
      return thread === undefined
        ? undefined
        : { span, kind: "kill", thread, signal: item.signal.text };
    }
    case "aborts": {
      const thread = threadOf(context, item.thread);
      const count = numberOf(context, item.count, "The number of aborts", COUNT_MAX);
      if (thread === undefined || count === undefined) return undefined;
      return { span, kind: "aborts", thread, relation: item.relation, count };
    }
  }
}
