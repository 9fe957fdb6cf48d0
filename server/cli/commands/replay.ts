// `rseq-lab replay FILE TRACE`: takes the recorded steps again, one by one, and checks that each does what it did.
import { isDeepStrictEqual } from "node:util";
import { createRun } from "../../engine/index.ts";
import type { BuiltInProperty, CompiledScenario, Run, ScheduleItem } from "../../engine/index.ts";
import type { Command, ExitCode, Invocation, Values } from "../command.ts";
import {
  DEFINE_OPTION,
  INCLUDE_OPTION,
  KERNEL_OPTION,
  stringValue,
  TARGET_OPTION,
  UsageError,
  wordValue,
} from "../command.ts";
import { overridesOf, readScenarioFile, scheduleOfFile } from "../scenario-file.ts";
import type { Overrides } from "../scenario-file.ts";
import type { Json, LineOf } from "../state-json.ts";
import { countText, formatDiagnostic } from "../terminal.ts";
import { stepLines } from "../trace-file.ts";
import type { StepLine } from "../trace-file.ts";
import { isObject, traceLines } from "../trace-reader.ts";
import type { TraceLine } from "../trace-reader.ts";

export const replay: Command = {
  name: "replay",
  operands: "FILE TRACE",
  description:
    "Runs a scenario again as TRACE (written by `run --trace`) recorded it, and checks step by step that it is the same.\n" +
    "Exit status: 0 the same, 1 a step differs, 2 the file has errors or TRACE is no trace.",
  options: {
    "schedule-file": {
      type: "string",
      value: "FILE",
      help: "the file of the recorded run, for the values of its `set` items",
    },
    kernel: { ...KERNEL_OPTION, help: "kernel profile (default: the one that was recorded)" },
    target: { ...TARGET_OPTION, help: "target (default: the one that was recorded)" },
    include: INCLUDE_OPTION,
    define: DEFINE_OPTION,
    format: { type: "string", value: "text|json", help: "form of the output" },
  },
  run: replayTrace,
};

/** What the first line of the trace says about the run; empty where it says nothing. */
interface Recorded {
  readonly kernel: string | undefined;
  readonly target: string | undefined;
  readonly schedule: string | undefined;
  readonly scheduleFile: string | undefined;
  readonly checks: Readonly<Partial<Record<BuiltInProperty, "on" | "off">>>;
  readonly events: Int32Array;
  readonly hasSets: boolean;
}

/** The first step that differs; `found` is undefined where the run cannot take it. */
interface Mismatch {
  readonly step: number;
  readonly message: string;
  readonly expected: TraceLine;
  readonly found: StepLine | undefined;
  /** Keys of the line whose values differ. */
  readonly keys: readonly string[];
}

async function replayTrace({ values, positionals, output }: Invocation): Promise<ExitCode> {
  const [path, tracePath, ...others] = positionals;
  if (path === undefined || tracePath === undefined || others.length > 0) {
    throw new UsageError("replay takes a scenario and a trace. Try `rseq-lab replay --help`.");
  }
  const format = wordValue(values, "format", ["text", "json"]);
  const recorded = await readRecord(tracePath);
  const overrides: Overrides = { ...overridesOfRecord(recorded), ...overridesOf(values) };
  const { compiled, textOf, lineOf } = await readScenarioFile(path, values, overrides);
  const { program } = compiled;
  if (program === undefined) {
    const told = compiled.diagnostics.map((each) => formatDiagnostic(each, textOf, false));
    throw new UsageError(`'${path}' has errors and cannot run.\n${told.join("").trimEnd()}`);
  }
  const started = createRun(program, {
    schedule: {
      kind: "replay",
      events: recorded.events,
      items: await recordedItems(compiled, recorded, values),
    },
    maxSteps: recorded.events.length + 1,
    checks: recorded.checks,
    history: false,
  });
  const mismatch = await firstMismatch(started, tracePath, lineOf);
  await output.write(
    format === "json"
      ? `${JSON.stringify(resultJson(started, recorded, mismatch))}\n`
      : resultText(started, recorded, mismatch),
  );
  return mismatch === undefined ? 0 : 1;
}

async function readRecord(path: string): Promise<Recorded> {
  const events: number[] = [];
  let first: TraceLine | undefined;
  let hasSets = false;
  for await (const line of traceLines(path)) {
    first ??= line;
    events.push(Number(line["event"]));
    hasSets ||= line["kind"] === "set";
  }
  if (first === undefined) throw new UsageError(`'${path}' holds no step.`);
  const run = isObject(first["run"]) ? first["run"] : {};
  const text = (key: string): string | undefined => {
    const value = run[key];
    return typeof value === "string" ? value : undefined;
  };
  return {
    kernel: text("kernel"),
    target: text("target"),
    schedule: text("schedule"),
    scheduleFile: text("scheduleFile"),
    checks: isObject(run["checks"]) ? run["checks"] : {},
    events: Int32Array.from(events),
    hasSets,
  };
}

