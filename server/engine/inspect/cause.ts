// Why a section was aborted: the events that struck the thread between its last instruction and the exit to user space
// that moved it to the abort handler.
import type { Program } from "../program/program.ts";
import type { Run } from "../run/run.ts";
import type { StepInfo } from "../run/step-info.ts";

export interface AbortCause {
  /** `was migrated from CPU 0 to CPU 1`. */
  readonly text: string;
  /** The steps that struck, oldest first; empty if the event was recorded earlier, outside of the section. */
  readonly steps: readonly StepInfo[];
}

/** A thread may stay switched out for long; further back nothing is looked for. */
const STEPS_BACK_MAX = 20_000;

/** The cause of the abort of `thread` in the step that led to the present position. The run stands there again afterwards. */
export function abortCause(run: Run, thread: number): AbortCause {
  const position = run.position;
  const steps: StepInfo[] = [];
  for (let back = 0; back < STEPS_BACK_MAX && run.back(); back++) {
    const step = run.lastStep();
    if (step === undefined || (step.thread === thread && isInstruction(step))) break;
    if (strikes(step, thread)) steps.unshift(step);
  }
  run.seek(position);
  return { text: causeText(run.program, steps, thread), steps };
}

function isInstruction(step: StepInfo): boolean {
  return step.kind === "op" || step.kind === "syscall";
}

function strikes(step: StepInfo, thread: number): boolean {
  return (
    step.events.some((event) => event.thread === thread && STRIKING.has(event.kind)) ||
    (step.kind === "signal" && step.thread === thread)
  );
}

const STRIKING: ReadonlySet<string> = new Set([
  "switch_out",
  "migrate",
  "signal",
  "membarrier",
  "block",
]);

function causeText(program: Program, steps: readonly StepInfo[], thread: number): string {
  const migration = lastEvent(steps, thread, "migrate");
  if (migration !== undefined) {
    const { from, to } = migration.numbers;
    if (from !== undefined && to !== undefined) return `was migrated from CPU ${from} to CPU ${to}`;
    return "was migrated";
  }
  const signal = steps.findLast((step) => step.kind === "signal" && step.thread === thread);
  if (signal !== undefined) return "got a signal";
  if (lastEvent(steps, thread, "membarrier") !== undefined) return "was hit by membarrier";
  const out = steps.findLast((step) => step.events.some((event) => event.kind === "switch_out"));
  if (out !== undefined) {
    const place = out.cpu === undefined || program.machine.cpus === 1 ? "" : ` on CPU ${out.cpu}`;
    return out.kind === "tick" ? `used up its time slice${place}` : `was preempted${place}`;
  }
  return "had an event recorded before it entered the section";
}

function lastEvent(
  steps: readonly StepInfo[],
  thread: number,
  kind: string,
): StepInfo["events"][number] | undefined {
  for (const step of steps.toReversed()) {
    const found = step.events.find((event) => event.kind === kind && event.thread === thread);
    if (found !== undefined) return found;
  }
  return undefined;
}
