// Commands of a stopped rseq session that the protocol has no request for: the adapter's own `rseq/…` requests, and instruction
// steps from anywhere. Titles and `when` clauses are in package.json.

import * as vscode from "vscode";
import type {
  PositionBody,
  ReverseArguments,
  SeekArguments,
  TakeArguments,
  TransitionsBody,
} from "../server/dap/protocol.ts";

export function registerDebugCommands(): vscode.Disposable {
  const commands: Record<string, (stopped: Stopped) => Promise<void>> = {
    "rseqLab.stepInstruction": async ({ session, threadId }) => {
      await session.customRequest("next", { threadId, granularity: "instruction" });
    },
    "rseqLab.reverseStepOver": (stopped) => reverse(stopped, "over"),
    "rseqLab.reverseStepInto": (stopped) => reverse(stopped, "into"),
    "rseqLab.reverseStepOut": (stopped) => reverse(stopped, "out"),
    "rseqLab.goToStep": goToStep,
    "rseqLab.takeTransition": takeTransition,
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(name, async () => {
        const stopped = stoppedThread();
        if (stopped !== undefined) await run(stopped);
      }),
    ),
  );
}

interface Stopped {
  readonly session: vscode.DebugSession;
  readonly threadId: number;
}

/** The thread that is selected in the Call Stack view of an rseq session. */
function stoppedThread(): Stopped | undefined {
  const item = vscode.debug.activeStackItem;
  const session = item?.session ?? vscode.debug.activeDebugSession;
  if (session?.type !== "rseq") return undefined;
  return { session, threadId: item?.threadId ?? 1 };
}

async function reverse(
  { session, threadId }: Stopped,
  depth: ReverseArguments["depth"],
): Promise<void> {
  await session.customRequest("rseq/reverse", { threadId, depth } satisfies ReverseArguments);
}

async function goToStep({ session }: Stopped): Promise<void> {
  const position = (await session.customRequest("rseq/position")) as PositionBody;
  const text = await vscode.window.showInputBox({
    title: "Go to Step",
    prompt: `Step ${position.step} of ${position.length} under the schedule ${position.schedule}`,
    validateInput: (value) =>
      /^\d+$/.test(value) ? undefined : `A step is a whole number from 0 to ${position.length}.`,
  });
  if (text === undefined) return;
  await session.customRequest("rseq/seek", { step: Number(text) } satisfies SeekArguments);
}

/** Asks which of the possible next steps to take: what a scheduler would choose, a person chooses. */
async function takeTransition({ session }: Stopped): Promise<void> {
  const { transitions } = (await session.customRequest("rseq/transitions")) as TransitionsBody;
  const chosen = await vscode.window.showQuickPick(
    transitions.map(({ id, name }) => ({ id, label: name })),
    { title: "Take Transition", placeHolder: "What happens next?" },
  );
  if (chosen === undefined) return;
  await session.customRequest("rseq/take", { id: chosen.id } satisfies TakeArguments);
}
