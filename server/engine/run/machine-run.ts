// A run on the machine: the policy chooses, `step` takes, the checker observes, the history remembers. Forward within the recorded
// history replays it, and the policy has to choose the same again: all variation of a run is in (program, kernel, schedule).
import { enabledEvents, enabledEventsOf, whyImpossible } from "../machine/enabled.ts";
import { EVENT_SET, EVENT_TICK, eventKind, eventSubject, packEvent } from "../machine/event.ts";
import type { Machine, OutsideWrite } from "../machine/machine.ts";
import { startMachine } from "../machine/start.ts";
import { step } from "../machine/step.ts";
import type { Evaluation, MachineView } from "../machine/view.ts";
import { P_LIVE, T_CPU, T_PC } from "../machine/words.ts";
import type { Routine } from "../program/instruction.ts";
import type { Program } from "../program/program.ts";
import { Checker } from "../property/checker.ts";
import { outsideBytes, outsideRegister } from "../schedule/outside-write.ts";
import { CHOICE_END, CHOICE_ERROR, CHOICE_MANUAL } from "../schedule/policy.ts";
import type { Policy } from "../schedule/policy.ts";
import { assert } from "../support/assert.ts";
import { choosePolicy } from "./choice.ts";
import {
  describeStep,
  eventText,
  stepEvents,
  stepKind,
  subjectThread,
  wroteTo,
} from "./describe.ts";
import { History } from "./history.ts";
import { expectedKills, judge, violationOf } from "./judge.ts";
import type { StepEvent, StepInfo } from "./step-info.ts";
import type { Outcome, Run, RunOptions, Transition } from "./run.ts";
import type { Verdict, Violation } from "./verdict.ts";
import { evaluateAt, frameAt, viewOf } from "./view.ts";

const STEP: Outcome = { kind: "step" };
const MANUAL: Outcome = { kind: "manual" };
const STEPS_MAX_DEFAULT = 1_000_000;
/** A step that a person chose, in the history's events. */
const CHOSEN = 0x80000000 | 0;

/** Starts a run at position 0. An unknown schedule name is answered by a run whose first move is the error K83. */
export function createRun(program: Program, options: RunOptions): MachineRun {
  return new MachineRun(program, options);
}

export class MachineRun implements Run {
  readonly program: Program;
  readonly scheduleName: string;
  readonly state: MachineView;
  /** For tests and for whoever measures: the machine itself. Do not write to it. */
  readonly machine: Machine;
  readonly #policy: Policy;
  readonly #isFileSchedule: boolean;
  readonly #history: History | undefined;
  readonly #checker: Checker;
  readonly #stepsMax: number;
  #position = 0;
  #violation: Violation | undefined;
  /** What `isManual` found at the end of a history of that length. */
  #manual: { readonly length: number; readonly value: boolean } | undefined;
  #lastEvent = -1;
  #beforePc = 0;
  #beforeCpu = 0;
  /** True while the notes of the machine are those of the step that led here. */
  #notesAreFresh = false;

  constructor(program: Program, options: RunOptions) {
    this.program = program;
    this.machine = startMachine(program);
    const choice = choosePolicy(program, options);
    this.#policy = choice.policy;
    this.#isFileSchedule = choice.isOfFile;
    this.scheduleName = choice.policy.name;
    this.#policy.start(this.machine);
    this.#stepsMax = options.maxSteps ?? STEPS_MAX_DEFAULT;
    const checks = { ...program.checks, ...options.checks };
    this.#checker = new Checker(program, checks, expectedKills(program));
    this.#history = options.history === false ? undefined : new History(this.machine);
    this.machine.logging = this.#history !== undefined;
    this.state = viewOf(this.machine);
  }

  get position(): number {
    return this.#position;
  }

  get length(): number {
    return this.#history?.length ?? this.#position;
  }

  get isManual(): boolean {
    if (this.#manual?.length !== this.length) {
      const value = this.#atPosition(this.length, () => this.#isManualHere());
      this.#manual = { length: this.length, value };
    }
    return this.#manual.value;
  }

  #isManualHere(): boolean {
    if (this.#ended() !== undefined) return false;
    const choice = this.#peek();
    return choice === CHOICE_MANUAL || (choice === CHOICE_END && this.machine.words[P_LIVE] !== 0);
  }

