// Requests that look at a stopped run, and those that write into it.
import type { Arguments } from "./arguments.ts";
import { areaFields } from "../engine/index.ts";
import { completions } from "./completions.ts";
import { readCommand } from "./console.ts";
import type { ConsoleAction } from "./console.ts";
import { isBuiltIn } from "./coordinates.ts";
import type { Debuggee } from "./debuggee.ts";
import { splitAssignment } from "./expression.ts";
import { ERROR_ARGUMENT, ERROR_OUT_OF_ORDER, ERROR_UNKNOWN_REQUEST, Failure } from "./failure.ts";
import { FILTERS } from "./filters.ts";
import {
  assign,
  disassemble,
  evaluate as evaluateExpression,
  inspectionOf,
  optionalFrame,
  readMemory,
  requestedThread,
  scopes,
  setExpression,
  setVariable,
  stackTrace,
  threadId,
  threads,
  variables,
  writeMemory,
} from "./inspect.ts";
import type { InspectContext } from "./inspect.ts";
import { runAlone } from "./motion.ts";
import type { MatrixBody } from "./protocol.ts";
import type { Answer, Requests } from "./requests.ts";
import { codePath } from "./scenario.ts";
import { seekTo, takeTransition } from "./time-requests.ts";

export function lookRequests(debuggee: Debuggee): Requests {
  return {
    threads: () => ({ body: threads(debuggee.inspectable()) }),
    stackTrace: (args) => ({ body: stackTrace(debuggee.stopped(), args) }),
    scopes: (args) => ({ body: scopes(debuggee.stopped(), args) }),
    variables: (args) => ({ body: variables(debuggee.stopped(), args) }),
    evaluate: (args) => evaluate(debuggee, args),
    completions: (args) => ({ body: completions(debuggee.stopped(), args) }),
    setVariable: (args) => write(debuggee, (context, warn) => setVariable(context, args, warn)),
    setExpression: (args) => write(debuggee, (context, warn) => setExpression(context, args, warn)),
    writeMemory: (args) => write(debuggee, (context) => writeMemory(context, args)),
    readMemory: (args) => rememberedRead(debuggee, args),
    disassemble: (args) => ({ body: disassemble(debuggee.stopped(), args) }),
    exceptionInfo: (args) => exceptionInfo(debuggee, args),
    source: (args) => source(debuggee, args),
    loadedSources: () => loadedSources(debuggee),
    "rseq/matrix": (args) => ({ body: matrix(debuggee, args) }),
    modules: () => {
      throw new Failure(ERROR_UNKNOWN_REQUEST, "A scenario has no modules.");
    },
  };
}

/** A write from outside: a step of its own, and the end of what was recorded after it. */
function write(
  debuggee: Debuggee,
  make: (context: InspectContext, warn: (message: string) => void) => object | undefined,
): Answer {
  const context = debuggee.movable();
  const body = make(context, (message) => debuggee.output("console", message));
  debuggee.breakpoints.active.forgetFuture(context.scenario.run.position);
  debuggee.trail = [];
  return {
    ...(body === undefined ? {} : { body }),
    after: () => {
      debuggee.tellMemory();
      if (debuggee.abilities.invalidatedEvents)
        debuggee.emit("invalidated", { areas: ["variables"] });
    },
  };
}

/** Ranges that a client shows at once; the oldest is forgotten. */
const RANGES_MAX = 64;

/** What was read is told again when it may have changed. */
function rememberedRead(debuggee: Debuggee, args: Arguments): Answer {
  const body = readMemory(debuggee.stopped(), args);
  const memoryReference = args.string("memoryReference");
  const offset = args.optionalInteger("offset") ?? 0;
  const count = args.optionalCount("count") ?? 0;
  const { memoryRead } = debuggee;
  memoryRead.set(`${memoryReference}+${offset}+${count}`, { memoryReference, offset, count });
  const [oldest] = memoryRead.keys();
  if (memoryRead.size > RANGES_MAX && oldest !== undefined) memoryRead.delete(oldest);
  return { body };
}

function evaluate(debuggee: Debuggee, args: Arguments): Answer {
  const context = debuggee.stopped();
  if (args.optionalString("context") !== "repl") return { body: evaluateExpression(context, args) };
  const frame = optionalFrame(context, args);
  const text = args.string("expression");
  const action = readCommand(context.scenario, text, frame);
  if (action !== undefined) return act(debuggee, action);
  const assignment = splitAssignment(text);
  if (assignment === undefined) return { body: evaluateExpression(context, args) };
  return write(debuggee, (writable, warn) => {
    const { target, value } = assignment;
    const row = assign(writable, frame, target, value, warn, { hex: false });
    return { result: row.text, variablesReference: 0 };
  });
}

function act(debuggee: Debuggee, action: ConsoleAction): Answer {
  const body = { result: action.text, variablesReference: 0 };
  if (action.kind === "print") return { body };
  const { scenario } = debuggee.movable();
  // The client asked for a value and not for a move, so it has to be told that the run went on.
  const resume = (): void =>
    debuggee.emit("continued", {
      threadId: threadId(debuggee.selectedThread),
      allThreadsContinued: true,
    });
  switch (action.kind) {
    case "seek":
      return {
        body,
        after: () => {
          resume();
          seekTo(debuggee, action.step);
        },
      };
    case "take": {
      const { after } = takeTransition(debuggee, action.transition);
      return {
        body,
        after: () => {
          resume();
          after?.();
        },
      };
    }
    case "run":
      return {
        body,
        after: () => {
          resume();
          debuggee.trail = [];
          const mover = { thread: action.thread, alone: true };
          debuggee.begin(
            runAlone(debuggee.motionContext(scenario), mover, action.count),
            action.thread,
          );
        },
      };
  }
}

function exceptionInfo(debuggee: Debuggee, args: Arguments): Answer {
  const context = debuggee.stopped();
  const thread = requestedThread(context, args);
  const exception = debuggee.stop?.thread === thread ? debuggee.stop.exception : undefined;
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

function source(debuggee: Debuggee, args: Arguments): Answer {
  const source = args.object("source");
  const reference =
    source.optionalInteger("sourceReference") ?? args.optionalInteger("sourceReference") ?? 0;
  const path =
    reference === 0
      ? debuggee.sourcePath(source)
      : (debuggee.coordinates?.referencedPath(reference) ?? "");
  const { scenario } = debuggee.inspectable();
  const content = scenario.textOf(codePath(scenario, path));
  if (content === undefined) {
    throw new Failure(ERROR_ARGUMENT, "The scenario does not use this source.");
  }
  return { body: { content, mimeType: isBuiltIn(path) ? "text/x-c" : "text/x-rseq" } };
}

function loadedSources(debuggee: Debuggee): Answer {
  const { scenario, coordinates } = debuggee.inspectable();
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

function matrix(debuggee: Debuggee, args: Arguments): MatrixBody {
  const context = debuggee.stopped();
  const format = { hex: args.object("format").boolean("hex", false) };
  const { threads: all } = context.scenario.program;
  const rows = all.map((_, index) => areaFields(inspectionOf(context), index, format));
  return {
    fields: (rows[0] ?? []).map(({ row, class: kind }) => ({ name: row.name, class: kind })),
    threads: all.map(({ name }, index) => ({
      threadId: threadId(index),
      name,
      values: (rows[index] ?? []).map(({ row }) => row.text),
    })),
  };
}
