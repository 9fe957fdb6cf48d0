// The scenario that is being debugged, and how it stands: loaded, moving, stopped, over. Requests ask here what they may count on,
// start motions here, and tell the client through here.
//
// A motion (continue, a step) is a task beside the requests: it takes some thousand steps, lets waiting messages in, and goes
// on, so that `pause` and breakpoint changes work while it moves. A run that `continue` takes to its end is over: the verdict is
// printed and the session terminates. A step that ends the last thread only stops, so that one can still look and go back.
import { threadName } from "../engine/index.ts";
import type { LineColumn, Verdict } from "../engine/index.ts";
import type { Arguments } from "./arguments.ts";
import { BreakpointStore } from "./breakpoint-store.ts";
import type { Hit } from "./breakpoints.ts";
import { evaluateFor } from "./breakpoints.ts";
import type { Coordinates } from "./coordinates.ts";
import { resultRow } from "./expression.ts";
import {
  ERROR_IMPOSSIBLE,
  ERROR_LAUNCH,
  ERROR_NOT_STOPPED,
  ERROR_OUT_OF_ORDER,
  ERROR_UNKNOWN_ID,
  Failure,
  internalText,
} from "./failure.ts";
import { FILTER_NAMES, FILTERS } from "./filters.ts";
import { Handles } from "./handles.ts";
import type { InspectContext } from "./inspect.ts";
import { threadId } from "./inspect.ts";
import { continueForward, runToEnd } from "./motion.ts";
import type { Arrival, Granularity, Motion, MotionContext } from "./motion.ts";
import type { SessionHost } from "./requests.ts";
import { loadScenario } from "./scenario.ts";
import type { LaunchOptions, LaunchProblem, LoadedScenario } from "./scenario.ts";
import { arrivalStop, boundStop, nextAlive, plainStop } from "./stop-words.ts";
import type { Stop } from "./stop-words.ts";
import type { TimeTarget } from "./targets.ts";
import type { ClientAbilities } from "./to-dap.ts";

/** Steps of a motion between two looks at the messages. */
const CHUNK_STEPS = 2000;

/** A file that is no scenario at all has hundreds. */
const ERRORS_PRINTED_MAX = 20;

/** Bytes that the client shows. */
interface MemoryRange {
  readonly memoryReference: string;
  readonly offset: number;
  readonly count: number;
}

/** A forward step that went from boundary to boundary. */
interface TrailStep {
  readonly from: number;
  readonly to: number;
  readonly thread: number;
  readonly granularity: Granularity;
}

export class Debuggee {
  readonly #host: SessionHost;
  readonly breakpoints: BreakpointStore = new BreakpointStore();
  readonly handles: Handles = new Handles();
  /** Set by `initialize`. */
  coordinates: Coordinates | undefined;
  abilities: ClientAbilities = {
    variableType: false,
    variablePaging: false,
    memoryReferences: false,
    memoryEvents: false,
    invalidatedEvents: false,
  };
  /** Set by `launch`. */
  scenario: LoadedScenario | undefined;
  /** What the client has read of the memory, by its place; told again when the run has moved. */
  readonly memoryRead: Map<string, MemoryRange> = new Map();
  /** What moves now; undefined while stopped. */
  motion: Motion | undefined;
  /** The last stop; undefined while moving. */
  stop: Stop | undefined;
  /** The thread of the last stop. */
  selectedThread = 0;
  /** The targets of the last `gotoTargets`. */
  gotoTargets: readonly TimeTarget[] = [];
  /** The steps that led here without another motion between, so that stepping back finds the beginning of each again. */
  trail: TrailStep[] = [];

  #isConfigured = false;
  /** Launched and configured: the first motion, or the stop on entry, has been made. */
  #hasStarted = false;
  #hasEnded = false;
  #isClosed = false;
  #isPauseWanted = false;
  /** Where the present motion, or the last one, began. */
  #origin = 0;

  constructor(host: SessionHost) {
    this.#host = host;
    this.breakpoints.setFilters(
      FILTER_NAMES.filter((name) => FILTERS[name].isDefault).map((name) => ({
        name,
        condition: undefined,
      })),
    );
  }

  /** The client has set its breakpoints: the run may start. */
  configure(): void {
    if (this.#isConfigured) {
      throw new Failure(ERROR_OUT_OF_ORDER, "'configurationDone' came twice.");
    }
    this.#isConfigured = true;
  }

  /** Nothing is told any more. */
  close(): void {
    this.motion = undefined;
    this.#isClosed = true;
    this.#host.closed();
  }

  /** A stop that is already there needs no second one. */
  pause(): void {
    this.#isPauseWanted = this.motion !== undefined;
  }

  emit(event: string, body?: object): void {
    this.#host.send({ type: "event", event, ...(body === undefined ? {} : { body }) });
  }

  output(category: "console" | "important" | "stderr", text: string, place: object = {}): void {
    this.emit("output", { category, output: `${text}\n`, ...place });
  }

