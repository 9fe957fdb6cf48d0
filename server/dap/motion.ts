// Moving through a run: continue, steps and their reverses, as tasks that take a bounded number of steps at a time so that a
// pause gets through. What a unit of a thread is, and where its boundaries lie, is decided here.
//
// A boundary of thread T is a position right after a step that left T at the start of a statement (a line, an instruction, by
// the granularity), and position 0. Forwards and backwards look at the same predicate, so that going back from where a step
// ended finds the state in which it began, byte for byte.
import type { Outcome, Run, StepInfo, StepKind, Violation } from "../engine/index.ts";
import type { CodeMap } from "../engine/index.ts";
import type { BreakpointSet, Hit } from "./breakpoints.ts";
import { violationFilter } from "./filters.ts";

export type Granularity = "statement" | "line" | "instruction";
/** over: not into calls; into: everywhere; out: where the function was called. */
export type StepDepth = "over" | "into" | "out";

/** Why a motion ended. */
export type Arrival =
  | { readonly kind: "step" }
  /** `completed`: the step that was asked for has ended at the same position. */
  | { readonly kind: "hit"; readonly hits: readonly Hit[]; readonly completed: boolean }
  | { readonly kind: "violation"; readonly violation: Violation }
  /** Position 0, going back. */
  | { readonly kind: "beginning" }
  /** The thread of a step has ended or can go no further; `message` says what happened. */
  | { readonly kind: "stuck"; readonly message: string }
  /** Nothing comes next: finished, bound or error. */
  | { readonly kind: "end"; readonly outcome: Outcome };

export interface Motion {
  /** Takes up to `budget` steps; undefined if it has not arrived yet. */
  advance(budget: number): Arrival | undefined;
}

export interface MotionContext {
  readonly run: Run;
  readonly codeMap: CodeMap;
  /** Read anew at each step: breakpoints may change while the run moves. */
  readonly breakpoints: () => BreakpointSet;
  /** Called for log points and for threads that end. */
  readonly onLog: (hit: Hit) => void;
}

/** Which thread moves where the schedule does not say: under `manual`, after a script, or alone. */
export interface Mover {
  readonly thread: number;
  /** Nobody else moves, whatever the schedule says. */
  readonly alone: boolean;
}

/** Runs under the schedule until something stops it. */
export function continueForward(context: MotionContext, mover: Mover): Motion {
  return new ForwardMotion(context, mover, undefined);
}

/** Until the thread has done one unit. */
export function stepForward(
  context: MotionContext,
  mover: Mover,
  depth: StepDepth,
  granularity: Granularity,
): Motion {
  const { run } = context;
  const message = endMessage(run, mover.thread);
  // Others could go on, but nobody asked for that. At the end of the run a step is its end, as `continue` is.
  if (message !== undefined && hasMovers(run))
    return { advance: () => ({ kind: "stuck", message }) };
  const limit = run.state.frames(mover.thread).length;
  return new ForwardMotion(context, mover, { depth, limit, granularity });
}

/** A number of instructions of one thread, nobody else moving. */
export function runAlone(context: MotionContext, mover: Mover, count: number): Motion {
  let left = count;
  let step: Motion | undefined;
  return {
    advance: (budget) => {
      for (let taken = 0; taken < budget; taken++) {
        if (left <= 0) return { kind: "step" };
        step ??= stepForward(context, mover, "into", "instruction");
        const arrival = step.advance(budget - taken);
        if (arrival?.kind !== "step") return arrival;
        step = undefined;
        left -= 1;
      }
      return left <= 0 ? { kind: "step" } : undefined;
    },
  };
}

class ForwardMotion implements Motion {
  readonly #context: MotionContext;
  readonly #run: Run;
  readonly #mover: Mover;
  /** What the thread is to do; undefined: whatever the schedule says. */
  readonly #unit: Unit | undefined;
  #wasScheduled = false;

  constructor(context: MotionContext, mover: Mover, unit: Unit | undefined) {
    this.#context = context;
    this.#run = context.run;
    this.#mover = mover;
    this.#unit = unit;
  }

  advance(budget: number): Arrival | undefined {
    const end = this.#run.position + budget;
    while (this.#run.position < end) {
      const before = this.#run.position;
      const outcome = this.#move(end - before);
      if (outcome === END_OF_SCHEDULE) {
        return { kind: "stuck", message: `The schedule ${this.#run.scheduleName} has ended` };
      }
      const arrival = this.#arrival(outcome, this.#run.position !== before);
      if (arrival !== undefined) return arrival;
    }
    return undefined;
  }

