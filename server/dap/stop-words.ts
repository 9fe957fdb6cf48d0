// What a stop says: reason, thread, and in words what happened. Editors show `description` in full, so it is the sentence.
import {
  abortCause,
  addressName,
  eventSentence,
  threadName,
  violationSentence,
} from "../engine/index.ts";
import type { Program, Run, StepEvent, StepInfo } from "../engine/index.ts";
import type { DataBreakpoint, Hit } from "./breakpoints.ts";
import { baseName } from "./coordinates.ts";
import type { FilterName } from "./filters.ts";
import { violationFilter } from "./filters.ts";
import type { Arrival } from "./motion.ts";
import type { LoadedScenario } from "./scenario.ts";

/** What `exceptionInfo` tells about the last stop. */
export interface StopException {
  readonly filter: FilterName;
  readonly sentence: string;
  /** The chain of causes, the nearest first. */
  readonly causes: readonly string[];
}

export interface Stop {
  readonly reason: string;
  readonly thread: number;
  /** Stands beside the thread's name in a list of threads. */
  readonly description: string;
  /** Stands alone, so that it names the thread. */
  readonly text: string;
  readonly breakpointIds: readonly number[];
  readonly exception: StopException | undefined;
}

/** The stop of a motion that `thread` was asked to make; undefined where the run is over instead. */
export function arrivalStop(
  scenario: LoadedScenario,
  arrival: Exclude<Arrival, { readonly kind: "end" }>,
  thread: number,
  from: number,
): Stop {
  const { run, program } = scenario;
  const plain = (reason: string, text: string, who = thread): Stop =>
    plainStop(run, reason, who, text);
  switch (arrival.kind) {
    case "step": {
      const struck = run.position > from ? lastStrike(scenario, thread, from) : undefined;
      if (struck !== undefined) return plain("step", struck);
      const how = run.position < from ? "stepped back" : "stopped after a step";
      const stop = plain("step", `${threadName(program, thread)} ${how}`);
      const alone = `${how.charAt(0).toUpperCase()}${how.slice(1)}`;
      return { ...stop, description: withPast(run, alone) };
    }
    case "beginning":
      return plain("step", `${threadName(program, thread)} is at the beginning`);
    case "stuck":
      return plain("step", arrival.message, nextAlive(run, thread));
    case "violation":
      return {
        ...plain(
          "exception",
          violationSentence(arrival.violation),
          arrival.violation.thread ?? thread,
        ),
        exception: {
          filter: violationFilter(arrival.violation),
          sentence: arrival.violation.message,
          causes: [],
        },
      };
    case "hit":
      return hitStop(scenario, arrival.hits, thread);
  }
}

/** `step 41 of 63` where the run stands in its own past. */
export function withPast(run: Run, description: string): string {
  return run.position < run.length
    ? `${description} · step ${run.position} of ${run.length}`
    : description;
}

/** A stop without breakpoints that says the same everywhere. */
export function plainStop(run: Run, reason: string, thread: number, text: string): Stop {
  const description = withPast(run, text);
  return {
    reason,
    thread,
    description,
    text: description,
    breakpointIds: [],
    exception: undefined,
  };
}

/** The bound of steps is a stop first, so that a loop without end can be looked at. */
export function boundStop({ run, program }: LoadedScenario, thread: number): Stop {
  const who = nextAlive(run, thread);
  const steps = run.position.toLocaleString("en-US");
  const text = `Stopped after ${steps} steps: the bound of the launch configuration ("maxSteps"). ${threadName(program, who)} has not ended`;
  const stop = plainStop(run, "pause", who, text);
  return { ...stop, description: `Stopped after ${steps} steps` };
}

/** What struck the thread on the way of a step: its last abort or commit between two positions; the run stands at the later one. */
function lastStrike(scenario: LoadedScenario, thread: number, from: number): string | undefined {
  const { run, program } = scenario;
  const present = run.position;
  let sentence: string | undefined;
  for (let back = 0; back < STEPS_LOOKED_AT_MAX && run.position > from; back++) {
    const step = run.lastStep();
    const event = step?.events.find(
      (each) => each.thread === thread && (each.kind === "abort" || each.kind === "commit"),
    );
    if (step !== undefined && event !== undefined) {
      const cause = event.kind === "abort" ? abortCause(run, thread) : undefined;
      sentence = eventSentence(program, step, event, cause);
      break;
    }
    run.back();
  }
  run.seek(present);
  return sentence;
}

/** A step that took longer than this is not looked through for what happened on its way. */
const STEPS_LOOKED_AT_MAX = 2000;

/** The thread itself while it lives, else the first that still does. */
export function nextAlive(run: Run, thread: number): number {
  const isAlive = (state: string): boolean => state !== "exited" && state !== "killed";
  if (isAlive(run.state.thread(thread).state)) return thread;
  return run.state.threads().find(({ state }) => isAlive(state))?.index ?? thread;
}

