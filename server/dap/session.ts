// One debug session: typed messages in, typed messages out, whatever carries them. The inline worker, stdio and TCP wrap this
// same core. Every request is answered; what cannot be done is an error response in words and leaves the session usable.
//
// Requests are handled one after another. A motion (continue, a step) is a task beside them: it takes some thousand steps,
// lets waiting messages in, and goes on, so that `pause` and breakpoint changes work while it moves.
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Host } from "../host/host.ts";
import { threadName } from "../engine/index.ts";
import type { LineColumn, Transition } from "../engine/index.ts";
import { Arguments } from "./arguments.ts";
import { completions } from "./completions.ts";
import { readCommand } from "./console.ts";
import type { ConsoleAction } from "./console.ts";
import { splitAssignment } from "./expression.ts";
import { stepInTargets, timeTargets } from "./targets.ts";
import type { TimeTarget } from "./targets.ts";
import { BreakpointStore } from "./breakpoint-store.ts";
import type { Hit } from "./breakpoints.ts";
import { evaluateFor } from "./breakpoints.ts";
import { CAPABILITIES } from "./capabilities.ts";
import { Coordinates, isBuiltIn } from "./coordinates.ts";
import {
  ERROR_ARGUMENT,
  ERROR_IMPOSSIBLE,
  ERROR_INTERNAL,
  ERROR_LAUNCH,
  ERROR_MALFORMED,
  ERROR_NOT_STOPPED,
  ERROR_OUT_OF_ORDER,
  ERROR_UNKNOWN_ID,
  ERROR_UNKNOWN_REQUEST,
  Failure,
} from "./failure.ts";
import { FILTER_NAMES, FILTERS } from "./filters.ts";
import { Handles } from "./handles.ts";
import {
  assign,
  breakpointLocations,
  dataBreakpointInfo,
  disassemble,
  evaluate,
  optionalFrame,
  readDataId,
  readMemory,
  readReference,
  requestedThread,
  scopes,
  selectedFrame,
  setExpression,
  setVariable,
  stackTrace,
  threadId,
  threads,
  variables,
  writeMemory,
} from "./inspect-requests.ts";
import type { InspectContext } from "./inspect-requests.ts";
import { continueBack, continueForward, runAlone, stepBack, stepForward } from "./motion.ts";
import type { Arrival, Granularity, Motion, MotionContext, Mover, StepDepth } from "./motion.ts";
import type { PositionBody, TimelineBody, TransitionsBody } from "./protocol.ts";
import { loadScenario, readLaunchOptions } from "./scenario.ts";
import type { LaunchOptions, LaunchProblem, LoadedScenario } from "./scenario.ts";
import { arrivalStop, nextAlive, plainStop } from "./stop-words.ts";
import type { Stop } from "./stop-words.ts";
import type { ClientAbilities } from "./to-dap.ts";

/** What carries a session. */
export interface SessionHost {
  readonly files: Host;
  /** Sends a message; the carrier numbers it. */
  send(message: OutgoingMessage): void;
  /** An absolute path for one from a launch configuration. */
  resolvePath(path: string): string;
  /** Resolves after messages that wait have been received. */
  breathe(): Promise<void>;
  /** The client has left; its last answer has been sent. */
  closed(): void;
}

export type OutgoingMessage =
  | Omit<DebugProtocol.Response, "seq">
  | (Omit<DebugProtocol.Event, "seq" | "body"> & { readonly body?: object });

/** Steps of a motion between two looks at the messages. */
const CHUNK_STEPS = 2000;
const TIMELINE_STEPS_MAX = 10_000;

interface Answer {
  readonly body?: object;
  /** What follows once the response is out. */
  readonly after?: () => void;
}
type Handler = (args: Arguments) => Answer | Promise<Answer>;

interface Request {
  readonly seq: number;
  readonly command: string;
  readonly arguments: unknown;
}

export class Session {
  readonly #host: SessionHost;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #queue: Request[] = [];
  #isDraining = false;

