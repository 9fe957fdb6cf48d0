// Reads a scenario file: C through the unit reader, scenario words through its hooks. The kernel and the target decide what the
// prelude and the types are, yet stand in the file: it is read with a guess from its text and again if the guess was wrong.
import { builtinHeader, scenarioPrelude } from "../abi/headers.ts";
import type { Profile } from "../abi/profile.ts";
import { NEWEST_RELEASED, PROFILES, findProfile } from "../abi/profiles/index.ts";
import type { Target } from "../abi/target.ts";
import { defaultTarget, targetNamed, targets } from "../abi/targets/index.ts";
import type { ObjectSymbol } from "../c/ast.ts";
import type { Parser } from "../c/parser.ts";
import { SEMICOLON } from "../c/token.ts";
import type { CUnit, WantedInclude } from "../c/unit.ts";
import { readUnit } from "../c/unit.ts";
import { assert } from "../support/assert.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { ScenarioReport } from "./codes.ts";
import { reporter } from "./codes.ts";
import { withoutConsequences } from "./consequence.ts";
import type { Item, KernelItem, MachineItem, Name } from "./item.ts";
import { isItemStart, parseItem } from "./item-parser.ts";
import { Names } from "./names.ts";
import { parseBody } from "./statement-parser.ts";
import { nearest } from "./suggestion.ts";

export interface ScenarioInput {
  readonly path: string;
  readonly text: string;
  /** What the host has loaded, by path; the scenario itself need not be among them. */
  readonly files: ReadonlyMap<string, string>;
  readonly includePaths: readonly string[];
  readonly defines: readonly string[];
  readonly overrides: {
    readonly kernel?: string | undefined;
    readonly target?: string | undefined;
    readonly cpus?: number | undefined;
  };
}

/** A scenario that was read, before anything is compiled. */
export interface Reading {
  readonly input: ScenarioInput;
  readonly unit: CUnit;
  readonly parser: Parser;
  readonly names: Names;
  readonly profile: Profile;
  /** The profile's name as the file or the command line gave it. */
  readonly profileName: string;
  /** False if neither the file nor the caller names a kernel. */
  readonly isKernelNamed: boolean;
  readonly target: Target;
  readonly items: readonly Item[];
  readonly percpu: ReadonlySet<ObjectSymbol>;
  readonly diagnostics: Diagnostic[];
  readonly report: ScenarioReport;
  readonly wanted: readonly WantedInclude[];
  readonly textOf: (span: Span) => string;
}

/** Statements that are remembered as not read whole; nobody reads as many messages. */
const BROKEN_MAX = 1000;

/** Stands behind the prelude; everything before it may be declared again by the file. */
const MARKER = "__rseq_lab_prelude_end";

export function readScenario(input: ScenarioInput): Reading {
  let kernel = input.overrides.kernel ?? guess(input.text, /\bkernel\s*"([^"\n]*)"/);
  let target = input.overrides.target ?? guess(input.text, /\btarget\s*=\s*"([^"\n]*)"/);
  for (let attempt = 0; ; attempt++) {
    const reading = readWith(input, kernel, target);
    const kernelItem = reading.items.find((item) => item.kind === "kernel");
    const machineItem = reading.items.find((item) => item.kind === "machine");
    const wantedKernel = input.overrides.kernel ?? named(kernelItem);
    const wantedTarget = input.overrides.target ?? targetSetting(machineItem);
    const isRight = wantedKernel === kernel && wantedTarget === target;
    if (isRight || attempt === 2) {
      checkNames(reading, kernelItem, machineItem);
      return reading;
    }
    kernel = wantedKernel;
    target = wantedTarget;
  }
}

function guess(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[1];
}

/** The profile that the item names; none where its text could not be read. */
function named(kernel: KernelItem | undefined): string | undefined {
  return kernel?.profile.text === "" ? undefined : kernel?.profile.text;
}