  /** One step, or many where nothing can stop them. */
  #move(budget: number): Outcome | typeof END_OF_SCHEDULE {
    const run = this.#run;
    if (this.#mover.alone) return takeOwn(run, this.#mover.thread);
    const before = run.position;
    const isFree = this.#unit === undefined && this.#context.breakpoints().isIdle;
    const outcome = isFree ? run.advance(budget) : run.forward();
    if (run.position !== before) {
      this.#wasScheduled = true;
      return outcome;
    }
    if (outcome.kind === "error" && this.#wasScheduled) {
      const { line, message } = outcome.error;
      return {
        kind: "impossible",
        message: `Line ${line} of the schedule cannot be done: ${message}`,
      };
    }
    if (!isLeftToUser(run, outcome)) return outcome;
    if (this.#wasScheduled && this.#unit === undefined) return END_OF_SCHEDULE;
    return takeOwn(run, this.#mover.thread);
  }

  #arrival(outcome: Outcome, hasMoved: boolean): Arrival | undefined {
    if (outcome.kind === "impossible") return { kind: "stuck", message: outcome.message };
    if (!hasMoved) return { kind: "end", outcome };
    const run = this.#run;
    const breakpoints = this.#context.breakpoints();
    if (outcome.kind === "violation") {
      const filter = breakpoints.filter(violationFilter(outcome.violation));
      if (filter !== undefined) return { kind: "violation", violation: outcome.violation };
    }
    const { stops, logs } =
      outcome.kind === "step" ? breakpoints.check(run) : breakpoints.checkLast(run);
    for (const hit of logs) this.#context.onLog(hit);
    const done = this.#done();
    if (stops.length > 0) return { kind: "hit", hits: stops, completed: done?.kind === "step" };
    return done;
  }

  /** Whether the thread has done what it was asked to do, or never will. */
  #done(): Arrival | undefined {
    const run = this.#run;
    const { thread } = this.#mover;
    if (this.#unit === undefined || run.lastThread !== thread) return undefined;
    if (isBoundary(this.#context, run.lastStep(), thread, this.#unit)) return { kind: "step" };
    const message = endMessage(run, thread);
    return message === undefined ? undefined : { kind: "stuck", message };
  }
}

/** `worker[0] has exited`; undefined for a thread that lives. */
function endMessage(run: Run, thread: number): string | undefined {
  const { name, state } = run.state.thread(thread);
  if (state === "exited") return `${name} has exited`;
  return state === "killed" ? `${name} has been killed` : undefined;
}

const END_OF_SCHEDULE = "end-of-schedule";

/** The schedule chooses nothing, and threads live. */
function isLeftToUser(run: Run, outcome: Outcome): boolean {
  if (outcome.kind === "manual") return true;
  return outcome.kind === "finished" && !outcome.complete && hasMovers(run);
}

/** Whether some thread could take a step of its own. */
function hasMovers(run: Run): boolean {
  return run.enabled().some(({ kind }) => OWN_KINDS.includes(kind));
}

/** One step of the thread itself: its instruction or exit to user, else what must come before. */
function takeOwn(run: Run, thread: number): Outcome {
  const standing = run.standing();
  if (standing.kind === "violation" || standing.kind === "bound") return standing;
  if (standing.kind === "finished" && standing.complete) return standing;
  const own = run.enabled(thread);
  for (const kind of OWN_KINDS) {
    const found = own.find((each) => each.kind === kind);
    if (found !== undefined) return takeOrReplay(run, found.event);
  }
  const view = run.state.thread(thread);
  const { running } = run.state.cpu(view.cpu);
  // Who runs on its CPU has to leave; a slice extension that has expired ends with a tick.
  const first = run
    .enabled()
    .find(({ kind, thread: who, cpu }) =>
      view.state === "runnable"
        ? kind === "preempt" && who === running
        : view.state === "running" && kind === "tick" && cpu === view.cpu,
    );
  if (first !== undefined) return takeOrReplay(run, first.event);
  return {
    kind: "impossible",
    message: `${view.name} cannot move: it ${whyNot(view.state, view.blockedOn)}`,
  };
}

/** The recorded future is kept where it begins with the same event. */
function takeOrReplay(run: Run, event: number): Outcome {
  const recorded = run.position < run.length ? run.stepAt(run.position + 1) : undefined;
  return recorded?.event === event ? run.forward() : run.take(event);
}

/** In this order: what the thread's next own step is. */
const OWN_KINDS: readonly StepKind[] = ["exit_to_user", "op", "syscall", "dispatch", "wake"];

function whyNot(state: string, blockedOn: string | undefined): string {
  if (state === "blocked") return `is blocked (${blockedOn ?? "system call"})`;
  if (state === "exited") return "has exited";
  if (state === "killed") return "was killed";
  return "waits for its CPU";
}

/** Back to the previous position at which something stops. */
export function continueBack(context: MotionContext): Motion {
  return backMotion(context, () => false);
}

/** Back to the thread's preceding boundary. */
export function stepBack(
  context: MotionContext,
  thread: number,
  depth: StepDepth,
  granularity: Granularity,
): Motion {
  const { run } = context;
  const limit = Math.max(1, run.state.frames(thread).length);
  return backMotion(
    context,
    () =>
      run.lastThread === thread &&
      isBoundary(context, run.lastStep(), thread, { depth, limit, granularity }),
  );
}

function backMotion(context: MotionContext, isDone: () => boolean): Motion {
  const { run } = context;
  return {
    advance: (budget) => {
      for (let taken = 0; taken < budget; taken++) {
        if (!run.back()) return { kind: "beginning" };
        if (run.position === 0) return { kind: "beginning" };
        const { stops } = context.breakpoints().check(run);
        if (stops.length > 0) return { kind: "hit", hits: stops, completed: false };
        if (isDone()) return { kind: "step" };
      }
      return undefined;
    },
  };
}

interface Unit {
  readonly depth: StepDepth;
  /** Number of frames where the motion began. */
  readonly limit: number;
  readonly granularity: Granularity;
}

/** Whether the step that led to the present position ended a unit of the thread. */
export function isBoundary(
  context: MotionContext,
  step: StepInfo | undefined,
  thread: number,
  unit: Unit,
): boolean {
  if (step === undefined || step.thread !== thread) return false;
  const isInstruction = step.kind === "op" || step.kind === "syscall";
  if (unit.granularity === "instruction" && unit.depth === "into") return isInstruction;
  if (!isInstruction && step.kind !== "exit_to_user") return false;
  const { run } = context;
  if (!isInstruction && run.state.instructionOf(thread) === step.instruction) return false;
  const frames = run.state.frames(thread);
  const innermost = frames[0];
  if (innermost === undefined) return false;
  if (unit.depth === "out") return frames.length < unit.limit;
  if (unit.depth === "over" && frames.length > unit.limit) return false;
  if (unit.granularity === "instruction") return isInstruction;
  const at = innermost.instruction;
  if (at === undefined) return false;
  if (run.program.instructions[at]?.startsStatement !== true) return false;
  return unit.granularity === "statement" || isNewLine(context, step, at);
}

/** Whether the present position is a boundary of the thread, at whatever depth. */
export function standsOnBoundary(
  context: MotionContext,
  thread: number,
  granularity: Granularity,
): boolean {
  const { run } = context;
  if (run.position === 0) return true;
  return isBoundary(context, run.lastStep(), thread, { depth: "into", limit: 0, granularity });
}

/** A line is new if the thread came from another line, or jumped back to the start of this one. */
function isNewLine(context: MotionContext, step: StepInfo, at: number): boolean {
  if (step.instruction === undefined || at <= step.instruction) return true;
  const from = context.codeMap.placeOf(step.instruction);
  const to = context.codeMap.placeOf(at);
  return from?.start.line !== to?.start.line || from?.path !== to?.path;
}

/** Without a debugger: nothing stops it but the end. */
export function runToEnd(run: Run): Motion {
  return {
    advance: (budget) => {
      const outcome = run.advance(budget);
      return outcome.kind === "step" ? undefined : { kind: "end", outcome };
    },
  };
}

/** Back to a position that a step started from, unless something stops before. */
export function backTo({ run, breakpoints }: MotionContext, position: number): Motion {
  return {
    advance: (budget) => {
      for (let taken = 0; taken < budget; taken++) {
        if (run.position <= position || !run.back()) return { kind: "beginning" };
        const { stops } = breakpoints().check(run);
        if (stops.length > 0) return { kind: "hit", hits: stops, completed: false };
        if (run.position <= position)
          return run.position === 0 ? { kind: "beginning" } : { kind: "step" };
      }
      return undefined;
    },
  };
}

/** Back to the first instruction of a frame of a thread, counted from 0, the innermost. */
export function backToEntry({ run }: MotionContext, thread: number, frame: number): Motion {
  const depth = run.state.frames(thread).length - frame;
  return {
    advance: (budget) => {
      for (let taken = 0; taken < budget; taken++) {
        if (!run.back()) return { kind: "beginning" };
        if (run.state.frames(thread).length < depth) {
          run.forward();
          return { kind: "step" };
        }
      }
      return undefined;
    },
  };
}
