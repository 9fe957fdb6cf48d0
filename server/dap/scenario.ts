// From a launch configuration to a run: reads the file and what it includes, compiles it, chooses the schedule. What cannot
// be launched is told with its diagnostics.
import { compileScenario, createRun, LineIndex, makeCodeMap } from "../engine/index.ts";
import type {
  BuiltInProperty,
  CodeMap,
  CompiledScenario,
  Diagnostic,
  Program,
  Run,
  RunOptions,
  ScheduleChoice,
} from "../engine/index.ts";
import type { Host } from "../host/host.ts";
import { readWithIncludes } from "../host/includes.ts";
import type { Arguments } from "./arguments.ts";
import { baseName, normalisePath } from "./coordinates.ts";
import { ERROR_ARGUMENT, ERROR_LAUNCH, Failure } from "./failure.ts";
import { launchErrorText } from "./to-dap.ts";

/** What `launch` and `restart` ask for. Paths are the engine's. */
export interface LaunchOptions {
  readonly program: string;
  readonly schedule: string | undefined;
  readonly seed: bigint | undefined;
  readonly kernel: string | undefined;
  readonly target: string | undefined;
  readonly cpus: number | undefined;
  readonly stopOnEntry: boolean;
  readonly maxSteps: number | undefined;
  readonly noDebug: boolean;
  readonly checks: Readonly<Partial<Record<BuiltInProperty, "on" | "off" | "adversarial">>>;
  readonly includePaths: readonly string[];
  readonly defines: readonly string[];
}

const PROPERTIES: readonly BuiltInProperty[] = [
  "private_access",
  "deadlock",
  "livelock",
  "segv",
  "unmapped",
  "uninitialised",
  "misaligned_atomic",
];

/** Throws `Failure` for a value that is not what the configuration's schema says. */
export function readLaunchOptions(
  args: Arguments,
  toPath: (text: string) => string,
): LaunchOptions {
  const program = args.optionalString("program");
  if (program === undefined || program === "") {
    throw new Failure(
      ERROR_LAUNCH,
      "The launch configuration has no 'program'. Name the .rseq file to debug.",
      {
        showUser: true,
      },
    );
  }
  for (const name of ["trace", "explore"]) {
    if (args.has(name) && args.booleanOf(name) !== false) {
      throw new Failure(ERROR_LAUNCH, `'${name}' is not available in this version.`, {
        showUser: true,
      });
    }
  }
  return {
    program: toPath(program),
    schedule: args.optionalString("schedule"),
    seed: readSeed(args),
    kernel: args.optionalString("kernel"),
    target: args.optionalString("target"),
    cpus: readBounded(args, "cpus", 64),
    stopOnEntry: args.boolean("stopOnEntry", true),
    maxSteps: readBounded(args, "maxSteps", 1e12),
    noDebug: args.boolean("noDebug", false),
    checks: readChecks(args),
    includePaths: args.strings("includePath").map(toPath),
    defines: args.strings("defines"),
  };
}

/** A number, or text for what a JSON number cannot hold. */
function readSeed(args: Arguments): bigint | undefined {
  if (!args.has("seed")) return undefined;
  try {
    const number = args.optionalCount("seed");
    return number === undefined ? undefined : BigInt(number);
  } catch {
    const text = args.string("seed");
    if (/^(?:\d{1,20}|0x[\da-f]{1,16})$/i.test(text)) return BigInt.asUintN(64, BigInt(text));
    throw new Failure(ERROR_ARGUMENT, `'seed' is '${text}'; it must be a whole number below 2^64.`);
  }
}

function readBounded(args: Arguments, name: string, most: number): number | undefined {
  const value = args.optionalInteger(name);
  if (value !== undefined && (value < 1 || value > most)) {
    throw new Failure(ERROR_ARGUMENT, `'${name}' is ${value}; it must be from 1 to ${most}.`, {
      showUser: true,
    });
  }
  return value;
}

type Check = "on" | "off" | "adversarial";

/** `{ "segv": "off" }`, or true or false for all properties together. */
function readChecks(args: Arguments): LaunchOptions["checks"] {
  const all = args.booleanOf("check");
  if (all !== undefined) {
    return Object.fromEntries(
      PROPERTIES.map((name): [string, Check] => [name, all ? "on" : "off"]),
    );
  }
  const checks: Partial<Record<BuiltInProperty, Check>> = {};
  for (const [name, value] of args.entries("check")) {
    const property = PROPERTIES.find((each) => each === name);
    const setting = readCheck(value);
    if (property === undefined || setting === undefined) {
      throw new Failure(
        ERROR_ARGUMENT,
        `'check' has '${name}'; it can switch ${PROPERTIES.join(", ")} "on", "off" or "adversarial".`,
        { showUser: true },
      );
    }
    checks[property] = setting;
  }
  return checks;
}