/** What the step that was just taken did, in a sentence; undefined where its name says it all. */
export function lastStepSentence({ run, program }: LoadedScenario): string | undefined {
  const standing = run.standing();
  if (standing.kind === "violation") return violationSentence(standing.violation);
  const step = run.lastStep();
  for (const event of step?.events ?? []) {
    const cause =
      event.kind === "abort" && event.thread !== undefined
        ? abortCause(run, event.thread)
        : undefined;
    const sentence = step === undefined ? undefined : eventSentence(program, step, event, cause);
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}

function hitStop(scenario: LoadedScenario, hits: readonly Hit[], thread: number): Stop {
  const { run } = scenario;
  const code = hits.find(({ breakpoint }) => breakpoint.kind !== "exception");
  const event = hits.find(({ breakpoint }) => breakpoint.kind === "exception");
  const first = code ?? event;
  const exception = event === undefined ? undefined : hitException(scenario, event);
  const sentences = [
    ...(code === undefined ? [] : [hitSentence(scenario, code)]),
    ...(exception === undefined ? [] : [exception.sentence]),
  ];
  const description = withPast(run, sentences.join(" · "));
  return {
    reason: first?.breakpoint.kind ?? "breakpoint",
    thread: first?.thread ?? thread,
    description,
    text: description,
    breakpointIds: hits
      .filter(({ breakpoint }) => breakpoint.kind !== "exception")
      .map(({ breakpoint }) => breakpoint.id),
    exception: code === undefined ? exception : undefined,
  };
}

function hitSentence(scenario: LoadedScenario, hit: Hit): string {
  const { run, program, codeMap } = scenario;
  const name = threadName(program, hit.thread);
  const { breakpoint } = hit;
  if (breakpoint.kind === "data breakpoint") return dataSentence(run, breakpoint, name);
  const instruction =
    hit.thread === undefined ? undefined : run.state.thread(hit.thread).instruction;
  if (breakpoint.kind === "function breakpoint") {
    const owner =
      instruction === undefined ? undefined : program.instructions[instruction]?.function;
    return `${name} entered ${(owner === undefined ? undefined : program.functions[owner]?.name) ?? "a function"}`;
  }
  const place = instruction === undefined ? undefined : codeMap.placeOf(instruction);
  const where = place === undefined ? "" : ` at ${baseName(place.path)}:${place.start.line}`;
  return `${name} reached a breakpoint${where}`;
}

function dataSentence(run: Run, breakpoint: DataBreakpoint, name: string): string {
  const step = run.lastStep();
  const what = dataName(run, breakpoint);
  const write = step?.writes.find((each) => overlaps(each, breakpoint));
  if (write === undefined) return `${name} read ${what}`;
  const after = `${write.value}`;
  const before = valueBefore(run, write);
  const who =
    write.by === "kernel" ? `the kernel (for ${name})` : write.by === "outside" ? "you" : name;
  return `${who} wrote ${what}: ${before} → ${after}`;
}

function dataName(run: Run, breakpoint: DataBreakpoint): string {
  const inspection = { program: run.program, state: run.state };
  return addressName(inspection, breakpoint.address) ?? `0x${breakpoint.address.toString(16)}`;
}

function overlaps(
  access: { readonly address: number; readonly size: number },
  breakpoint: DataBreakpoint,
): boolean {
  return (
    access.address < breakpoint.address + breakpoint.size &&
    breakpoint.address < access.address + access.size
  );
}

function valueBefore(run: Run, write: { readonly address: number; readonly size: number }): string {
  const { position } = run;
  run.back();
  const size = write.size === 1 || write.size === 2 || write.size === 4 ? write.size : 8;
  const value = run.state.readWord(write.address, size);
  run.seek(position);
  return value === undefined ? "?" : `${value}`;
}

function hitException(scenario: LoadedScenario, hit: Hit): StopException | undefined {
  const { breakpoint, event } = hit;
  const step = scenario.run.lastStep();
  if (breakpoint.kind !== "exception" || event === undefined || step === undefined)
    return undefined;
  const cause =
    event.kind === "abort" && event.thread !== undefined
      ? abortCause(scenario.run, event.thread)
      : undefined;
  const sentence = eventSentence(scenario.program, step, event, cause) ?? event.text;
  const causes =
    cause?.steps.toReversed().flatMap((each) => stepSentences(scenario.program, each)) ?? [];
  return { filter: breakpoint.filter, sentence, causes };
}

function stepSentences(program: Program, step: StepInfo): readonly string[] {
  const sentence = (event: StepEvent): string =>
    eventSentence(program, step, event, undefined) ??
    `${threadName(program, event.thread)} ${event.text}`;
  return step.events.map((event) => `step ${step.step}: ${sentence(event)}`);
}
