// Places to go that are not lines: other times at which a line ran, the last abort; and what a step may enter: the calls of a
// line, or a kernel event instead of the thread's own next step.
import type { DebugProtocol } from "@vscode/debugprotocol";
import { threadName } from "../engine/index.ts";
import type { Run, StepInfo } from "../engine/index.ts";
import type { Arguments } from "./arguments.ts";
import { arrivedInstruction } from "./breakpoints.ts";
import { optionalFrame } from "./inspect.ts";
import type { InspectContext } from "./inspect.ts";
import { codePath } from "./scenario.ts";
import type { LoadedScenario } from "./scenario.ts";

/** A position of the history. */
export interface TimeTarget {
  readonly step: number;
  readonly label: string;
  readonly thread: number | undefined;
}

/** History is looked through this far in each direction. */
const STEPS_SEARCHED_MAX = 100_000;

/** When the line was about to run before and after the present position, by the thread and by any; and the last abort. */
export function timeTargets(
  scenario: LoadedScenario,
  path: string,
  line: number,
  thread: number,
): readonly TimeTarget[] {
  const { run, program, codeMap } = scenario;
  const place = codeMap.resolve(codePath(scenario, path), line, undefined);
  const instructions = new Set(place?.instructions);
  const name = threadName(program, thread);
  const isHere = (step: StepInfo): boolean => {
    const arrived = arrivedInstruction(run, step);
    return arrived !== undefined && instructions.has(arrived);
  };
  const isAbort = (step: StepInfo): boolean => step.events.some(({ kind }) => kind === "abort");
  const isOwn = (step: StepInfo): boolean => step.thread === thread && isHere(step);
  const found = [
    target(`previous time that ${name} came here`, searchBack(run, isOwn)),
    target("previous time that a thread came here", searchBack(run, isHere)),
    target(`next time that ${name} comes here`, searchForward(run, isOwn)),
    target("next time that a thread comes here", searchForward(run, isHere)),
    target("last abort", searchBack(run, isAbort)),
  ].filter((each) => each !== undefined);
  return found.filter(
    ({ step }, index) => found.findIndex((other) => other.step === step) === index,
  );
}

function target(what: string, step: StepInfo | undefined): TimeTarget | undefined {
  if (step === undefined) return undefined;
  return { step: step.step, label: `${what} (step ${step.step})`, thread: step.thread };
}

function searchBack(run: Run, fits: (step: StepInfo) => boolean): StepInfo | undefined {
  const present = run.position;
  let found: StepInfo | undefined;
  for (let count = 0; count < STEPS_SEARCHED_MAX && found === undefined && run.back(); count++) {
    const step = run.lastStep();
    if (step !== undefined && fits(step)) found = step;
  }
  run.seek(present);
  return found;
}

/** Only what is recorded: the future that has not happened yet is not made up. */
function searchForward(run: Run, fits: (step: StepInfo) => boolean): StepInfo | undefined {
  const present = run.position;
  const end = Math.min(run.length, present + STEPS_SEARCHED_MAX);
  let found: StepInfo | undefined;
  while (run.position < end && found === undefined) {
    run.forward();
    const step = run.lastStep();
    if (step !== undefined && fits(step)) found = step;
  }
  run.seek(present);
  return found;
}

/** Ids are those of the transitions; the thread's own next step stands for the calls of its line. */
export function stepInTargets(
  context: InspectContext,
  args: Arguments,
): DebugProtocol.StepInTargetsResponse["body"] {
  const { run } = context.scenario;
  const thread = optionalFrame(context, args).thread;
  const own = run.enabled().filter((each) => each.thread === thread);
  const call = calledFunction(context, thread);
  const next = own.find(({ kind }) => kind === "op");
  return {
    targets: [
      ...(call === undefined || next === undefined ? [] : [{ id: next.event, label: call }]),
      ...own
        .filter(({ kind }) => kind === "preempt" || kind === "migrate" || kind === "signal")
        .map(({ event, name }) => ({ id: event, label: `${name} here` })),
    ],
  };
}

/** The function that the thread's statement calls, if it calls one. */
function calledFunction({ scenario }: InspectContext, thread: number): string | undefined {
  const { program, run } = scenario;
  const first = run.state.instructionOf(thread);
  if (first === undefined) return undefined;
  for (let index = first; index < program.instructions.length; index++) {
    const instruction = program.instructions[index];
    if (instruction === undefined || (index > first && instruction.startsStatement))
      return undefined;
    if (instruction.kind !== "call") continue;
    const { callee } = instruction;
    return typeof callee === "number" ? program.functions[callee]?.name : "the function pointed at";
  }
  return undefined;
}
