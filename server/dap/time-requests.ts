// Requests that go to another time, or choose what comes next instead of the schedule.
import { scheduleText, writesTo } from "../engine/index.ts";
import type { StepInfo, Transition } from "../engine/index.ts";
import type { Arguments } from "./arguments.ts";
import type { Debuggee } from "./debuggee.ts";
import { ERROR_ARGUMENT, ERROR_IMPOSSIBLE, ERROR_UNKNOWN_ID, Failure } from "./failure.ts";
import { readReference, requestedThread, threadId } from "./inspect.ts";
import type {
  HistoryBody,
  PositionBody,
  ScheduleTextBody,
  TimelineBody,
  TransitionsBody,
} from "./protocol.ts";
import type { Answer, Requests } from "./requests.ts";
import { lastStepSentence, nextAlive } from "./stop-words.ts";
import { stepInTargets, timeTargets } from "./targets.ts";

export function timeRequests(debuggee: Debuggee): Requests {
  return {
    stepInTargets: (args) => ({ body: stepInTargets(debuggee.stopped(), args) }),
    gotoTargets: (args) => gotoTargets(debuggee, args),
    goto: (args) => goTo(debuggee, args),
    terminateThreads: (args) => terminateThreads(debuggee, args),
    "rseq/seek": (args) => seek(debuggee, args),
    "rseq/position": () => ({ body: position(debuggee) }),
    "rseq/transitions": () => ({ body: transitions(debuggee) }),
    "rseq/take": (args) => take(debuggee, args),
    "rseq/scheduleText": (args) => scheduleSoFar(debuggee, args),
    "rseq/history": (args) => ({ body: history(debuggee, args) }),
    "rseq/timeline": (args) => ({ body: timeline(debuggee, args) }),
  };
}

const TIMELINE_STEPS_MAX = 10_000;

function seek(debuggee: Debuggee, args: Arguments): Answer {
  debuggee.movable();
  const step = args.optionalCount("step") ?? 0;
  return { after: () => seekTo(debuggee, step) };
}

/** To a position of the history at once. */
export function seekTo(debuggee: Debuggee, step: number): void {
  const { run } = debuggee.movable().scenario;
  run.seek(step);
  debuggee.moved(run.lastStep()?.thread ?? 0, "goto", `At step ${run.position}`);
}

function position(debuggee: Debuggee): PositionBody {
  const { run } = debuggee.stopped().scenario;
  return { step: run.position, length: run.length, schedule: run.scheduleName };
}

function transitions(debuggee: Debuggee): TransitionsBody {
  const { run } = debuggee.stopped().scenario;
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

function take(debuggee: Debuggee, args: Arguments): Answer {
  const { run } = debuggee.movable().scenario;
  const id = args.integer("id");
  const transition = run.enabled().find((each) => each.event === id);
  if (transition === undefined) {
    throw new Failure(
      ERROR_IMPOSSIBLE,
      "This transition is not possible here; ask for 'rseq/transitions' again.",
    );
  }
  return takeTransition(debuggee, transition);
}

/** Takes a transition at once; what was recorded after the present position is dropped. */
export function takeTransition(debuggee: Debuggee, transition: Transition): Answer {
  const { scenario } = debuggee.movable();
  const { run } = scenario;
  const outcome = run.take(transition.event);
  if (outcome.kind === "impossible") {
    throw new Failure(ERROR_IMPOSSIBLE, `Not possible here: ${outcome.message}.`);
  }
  debuggee.breakpoints.active.forgetFuture(run.position);
  const thread = transition.thread ?? debuggee.selectedThread;
  const text = lastStepSentence(scenario) ?? `Taken: ${transition.name}`;
  return { after: () => debuggee.moved(thread, "step", text) };
}

function gotoTargets(debuggee: Debuggee, args: Arguments): Answer {
  const context = debuggee.stopped();
  const path = debuggee.sourcePath(args.object("source"));
  debuggee.gotoTargets = timeTargets(
    context.scenario,
    path,
    context.coordinates.fromClientLine(args.integer("line")),
    debuggee.selectedThread,
  );
  return {
    body: {
      targets: debuggee.gotoTargets.map(({ label }, index) => ({
        id: index + 1,
        label,
        line: args.integer("line"),
      })),
    },
  };
}

function goTo(debuggee: Debuggee, args: Arguments): Answer {
  const context = debuggee.movable();
  const thread = requestedThread(context, args);
  const target = debuggee.gotoTargets[args.integer("targetId") - 1];
  if (target === undefined) {
    throw new Failure(ERROR_UNKNOWN_ID, "There is no such target; ask for 'gotoTargets' again.");
  }
  return {
    after: () => {
      context.scenario.run.seek(target.step);
      debuggee.moved(target.thread ?? thread, "goto", `At the ${target.label}`);
    },
  };
}

function terminateThreads(debuggee: Debuggee, args: Arguments): Answer {
  const context = debuggee.movable();
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
  debuggee.breakpoints.active.forgetFuture(run.position);
  return {
    after: () =>
      debuggee.moved(nextAlive(run, debuggee.selectedThread), "step", "Threads were ended"),
  };
}

function timeline(debuggee: Debuggee, args: Arguments): TimelineBody {
  const { run } = debuggee.stopped().scenario;
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

function timelineStep(step: StepInfo): TimelineBody["steps"][number] {
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

function scheduleSoFar(debuggee: Debuggee, args: Arguments): Answer {
  const { run } = debuggee.stopped().scenario;
  const name = args.optionalString("name") ?? "so_far";
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new Failure(ERROR_ARGUMENT, `'${name}' is no name for a schedule.`);
  }
  const body: ScheduleTextBody = { text: scheduleText(run, name) };
  return { body };
}

function history(debuggee: Debuggee, args: Arguments): HistoryBody {
  const { run } = debuggee.stopped().scenario;
  const address = readReference(args.string("memoryReference"));
  const size = Math.max(1, args.optionalCount("size") ?? 1);
  const count = args.optionalCount("count") ?? 100;
  const writes = writesTo(run, address, size, count).map(({ step, access }) => ({
    step: step.step,
    value: `${access.value}`,
    by: access.by,
    text: step.text,
    ...(step.thread === undefined ? {} : { threadId: threadId(step.thread) }),
  }));
  return { writes };
}
