// `rseq-lab run FILE`: one run of a scenario under one schedule.
import { resolve } from "node:path";
import { createRun } from "../../engine/index.ts";
import type {
  BuiltInProperty,
  CompiledScenario,
  Program,
  Run,
  ScheduleChoice,
  ScheduleItem,
  Verdict,
} from "../../engine/index.ts";
import type { Command, ExitCode, Invocation, Output } from "../command.ts";
import {
  DEFINE_OPTION,
  INCLUDE_OPTION,
  KERNEL_OPTION,
  numberValue,
  stringValue,
  stringValues,
  TARGET_OPTION,
  UsageError,
  wordValue,
} from "../command.ts";
import { Timeline } from "../perfetto.ts";
import { overridesOf, readScenarioFile, scheduleOfFile } from "../scenario-file.ts";
import { globalsJson, leftOutJson, threadsJson } from "../state-json.ts";
import type { Json, LineOf } from "../state-json.ts";
import { formatDiagnostic, formatPlace } from "../terminal.ts";
import { traceWriter } from "../trace-file.ts";
import type { RunRecord } from "../trace-file.ts";

const PROPERTIES: readonly BuiltInProperty[] = [
  "private_access",
  "deadlock",
  "livelock",
  "segv",
  "unmapped",
  "uninitialised",
  "misaligned_atomic",
];

export const run: Command = {
  name: "run",
  operands: "FILE",
  description:
    "Runs a scenario under one schedule and prints the verdict.\n" +
    "Exit status: 0 as expected, 1 a property was violated, 2 the file has errors, 3 a bound was reached.",
  options: {
    schedule: {
      type: "string",
      value: "NAME",
      help: "a schedule of the file, round_robin or random (default: the file's first)",
    },
    seed: { type: "string", value: "N", help: "seed of a random schedule" },
    check: {
      type: "string",
      multiple: true,
      value: "PROPERTY=on|off",
      help: `switch a built-in property: ${PROPERTIES.join(", ")}`,
    },
    "max-steps": { type: "string", value: "N", help: "stop after N steps (default 1000000)" },
    "schedule-file": {
      type: "string",
      value: "FILE",
      help: "run under the first `schedule NAME { … }` of FILE",
    },
    states: { type: "boolean", help: "JSON: the state after each top-level item of the schedule" },
    trace: { type: "string", value: "FILE", help: "write one JSON object a step to FILE" },
    kernel: KERNEL_OPTION,
    target: TARGET_OPTION,
    include: INCLUDE_OPTION,
    define: DEFINE_OPTION,
    format: {
      type: "string",
      value: "text|json|perfetto",
      help: "form of the output; perfetto: a trace that the Perfetto UI opens",
    },
  },
  run: runScenario,
};

async function runScenario(invocation: Invocation): Promise<ExitCode> {
  const { values, positionals, output } = invocation;
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) {
    throw new UsageError("run takes one scenario. Try `rseq-lab run --help`.");
  }
  const format = wordValue(values, "format", ["text", "json", "perfetto"]);
  const { compiled, textOf, lineOf } = await readScenarioFile(path, values, overridesOf(values));
  if (compiled.program === undefined) {
    if (format === "json") await output.write(`${JSON.stringify(errorJson(compiled, lineOf))}\n`);
    else
      for (const each of compiled.diagnostics)
        output.complain(formatDiagnostic(each, textOf, false));
    return 2;
  }
  const choice = await scheduleChoice(compiled, compiled.program, invocation);
  const started = createRun(compiled.program, {
    schedule: choice,
    ...optionalSeed(invocation),
    ...optionalSteps(invocation),
    checks: checkChoices(invocation),
    history: false,
  });
  const observers: StepObserver[] = [];
  const states: Json[] | undefined = values["states"] === true ? [] : undefined;
  if (states !== undefined)
    observers.push(statesObserver(started, itemsOf(compiled.program, choice), states, lineOf));
  const tracePath = stringValue(values, "trace");
  if (tracePath !== undefined)
    observers.push(
      await traceObserver(resolve(tracePath), started, lineOf, {
        kernel: compiled.program.kernel.profile,
        target: compiled.reading.target.name,
        schedule: started.scheduleName,
        scheduleFile: stringValue(values, "schedule-file") ?? null,
        checks: checkChoices(invocation),
      }),
    );
  if (format === "perfetto") observers.push(timelineObserver(started, output));
  await takeAllSteps(started, observers);
  const verdict = started.verdict();
  if (format === "json") {
    const document = {
      ...verdictJson(started, verdict, lineOf),
      ...(states === undefined ? {} : { states }),
    };
    await output.write(`${JSON.stringify(document)}\n`);
  } else {
    const errors = compiled.diagnostics.filter((each) => each.severity !== "info");
    for (const each of errors) output.complain(formatDiagnostic(each, textOf, false));
    const told = verdictText(started, verdict, textOf, output.colour && format === "text");
    if (format === "text") await output.write(told);
    else output.complain(told);
  }
  return verdict.exitStatus;
}