function targetSetting(machine: MachineItem | undefined): string | undefined {
  const entry = machine?.entries.find(({ key }) => key.text === "target");
  return entry?.setting.kind === "text" ? entry.setting.text : undefined;
}

function readWith(
  input: ScenarioInput,
  kernel: string | undefined,
  targetName: string | undefined,
): Reading {
  const found = kernel === undefined ? undefined : findProfile(kernel);
  const profile = found?.profile ?? NEWEST_RELEASED;
  const target = (targetName === undefined ? undefined : targetNamed(targetName)) ?? defaultTarget;
  const reader = new ScenarioReader(input);
  const unit = readUnit({
    path: input.path,
    text: input.text,
    target,
    includePaths: input.includePaths,
    defines: input.defines,
    files: input.files,
    builtinHeader: (name) => builtinHeader(profile, name),
    prelude: `${scenarioPrelude(profile, new Set())}\n${MARKER};\n`,
    hooks: {
      functionBody: (parser, definition) => reader.functionBody(parser, definition),
      externalItem: (parser) => reader.item(parser),
      isItemStart,
    },
  });
  const reading = reader.result(unit, {
    profile,
    profileName: found?.shownName ?? profile.name,
    isKernelNamed: kernel !== undefined || reader.hasKernelItem,
    target,
  });
  return reading ?? readWithoutDefines(input, kernel, targetName);
}

/** A macro of the command line may turn the built-in declarations into something else (`-D u32={`). */
function readWithoutDefines(
  input: ScenarioInput,
  kernel: string | undefined,
  targetName: string | undefined,
): Reading {
  assert(input.defines.length > 0, "the prelude is read whole without macros of others");
  const reading = readWith({ ...input, defines: [] }, kernel, targetName);
  reading.report(
    "K09",
    { path: input.path, start: 0, end: 0 },
    `The built-in declarations cannot be read with -D ${input.defines.join(" -D ")}; these macros are ignored.`,
  );
  return reading;
}

type Chosen = Pick<Reading, "profile" | "profileName" | "isKernelNamed" | "target">;

class ScenarioReader {
  readonly #items: Item[] = [];
  readonly #percpu = new Set<ObjectSymbol>();
  readonly #diagnostics: Diagnostic[] = [];
  /** Statements that could not be read whole. */
  readonly #broken: Span[] = [];
  readonly #report = reporter((diagnostic) => this.#diagnostics.push(diagnostic));
  #parser: Parser | undefined;
  #names: Names | undefined;
  readonly #input: ScenarioInput;

  constructor(input: ScenarioInput) {
    this.#input = input;
  }

  get hasKernelItem(): boolean {
    return this.#items.some(({ kind }) => kind === "kernel");
  }