function overridesOfRecord({ kernel, target }: Recorded): Overrides {
  return {
    ...(kernel === undefined ? {} : { kernel }),
    ...(target === undefined ? {} : { target }),
  };
}

/** The items of the recorded schedule, whose `set` items hold the values that were written from outside. */
async function recordedItems(
  compiled: CompiledScenario,
  recorded: Recorded,
  values: Values,
): Promise<readonly ScheduleItem[]> {
  const file = stringValue(values, "schedule-file");
  if (file !== undefined) {
    const choice = await scheduleOfFile(compiled, file);
    return choice.kind === "items" ? choice.items : [];
  }
  if (recorded.hasSets && recorded.scheduleFile !== undefined) {
    throw new UsageError(
      `the trace was recorded with --schedule-file ${recorded.scheduleFile}, whose \`set\` items hold values; give the option again.`,
    );
  }
  const schedule = compiled.program?.schedules.find(({ name }) => name === recorded.schedule);
  return schedule?.kind === "script" ? schedule.items : [];
}

async function firstMismatch(
  started: Run,
  path: string,
  lineOf: LineOf,
): Promise<Mismatch | undefined> {
  const lastLine = stepLines(started, lineOf);
  for await (const expected of traceLines(path)) {
    const step = started.position + 1;
    const outcome = started.forward();
    const found = started.position === step ? lastLine() : undefined;
    if (found === undefined) {
      const message = `Step ${step} differs: ${whyNot(outcome)}`;
      return { step, message, expected, found, keys: [] };
    }
    const keys = differingKeys(expected, found);
    if (keys.length > 0) {
      const message = `Step ${step} differs in ${keys.join(", ")}.`;
      return { step, message, expected, found, keys };
    }
  }
  return undefined;
}

function whyNot(outcome: ReturnType<Run["forward"]>): string {
  if (outcome.kind === "error") return outcome.error.message;
  if (outcome.kind !== "violation") return "the run has no such step.";
  const { name, step } = outcome.violation;
  return `the run ended before, because '${name}' was violated at step ${step}.`;
}

/** Keys of a step's line that were recorded and have another value now. Unknown ones of a later version are left out. */
function differingKeys(expected: TraceLine, found: StepLine): readonly string[] {
  return Object.keys(found).filter(
    (key) => key in expected && !isDeepStrictEqual(expected[key], plain(found[key])),
  );
}

/** As JSON gives it back. */
function plain(value: Json | undefined): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function resultJson(started: Run, recorded: Recorded, mismatch: Mismatch | undefined): Json {
  return {
    version: 1,
    verdict: mismatch === undefined ? "same" : "different",
    kernel: started.program.kernel.profile,
    schedule: recorded.schedule ?? null,
    steps: recorded.events.length,
    mismatch:
      mismatch === undefined
        ? null
        : {
            step: mismatch.step,
            message: mismatch.message,
            keys: mismatch.keys,
            expected: mismatch.expected as Json,
            found: mismatch.found ?? null,
          },
  };
}

function resultText(started: Run, recorded: Recorded, mismatch: Mismatch | undefined): string {
  const kernel = started.program.kernel.profile;
  if (mismatch === undefined) {
    const schedule = recorded.schedule === undefined ? "" : `, schedule ${recorded.schedule}`;
    return `Same: ${countText(recorded.events.length, "step")} (${kernel}${schedule}).\n`;
  }
  const { expected, found, keys, message } = mismatch;
  const lines = [
    ...(recorded.kernel === undefined || recorded.kernel === kernel
      ? []
      : [`Recorded on ${recorded.kernel}, replayed on ${kernel}.`]),
    `  expected  ${stepText(expected)}`,
    `  found     ${found === undefined ? "nothing" : stepText(found)}`,
    ...keys.map(
      (key) => `  ${key}: ${brief(expected[key])} was recorded, ${brief(found?.[key])} is found`,
    ),
    message,
  ];
  return `${lines.join("\n")}\n`;
}

/** `step 12: worker[0] op increment:9 load …`. */
function stepText(line: TraceLine): string {
  const words = [line["thread"], line["kind"], placeText(line), line["text"]];
  const known = words.filter((word) => typeof word === "string" && word !== "");
  return `step ${String(line["step"])}: ${known.join(" ")}`;
}

function placeText(line: TraceLine): string {
  if (typeof line["function"] !== "string") return "";
  return typeof line["line"] === "number"
    ? `${line["function"]}:${line["line"]}`
    : line["function"];
}

const BRIEF_UNITS_MAX = 200;

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= BRIEF_UNITS_MAX ? text : `${text.slice(0, BRIEF_UNITS_MAX)}…`;
}