  /** What makes a line of the console a link. */
  outputPlace(path: string | undefined, start: LineColumn | undefined): object {
    if (path === undefined || start === undefined || this.coordinates === undefined) return {};
    return {
      source: this.coordinates.toSource(path, "built-in header"),
      ...this.coordinates.toClientStart(start),
    };
  }

  toPath(text: string): string {
    return this.#host.resolvePath(this.coordinates?.fromClientPath(text) ?? text);
  }

  /** The engine's name of a source: a path, or the built-in header behind a reference. */
  sourcePath(source: Arguments): string {
    const reference = source.optionalInteger("sourceReference") ?? 0;
    if (reference === 0) return this.toPath(source.string("path"));
    const path = this.coordinates?.referencedPath(reference);
    if (path === undefined) {
      throw new Failure(ERROR_UNKNOWN_ID, `There is no source with reference ${reference}.`);
    }
    return path;
  }

  /** Compiles the file and makes it the session's scenario; throws with its diagnostics printed if that fails. */
  async load(options: LaunchOptions): Promise<void> {
    const result = await loadScenario(this.#host.files, options);
    if (!result.ok) {
      this.#printProblem(result.problem);
      throw new Failure(ERROR_LAUNCH, result.problem.message, { showUser: true });
    }
    this.motion = undefined;
    this.scenario = result.scenario;
    this.#hasEnded = false;
    this.#hasStarted = false;
    this.trail = [];
    this.stop = undefined;
    this.selectedThread = 0;
    this.handles.clear();
    this.emit("process", {
      name: options.program,
      isLocalProcess: true,
      startMethod: "launch",
      pointerSize: result.scenario.program.machine.pointerSize * 8,
    });
    for (const breakpoint of this.breakpoints.useScenario(result.scenario)) {
      this.emit("breakpoint", { reason: "changed", breakpoint });
    }
  }

  #printProblem({ message, errors }: LaunchProblem): void {
    if (errors.length === 0) this.output("stderr", message);
    for (const { diagnostic, line, column } of errors.slice(0, ERRORS_PRINTED_MAX)) {
      const { path } = diagnostic.span;
      const text = `${path}:${line}:${column}: error: ${diagnostic.code} ${diagnostic.message}`;
      this.output("stderr", text, this.outputPlace(path, { line, column }));
    }
    const left = errors.length - ERRORS_PRINTED_MAX;
    if (left > 0)
      this.output(
        "stderr",
        `${left} more ${left === 1 ? "error is" : "errors are"} in the Problems view.`,
      );
  }

  startIfReady(): void {
    if (this.scenario === undefined || !this.#isConfigured || this.#hasStarted) return;
    this.#hasStarted = true;
    this.#start(this.scenario);
  }

  #start(scenario: LoadedScenario): void {
    const first = nextAlive(scenario.run, 0);
    if (scenario.options.noDebug) {
      this.begin(runToEnd(scenario.run), first);
    } else if (scenario.options.stopOnEntry) {
      const { run } = scenario;
      const text = `Stopped on entry (schedule ${run.scheduleName}); ${threadName(scenario.program, first)} has not run yet`;
      this.stopAt({ ...plainStop(run, "entry", first, text), description: "Stopped on entry" });
    } else
      this.begin(
        continueForward(this.motionContext(scenario), { thread: first, alone: false }),
        first,
      );
  }

  /** Prints the verdict and tells that the run is over; once. */
  end(): void {
    this.motion = undefined;
    if (this.#hasEnded || this.#isClosed) return;
    this.#hasEnded = true;
    const scenario = this.scenario;
    if (scenario !== undefined) {
      const { summary, exitStatus, violation } = finalVerdict(scenario);
      const place =
        violation?.span === undefined ? undefined : scenario.codeMap.placeOfSpan(violation.span);
      this.output("important", summary, this.outputPlace(place?.path, place?.start));
      this.emit("exited", { exitCode: exitStatus });
    }
    this.emit("terminated");
  }

  inspectable(): InspectContext {
    if (this.scenario === undefined || this.coordinates === undefined) {
      throw new Failure(ERROR_OUT_OF_ORDER, "No scenario has been launched.");
    }
    return {
      scenario: this.scenario,
      handles: this.handles,
      coordinates: this.coordinates,
      abilities: this.abilities,
      selectedThread: this.selectedThread,
    };
  }

  stopped(): InspectContext {
    const context = this.inspectable();
    if (this.motion !== undefined) {
      throw new Failure(ERROR_NOT_STOPPED, "The run is moving; pause it first.");
    }
    return context;
  }

  /** Stopped, started, and not over: the run can be moved. */
  movable(): InspectContext {
    const context = this.stopped();
    if (!this.#hasStarted) {
      throw new Failure(
        ERROR_OUT_OF_ORDER,
        "The run has not started: 'configurationDone' is missing.",
      );
    }
    if (this.#hasEnded) {
      throw new Failure(ERROR_IMPOSSIBLE, "The run has ended; restart it to go on.");
    }
    return context;
  }

  motionContext(scenario: LoadedScenario): MotionContext {
    return {
      run: scenario.run,
      codeMap: scenario.codeMap,
      breakpoints: () => this.breakpoints.active,
      onLog: (hit) => this.#log(scenario, hit),
    };
  }

  #log(scenario: LoadedScenario, hit: Hit): void {
    const { run, codeMap } = scenario;
    const message = hit.breakpoint.guard.logMessage ?? [];
    const text = message.map((part) => {
      if (typeof part === "string") return part;
      const result = evaluateFor(run, part, hit.thread);
      if (!result.ok) return `{${result.message}}`;
      return resultRow(scenario, part, result.value, part.name, { hex: false })?.text ?? "";
    });
    const view = hit.thread === undefined ? undefined : run.state.thread(hit.thread);
    const place = view?.instruction === undefined ? undefined : codeMap.placeOf(view.instruction);
    const who = view === undefined ? "" : `${view.name} · cpu ${view.cpu} · `;
    this.output(
      "console",
      `${who}step ${run.position}: ${text.join("")}`,
      this.outputPlace(place?.path, place?.start),
    );
  }