  forward(): Outcome {
    const standing = this.#ended();
    if (standing !== undefined) return standing;
    const history = this.#history;
    history?.beginStep(this.machine, this.#position);
    const isRecorded = history !== undefined && this.#position < history.length;
    const recorded = isRecorded ? history.event(this.#position) : 0;
    const isChosen = recorded < 0;
    const event = isChosen ? recorded & ~CHOSEN : this.#policy.next(this.machine);
    if (event < 0) {
      history?.cancelStep(this.machine);
      return this.#ofChoice(event);
    }
    assert(
      !isRecorded || isChosen || event === recorded,
      "a replayed step differs from its record",
    );
    return this.#take(event, isChosen, isRecorded);
  }

  advance(count: number): Outcome {
    if (this.#history === undefined) return this.#hurry(count);
    for (let index = 0; index < count; index++) {
      const outcome = this.forward();
      if (outcome !== STEP) return outcome;
    }
    return STEP;
  }

  take(event: number): Outcome {
    const why = whyImpossible(this.machine, event);
    if (why !== undefined) return { kind: "impossible", message: why };
    const ended = this.#ended();
    if (ended !== undefined) return ended;
    this.#cut();
    this.#history?.beginStep(this.machine, this.#position);
    return this.#take(event, true, false);
  }

  back(): boolean {
    const history = this.#history;
    if (history === undefined || this.#position === 0) return false;
    const target = this.#position - 1;
    if (!history.undo(this.machine, this.#position)) {
      this.#position = history.restore(this.machine, target);
      this.#replayTo(this.#position, target + 1);
      history.undo(this.machine, target + 1);
    }
    this.#position = target;
    this.#notesAreFresh = false;
    return true;
  }

  seek(position: number): void {
    const history = this.#history;
    if (history === undefined) return;
    const target = Math.max(0, Math.min(position, history.length));
    if (target === this.#position) return;
    const saved = history.checkpointBefore(target);
    const near = this.#position - target;
    if (near > 0 && near <= this.#position - saved && this.#undoTo(target)) return;
    if (target < this.#position || saved > this.#position) {
      this.#position = history.restore(this.machine, target);
    }
    this.#replayTo(this.#position, target);
  }

  standing(): Outcome {
    const ended = this.#ended();
    if (ended !== undefined) return ended;
    if (this.#position < this.length) return STEP;
    const event = this.#peek();
    return event < 0 ? this.#ofChoice(event) : STEP;
  }

  /** Script: top-level items that are over at the present position, the next step belonging to a later one. */
  itemsDone(): number | undefined {
    const item = this.#policy.item(this.machine);
    if (item === undefined || this.#ended() !== undefined) return item;
    const m = this.machine;
    const { logging, undoCount } = m;
    m.logging = true;
    this.#policy.next(m);
    const after = this.#policy.item(m);
    m.undoTo(undoCount);
    m.logging = logging;
    return after;
  }

  get lastThread(): number | undefined {
    if (this.#position === 0) return undefined;
    const event = this.#history?.event(this.#position - 1) ?? this.#lastEvent;
    return subjectThread(event & ~CHOSEN);
  }

  lastStep(): StepInfo | undefined {
    if (this.#position === 0) return undefined;
    if (!this.#notesAreFresh) this.#redoLast();
    const { machine } = this;
    const event = this.#lastEvent & ~CHOSEN;
    const before = {
      pc: this.#beforePc < 0 ? 0 : machine.textLow + 4 * this.#beforePc,
      instruction: this.#beforePc,
      cpu: this.#beforeCpu,
    };
    return describeStep(machine, this.#position, event, this.#lastEvent >= 0, before);
  }

  stepAt(step: number): StepInfo | undefined {
    if (step < 1 || step > this.length) return undefined;
    return this.#atPosition(step, () => this.lastStep());
  }

  lastWrite(address: number, size: number, before: number = this.#position): number | undefined {
    const m = this.machine;
    return this.#searchBack(before, () => wroteTo(m, address, size));
  }

  lastEvent(
    kind: StepEvent["kind"],
    thread?: number,
    before: number = this.#position,
  ): number | undefined {
    const m = this.machine;
    return this.#searchBack(before, () =>
      stepEvents(m).some(
        (event) => event.kind === kind && (thread === undefined || event.thread === thread),
      ),
    );
  }

  events(): Int32Array {
    return this.#history?.events() ?? new Int32Array(0);
  }

  enabled(thread?: number): Transition[] {
    const events: number[] = [];
    if (thread === undefined) enabledEvents(this.machine, events);
    else enabledEventsOf(this.machine, thread, events);
    return events.map((event) => ({
      event,
      name: eventText(this.machine, event),
      thread: subjectThread(event),
      cpu: eventKind(event) === EVENT_TICK ? eventSubject(event) : undefined,
      kind: stepKind(this.machine, eventKind(event), undefined),
    }));
  }

  evaluate(routine: Routine, thread?: number, frame?: number): Evaluation {
    return evaluateAt(this.machine, routine, thread, frame);
  }

  poke(address: number, bytes: Uint8Array): Outcome {
    return this.#outside(outsideBytes(address, bytes));
  }

  pokeRegister(thread: number, frame: number, slot: number, value: bigint): Outcome {
    const at = frameAt(this.machine, thread, frame);
    if (at === 0) return { kind: "impossible", message: "the thread has no such frame" };
    return this.#outside(outsideRegister(at, slot, value));
  }

  verdict(): Verdict {
    const standing = this.standing();
    return judge(this.machine, standing, this.#position, this.scheduleName, this.#isFileSchedule);
  }

  /** Bytes that the history takes. */
  historyBytes(): number {
    return this.#history?.bytes(this.machine) ?? 0;
  }

  #outside(write: OutsideWrite): Outcome {
    const index = this.machine.outside.push(write) - 1;
    return this.take(packEvent(EVENT_SET, 0, index));
  }

  /** `advance` without a history: the same steps, nothing kept. */
  #hurry(count: number): Outcome {
    const m = this.machine;
    const ended = this.#ended();
    if (ended !== undefined) return ended;
    const target = this.#position + count;
    const last = Math.min(this.#stepsMax, target);
    while (this.#position < last) {
      const event = this.#policy.next(m);
      if (event < 0) return this.#ofChoice(event);
      const outcome = this.#take(event, false, false);
      if (outcome !== STEP) return outcome;
    }
    return last === target ? STEP : this.#bound();
  }

  /** Takes a step whose undo entries are open. */
  #take(event: number, isChosen: boolean, isRecorded: boolean): Outcome {
    const m = this.machine;
    // For events without a thread the subject is a CPU, or nothing: what is noted then is not read.
    const at = m.thread(Math.min(eventSubject(event), m.threadCount));
    this.#beforePc = m.words[at + T_PC]!;
    this.#beforeCpu = m.words[at + T_CPU]!;
    step(m, event);
    this.#position++;
    this.#lastEvent = isChosen ? event | CHOSEN : event;
    this.#notesAreFresh = true;
    this.#history?.endStep(m, this.#position, this.#lastEvent);
    if (isRecorded) return this.#ended() ?? STEP;
    const finding = this.#checker.after(m, event);
    if (finding === undefined) return STEP;
    this.#violation = violationOf(m, finding, this.#position, this.#beforePc);
    return { kind: "violation", violation: this.#violation };
  }

  /** Why nothing comes after the present position, as far as that is known without asking the policy. */
  #ended(): Outcome | undefined {
    const violation = this.#violation;
    if (violation !== undefined && violation.step === this.#position) {
      return { kind: "violation", violation };
    }
    return this.#position >= this.#stepsMax ? this.#bound() : undefined;
  }

  #bound(): Outcome {
    return { kind: "bound", steps: this.#stepsMax };
  }

  #ofChoice(choice: number): Outcome {
    const complete = this.machine.words[P_LIVE] === 0;
    if (choice === CHOICE_MANUAL) return MANUAL;
    if (choice === CHOICE_ERROR) return { kind: "error", error: this.#policy.error! };
    return this.#deadlock() ?? { kind: "finished", complete };
  }

  /** Nobody can move any more. It is judged only here, where the schedule has no wake left, and a person may still help out. */
  #deadlock(): Outcome | undefined {
    const m = this.machine;
    const finding = this.#checker.atStandstill(m);
    if (finding === undefined) return undefined;
    const call = m.words[m.thread(finding.thread) + T_PC]! - 1;
    return { kind: "violation", violation: violationOf(m, finding, this.#position, call) };
  }

  /** The policy's next choice, without taking it. */
  #peek(): number {
    const m = this.machine;
    const { logging, undoCount } = m;
    m.logging = true;
    const event = this.#policy.next(m);
    m.undoTo(undoCount);
    m.logging = logging;
    return event;
  }

  #cut(): void {
    if (this.#position === this.length) return;
    this.#history?.cut(this.#position);
    this.#manual = undefined;
    this.#violation = undefined;
    this.#checker.forget();
  }

  #replayTo(from: number, target: number): void {
    for (let position = from; position < target; position++) this.#replayOne();
  }

  /** One recorded step, without asking how the run stands. */
  #replayOne(): void {
    const history = this.#history!;
    history.beginStep(this.machine, this.#position);
    const recorded = history.event(this.#position);
    const event = recorded < 0 ? recorded & ~CHOSEN : this.#policy.next(this.machine);
    assert(recorded < 0 || event === recorded, "a replayed step differs from its record");
    this.#take(event, recorded < 0, true);
  }

  /** Undoes down to `target` as far as the window reaches; true if it got there. */
  #undoTo(target: number): boolean {
    const history = this.#history!;
    while (this.#position > target) {
      if (!history.undo(this.machine, this.#position)) return false;
      this.#position--;
      this.#notesAreFresh = false;
    }
    return true;
  }

  /** Takes the last step again, so that its notes are there. */
  #redoLast(): void {
    this.back();
    this.#replayOne();
  }

  /** The latest step up to `before` that passes, from checkpoint to checkpoint backwards. */
  #searchBack(before: number, passes: () => boolean): number | undefined {
    const history = this.#history;
    if (history === undefined) return undefined;
    const here = this.#position;
    let end = Math.max(0, Math.min(before, history.length));
    let found: number | undefined;
    while (end > 0 && found === undefined) {
      const start = history.checkpointBefore(end - 1);
      this.#position = history.restore(this.machine, start);
      while (this.#position < end) {
        this.#replayOne();
        if (passes()) found = this.#position;
      }
      end = start;
    }
    this.seek(here);
    return found;
  }

  #atPosition<Result>(position: number, ask: () => Result): Result {
    const here = this.#position;
    if (position === here) return ask();
    this.seek(position);
    const result = ask();
    this.seek(here);
    return result;
  }
}