function readCheck(value: unknown): Check | undefined {
  if (typeof value === "boolean") return value ? "on" : "off";
  return value === "on" || value === "off" || value === "adversarial" ? value : undefined;
}

/** A compiled file with a run of it, and its sources as they were. */
export interface LoadedScenario {
  readonly options: LaunchOptions;
  readonly compiled: CompiledScenario;
  readonly program: Program;
  readonly run: Run;
  readonly codeMap: CodeMap;
  readonly textOf: (path: string) => string | undefined;
}

/** The engine's name of a file with code, for one that a client names; the name itself if it has none. */
export function codePath({ codeMap }: LoadedScenario, path: string): string {
  return codeMap.paths.find((each) => each === path || normalisePath(each) === path) ?? path;
}

/** Why a file cannot be run. */
export interface LaunchProblem {
  readonly message: string;
  readonly errors: readonly {
    readonly diagnostic: Diagnostic;
    readonly line: number;
    readonly column: number;
  }[];
}

export type LoadResult =
  | { readonly ok: true; readonly scenario: LoadedScenario }
  | { readonly ok: false; readonly problem: LaunchProblem };

export async function loadScenario(host: Host, options: LaunchOptions): Promise<LoadResult> {
  const path = options.program;
  const file = await host.readFile(path);
  if (file.kind === "missing") return refuse(`There is no file '${path}'.`);
  if (file.kind === "unreadable") return refuse(`'${path}' cannot be read: ${file.reason}.`);
  const files = new Map<string, string>();
  const compiled = await readWithIncludes(host, files, (loaded) =>
    compileScenario({
      path,
      text: file.text,
      files: loaded,
      includePaths: options.includePaths,
      defines: options.defines,
      overrides: {
        ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
        ...(options.target === undefined ? {} : { target: options.target }),
        ...(options.cpus === undefined ? {} : { cpus: options.cpus }),
      },
    }),
  );
  files.set(path, file.text);
  const textOf = (name: string): string | undefined =>
    files.get(name) ?? compiled.reading.unit.textOf(name);
  const { program } = compiled;
  if (program === undefined) return refuse("", compiled.diagnostics, baseName(path), textOf);
  const schedule = chooseSchedule(program, options.schedule);
  if (typeof schedule === "string") return refuse(schedule);
  const run = createRun(program, runOptions(options, schedule));
  const codeMap = makeCodeMap(program, textOf);
  return { ok: true, scenario: { options, compiled, program, run, codeMap, textOf } };
}

function runOptions(options: LaunchOptions, schedule: ScheduleChoice): RunOptions {
  return {
    schedule,
    checks: options.checks,
    history: true,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.maxSteps === undefined ? {} : { maxSteps: options.maxSteps }),
  };
}

/** The schedule of that name, or a sentence that lists those there are. */
function chooseSchedule(program: Program, name: string | undefined): ScheduleChoice | string {
  if (name === undefined) return { kind: "default" };
  if (program.schedules.some((schedule) => schedule.name === name)) return { kind: "named", name };
  if (name === "round_robin") return { kind: "round-robin" };
  if (name === "random" || name === "manual") return { kind: name };
  const names = [...program.schedules.map((each) => each.name), "round_robin", "random", "manual"];
  return `There is no schedule '${name}' in ${baseName(program.path)}; it can run under ${names.join(", ")}.`;
}

function refuse(
  message: string,
  diagnostics: readonly Diagnostic[] = [],
  fileName = "",
  textOf: (path: string) => string | undefined = () => undefined,
): LoadResult {
  const errors = diagnostics
    .filter(({ severity }) => severity === "error")
    .map((diagnostic) => {
      const { line, column } = new LineIndex(textOf(diagnostic.span.path) ?? "").at(
        diagnostic.span.start,
      );
      return { diagnostic, line, column };
    });
  const text =
    message === ""
      ? launchErrorText(
          fileName,
          errors.map(({ diagnostic, line }) => ({ message: diagnostic.message, line })),
        )
      : message;
  return { ok: false, problem: { message: text, errors } };
}