  /** Starts a motion. `onArrival` is told how it ended, before the stop is. */
  begin(
    motion: Motion,
    thread: number,
    onArrival: (arrival: Arrival) => void = () => undefined,
  ): void {
    this.handles.clear();
    this.stop = undefined;
    this.motion = motion;
    this.#isPauseWanted = false;
    this.#origin = this.scenario?.run.position ?? 0;
    void this.#move(motion, thread, onArrival);
  }

  async #move(
    motion: Motion,
    thread: number,
    onArrival: (arrival: Arrival) => void,
  ): Promise<void> {
    const scenario = this.scenario;
    if (scenario === undefined) return;
    try {
      let arrival = motion.advance(CHUNK_STEPS);
      while (arrival === undefined) {
        await this.#host.breathe();
        if (this.motion !== motion) return;
        if (this.#isPauseWanted) break;
        arrival = motion.advance(CHUNK_STEPS);
      }
      this.motion = undefined;
      if (arrival !== undefined) onArrival(arrival);
      this.#arrive(scenario, arrival, thread);
    } catch (error) {
      if (this.motion !== motion && this.motion !== undefined) return;
      this.motion = undefined;
      this.output("important", internalText("the run", error));
      this.#arrive(scenario, undefined, thread);
    }
  }

  #arrive(scenario: LoadedScenario, arrival: Arrival | undefined, thread: number): void {
    if (arrival?.kind === "end") {
      if (this.#standsAtBound(scenario)) this.stopAt(boundStop(scenario, thread));
      else this.end();
      return;
    }
    if (arrival !== undefined) {
      this.stopAt(arrivalStop(scenario, arrival, thread, this.#origin));
      return;
    }
    const { run, program } = scenario;
    const who = nextAlive(run, thread);
    const text = `${threadName(program, who)} was paused at step ${run.position.toLocaleString("en-US")}`;
    this.stopAt(plainStop(run, "pause", who, text));
  }

  /** The run has just come to the bound of steps; one more motion from there ends it. */
  #standsAtBound({ run, options }: LoadedScenario): boolean {
    return !options.noDebug && run.standing().kind === "bound" && run.position > this.#origin;
  }

  stopAt(stop: Stop): void {
    this.stop = stop;
    this.selectedThread = stop.thread;
    this.emit("stopped", {
      reason: stop.reason,
      threadId: threadId(stop.thread),
      description: stop.description,
      text: stop.text,
      allThreadsStopped: true,
      ...(stop.breakpointIds.length === 0 ? {} : { hitBreakpointIds: stop.breakpointIds }),
    });
    this.tellMemory();
  }

  /** What the client shows of the memory may have changed. */
  tellMemory(): void {
    if (!this.abilities.memoryEvents) return;
    for (const range of this.memoryRead.values()) this.emit("memory", range);
  }

  /** A move that was made at once, told as a stop. */
  moved(thread: number, reason: string, description: string): void {
    const { run } = this.inspectable().scenario;
    this.trail = [];
    this.handles.clear();
    this.stopAt(plainStop(run, reason, thread, description));
  }
}

/** The verdict; of a run that the user ends before its end only that it was ended. */
function finalVerdict({
  run,
  program,
}: LoadedScenario): Pick<Verdict, "summary" | "exitStatus" | "violation"> {
  const verdict = run.verdict();
  const { kind } = run.standing();
  const goesOn = run.position < run.length || kind === "step" || kind === "manual";
  if (!goesOn || verdict.verdict !== "pass") return verdict;
  const at = `step ${run.position.toLocaleString("en-US")}`;
  const under = `(${program.kernel.profile}, schedule ${run.scheduleName})`;
  return { ...verdict, summary: `Not finished: ended at ${at} ${under}.` };
}
