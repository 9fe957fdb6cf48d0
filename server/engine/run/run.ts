// The contract of a run: what the command line, the debug adapter and the tests may ask of it. Position p means: p steps have been
// taken. Forward within the recorded history replays it; at its end the policy chooses.
import type { Evaluation, MachineView } from "../machine/view.ts";
import type { Routine } from "../program/instruction.ts";
import type { BuiltInProperty, Program, ScheduleItem } from "../program/program.ts";
import type { StepEvent, StepInfo } from "./step-info.ts";
import type { ScheduleError, Verdict, Violation } from "./verdict.ts";

/** Which policy chooses the next step. */
export type ScheduleChoice =
  /** The file's first schedule, else round robin with the machine's slice. */
  | { readonly kind: "default" }
  /** A schedule of the file. */
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "round-robin"; readonly slice?: number }
  | { readonly kind: "random"; readonly seed?: bigint }
  /** Nothing moves by itself: `forward` answers "manual", `take` moves. */
  | { readonly kind: "manual" }
  /** Items from elsewhere (`--schedule-file`, a counterexample); becomes manual in a debugger when they end. */
  | { readonly kind: "items"; readonly name: string; readonly items: readonly ScheduleItem[] }
  /** A recorded list of packed events; `items` of the schedule that was recorded, if it has `set` items. */
  | {
      readonly kind: "replay";
      readonly events: Int32Array;
      readonly items?: readonly ScheduleItem[];
    };

export interface RunOptions {
  readonly schedule: ScheduleChoice;
  /** Replaces the seed of a random schedule, named or not. */
  readonly seed?: bigint;
  /** Steps until the verdict is `bound`; default 1,000,000. */
  readonly maxSteps?: number;
  /** Built-in properties switched on or off, on top of the file's `check`. */
  readonly checks?: Readonly<Partial<Record<BuiltInProperty, "on" | "off" | "adversarial">>>;
  /** False: forward only, nothing is kept (the command line without a debugger). Default true. */
  readonly history?: boolean;
}

/** Why a move did, or did not, take a step. The objects are shared: read them before the next move. */
export type Outcome =
  | { readonly kind: "step" }
  /** Every thread has ended, or the script has. `complete` tells which. */
  | { readonly kind: "finished"; readonly complete: boolean }
  /** The step at `violation.step` was taken and violated a property (or `finally` did); nothing moves after it. */
  | { readonly kind: "violation"; readonly violation: Violation }
  | { readonly kind: "bound"; readonly steps: number }
  | { readonly kind: "error"; readonly error: ScheduleError }
  /** Manual mode: choose one of `enabled()`. */
  | { readonly kind: "manual" }
  /** `take` of an event that is not possible here. */
  | { readonly kind: "impossible"; readonly message: string };

/** A step that could come next. */
export interface Transition {
  /** For `take`. */
  readonly event: number;
  /** `worker[0]: run`, `preempt worker[0]`, `migrate worker[0] to 1`. */
  readonly name: string;
  readonly thread: number | undefined;
  readonly cpu: number | undefined;
  readonly kind: StepInfo["kind"];
}

export interface Run {
  readonly program: Program;
  /** Name of the schedule in force: the file's name for it, `round_robin`, `random`, `manual`. */
  readonly scheduleName: string;
  /** True if the schedule in force chooses nothing by itself (manual, or a script whose items have ended). */
  readonly isManual: boolean;
  readonly position: number;
  /** Recorded steps; position <= length. */
  readonly length: number;
  readonly state: MachineView;

  /** One step: the recorded one, or at the end of history the policy's choice. */
  forward(): Outcome;
  /** Up to `count` steps; stops before on anything but "step". Answers "step" if all were taken. */
  advance(count: number): Outcome;
  /** Takes a chosen event at the present position. A recorded future after it is dropped first. */
  take(event: number): Outcome;
  /** Undoes one step exactly; false at position 0. */
  back(): boolean;
  /** To any recorded position; positions outside are moved to the nearer end. */
  seek(position: number): void;
  /** Script: top-level items that are over at the present position, the next step belonging to a later one; undefined under a policy. */
  itemsDone(): number | undefined;
  /** How the run stands at the present position: "step" in the middle, else why nothing comes next. Takes no step. */
  standing(): Outcome;

  /** The thread of the step that led to the present position; undefined for none. For whoever asks at every step. */
  readonly lastThread: number | undefined;
  /** The step that led to the present position; undefined at 0. Cheap. */
  lastStep(): StepInfo | undefined;
  /** Step `step` (1 … length), by a short replay; the position stays. */
  stepAt(step: number): StepInfo | undefined;
  /** The latest step up to `before` (default: the present position) that wrote one of `size` bytes at `address`, by whomever. */
  lastWrite(address: number, size: number, before?: number): number | undefined;
  /** The latest step up to `before` in which something of `kind` happened (an abort, a commit, …), to `thread` if given. */
  lastEvent(kind: StepEvent["kind"], thread?: number, before?: number): number | undefined;
  /** Packed events of the history, copied. */
  events(): Int32Array;

  /** Every step that could come next by the rules, whoever chooses, in a fixed order; with `thread` those of that thread alone. */
  enabled(thread?: number): Transition[];
  evaluate(routine: Routine, thread?: number, frame?: number): Evaluation;
  /** A write from outside (`setVariable`), recorded as a step of kind `set`. A recorded future is dropped first. */
  poke(address: number, bytes: Uint8Array): Outcome;
  pokeRegister(thread: number, frame: number, slot: number, value: bigint): Outcome;
  /** The present verdict; "pass" with `complete` false while it can still move. */
  verdict(): Verdict;
}
