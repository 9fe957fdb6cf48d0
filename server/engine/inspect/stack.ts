// A thread's stack as a debugger shows it: innermost frame first, a handler on top of what it interrupted, a frame inside
// a critical section labelled with it.
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
      span: frameSpan(inspection, frame.instruction, index),
      pc: frame.pc,
      isLive: thread.state !== "killed",
    };
  });
}

/** A caller stands at its call, one instruction before where the callee returns to. */
function frameSpan(
  inspection: Inspection,
  instruction: number | undefined,
  index: number,
): Span | undefined {
  if (instruction === undefined) return undefined;
  const { instructions } = inspection.program;
  const at = index === 0 ? instruction : instruction - 1;
  return instructions[at]?.span ?? instructions[instruction]?.span;
}
