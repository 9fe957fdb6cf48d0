// Requests that move the run under its schedule, forwards and backwards.
import type { Transition } from "../engine/index.ts";
import type { Arguments } from "./arguments.ts";
import type { Debuggee } from "./debuggee.ts";
import { ERROR_UNKNOWN_ID, Failure } from "./failure.ts";
import { requestedThread } from "./inspect.ts";
import type { InspectContext } from "./inspect.ts";
import {
  backTo,
  backToEntry,
  continueBack,
  continueForward,
  standsOnBoundary,
  stepBack as stepBackMotion,
  stepForward,
} from "./motion.ts";
import type { Granularity, Mover, StepDepth } from "./motion.ts";
import type { Answer, Requests } from "./requests.ts";
import { takeTransition } from "./time-requests.ts";

export function moveRequests(debuggee: Debuggee): Requests {
  return {
    continue: (args) => proceed(debuggee, args),
    next: (args) => step(debuggee, args, "over"),
    stepIn: (args) => step(debuggee, args, "into"),
    stepOut: (args) => step(debuggee, args, "out"),
    stepBack: (args) => stepBack(debuggee, args, "over"),
    reverseContinue: (args) => reverseContinue(debuggee, args),
    pause: () => pause(debuggee),
    restartFrame: (args) => restartFrame(debuggee, args),
    "rseq/reverse": (args) =>
      stepBack(debuggee, args, args.word("depth", ["over", "into", "out"]) ?? "over"),
  };
}

function proceed(debuggee: Debuggee, args: Arguments): Answer {
  const context = debuggee.movable();
  const mover = readMover(context, args);
  return {
    body: { allThreadsContinued: true },
    after: () => {
      debuggee.trail = [];
      debuggee.begin(
        continueForward(debuggee.motionContext(context.scenario), mover),
        mover.thread,
      );
    },
  };
}

function readMover(context: InspectContext, args: Arguments): Mover {
  return { thread: requestedThread(context, args), alone: args.boolean("singleThread", false) };
}

function step(debuggee: Debuggee, args: Arguments, depth: StepDepth): Answer {
  const context = debuggee.movable();
  const mover = readMover(context, args);
  const granularity = readGranularity(args);
  const event = depth === "into" ? chosenEvent(context, args) : undefined;
  if (event !== undefined) return takeTransition(debuggee, event);
  return {
    after: () => {
      const { run } = context.scenario;
      const { thread } = mover;
      const from = run.position;
      const motionContext = debuggee.motionContext(context.scenario);
      const isFromBoundary = standsOnBoundary(motionContext, thread, granularity);
      const motion = stepForward(motionContext, mover, depth, granularity);
      debuggee.begin(motion, thread, (arrival) => {
        const isThere = arrival.kind === "step" || (arrival.kind === "hit" && arrival.completed);
        if (!isThere || !isFromBoundary) debuggee.trail = [];
        else debuggee.trail.push({ from, to: run.position, thread, granularity });
      });
    },
  };
}

function stepBack(debuggee: Debuggee, args: Arguments, depth: StepDepth): Answer {
  const context = debuggee.movable();
  const thread = requestedThread(context, args);
  const granularity = readGranularity(args);
  return {
    after: () => {
      const { scenario } = context;
      const last = debuggee.trail.pop();
      const isInverse =
        depth === "over" &&
        last?.to === scenario.run.position &&
        last.thread === thread &&
        last.granularity === granularity;
      if (!isInverse) debuggee.trail = [];
      const motionContext = debuggee.motionContext(scenario);
      const motion = isInverse
        ? backTo(motionContext, last.from)
        : stepBackMotion(motionContext, thread, depth, granularity);
      debuggee.begin(motion, thread);
    },
  };
}

function reverseContinue(debuggee: Debuggee, args: Arguments): Answer {
  const context = debuggee.movable();
  const thread = requestedThread(context, args);
  return {
    after: () => {
      debuggee.trail = [];
      debuggee.begin(continueBack(debuggee.motionContext(context.scenario)), thread);
    },
  };
}

function pause(debuggee: Debuggee): Answer {
  debuggee.inspectable();
  debuggee.pause();
  return {};
}

/** Back in time to where the frame was entered. */
function restartFrame(debuggee: Debuggee, args: Arguments): Answer {
  const context = debuggee.movable();
  const frame = debuggee.handles.frame(args.integer("frameId"));
  if (frame?.kind !== "thread" || frame.place.frame === undefined) {
    throw new Failure(ERROR_UNKNOWN_ID, "There is no frame of a live thread with this id.");
  }
  const { thread, frame: index } = frame.place;
  return {
    after: () => {
      debuggee.trail = [];
      debuggee.begin(backToEntry(debuggee.motionContext(context.scenario), thread, index), thread);
    },
  };
}

/** A step into one of `stepInTargets` that is a kernel event; the thread's own step stands for its calls. */
function chosenEvent(context: InspectContext, args: Arguments): Transition | undefined {
  const targetId = args.optionalInteger("targetId");
  const found = context.scenario.run.enabled().find(({ event }) => event === targetId);
  return found?.kind === "op" ? undefined : found;
}

function readGranularity(args: Arguments): Granularity {
  return args.word("granularity", ["statement", "line", "instruction"]) ?? "statement";
}