  #coordinates: Coordinates | undefined;
  #abilities: ClientAbilities = {
    variableType: false,
    variablePaging: false,
    memoryReferences: false,
  };
  readonly #breakpoints = new BreakpointStore();
  readonly #handles = new Handles();
  #scenario: LoadedScenario | undefined;
  #isConfigured = false;
  /** Set once the first motion may start: launched, and configured. */
  #hasStarted = false;
  #hasEnded = false;
  #isClosed = false;
  #motion: Motion | undefined;
  #isPauseWanted = false;
  #gotoSteps: readonly TimeTarget[] = [];
  /** Of the last stop. */
  #selectedThread = 0;
  /** Where the present motion, or the last one, began. */
  #origin = 0;
  #stop: Stop | undefined;
  /** Forward steps that went from boundary to boundary, so that stepping back finds each beginning again. */
  #trail: {
    readonly from: number;
    readonly to: number;
    readonly thread: number;
    readonly granularity: Granularity;
  }[] = [];

  constructor(host: SessionHost) {
    this.#host = host;
    this.#handlers = new Map(Object.entries(this.#table()));
    this.#breakpoints.setFilters(
      FILTER_NAMES.filter((name) => FILTERS[name].isDefault).map((name) => ({
        name,
        condition: undefined,
      })),
    );
  }

  /** Takes any message, also what is none. */
  receive(message: unknown): void {
    const request = readRequest(message);
    if (request === undefined) return;
    if (request instanceof Failure) {
      this.#refuse(malformedRequest(message), request);
      return;
    }
    this.#queue.push(request);
    if (!this.#isDraining) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
      const answering = this.#answer(request);
      if (answering !== undefined) await answering;
    }
    this.#isDraining = false;
  }

  /** Answers a request; a promise only if its handler needs one, so that a step costs no turn of the event loop. */
  #answer(request: Request): Promise<void> | undefined {
    try {
      const handler = this.#handlers.get(request.command);
      if (handler === undefined) {
        throw new Failure(
          ERROR_UNKNOWN_REQUEST,
          `The request '${request.command}' is not supported.`,
        );
      }
      if (request.command !== "initialize") this.#requireInitialized(request.command);
      const answer = handler(new Arguments(request.arguments, request.command));
      if (answer instanceof Promise) {
        return answer.then(
          (settled) => this.#respond(request, settled),
          (error: unknown) => this.#refuse(request, error),
        );
      }
      this.#respond(request, answer);
    } catch (error) {
      this.#refuse(request, error);
    }
    return undefined;
  }

  #requireInitialized(command: string): void {
    if (this.#coordinates === undefined && command !== "disconnect") {
      throw new Failure(ERROR_OUT_OF_ORDER, `'${command}' came before 'initialize'.`);
    }
  }

  #respond(request: Request, answer: Answer): void {
    this.#host.send({
      type: "response",
      request_seq: request.seq,
      success: true,
      command: request.command,
      ...(answer.body === undefined ? {} : { body: answer.body }),
    });
    answer.after?.();
  }

  #refuse(request: Request, error: unknown): void {
    const failure =
      error instanceof Failure
        ? error
        : new Failure(ERROR_INTERNAL, internalText(request.command, error), { showUser: true });
    this.#host.send({
      type: "response",
      request_seq: request.seq,
      success: false,
      command: request.command,
      message: failure.message,
      body: {
        error: {
          id: failure.id,
          format: escapeFormat(failure.message),
          showUser: failure.showUser,
        },
      },
    });
  }

  #emit(event: string, body?: object): void {
    this.#host.send({ type: "event", event, ...(body === undefined ? {} : { body }) });
  }

  #output(category: "console" | "important" | "stderr", text: string, place: object = {}): void {
    this.#emit("output", { category, output: `${text}\n`, ...place });
  }

  /** What makes a line of the console a link. */
  #outputPlace(path: string | undefined, start: LineColumn | undefined): object {
    if (path === undefined || start === undefined || this.#coordinates === undefined) return {};
    return {
      source: this.#coordinates.toSource(path, "built-in header"),
      ...this.#coordinates.toClientStart(start),
    };
  }

  #table(): Readonly<Record<string, Handler>> {
    return {
      initialize: (args) => this.#initialize(args),
      launch: (args) => this.#launch(args),
      attach: () => {
        throw new Failure(
          ERROR_IMPOSSIBLE,
          "There is nothing to attach to; use 'launch' with a .rseq file.",
        );
      },
      configurationDone: () => this.#configurationDone(),
      restart: (args) => this.#restart(args),
      disconnect: () => this.#disconnect(),
      terminate: () => this.#terminate(),
      cancel: () => ({}),
      setBreakpoints: (args) => this.#setBreakpoints(args),
      setFunctionBreakpoints: (args) => ({
        body: { breakpoints: this.#breakpoints.setFunctions(args.objects("breakpoints")) },
      }),
      setExceptionBreakpoints: (args) => this.#setExceptionBreakpoints(args),
      setInstructionBreakpoints: (args) => this.#setInstructionBreakpoints(args),
      setDataBreakpoints: (args) => this.#setDataBreakpoints(args),
      dataBreakpointInfo: (args) => ({ body: dataBreakpointInfo(this.#stopped(), args) }),
      breakpointLocations: (args) => this.#breakpointLocations(args),
      continue: (args) => this.#continue(args),
      next: (args) => this.#step(args, "over"),
      stepIn: (args) => this.#step(args, "into"),
      stepOut: (args) => this.#step(args, "out"),
      stepBack: (args) => this.#stepBack(args, "over"),
      reverseContinue: (args) => this.#reverseContinue(args),
      pause: () => this.#pause(),
      restartFrame: (args) => this.#restartFrame(args),
      threads: () => ({ body: threads(this.#inspectable()) }),
      stackTrace: (args) => ({ body: stackTrace(this.#stopped(), args) }),
      scopes: (args) => ({ body: scopes(this.#stopped(), args) }),
      variables: (args) => ({ body: variables(this.#stopped(), args) }),
      evaluate: (args) => this.#evaluate(args),
      setVariable: (args) => this.#write((context, warn) => setVariable(context, args, warn)),
      setExpression: (args) => this.#write((context, warn) => setExpression(context, args, warn)),
      writeMemory: (args) => this.#write((context) => writeMemory(context, args)),
      completions: (args) => ({ body: completions(this.#stopped(), args) }),
      stepInTargets: (args) => ({ body: stepInTargets(this.#stopped(), args) }),
      gotoTargets: (args) => this.#gotoTargets(args),
      goto: (args) => this.#goto(args),
      terminateThreads: (args) => this.#terminateThreads(args),
      exceptionInfo: (args) => this.#exceptionInfo(args),
      source: (args) => this.#source(args),
      loadedSources: () => this.#loadedSources(),
      readMemory: (args) => ({ body: readMemory(this.#stopped(), args) }),
      disassemble: (args) => ({ body: disassemble(this.#stopped(), args) }),
      modules: () => {
        throw new Failure(ERROR_UNKNOWN_REQUEST, "A scenario has no modules.");
      },
      "rseq/seek": (args) => this.#seek(args),
      "rseq/position": () => ({ body: this.#position() }),
      "rseq/transitions": () => ({ body: this.#transitions() }),
      "rseq/take": (args) => this.#take(args),
      "rseq/reverse": (args) =>
        this.#stepBack(args, args.word("depth", ["over", "into", "out"]) ?? "over"),
      "rseq/timeline": (args) => ({ body: this.#timeline(args) }),
    };
  }

  // Life of a session

  #initialize(args: Arguments): Answer {
    if (this.#coordinates !== undefined) {
      throw new Failure(ERROR_OUT_OF_ORDER, "'initialize' came twice.");
    }
    const coordinates = new Coordinates({
      linesStartAt1: args.boolean("linesStartAt1", true),
      columnsStartAt1: args.boolean("columnsStartAt1", true),
      usesUris: args.optionalString("pathFormat") === "uri",
    });
    this.#abilities = {
      variableType: args.boolean("supportsVariableType", false),
      variablePaging: args.boolean("supportsVariablePaging", false),
      memoryReferences: args.boolean("supportsMemoryReferences", false),
    };
    this.#coordinates = coordinates;
    this.#breakpoints.useCoordinates(coordinates);
    return { body: CAPABILITIES, after: () => this.#emit("initialized") };
  }

  async #launch(args: Arguments): Promise<Answer> {
    if (this.#scenario !== undefined) {
      throw new Failure(ERROR_OUT_OF_ORDER, "A scenario has been launched already; use 'restart'.");
    }
    const options = readLaunchOptions(args, (text) => this.#toPath(text));
    await this.#load(options);
    return { after: () => this.#startIfReady() };
  }

  #toPath(text: string): string {
    return this.#host.resolvePath(this.#coordinates?.fromClientPath(text) ?? text);
  }

  /** Compiles the file and makes it the session's scenario; throws with its diagnostics printed if that fails. */
  async #load(options: LaunchOptions): Promise<void> {
    const result = await loadScenario(this.#host.files, options);
    if (!result.ok) {
      this.#printProblem(result.problem);
      throw new Failure(ERROR_LAUNCH, result.problem.message, { showUser: true });
    }
    this.#scenario = result.scenario;
    this.#hasEnded = false;
    this.#trail = [];
    this.#stop = undefined;
    this.#selectedThread = 0;
    this.#handles.clear();
    this.#emit("process", {
      name: options.program,
      isLocalProcess: true,
      startMethod: "launch",
      pointerSize: result.scenario.program.machine.pointerSize * 8,
    });
    for (const breakpoint of this.#breakpoints.useScenario(result.scenario)) {
      this.#emit("breakpoint", { reason: "changed", breakpoint });
    }
  }

  #printProblem({ message, errors }: LaunchProblem): void {
    if (errors.length === 0) this.#output("stderr", message);
    for (const { diagnostic, line, column } of errors) {
      const { path } = diagnostic.span;
      const text = `${path}:${line}:${column}: error: ${diagnostic.code} ${diagnostic.message}`;
      this.#output("stderr", text, this.#outputPlace(path, { line, column }));
    }
  }

  #configurationDone(): Answer {
    if (this.#isConfigured)
      throw new Failure(ERROR_OUT_OF_ORDER, "'configurationDone' came twice.");
    this.#isConfigured = true;
    return { after: () => this.#startIfReady() };
  }

  #startIfReady(): void {
    if (this.#scenario === undefined || !this.#isConfigured || this.#hasStarted) return;
    this.#hasStarted = true;
    this.#start(this.#scenario);
  }

  #start(scenario: LoadedScenario): void {
    const first = nextAlive(scenario.run, 0);
    if (scenario.options.noDebug) {
      this.#begin(runToEnd(scenario), first);
    } else if (scenario.options.stopOnEntry) {
      const { run } = scenario;
      const text = `Stopped on entry (schedule ${run.scheduleName}); ${threadName(scenario.program, first)} has not run yet`;
      this.#stopAt({ ...plainStop(run, "entry", first, text), description: "Stopped on entry" });
    } else
      this.#begin(
        continueForward(this.#motionContext(scenario), { thread: first, alone: false }),
        first,
      );
  }

  async #restart(args: Arguments): Promise<Answer> {
    const { scenario } = this.#inspectable();
    const given = args.object("arguments");
    const options = given.has("program")
      ? readLaunchOptions(given, (text) => this.#toPath(text))
      : scenario.options;
    this.#motion = undefined;
    await this.#load(options);
    return { after: () => this.#startAgain() };
  }

  #startAgain(): void {
    this.#hasStarted = false;
    this.#startIfReady();
  }

  #terminate(): Answer {
    return { after: () => this.#end() };
  }

  #disconnect(): Answer {
    this.#motion = undefined;
    this.#isClosed = true;
    return { after: () => this.#host.closed() };
  }

  /** Prints the verdict and tells that the run is over; once. */
  #end(): void {
    this.#motion = undefined;
    if (this.#hasEnded || this.#isClosed) return;
    this.#hasEnded = true;
    const scenario = this.#scenario;
    if (scenario !== undefined) {
      const { summary, exitStatus, violation } = scenario.run.verdict();
      const place =
        violation?.span === undefined ? undefined : scenario.codeMap.placeOfSpan(violation.span);
      this.#output("important", summary, this.#outputPlace(place?.path, place?.start));
      this.#emit("exited", { exitCode: exitStatus });
    }
    this.#emit("terminated");
  }

  // What requests may count on

  #inspectable(): InspectContext {
    if (this.#scenario === undefined || this.#coordinates === undefined) {
      throw new Failure(ERROR_OUT_OF_ORDER, "No scenario has been launched.");
    }
    return {
      scenario: this.#scenario,
      handles: this.#handles,
      coordinates: this.#coordinates,
      abilities: this.#abilities,
      selectedThread: this.#selectedThread,
    };
  }

  #stopped(): InspectContext {
    const context = this.#inspectable();
    if (this.#motion !== undefined) {
      throw new Failure(ERROR_NOT_STOPPED, "The run is moving; pause it first.");
    }
    return context;
  }

  /** Stopped, started, and not over: the run can be moved. */
  #movable(): InspectContext {
    const context = this.#stopped();
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

  // Moving

  #motionContext(scenario: LoadedScenario): MotionContext {
    return {
      run: scenario.run,
      codeMap: scenario.codeMap,
      breakpoints: () => this.#breakpoints.active,
      onLog: (hit) => this.#log(scenario, hit),
    };
  }

  #log(scenario: LoadedScenario, hit: Hit): void {
    const { run, codeMap } = scenario;
    const message = hit.breakpoint.guard.logMessage ?? [];
    const text = message.map((part) => {
      if (typeof part === "string") return part;
      const result = evaluateFor(run, part, hit.thread);
      return result.ok ? `${BigInt.asIntN(64, result.value)}` : `{${result.message}}`;
    });
    const view = hit.thread === undefined ? undefined : run.state.thread(hit.thread);
    const place = view?.instruction === undefined ? undefined : codeMap.placeOf(view.instruction);
    const who = view === undefined ? "" : `${view.name} · cpu ${view.cpu} · `;
    this.#output(
      "console",
      `${who}step ${run.position}: ${text.join("")}`,
      this.#outputPlace(place?.path, place?.start),
    );
  }

  #continue(args: Arguments): Answer {
    const context = this.#movable();
    const mover = this.#mover(context, args);
    return {
      body: { allThreadsContinued: true },
      after: () => {
        this.#trail = [];
        this.#begin(continueForward(this.#motionContext(context.scenario), mover), mover.thread);
      },
    };
  }

  #mover(context: InspectContext, args: Arguments): Mover {
    return { thread: requestedThread(context, args), alone: args.boolean("singleThread", false) };
  }

  #step(args: Arguments, depth: StepDepth): Answer {
    const context = this.#movable();
    const mover = this.#mover(context, args);
    const granularity = readGranularity(args);
    return {
      after: () => {
        const { run } = context.scenario;
        const targetId = args.optionalInteger("targetId");
        const target = run.enabled().find((each) => each.event === targetId);
        if (depth === "into" && target !== undefined && target.kind !== "op") {
          run.take(target.event);
          this.#breakpoints.active.forgetFuture(run.position);
          this.#moved(mover.thread, "step", takenText(target));
          return;
        }
        const from = run.position;
        const motion = stepForward(
          this.#motionContext(context.scenario),
          mover,
          depth,
          granularity,
        );
        this.#begin(motion, mover.thread, (arrival) => {
          if (arrival.kind !== "step" && !(arrival.kind === "hit" && arrival.completed)) return;
          this.#trail.push({ from, to: run.position, thread: mover.thread, granularity });
        });
      },
    };
  }

  #stepBack(args: Arguments, depth: StepDepth): Answer {
    const context = this.#movable();
    const thread = requestedThread(context, args);
    const granularity = readGranularity(args);
    return {
      after: () => {
        const { scenario } = context;
        const last = this.#trail.pop();
        const isInverse =
          depth === "over" &&
          last?.to === scenario.run.position &&
          last.thread === thread &&
          last.granularity === granularity;
        if (!isInverse) this.#trail = [];
        const motionContext = this.#motionContext(scenario);
        const motion = isInverse
          ? backTo(motionContext, last.from)
          : stepBack(motionContext, thread, depth, granularity);
        this.#begin(motion, thread);
      },
    };
  }

  #reverseContinue(args: Arguments): Answer {
    const context = this.#movable();
    const thread = requestedThread(context, args);
    return {
      after: () => {
        this.#trail = [];
        this.#begin(continueBack(this.#motionContext(context.scenario)), thread);
      },
    };
  }

  /** Starts a motion. `onArrival` is told how it ended, before the stop is. */
  #begin(
    motion: Motion,
    thread: number,
    onArrival: (arrival: Arrival) => void = () => undefined,
  ): void {
    this.#handles.clear();
    this.#stop = undefined;
    this.#motion = motion;
    this.#isPauseWanted = false;
    this.#origin = this.#scenario?.run.position ?? 0;
    void this.#move(motion, thread, onArrival);
  }

  async #move(
    motion: Motion,
    thread: number,
    onArrival: (arrival: Arrival) => void,
  ): Promise<void> {
    const scenario = this.#scenario;
    if (scenario === undefined) return;
    try {
      let arrival = motion.advance(CHUNK_STEPS);
      while (arrival === undefined) {
        await this.#host.breathe();
        if (this.#motion !== motion) return;
        if (this.#isPauseWanted) break;
        arrival = motion.advance(CHUNK_STEPS);
      }
      this.#motion = undefined;
      if (arrival !== undefined) onArrival(arrival);
      this.#arrive(scenario, arrival, thread);
    } catch (error) {
      if (this.#motion !== motion && this.#motion !== undefined) return;
      this.#motion = undefined;
      this.#output("important", internalText("the run", error));
      this.#arrive(scenario, undefined, thread);
    }
  }

  #arrive(scenario: LoadedScenario, arrival: Arrival | undefined, thread: number): void {
    if (arrival?.kind === "end") {
      this.#end();
      return;
    }
    if (arrival !== undefined) {
      this.#stopAt(arrivalStop(scenario, arrival, thread, this.#origin));
      return;
    }
    const { run, program } = scenario;
    const who = nextAlive(run, thread);
    const text = `${threadName(program, who)} was paused at step ${run.position.toLocaleString("en-US")}`;
    this.#stopAt(plainStop(run, "pause", who, text));
  }

  #stopAt(stop: Stop): void {
    this.#stop = stop;
    this.#selectedThread = stop.thread;
    this.#emit("stopped", {
      reason: stop.reason,
      threadId: threadId(stop.thread),
      description: stop.description,
      text: stop.text,
      allThreadsStopped: true,
      ...(stop.breakpointIds.length === 0 ? {} : { hitBreakpointIds: stop.breakpointIds }),
    });
  }

  /** A stop that is already there needs no second one. */
  #pause(): Answer {
    this.#inspectable();
    this.#isPauseWanted = this.#motion !== undefined;
    return {};
  }

  /** Back in time to where the frame was entered. */
  #restartFrame(args: Arguments): Answer {
    const context = this.#movable();
    const frame = this.#handles.frame(args.integer("frameId"));
    if (frame?.kind !== "thread" || frame.place.frame === undefined) {
      throw new Failure(ERROR_UNKNOWN_ID, "There is no frame of a live thread with this id.");
    }
    const { thread, frame: index } = frame.place;
    return {
      after: () => {
        this.#trail = [];
        this.#begin(backToEntry(this.#motionContext(context.scenario), thread, index), thread);
      },
    };
  }

  #seek(args: Arguments): Answer {
    const context = this.#movable();
    const step = args.optionalCount("step") ?? 0;
    return {
      after: () => {
        const { run } = context.scenario;
        run.seek(step);
        this.#moved(run.lastStep()?.thread ?? 0, "goto", `At step ${run.position}`);
      },
    };
  }

  #position(): PositionBody {
    const { run } = this.#stopped().scenario;
    return { step: run.position, length: run.length, schedule: run.scheduleName };
  }

  #transitions(): TransitionsBody {
    const { run } = this.#stopped().scenario;
    return {
      transitions: run.enabled().map((each) => ({
        id: each.event,
        name: each.name,
        kind: each.kind,
        ...(each.thread === undefined ? {} : { threadId: threadId(each.thread) }),
        ...(each.cpu === undefined ? {} : { cpu: each.cpu }),
      })),
    };
  }

  #take(args: Arguments): Answer {
    const { run } = this.#movable().scenario;
    const id = args.integer("id");
    const transition = run.enabled().find((each) => each.event === id);
    if (transition === undefined) {
      throw new Failure(
        ERROR_IMPOSSIBLE,
        "This transition is not possible here; ask for 'rseq/transitions' again.",
      );
    }
    const outcome = run.take(transition.event);
    if (outcome.kind === "impossible")
      throw new Failure(ERROR_IMPOSSIBLE, `Not possible here: ${outcome.message}.`);
    this.#breakpoints.active.forgetFuture(run.position);
    return { after: () => this.#moved(transition.thread ?? 0, "step", takenText(transition)) };
  }

  /** A move that was made at once, told as a stop. */
  #moved(thread: number, reason: string, description: string): void {
    const { run } = this.#inspectable().scenario;
    this.#trail = [];
    this.#handles.clear();
    this.#stopAt(plainStop(run, reason, thread, description));
  }

  // Breakpoints

  #setBreakpoints(args: Arguments): Answer {
    const source = args.object("source");
    return {
      body: {
        breakpoints: this.#breakpoints.setLines(
          this.#sourcePath(source),
          args.objects("breakpoints"),
        ),
      },
    };
  }

  /** The engine's name of a source: a path, or the built-in header behind a reference. */
  #sourcePath(source: Arguments): string {
    const reference = source.optionalInteger("sourceReference") ?? 0;
    if (reference === 0) return this.#toPath(source.string("path"));
    const path = this.#coordinates?.referencedPath(reference);
    if (path === undefined) {
      throw new Failure(ERROR_UNKNOWN_ID, `There is no source with reference ${reference}.`);
    }
    return path;
  }

  #setExceptionBreakpoints(args: Arguments): Answer {
    const plain = args.strings("filters").map((name) => ({ name, condition: undefined }));
    const conditional = args.objects("filterOptions").map((option) => ({
      name: option.string("filterId"),
      condition: option.optionalString("condition"),
    }));
    return { body: { breakpoints: this.#breakpoints.setFilters([...plain, ...conditional]) } };
  }

  #setInstructionBreakpoints(args: Arguments): Answer {
    const list = args.objects("breakpoints").map((each) => ({
      args: each,
      address:
        readReference(each.string("instructionReference")) + (each.optionalInteger("offset") ?? 0),
    }));
    return { body: { breakpoints: this.#breakpoints.setInstructions(list) } };
  }

  #setDataBreakpoints(args: Arguments): Answer {
    const list = args
      .objects("breakpoints")
      .map((each) => ({ args: each, ...readDataId(each.string("dataId")) }));
    return { body: { breakpoints: this.#breakpoints.setData(list) } };
  }

  #breakpointLocations(args: Arguments): Answer {
    const path = this.#sourcePath(args.object("source"));
    return { body: breakpointLocations(this.#inspectable(), args, path) };
  }

  // Looking and changing

  /** A write from outside: a step of its own, and the end of what was recorded after it. */
  #write(
    write: (context: InspectContext, warn: (message: string) => void) => object | undefined,
  ): Answer {
    const context = this.#movable();
    const body = write(context, (message) => this.#output("console", message));
    this.#breakpoints.active.forgetFuture(context.scenario.run.position);
    this.#trail = [];
    return body === undefined ? {} : { body };
  }

  #evaluate(args: Arguments): Answer {
    const context = this.#stopped();
    if (args.optionalString("context") !== "repl") return { body: evaluate(context, args) };
    const frame = optionalFrame(context, args) ?? selectedFrame(context);
    const text = args.string("expression");
    const action = readCommand(context.scenario, text, frame);
    if (action !== undefined) return this.#act(action);
    const assignment = splitAssignment(text);
    if (assignment === undefined) return { body: evaluate(context, args) };
    return this.#write((writable, warn) => {
      const { target, value } = assignment;
      const row = assign(writable, frame, target, value, warn, { hex: false });
      return { result: row.text, variablesReference: 0 };
    });
  }

  #act(action: ConsoleAction): Answer {
    const body = { result: action.text, variablesReference: 0 };
    if (action.kind === "print") return { body };
    const { scenario } = this.#movable();
    const { run } = scenario;
    // The client asked for a value and not for a move, so it has to be told that the run went on.
    const resume = (): void =>
      this.#emit("continued", {
        threadId: threadId(this.#selectedThread),
        allThreadsContinued: true,
      });
    switch (action.kind) {
      case "seek":
        return {
          body,
          after: () => {
            resume();
            run.seek(action.step);
            this.#moved(run.lastStep()?.thread ?? 0, "goto", action.text);
          },
        };
      case "take": {
        const outcome = run.take(action.transition.event);
        if (outcome.kind === "impossible") throw new Failure(ERROR_IMPOSSIBLE, outcome.message);
        this.#breakpoints.active.forgetFuture(run.position);
        return {
          body,
          after: () => {
            resume();
            this.#moved(action.transition.thread ?? this.#selectedThread, "step", action.text);
          },
        };
      }
      case "run":
        return {
          body,
          after: () => {
            resume();
            this.#trail = [];
            const mover = { thread: action.thread, alone: true };
            this.#begin(
              runAlone(this.#motionContext(scenario), mover, action.count),
              action.thread,
            );
          },
        };
    }
  }

  #gotoTargets(args: Arguments): Answer {
    const context = this.#stopped();
    const path = this.#sourcePath(args.object("source"));
    this.#gotoSteps = timeTargets(
      context.scenario,
      path,
      context.coordinates.fromClientLine(args.integer("line")),
      this.#selectedThread,
    );
    return {
      body: {
        targets: this.#gotoSteps.map(({ label }, index) => ({
          id: index + 1,
          label,
          line: args.integer("line"),
        })),
      },
    };
  }

  #goto(args: Arguments): Answer {
    const context = this.#movable();
    const thread = requestedThread(context, args);
    const target = this.#gotoSteps[args.integer("targetId") - 1];
    if (target === undefined) {
      throw new Failure(ERROR_UNKNOWN_ID, "There is no such target; ask for 'gotoTargets' again.");
    }
    return {
      after: () => {
        context.scenario.run.seek(target.step);
        this.#moved(target.thread ?? thread, "goto", `At the ${target.label}`);
      },
    };
  }

  #terminateThreads(args: Arguments): Answer {
    const context = this.#movable();
    const { run, program } = context.scenario;
    for (const id of args.integers("threadIds")) {
      const transition = run
        .enabled()
        .find((each) => each.kind === "terminate" && each.thread === id - 1);
      if (transition === undefined) {
        const name = program.threads[id - 1]?.name;
        throw new Failure(
          name === undefined ? ERROR_UNKNOWN_ID : ERROR_IMPOSSIBLE,
          name === undefined ? `There is no thread with id ${id}.` : `${name} has ended already.`,
        );
      }
      run.take(transition.event);
    }
    this.#breakpoints.active.forgetFuture(run.position);
    return {
      after: () => this.#moved(nextAlive(run, this.#selectedThread), "step", "Threads were ended"),
    };
  }

  #exceptionInfo(args: Arguments): Answer {
    const context = this.#stopped();
    const thread = requestedThread(context, args);
    const exception = this.#stop?.thread === thread ? this.#stop.exception : undefined;
    if (exception === undefined) {
      throw new Failure(ERROR_OUT_OF_ORDER, "The last stop of this thread was not an exception.");
    }
    const { filter, sentence, causes } = exception;
    return {
      body: {
        exceptionId: filter,
        description: sentence,
        breakMode: "always",
        details: {
          message: [sentence, FILTERS[filter].description].join("\n"),
          typeName: FILTERS[filter].label,
          innerException: causes.map((message) => ({ message })),
        },
      },
    };
  }

  #source(args: Arguments): Answer {
    const source = args.object("source");
    const reference =
      source.optionalInteger("sourceReference") ?? args.optionalInteger("sourceReference") ?? 0;
    const path =
      reference === 0
        ? this.#sourcePath(source)
        : (this.#coordinates?.referencedPath(reference) ?? "");
    const content = this.#inspectable().scenario.textOf(path);
    if (content === undefined) {
      throw new Failure(ERROR_ARGUMENT, "The scenario does not use this source.");
    }
    return { body: { content, mimeType: isBuiltIn(path) ? "text/x-c" : "text/x-rseq" } };
  }

  #loadedSources(): Answer {
    const { scenario, coordinates } = this.#inspectable();
    const paths = [
      scenario.options.program,
      ...scenario.codeMap.paths.filter((path) => path !== scenario.options.program),
    ];
    return {
      body: {
        sources: paths.map((path) => coordinates.toSource(path, scenario.program.kernel.profile)),
      },
    };
  }

  #timeline(args: Arguments): TimelineBody {
    const { run } = this.#stopped().scenario;
    const start = Math.max(1, args.optionalCount("start") ?? 1);
    const wanted = Math.min(args.optionalCount("end") ?? run.length + 1, run.length + 1);
    const end = Math.min(wanted, start + TIMELINE_STEPS_MAX);
    const present = run.position;
    const steps: TimelineBody["steps"][number][] = [];
    run.seek(start);
    for (let at = start; at < end; at++) {
      const step = run.lastStep();
      if (step !== undefined) steps.push(timelineStep(step));
      run.forward();
    }
    run.seek(present);
    return { length: run.length, steps };
  }
}