/** What replaces the file's own kernel and target. */
async function scheduleChoice(
  compiled: CompiledScenario,
  program: Program,
  { values }: Invocation,
): Promise<ScheduleChoice> {
  const file = stringValue(values, "schedule-file");
  const name = stringValue(values, "schedule");
  if (file !== undefined) {
    if (name !== undefined)
      throw new UsageError("--schedule and --schedule-file exclude each other.");
    return scheduleOfFile(compiled, file);
  }
  if (name === undefined) return { kind: "default" };
  if (program.schedules.some((schedule) => schedule.name === name)) return { kind: "named", name };
  if (name === "round_robin") return { kind: "round-robin" };
  if (name === "random") return { kind: "random" };
  const names = [...program.schedules.map((schedule) => schedule.name), "round_robin", "random"];
  throw new UsageError(`--schedule is '${name}'; this file can run under ${names.join(", ")}.`);
}

/** The items of the schedule that was chosen; none under a built-in policy. */
function itemsOf(program: Program, choice: ScheduleChoice): readonly ScheduleItem[] {
  if (choice.kind === "items") return choice.items;
  const named =
    choice.kind === "default"
      ? program.schedules[0]
      : choice.kind === "named"
        ? program.schedules.find(({ name }) => name === choice.name)
        : undefined;
  return named?.kind === "script" ? named.items : [];
}

function optionalSeed({ values }: Invocation): { seed?: bigint } {
  const text = stringValue(values, "seed");
  if (text === undefined) return {};
  const isNumber = /^(?:\d{1,20}|0x[\da-f]{1,16})$/i.test(text);
  if (!isNumber || 2n ** 64n <= BigInt(text)) {
    throw new UsageError(`--seed is '${text}'; it must be a whole number below 2^64.`);
  }
  return { seed: BigInt(text) };
}

function optionalSteps({ values }: Invocation): { maxSteps?: number } {
  const maxSteps = numberValue(values, "max-steps", { lowest: 1, highest: 1e12 });
  return maxSteps === undefined ? {} : { maxSteps };
}

function checkChoices({ values }: Invocation): Partial<Record<BuiltInProperty, "on" | "off">> {
  const choices: Partial<Record<BuiltInProperty, "on" | "off">> = {};
  for (const text of stringValues(values, "check")) {
    const [name, setting] = text.split("=");
    const property = PROPERTIES.find((each) => each === name);
    if (property === undefined || (setting !== "on" && setting !== "off")) {
      throw new UsageError(
        `--check is '${text}'; it must be PROPERTY=on or PROPERTY=off with one of ${PROPERTIES.join(", ")}.`,
      );
    }
    choices[property] = setting;
  }
  return choices;
}

/** What looks at a run while it goes on. */
interface StepObserver {
  /** Before each step, and once after the last. */
  readonly before?: () => void;
  readonly after?: () => Promise<void>;
  readonly end?: () => Promise<void>;
}

const STEPS_AT_ONCE = 100_000;

async function takeAllSteps(started: Run, observers: readonly StepObserver[]): Promise<void> {
  if (observers.length === 0) {
    while (started.advance(STEPS_AT_ONCE).kind === "step");
    return;
  }
  try {
    for (;;) {
      for (const { before } of observers) before?.();
      if (started.forward().kind !== "step") break;
      for (const { after } of observers) await after?.();
    }
    for (const { before } of observers) before?.();
  } finally {
    for (const { end } of observers) await end?.();
  }
}

async function traceObserver(
  path: string,
  started: Run,
  lineOf: LineOf,
  record: RunRecord,
): Promise<StepObserver> {
  const writer = await traceWriter(path, started, lineOf, record);
  return {
    after: () => writer.writeStep(),
    end: async () => {
      await writer.writeLast();
      await writer.close();
    },
  };
}

