// Breakpoints of all kinds against one run, forwards and backwards. A stop is a property of a position and of the step that
// led to it, so that both directions stop at the same positions.
import type { Routine, Run, StepEvent, StepInfo } from "../engine/index.ts";
import type { FilterName } from "./filters.ts";
import { eventFilter } from "./filters.ts";
import type { HitCondition } from "./hit-condition.ts";

/** A log message: text and routines in turn. */
export type LogMessage = readonly (string | Routine)[];

/** What makes a hit stop, or only speak. */
export interface Guard {
  readonly condition: Routine | undefined;
  readonly hitCondition: HitCondition | undefined;
  readonly logMessage: LogMessage | undefined;
}

export type CodeReason = "breakpoint" | "function breakpoint" | "instruction breakpoint";

interface Counted {
  readonly id: number;
  readonly guard: Guard;
  /** Positions of the present history at which its condition held, ascending; kept only with a hit condition. */
  readonly hits: number[];
}

export interface CodeBreakpoint extends Counted {
  readonly kind: CodeReason;
  /** A thread that arrives before one of these hits. */
  readonly instructions: readonly number[];
}

export interface DataBreakpoint extends Counted {
  readonly kind: "data breakpoint";
  readonly address: number;
  readonly size: number;
  readonly access: "read" | "write" | "readWrite";
}

export interface FilterBreakpoint extends Counted {
  readonly kind: "exception";
  readonly filter: FilterName;
}

export type AnyBreakpoint = CodeBreakpoint | DataBreakpoint | FilterBreakpoint;

/** What was hit at a position. */
export interface Hit {
  readonly breakpoint: AnyBreakpoint;
  readonly thread: number | undefined;
  /** Of a filter. */
  readonly event: StepEvent | undefined;
}

export interface Hits {
  readonly stops: readonly Hit[];
  readonly logs: readonly Hit[];
}

const NOTHING: Hits = { stops: [], logs: [] };

/** The breakpoints in force, arranged for being asked at every step. */
export class BreakpointSet {
  readonly #code: readonly CodeBreakpoint[];
  readonly #data: readonly DataBreakpoint[];
  readonly #filters: ReadonlyMap<FilterName, FilterBreakpoint>;
  readonly #byInstruction = new Map<number, CodeBreakpoint[]>();

  constructor(all: readonly AnyBreakpoint[]) {
    this.#code = all.filter((each) => each.kind !== "data breakpoint" && each.kind !== "exception");
    this.#data = all.filter((each) => each.kind === "data breakpoint");
    const filters = all.filter((each) => each.kind === "exception");
    this.#filters = new Map(filters.map((each) => [each.filter, each]));
    const isQuiet = [...this.#filters.keys()].every((name) => SEEN_AT_THE_END.has(name));
    this.#hasOnlyCode = isQuiet && this.#data.length === 0;
    this.isIdle = this.#hasOnlyCode && this.#code.length === 0;
    for (const breakpoint of this.#code) {
      for (const instruction of breakpoint.instructions) {
        const list = this.#byInstruction.get(instruction) ?? [];
        list.push(breakpoint);
        this.#byInstruction.set(instruction, list);
      }
    }
  }

  filter(name: FilterName): FilterBreakpoint | undefined {
    return this.#filters.get(name);
  }

  /** True if no step can hit anything: the run may go on without looking. A fatal signal ends the run, so it is seen anyway. */
  readonly isIdle: boolean;
  readonly #hasOnlyCode: boolean;

  /** What the step that ended the run hits. */
  checkLast(run: Run): Hits {
    const step = run.lastStep();
    return step === undefined ? NOTHING : this.#checkStep(run, step);
  }

  /** What the step that led to the present position hits. */
  check(run: Run): Hits {
    if (this.isIdle || !this.#isCandidate(run)) return NOTHING;
    return this.checkLast(run);
  }

  #checkStep(run: Run, step: StepInfo): Hits {
    const candidates: Hit[] = [];
    this.#findCode(run, step, candidates);
    this.#findData(step, candidates);
    this.#findEvents(step, candidates);
    if (candidates.length === 0) return NOTHING;
    const held = candidates.filter((hit) => isHeld(run, hit));
    return {
      stops: held.filter(({ breakpoint }) => breakpoint.guard.logMessage === undefined),
      logs: held.filter(({ breakpoint }) => breakpoint.guard.logMessage !== undefined),
    };
  }

  /** Most steps are told from those that may hit by the instruction before which their thread stands. */
  #isCandidate(run: Run): boolean {
    if (!this.#hasOnlyCode) return true;
    const thread = run.lastThread;
    if (thread === undefined) return false;
    const instruction = run.state.instructionOf(thread);
    return instruction !== undefined && this.#byInstruction.has(instruction);
  }

  #findCode(run: Run, step: StepInfo, hits: Hit[]): void {
    if (this.#byInstruction.size === 0) return;
    const arrived = arrivedInstruction(run, step);
    if (arrived === undefined) return;
    for (const breakpoint of this.#byInstruction.get(arrived) ?? []) {
      hits.push({ breakpoint, thread: step.thread, event: undefined });
    }
  }

  #findData(step: StepInfo, hits: Hit[]): void {
    for (const breakpoint of this.#data) {
      const { access, address, size } = breakpoint;
      const accesses = [
        ...(access === "write" ? [] : step.reads),
        ...(access === "read" ? [] : step.writes),
      ];
      const isTouched = accesses.some(
        (each) => each.address < address + size && address < each.address + each.size,
      );
      if (isTouched) hits.push({ breakpoint, thread: step.thread, event: undefined });
    }
  }