function timelineStep(
  step: NonNullable<ReturnType<LoadedScenario["run"]["lastStep"]>>,
): TimelineBody["steps"][number] {
  const thread = (index: number | undefined): { threadId?: number } =>
    index === undefined ? {} : { threadId: threadId(index) };
  return {
    step: step.step,
    kind: step.kind,
    text: step.text,
    ...thread(step.thread),
    ...(step.cpu === undefined ? {} : { cpu: step.cpu }),
    events: step.events.map((event) => ({
      kind: event.kind,
      text: event.text,
      ...thread(event.thread),
    })),
  };
}

/** Without a debugger: nothing stops it but the end. */
function runToEnd({ run }: LoadedScenario): Motion {
  return {
    advance: (budget) => {
      const outcome = run.advance(budget);
      return outcome.kind === "step" ? undefined : { kind: "end", outcome };
    },
  };
}

/** Back to a position that a step started from, unless something stops before. */
function backTo({ run, breakpoints }: MotionContext, position: number): Motion {
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
function backToEntry({ run }: MotionContext, thread: number, frame: number): Motion {
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

function readGranularity(args: Arguments): Granularity {
  return args.word("granularity", ["statement", "line", "instruction"]) ?? "statement";
}

function takenText(transition: Transition): string {
  return `Taken: ${transition.name}`;
}

function internalText(where: string, error: unknown): string {
  const detail = error instanceof Error ? error.message : String(error);
  return `Rseq Lab failed inside ${where}; the rest goes on. ${detail}`;
}

/** Braces are placeholders in a message's format. */
function escapeFormat(message: string): string {
  return message.replaceAll("{", "(").replaceAll("}", ")");
}

/** The request in a message; undefined for what needs no answer, a Failure for what is none. */
function readRequest(message: unknown): Request | Failure | undefined {
  if (typeof message !== "object" || message === null) {
    return new Failure(ERROR_MALFORMED, "The message is no object.");
  }
  const { type, seq, command, arguments: args } = message as Readonly<Record<string, unknown>>;
  // The adapter makes no requests of its own, so that no answer is waited for.
  if (type === "response" || type === "event") return undefined;
  if (type !== "request")
    return new Failure(ERROR_MALFORMED, "The message's 'type' must be 'request'.");
  if (typeof seq !== "number" || !Number.isSafeInteger(seq)) {
    return new Failure(ERROR_MALFORMED, "The request's 'seq' must be a whole number.");
  }
  if (typeof command !== "string" || command === "") {
    return new Failure(ERROR_MALFORMED, "The request's 'command' must be a string.");
  }
  return { seq, command, arguments: args };
}

/** What can be said about a message that is no request, so that it is answered all the same. */
function malformedRequest(message: unknown): Request {
  const { seq, command } =
    typeof message === "object" && message !== null
      ? (message as Readonly<Record<string, unknown>>)
      : {};
  return {
    seq: typeof seq === "number" && Number.isSafeInteger(seq) ? seq : 0,
    command: typeof command === "string" ? command : "",
    arguments: undefined,
  };
}
