// Requests that set breakpoints of every kind, and say where there can be some.
import type { Arguments } from "./arguments.ts";
import type { Debuggee } from "./debuggee.ts";
import {
  breakpointLocations as locations,
  dataBreakpointInfo,
  readDataId,
  readReference,
} from "./inspect.ts";
import type { Answer, Requests } from "./requests.ts";

export function breakpointRequests(debuggee: Debuggee): Requests {
  return {
    setBreakpoints: (args) => setBreakpoints(debuggee, args),
    setFunctionBreakpoints: (args) => ({
      body: { breakpoints: debuggee.breakpoints.setFunctions(args.objects("breakpoints")) },
    }),
    setExceptionBreakpoints: (args) => setExceptionBreakpoints(debuggee, args),
    setInstructionBreakpoints: (args) => setInstructionBreakpoints(debuggee, args),
    setDataBreakpoints: (args) => setDataBreakpoints(debuggee, args),
    dataBreakpointInfo: (args) => ({ body: dataBreakpointInfo(debuggee.stopped(), args) }),
    breakpointLocations: (args) => breakpointLocations(debuggee, args),
  };
}

function setBreakpoints(debuggee: Debuggee, args: Arguments): Answer {
  const source = args.object("source");
  return {
    body: {
      breakpoints: debuggee.breakpoints.setLines(
        debuggee.sourcePath(source),
        args.objects("breakpoints"),
      ),
    },
  };
}

function setExceptionBreakpoints(debuggee: Debuggee, args: Arguments): Answer {
  const plain = args.strings("filters").map((name) => ({ name, condition: undefined }));
  const conditional = args.objects("filterOptions").map((option) => ({
    name: option.string("filterId"),
    condition: option.optionalString("condition"),
  }));
  return { body: { breakpoints: debuggee.breakpoints.setFilters([...plain, ...conditional]) } };
}

function setInstructionBreakpoints(debuggee: Debuggee, args: Arguments): Answer {
  const list = args.objects("breakpoints").map((each) => ({
    args: each,
    address:
      readReference(each.string("instructionReference")) + (each.optionalInteger("offset") ?? 0),
  }));
  return { body: { breakpoints: debuggee.breakpoints.setInstructions(list) } };
}

function setDataBreakpoints(debuggee: Debuggee, args: Arguments): Answer {
  const list = args
    .objects("breakpoints")
    .map((each) => ({ args: each, ...readDataId(each.string("dataId")) }));
  return { body: { breakpoints: debuggee.breakpoints.setData(list) } };
}

function breakpointLocations(debuggee: Debuggee, args: Arguments): Answer {
  const path = debuggee.sourcePath(args.object("source"));
  return { body: locations(debuggee.inspectable(), args, path) };
}
