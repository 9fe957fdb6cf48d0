// A thread's stack as a debugger shows it: innermost frame first, a handler on top of what it interrupted, a frame inside
// a critical section labelled with it.
import type { FrameView } from "../machine/view.ts";
import type { Span } from "../text/source.ts";
import { sectionName, stateWords } from "./words.ts";
import type { Inspection } from "./value.ts";

export interface StackFrame {
  readonly name: string;
  /** Counted from 0, the innermost; undefined for what is left of an ended thread. */
  readonly frame: number | undefined;
  /** The code that runs next; undefined where the compiler placed it, or at an address that is no instruction. */
  readonly span: Span | undefined;
  readonly pc: number | undefined;
  /** False for what is left of a thread that has ended. */
  readonly isLive: boolean;
}

/** The frames of a thread. An ended one has a single frame, so that its areas can still be read. */
export function threadStack(inspection: Inspection, threadIndex: number): readonly StackFrame[] {
  const { program, state } = inspection;
  const thread = state.thread(threadIndex);
  const frames = state.frames(threadIndex);
  if (frames.length === 0) {
    const name = `${thread.name} (${stateWords(program, thread)})`;
    return [{ name, frame: undefined, span: undefined, pc: undefined, isLive: false }];
  }
  const { armed } = thread;
  const inside =
    armed?.inside === true ? ` · in section ${sectionName(program, armed.section)}` : "";
  return frames.map((frame, index) => {
    const name = program.functions[frame.function]?.name ?? "?";
    const handler = frame.kind === "signal" ? " (signal handler)" : "";
    return {
      name: `${name}${handler}${index === 0 ? inside : ""}`,
      frame: index,
      span: frameSpan(inspection, frames, index),
      pc: frame.pc,
      isLive: thread.state !== "killed",
    };
  });
}

/**
 * The instruction that a frame is executing: the next one, or the call that it waits for. A frame that a handler interrupted
 * waits for none.
 */
export function currentInstruction(
  frames: readonly FrameView[],
  index: number,
): number | undefined {
  const instruction = frames[index]?.instruction;
  const isCaller = index > 0 && frames[index - 1]?.kind === "call";
  return instruction === undefined || !isCaller ? instruction : instruction - 1;
}

function frameSpan(
  inspection: Inspection,
  frames: readonly FrameView[],
  index: number,
): Span | undefined {
  const at = currentInstruction(frames, index);
  return at === undefined ? undefined : inspection.program.instructions[at]?.span;
}
