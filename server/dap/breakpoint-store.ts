// The breakpoints as the client set them, and what they become in the program of the moment. They are kept over a restart,
// where the same specifications meet a program that may have changed.
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { StatementPlace } from "../engine/index.ts";
import type { Arguments } from "./arguments.ts";
import { BreakpointSet } from "./breakpoints.ts";
import type { AnyBreakpoint, CodeReason, Guard, LogMessage } from "./breakpoints.ts";
import type { Coordinates } from "./coordinates.ts";
import { baseName } from "./coordinates.ts";
import type { CodePlace } from "./expression.ts";
import { compileCondition, compileText } from "./expression.ts";
import type { FilterName } from "./filters.ts";
import { FILTER_NAMES } from "./filters.ts";
import { parseHitCondition } from "./hit-condition.ts";
import { codePath } from "./scenario.ts";
import type { LoadedScenario } from "./scenario.ts";

/** The texts that a client gives with any kind of breakpoint. */
interface GuardTexts {
  readonly condition: string | undefined;
  readonly hitCondition: string | undefined;
  readonly logMessage: string | undefined;
}

type Specification = GuardTexts & { readonly id: number } & (
    | {
        readonly kind: "line";
        readonly path: string;
        readonly line: number;
        readonly column: number | undefined;
      }
    | { readonly kind: "function"; readonly name: string }
    | { readonly kind: "instruction"; readonly address: number }
    | {
        readonly kind: "data";
        readonly address: number;
        readonly size: number;
        readonly access: "read" | "write" | "readWrite";
      }
    | { readonly kind: "filter"; readonly filter: FilterName }
  );

interface Resolved {
  readonly answer: DebugProtocol.Breakpoint;
  readonly breakpoint: AnyBreakpoint | undefined;
}

type Kind = Specification["kind"];

export class BreakpointStore {
  #nextId = 1;
  readonly #lines = new Map<string, readonly Specification[]>();
  readonly #others = new Map<Kind, readonly Specification[]>();
  #scenario: LoadedScenario | undefined;
  #coordinates: Coordinates | undefined;
  #active = new BreakpointSet([]);

  get active(): BreakpointSet {
    return this.#active;
  }

  /** Called when `initialize` said how the client counts. */
  useCoordinates(coordinates: Coordinates): void {
    this.#coordinates = coordinates;
  }

  /** Resolves everything against a program and tells what became of each. */
  useScenario(scenario: LoadedScenario): readonly DebugProtocol.Breakpoint[] {
    this.#scenario = scenario;
    return this.#activate()
      .filter(({ breakpoint }) => breakpoint?.kind !== "exception")
      .map(({ answer }) => answer);
  }

  setLines(path: string, list: readonly Arguments[]): readonly DebugProtocol.Breakpoint[] {
    const coordinates = this.#coordinates;
    const specifications = list.map((args): Specification => {
      const column = args.optionalInteger("column");
      return {
        ...readGuard(args),
        kind: "line",
        id: this.#nextId++,
        path,
        line: coordinates?.fromClientLine(args.integer("line")) ?? args.integer("line"),
        column:
          column === undefined ? undefined : (coordinates?.fromClientColumn(column) ?? column),
      };
    });
    this.#lines.set(path, specifications);
    return this.#answers(specifications);
  }

