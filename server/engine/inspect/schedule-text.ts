// The steps of a run so far as a schedule that can be pasted into the file: running it takes the same steps again.
import type { Run } from "../run/run.ts";
import type { StepInfo } from "../run/step-info.ts";
import { threadName } from "./words.ts";

/** Consecutive steps of one thread that a single `run` item makes. */
interface Stretch {
  readonly thread: number;
  instructions: number;
  /** An exit to user that no instruction of the thread follows. */
  endsWithExit: boolean;
}

/** The schedule of the steps up to the present position. The run stands there again afterwards. */
export function scheduleText(run: Run, name: string): string {
  const present = run.position;
  const items: string[] = [];
  let stretch: Stretch | undefined;
  const close = (): void => {
    if (stretch !== undefined) items.push(...stretchItems(run, stretch));
    stretch = undefined;
  };
  run.seek(0);
  while (run.position < present) {
    run.forward();
    const step = run.lastStep();
    if (step === undefined) break;
    const isInstruction = step.kind === "op" || step.kind === "syscall";
    if (step.thread === undefined || (!isInstruction && step.kind !== "exit_to_user")) {
      close();
      items.push(eventItem(step));
      continue;
    }
    if (stretch?.thread !== step.thread) {
      close();
      stretch = { thread: step.thread, instructions: 0, endsWithExit: false };
    }
    if (isInstruction) stretch.instructions += 1;
    stretch.endsWithExit = !isInstruction;
  }
  close();
  run.seek(present);
  return `schedule ${name} {\n${items.map((item) => `    ${item}\n`).join("")}}\n`;
}

/** `run T 0` takes a pending exit to user alone. */
function stretchItems(run: Run, stretch: Stretch): readonly string[] {
  const name = threadName(run.program, stretch.thread);
  return [
    ...(stretch.instructions > 0 ? [`run ${name} ${stretch.instructions};`] : []),
    ...(stretch.endsWithExit ? [`run ${name} 0;`] : []),
  ];
}

/** A kernel event reads as the item that makes it. What only a debugger does has none. */
function eventItem(step: StepInfo): string {
  return step.kind === "set" || step.kind === "terminate"
    ? `// step ${step.step}: ${step.text}, from the debugger`
    : `${step.text};`;
}
