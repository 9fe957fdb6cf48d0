// Commands of the debug console: what the schedule language says (`preempt worker[0]`), said now; and questions about the run.
// Whatever is no command is an expression or an assignment.
import { writesTo, scheduleText, threadLabel, threadName, typeOf } from "../engine/index.ts";
import type { FramePlace, Row, Transition } from "../engine/index.ts";
import { evaluateText } from "./expression.ts";
import { ERROR_EVALUATE, ERROR_IMPOSSIBLE, Failure } from "./failure.ts";
import type { LoadedScenario } from "./scenario.ts";

/** What a line of the console asks for. */
export type ConsoleAction =
  | { readonly kind: "print"; readonly text: string }
  /** Moves the run; `text` is answered at once. */
  | { readonly kind: "seek"; readonly step: number; readonly text: string }
  | { readonly kind: "take"; readonly transition: Transition; readonly text: string }
  | {
      readonly kind: "run";
      readonly thread: number;
      readonly count: number;
      readonly text: string;
    };

interface Command {
  readonly usage: string;
  readonly help: string;
  readonly run: (scenario: LoadedScenario, rest: string, frame: FramePlace) => ConsoleAction;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  help: {
    usage: "help",
    help: "this list",
    run: () => ({ kind: "print", text: helpText() }),
  },
  threads: {
    usage: "threads",
    help: "where every thread stands",
    run: ({ program, run }) => ({
      kind: "print",
      text: run.state
        .threads()
        .map((thread) => threadLabel(program, thread))
        .join("\n"),
    }),
  },
  run: {
    usage: "run THREAD [COUNT]",
    help: "COUNT instructions of one thread alone (default 1)",
    run: runThread,
  },
  seek: {
    usage: "seek STEP",
    help: "to a step of the history, 0 is the beginning",
    run: ({ run }, rest) => {
      if (!/^\d{1,15}$/.test(rest)) throw usage("seek STEP");
      const step = Math.min(Number(rest), run.length);
      return { kind: "seek", step, text: `At step ${step} of ${run.length}` };
    },
  },
  schedule: {
    usage: "schedule",
    help: "the steps so far as a schedule for the file",
    run: ({ run }) => ({ kind: "print", text: scheduleText(run, "so_far") }),
  },
  why: {
    usage: "why EXPRESSION",
    help: "who wrote a value last, and when",
    run: (scenario, rest, frame) => ({ kind: "print", text: whyText(scenario, rest, frame) }),
  },
};
/** Kernel events are said as in a schedule. */
const EVENTS: readonly (readonly [string, string])[] = [
  ["preempt THREAD", "switch a running thread out"],
  ["migrate THREAD to CPU", "move a thread to another CPU"],
  ["signal THREAD HANDLER", "queue a handler for a thread"],
  ["dispatch THREAD", "let a queued thread run on its idle CPU"],
  ["wake THREAD", "complete what a blocked thread waits for"],
  ["tick CPU", "end the time slice of a CPU"],
  ["membarrier [CPU]", "abort the sections that run there"],
  ["terminate THREAD", "end a thread as if by exit()"],
];

/** The words that a line may begin with. */
export const CONSOLE_WORDS: readonly string[] = [
  ...Object.keys(COMMANDS),
  ...EVENTS.map(([text]) => text.split(" ")[0] ?? ""),
];

/** The command in a line; undefined if the line is none. Throws `Failure` for a command that cannot be done. */
export function readCommand(
  scenario: LoadedScenario,
  line: string,
  frame: FramePlace,
): ConsoleAction | undefined {
  const text = line.trim().replace(/;$/, "").replaceAll(/\s+/g, " ");
  const word = text.split(" ")[0] ?? "";
  const rest = text.slice(word.length + 1);
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  // A variable may be called like a command; then what follows tells.
  if (/^(?:[-+*/%.=[&|^<>?(]|$)/.test(rest) && isVariable(scenario, word, frame)) return undefined;
  if (command !== undefined) return command.run(scenario, rest, frame);
  if (!EVENTS.some(([usageText]) => usageText.startsWith(`${word} `))) return undefined;
  const transition = scenario.run.enabled().find(({ name }) => name === text);
  if (transition !== undefined) return { kind: "take", transition, text: `Taken: ${text}` };
  throw new Failure(
    ERROR_IMPOSSIBLE,
    `'${text}' is not possible here; 'help' lists the commands.`,
    { showUser: true },
  );
}

function isVariable(scenario: LoadedScenario, word: string, frame: FramePlace): boolean {
  return /^\w+$/.test(word) && evaluateText(scenario, word, frame, { hex: false }).ok;
}

function helpText(): string {
  const rows = [
    ...Object.values(COMMANDS).map(({ usage, help }) => [usage, help] as const),
    ...EVENTS,
    ["LVALUE = EXPRESSION", "write a value"] as const,
  ];
  const width = Math.max(...rows.map(([text]) => text.length));
  return rows.map(([text, help]) => `${text.padEnd(width)}  ${help}`).join("\n");
}

function usage(text: string): Failure {
  return new Failure(ERROR_EVALUATE, `The command is '${text}'.`, { showUser: true });
}

function runThread({ program }: LoadedScenario, rest: string): ConsoleAction {
  const match = /^(\S+)(?: (\d{1,9}))?$/.exec(rest);
  if (match === null) throw usage("run THREAD [COUNT]");
  const thread = program.threads.findIndex(({ name }) => name === match[1]);
  if (thread < 0) {
    const names = program.threads.map(({ name }) => name).join(", ");
    throw new Failure(ERROR_EVALUATE, `There is no thread '${match[1]}'; there are ${names}.`, {
      showUser: true,
    });
  }
  const count = Number(match[2] ?? "1");
  return { kind: "run", thread, count, text: `Running ${rest}` };
}

function whyText(scenario: LoadedScenario, text: string, frame: FramePlace): string {
  if (text === "") throw usage("why EXPRESSION");
  const result = evaluateText(scenario, text, frame, { hex: false });
  if (!result.ok) throw new Failure(ERROR_EVALUATE, result.message, { showUser: true });
  return whyRow(scenario, result.row);
}

/** Who wrote a row's value last. */
export function whyRow({ run, program }: LoadedScenario, row: Row): string {
  const { place, type } = row;
  if (place?.kind !== "memory" && place?.kind !== "bits") {
    return `'${row.name}' has no address, so its writes are not recorded.`;
  }
  const size = type === undefined ? 1 : typeOf(program, type).size;
  const [found] = writesTo(run, place.address, size, 1);
  if (found === undefined) return `${row.name} = ${row.text}: no step has written it.`;
  const { step, access } = found;
  const name = threadName(program, step.thread);
  const who =
    access.by === "kernel" ? `the kernel, for ${name}` : access.by === "outside" ? "you" : name;
  const events = step.events.map((event) => event.text).join(", ");
  const why = events === "" ? step.text : `${step.text}: ${events}`;
  return `${row.name} = ${row.text}: written by ${who} in step ${step.step} (${why}).`;
}