  setFunctions(list: readonly Arguments[]): readonly DebugProtocol.Breakpoint[] {
    return this.#set(
      "function",
      list.map((args) => ({
        ...readGuard(args),
        kind: "function",
        id: this.#nextId++,
        name: args.string("name"),
      })),
    );
  }

  setInstructions(
    list: readonly { readonly args: Arguments; readonly address: number }[],
  ): readonly DebugProtocol.Breakpoint[] {
    return this.#set(
      "instruction",
      list.map(({ args, address }) => ({
        ...readGuard(args),
        kind: "instruction",
        id: this.#nextId++,
        address,
      })),
    );
  }

  setData(
    list: readonly { readonly args: Arguments; readonly address: number; readonly size: number }[],
  ): readonly DebugProtocol.Breakpoint[] {
    return this.#set(
      "data",
      list.map(({ args, address, size }) => ({
        ...readGuard(args),
        kind: "data",
        id: this.#nextId++,
        address,
        size,
        access: args.word("accessType", ["read", "write", "readWrite"]) ?? "write",
      })),
    );
  }

  /** Names that are no filter are answered as not verified. */
  setFilters(
    list: readonly { readonly name: string; readonly condition: string | undefined }[],
  ): readonly DebugProtocol.Breakpoint[] {
    const specifications = list.map(({ name, condition }): Specification | string => {
      const filter = FILTER_NAMES.find((each) => each === name);
      if (filter === undefined) return name;
      return {
        kind: "filter",
        filter,
        id: this.#nextId++,
        condition,
        hitCondition: undefined,
        logMessage: undefined,
      };
    });
    const known = specifications.filter((each) => typeof each !== "string");
    const answers = this.#set("filter", known);
    return specifications.map((each) =>
      typeof each === "string"
        ? { verified: false, message: `There is no exception filter '${each}'.` }
        : (answers.find(({ id }) => id === each.id) ?? { verified: false }),
    );
  }

  #set(kind: Kind, specifications: readonly Specification[]): readonly DebugProtocol.Breakpoint[] {
    this.#others.set(kind, specifications);
    return this.#answers(specifications);
  }

  #answers(specifications: readonly Specification[]): readonly DebugProtocol.Breakpoint[] {
    const resolved = this.#activate();
    return specifications.map(
      ({ id }) =>
        resolved.find(({ answer }) => answer.id === id)?.answer ?? { id, verified: false },
    );
  }

  /** Resolves all anew: an id keeps its meaning, its hits are counted again. */
  #activate(): readonly Resolved[] {
    const all = [...[...this.#lines.values()].flat(), ...[...this.#others.values()].flat()];
    const scenario = this.#scenario;
    if (scenario === undefined)
      return all.map(({ id }) => ({ answer: pending(id), breakpoint: undefined }));
    const resolved = all.map((each) => resolve(scenario, each, this.#coordinates));
    this.#active = new BreakpointSet(
      resolved.map(({ breakpoint }) => breakpoint).filter((each) => each !== undefined),
    );
    this.#active.countHistory(scenario.run);
    return resolved;
  }
}

function pending(id: number): DebugProtocol.Breakpoint {
  return {
    id,
    verified: false,
    reason: "pending",
    message: "It is verified when the scenario is launched.",
  };
}

function failed(id: number, message: string): Resolved {
  return { answer: { id, verified: false, reason: "failed", message }, breakpoint: undefined };
}

function readGuard(args: Arguments): GuardTexts {
  const text = (name: string): string | undefined => {
    const value = args.optionalString(name);
    return value?.trim() === "" ? undefined : value;
  };
  return {
    condition: text("condition"),
    hitCondition: text("hitCondition"),
    logMessage: text("logMessage"),
  };
}

function resolve(
  scenario: LoadedScenario,
  specification: Specification,
  coordinates: Coordinates | undefined,
): Resolved {
  switch (specification.kind) {
    case "line":
      return resolveLine(scenario, specification, coordinates);
    case "function":
      return resolveFunction(scenario, specification, coordinates);
    case "instruction":
      return resolveInstruction(scenario, specification, coordinates);
    case "data": {
      const { address, size, access, id } = specification;
      const guard = compileGuard(scenario, specification, undefined);
      if (typeof guard === "string") return failed(id, guard);
      return {
        answer: { id, verified: true },
        breakpoint: { kind: "data breakpoint", id, guard, hits: [], address, size, access },
      };
    }
    case "filter": {
      const { filter, id } = specification;
      const guard = compileGuard(scenario, specification, undefined);
      if (typeof guard === "string") return failed(id, guard);
      return {
        answer: { id, verified: true },
        breakpoint: { kind: "exception", id, guard, hits: [], filter },
      };
    }
  }
}

function resolveLine(
  scenario: LoadedScenario,
  specification: Specification & { readonly kind: "line" },
  coordinates: Coordinates | undefined,
): Resolved {
  const { line, column, id } = specification;
  const path = codePath(scenario, specification.path);
  const place = scenario.codeMap.resolve(path, line, column);
  if (place === undefined) {
    const message = scenario.codeMap.paths.includes(path)
      ? "No statement follows this line."
      : `${baseName(path)} has no code in this scenario.`;
    return failed(id, message);
  }
  return codeBreakpoint(
    scenario,
    specification,
    "breakpoint",
    place.instructions,
    place,
    coordinates,
  );
}

function resolveFunction(
  scenario: LoadedScenario,
  specification: Specification & { readonly kind: "function" },
  coordinates: Coordinates | undefined,
): Resolved {
  const instructions = namedInstructions(scenario, specification.name.trim());
  const [first] = instructions;
  if (first === undefined) {
    return failed(
      specification.id,
      `There is no function, thread or section '${specification.name}' in this scenario.`,
    );
  }
  const place = scenario.codeMap.placeOf(first);
  return codeBreakpoint(
    scenario,
    specification,
    "function breakpoint",
    instructions,
    place === undefined ? undefined : { ...place, instructions },
    coordinates,
  );
}

/** Entries of functions and thread bodies, starts of sections (also as `push_cs`), or all that match `/expression/`. */
function namedInstructions({ program }: LoadedScenario, name: string): readonly number[] {
  const pattern = /^\/(.*)\/$/.exec(name)?.[1];
  const matches = pattern === undefined ? undefined : safePattern(pattern);
  const fits = (each: string): boolean =>
    matches === undefined ? each === name : matches.test(each);
  const functions = program.functions.filter((each) => fits(each.name)).map(({ start }) => start);
  if (functions.length > 0) return functions;
  return program.sections
    .filter((each) => fits(each.name) || fits(`${each.name}_cs`))
    .map(({ start }) => start);
}

function safePattern(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}

function resolveInstruction(
  scenario: LoadedScenario,
  specification: Specification & { readonly kind: "instruction" },
  coordinates: Coordinates | undefined,
): Resolved {
  const { textAddress, instructions } = scenario.program;
  const index = (specification.address - textAddress) / INSTRUCTION_BYTES;
  const address = `0x${specification.address.toString(16)}`;
  if (!Number.isInteger(index) || instructions[index] === undefined) {
    return failed(specification.id, `No instruction starts at ${address}.`);
  }
  const place = scenario.codeMap.placeOf(index);
  const resolved = codeBreakpoint(
    scenario,
    specification,
    "instruction breakpoint",
    [index],
    place === undefined ? undefined : { ...place, instructions: [index] },
    coordinates,
  );
  return { ...resolved, answer: { ...resolved.answer, instructionReference: address } };
}

const INSTRUCTION_BYTES = 4;

function codeBreakpoint(
  scenario: LoadedScenario,
  specification: Specification,
  kind: CodeReason,
  instructions: readonly number[],
  place: StatementPlace | undefined,
  coordinates: Coordinates | undefined,
): Resolved {
  const { id } = specification;
  const guard = compileGuard(
    scenario,
    specification,
    placeOfInstruction(scenario, instructions[0]),
  );
  if (typeof guard === "string") return failed(id, guard);
  const shown =
    place === undefined || coordinates === undefined
      ? {}
      : {
          source: coordinates.toSource(place.path, scenario.program.kernel.profile),
          ...coordinates.toClientRange(place.start, place.end),
        };
  return {
    answer: { id, verified: true, ...shown },
    breakpoint: { kind, id, guard, hits: [], instructions },
  };
}

function placeOfInstruction(
  { program }: LoadedScenario,
  instruction: number | undefined,
): CodePlace | undefined {
  if (instruction === undefined) return undefined;
  const owner = program.instructions[instruction]?.function;
  return owner === undefined ? undefined : { function: owner, instruction };
}

/** The compiled texts, or the sentence that says which one is wrong. */
function compileGuard(
  scenario: LoadedScenario,
  texts: GuardTexts,
  at: CodePlace | undefined,
): Guard | string {
  const condition =
    texts.condition === undefined ? undefined : compileCondition(scenario, texts.condition, at);
  if (condition?.ok === false) return `The condition is not valid: ${condition.message}`;
  const hitCondition =
    texts.hitCondition === undefined ? undefined : parseHitCondition(texts.hitCondition);
  if (texts.hitCondition !== undefined && hitCondition === undefined) {
    return `The hit count '${texts.hitCondition}' is not valid; it can be 5, >= 3 or % 4.`;
  }
  const logMessage =
    texts.logMessage === undefined ? undefined : compileLogMessage(scenario, texts.logMessage, at);
  if (typeof logMessage === "string") return `The log message is not valid: ${logMessage}`;
  return { condition: condition?.routine, hitCondition, logMessage };
}

/** `{expression}` parts are compiled; `\{` is a brace. */
function compileLogMessage(
  scenario: LoadedScenario,
  text: string,
  at: CodePlace | undefined,
): LogMessage | string {
  const parts: LogMessage[number][] = [];
  for (const [part] of text.matchAll(/\\[{}]|\{[^}]*\}|[^{\\]+|[\s\S]/g)) {
    if (!/^\{.*\}$/s.test(part)) {
      parts.push(part.replace(/^\\([{}])$/, "$1"));
      continue;
    }
    const compiled = compileText(scenario, part.slice(1, -1), at);
    if (!compiled.ok) return compiled.message;
    parts.push(compiled.routine);
  }
  return parts;
}