  functionBody(
    parser: Parser,
    definition: Parameters<NonNullable<Parameters<typeof readUnit>[0]["hooks"]["functionBody"]>>[1],
  ): void {
    const body = parseBody(this.#context(parser));
    const name = { text: definition.name, span: definition.nameSpan };
    this.#items.push({ kind: "function", name, definition, body, span: definition.span });
  }

  item(parser: Parser): boolean {
    if (this.#names === undefined && parser.isWord(MARKER)) {
      this.#parser = parser;
      this.#names = new Names(parser);
      parser.endPrelude();
      parser.next();
      parser.accept(SEMICOLON);
      return true;
    }
    return parseItem(
      {
        ...this.#context(parser),
        declarePercpu: (symbols) => this.#declarePercpu(parser, symbols),
        declareThread: (name) => this.#declareThread(parser, name),
      },
      (item) => this.#items.push(item),
    );
  }

  #context(parser: Parser): {
    parser: Parser;
    report: ScenarioReport;
    textOf: (span: Span) => string;
    addBroken: (span: Span) => void;
  } {
    return {
      parser,
      report: this.#report,
      textOf: (span) => textAt(this.#input, span),
      addBroken: (span) => {
        if (this.#broken.length < BROKEN_MAX) this.#broken.push(span);
      },
    };
  }

  /** A percpu variable is an array of unknown length to C's typing: `hits[cpu]` has the element's type. */
  #declarePercpu(parser: Parser, symbols: readonly ObjectSymbol[]): void {
    for (const symbol of symbols) {
      const array: ObjectSymbol = {
        kind: "object",
        name: symbol.name,
        isParameter: false,
        storage: symbol.storage,
        isThreadLocal: false,
        isGlobal: true,
        nameSpan: symbol.nameSpan,
        type: parser.types.arrayOf(symbol.type, undefined),
      };
      this.#percpu.add(array);
      parser.declare(array);
    }
  }

  #declareThread(parser: Parser, name: Name): void {
    const before = parser.lookup(name.text);
    const isOurs = before !== undefined && before.nameSpan.path.startsWith("<");
    if (before === undefined || isOurs) {
      this.#names?.declareThread(name);
      return;
    }
    this.#report(
      "K16",
      name.span,
      `'${name.text}' is already declared as something else; threads share C's identifiers.`,
      { notes: [{ message: "The declaration before.", span: before.nameSpan }] },
    );
  }

  /** Undefined if the end of the prelude was never seen. */
  result(unit: CUnit, chosen: Chosen): Reading | undefined {
    const parser = this.#parser;
    const names = this.#names;
    if (parser === undefined || names === undefined) return undefined;
    this.#diagnostics.unshift(...unit.diagnostics);
    return {
      input: this.#input,
      unit,
      parser,
      names,
      ...chosen,
      items: this.#items,
      percpu: this.#percpu,
      diagnostics: this.#diagnostics,
      report: withoutConsequences(this.#report, {
        broken: this.#broken,
        items: this.#items,
        diagnostics: this.#diagnostics,
        textOf: (span) => textAt(this.#input, span),
        path: this.#input.path,
        text: this.#input.text,
      }),
      wanted: unit.wanted,
      textOf: (span) => unit.textOf(span.path)?.slice(span.start, span.end) ?? "",
    };
  }
}

function textAt(input: ScenarioInput, span: Span): string {
  const text = span.path === input.path ? input.text : (input.files.get(span.path) ?? "");
  return text.slice(span.start, span.end);
}

function checkNames(
  reading: Reading,
  kernel: KernelItem | undefined,
  machine: MachineItem | undefined,
): void {
  const profileName = reading.input.overrides.kernel ?? named(kernel);
  if (profileName !== undefined && findProfile(profileName) === undefined) {
    const hint = hintFor(
      profileName,
      PROFILES.map(({ name }) => name),
    );
    const isOurs = reading.input.overrides.kernel === undefined && kernel !== undefined;
    const name = isOurs ? `'${profileName}'` : `The launch configuration's kernel '${profileName}'`;
    reading.report(
      "K02",
      isOurs ? kernel.profile.span : { path: reading.input.path, start: 0, end: 0 },
      `${name} is no kernel profile${hint} 'rseq-lab profiles' lists them.`,
    );
  }
  const targetName = reading.input.overrides.target ?? targetSetting(machine);
  if (targetName === undefined || targetNamed(targetName) !== undefined) return;
  const entry = machine?.entries.find(({ key }) => key.text === "target");
  const known = targets.map(({ name }) => name);
  const isOurs = reading.input.overrides.target === undefined && entry !== undefined;
  const name = isOurs ? `'${targetName}'` : `The launch configuration's target '${targetName}'`;
  reading.report(
    "K05",
    isOurs ? entry.setting.span : { path: reading.input.path, start: 0, end: 0 },
    `${name} is no target${hintFor(targetName, known)} Known: ${known.join(", ")}.`,
  );
}

/** `; did you mean 'x'?`, or the sentence's end. */
function hintFor(word: string, known: readonly string[]): string {
  const suggestion = nearest(word, known);
  return suggestion === undefined ? "." : `; did you mean '${suggestion}'?`;
}
