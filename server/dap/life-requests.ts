// Requests that begin and end a session.
import type { Arguments } from "./arguments.ts";
import { CAPABILITIES } from "./capabilities.ts";
import { Coordinates } from "./coordinates.ts";
import type { Debuggee } from "./debuggee.ts";
import { ERROR_IMPOSSIBLE, ERROR_OUT_OF_ORDER, Failure } from "./failure.ts";
import type { Answer, Requests } from "./requests.ts";
import { readLaunchOptions } from "./scenario.ts";

export function lifeRequests(debuggee: Debuggee): Requests {
  return {
    initialize: (args) => initialize(debuggee, args),
    launch: (args) => launch(debuggee, args),
    attach: () => {
      throw new Failure(
        ERROR_IMPOSSIBLE,
        "There is nothing to attach to; use 'launch' with a .rseq file.",
      );
    },
    configurationDone: () => configurationDone(debuggee),
    restart: (args) => restart(debuggee, args),
    disconnect: () => disconnect(debuggee),
    terminate: () => terminate(debuggee),
    cancel: () => ({}),
  };
}

function initialize(debuggee: Debuggee, args: Arguments): Answer {
  if (debuggee.coordinates !== undefined) {
    throw new Failure(ERROR_OUT_OF_ORDER, "'initialize' came twice.");
  }
  const coordinates = new Coordinates({
    linesStartAt1: args.boolean("linesStartAt1", true),
    columnsStartAt1: args.boolean("columnsStartAt1", true),
    usesUris: args.optionalString("pathFormat") === "uri",
  });
  debuggee.abilities = {
    variableType: args.boolean("supportsVariableType", false),
    variablePaging: args.boolean("supportsVariablePaging", false),
    memoryReferences: args.boolean("supportsMemoryReferences", false),
    memoryEvents: args.boolean("supportsMemoryEvent", false),
    invalidatedEvents: args.boolean("supportsInvalidatedEvent", false),
  };
  debuggee.coordinates = coordinates;
  debuggee.breakpoints.useCoordinates(coordinates);
  return { body: CAPABILITIES, after: () => debuggee.emit("initialized") };
}

async function launch(debuggee: Debuggee, args: Arguments): Promise<Answer> {
  if (debuggee.scenario !== undefined) {
    throw new Failure(ERROR_OUT_OF_ORDER, "A scenario has been launched already; use 'restart'.");
  }
  const options = readLaunchOptions(args, (text) => debuggee.toPath(text));
  await debuggee.load(options);
  return { after: () => debuggee.startIfReady() };
}

function configurationDone(debuggee: Debuggee): Answer {
  debuggee.configure();
  return { after: () => debuggee.startIfReady() };
}

async function restart(debuggee: Debuggee, args: Arguments): Promise<Answer> {
  const { scenario } = debuggee.inspectable();
  const given = args.object("arguments");
  const options = given.has("program")
    ? readLaunchOptions(given, (text) => debuggee.toPath(text))
    : scenario.options;
  await debuggee.load(options);
  return { after: () => debuggee.startIfReady() };
}

function terminate(debuggee: Debuggee): Answer {
  return { after: () => debuggee.end() };
}

function disconnect(debuggee: Debuggee): Answer {
  return { after: () => debuggee.close() };
}