const BUFFER_UNITS = 1 << 16;

/** Writes the events of a timeline as one JSON document, piece by piece. */
function timelineObserver(started: Run, output: Output): StepObserver {
  let buffered = `{"displayTimeUnit":"ns","otherData":${JSON.stringify({
    kernel: started.program.kernel.profile,
    schedule: started.scheduleName,
    time: "one step is one microsecond",
  })},"traceEvents":[`;
  let isFirst = true;
  let last = 0;
  const timeline = new Timeline(started, (event) => {
    buffered += `${isFirst ? "" : ","}\n${JSON.stringify(event)}`;
    isFirst = false;
  });
  const flush = async (): Promise<void> => {
    await output.write(buffered);
    buffered = "";
  };
  const step = (): void => {
    last = started.position;
    timeline.step();
  };
  return {
    after: async () => {
      step();
      if (buffered.length >= BUFFER_UNITS) await flush();
    },
    end: async () => {
      // The step that violated a property is taken, and no step to those who look on.
      if (started.position > last) step();
      timeline.end();
      buffered += "\n]}\n";
      await flush();
    },
  };
}

/** Adds one entry for each top-level item that is over, with the state as the item left it. */
function statesObserver(
  started: Run,
  items: readonly ScheduleItem[],
  states: Json[],
  lineOf: LineOf,
): StepObserver {
  return {
    before: () => {
      const done = Math.min(started.itemsDone() ?? 0, items.length);
      while (states.length < done) {
        const item = states.length;
        states.push({
          item,
          line: items[item]?.line ?? null,
          threads: threadsJson(started, lineOf),
          globals: globalsJson(started),
        });
      }
    },
  };
}

function errorJson(compiled: CompiledScenario, lineOf: LineOf): Json {
  const errors = compiled.diagnostics.filter((each) => each.severity === "error");
  const [first] = errors;
  return {
    version: 1,
    verdict: "error",
    error:
      first === undefined
        ? null
        : { code: first.code, message: first.message, line: lineOf(first.span) ?? null },
    errors: errors.map((each) => ({
      code: each.code,
      message: each.message,
      file: each.span.path,
      line: lineOf(each.span) ?? null,
    })),
  };
}

function verdictJson(started: Run, verdict: Verdict, lineOf: LineOf): { [key: string]: Json } {
  const { violation, error } = verdict;
  return {
    version: 1,
    kernel: started.program.kernel.profile,
    schedule: started.scheduleName,
    verdict: verdict.verdict,
    ...(error === undefined
      ? {}
      : { error: { code: error.code, message: error.message, line: error.line } }),
    violation:
      violation === undefined
        ? null
        : {
            kind: violation.kind,
            name: violation.name,
            message: violation.message,
            thread:
              violation.thread === undefined
                ? null
                : (started.program.threads[violation.thread]?.name ?? null),
            file: violation.span?.path ?? null,
            line: violation.span === undefined ? null : (lineOf(violation.span) ?? null),
            step: violation.step,
          },
    expected: verdict.expected,
    complete: verdict.complete,
    steps: verdict.steps,
    expectations: verdict.expectations.map((each) => ({
      text: each.text,
      line: lineOf(each.span) ?? null,
      met: each.met ?? null,
    })),
    threads: threadsJson(started, lineOf),
    globals: globalsJson(started),
    ...leftOutJson(started),
  };
}

/** Where it was violated or stands still, what was expected, and the verdict as the last line. */
function verdictText(
  started: Run,
  verdict: Verdict,
  textOf: (path: string) => string | undefined,
  colour: boolean,
): string {
  const { violation } = verdict;
  let text = "";
  if (violation?.span !== undefined) text += formatPlace(violation.span, textOf, colour);
  if (verdict.verdict === "bound") {
    verdict.at.forEach((span, thread) => {
      if (span === undefined) return;
      text += `${started.program.threads[thread]?.name ?? "a thread"} stands here: `;
      text += formatPlace(span, textOf, colour);
    });
  }
  for (const each of verdict.expectations) {
    const state = each.met === undefined ? "not judged by this run" : each.met ? "met" : "not met";
    text += `expect ${each.text}: ${state}\n`;
  }
  return `${text}${verdict.summary}\n`;
}