  #findEvents(step: StepInfo, hits: Hit[]): void {
    if (this.#filters.size === 0) return;
    for (const event of step.events) {
      const name = eventFilter(step, event);
      const breakpoint = name === undefined ? undefined : this.#filters.get(name);
      if (breakpoint !== undefined) hits.push({ breakpoint, thread: event.thread, event });
    }
  }

  /** Fills the hit counts of the recorded history, so that a count does not depend on when its breakpoint was set. */
  countHistory(run: Run): void {
    const counted = [...this.#code, ...this.#data].filter(
      ({ guard }) => guard.hitCondition !== undefined,
    );
    if (counted.length === 0) return;
    const present = run.position;
    for (const { hits } of counted) hits.length = 0;
    run.seek(0);
    while (run.position < run.length && run.forward().kind === "step") this.check(run);
    run.seek(present);
  }

  /** Forgets hits after the present position: that future is gone. */
  forgetFuture(position: number): void {
    for (const { hits } of [...this.#code, ...this.#data, ...this.#filters.values()]) {
      while ((hits.at(-1) ?? 0) > position) hits.pop();
    }
  }
}

const SEEN_AT_THE_END: ReadonlySet<FilterName> = new Set(["private_access", "violation", "kill"]);

/** Whether condition and hit count let the hit through. A condition that cannot be evaluated does: better a stop than silence. */
function isHeld(run: Run, hit: Hit): boolean {
  const { condition, hitCondition } = hit.breakpoint.guard;
  if (condition !== undefined) {
    const result = evaluateFor(run, condition, hit.thread);
    if (result.ok && result.value === 0n) return false;
  }
  if (hitCondition === undefined) return true;
  return hitCondition(countHit(hit.breakpoint.hits, run.position));
}

/** Evaluates in the innermost frame of a thread; without a live thread in global scope. */
export function evaluateFor(
  run: Run,
  routine: Routine,
  thread: number | undefined,
): ReturnType<Run["evaluate"]> {
  return thread === undefined ? run.evaluate(routine) : run.evaluate(routine, thread, 0);
}

/** The number of a hit at a position, from 1, counted along the history. */
function countHit(hits: number[], position: number): number {
  let index = hits.length;
  while (index > 0 && hits[index - 1]! > position) index--;
  if (hits[index - 1] === position) return index;
  hits.splice(index, 0, position);
  return index + 1;
}

/**
 * The instruction before which the step's thread has just arrived; undefined if it stood there before the step, or is not
 * about to execute. A thread arrives at its first instruction when it first enters user space.
 */
export function arrivedInstruction(run: Run, step: StepInfo): number | undefined {
  const { thread, kind } = step;
  if (thread === undefined) return undefined;
  const isInstruction = kind === "op" || kind === "syscall";
  if (!isInstruction && kind !== "exit_to_user" && kind !== "dispatch") return undefined;
  const hasEnded = step.events.some(
    (event) => event.thread === thread && (event.kind === "exit" || event.kind === "kill"),
  );
  if (hasEnded) return undefined;
  const instruction = run.state.instructionOf(thread);
  if (isInstruction) return instruction;
  if (kind === "exit_to_user" && instruction !== step.instruction) return instruction;
  if (!isAtEntry(run, thread, instruction)) return undefined;
  return run.state.thread(thread).exitPending ? undefined : instruction;
}

function isAtEntry(run: Run, thread: number, instruction: number | undefined): boolean {
  const { functions, threads } = run.program;
  const body = threads[thread]?.function;
  if (body === undefined || functions[body]?.start !== instruction) return false;
  return run.state.frames(thread).length === 1;
}
