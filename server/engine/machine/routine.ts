// Evaluating routines (invariants, conditions, watches, `set`, `finally`) on a scratch frame: outside of time, without a trace in the
// state. The same interpreter runs them, under the pseudo-thread behind the last one; afterwards every write is taken back.
import type { Routine } from "../program/instruction.ts";
import { STACK_BYTES } from "../program/program.ts";
import type { Span } from "../text/source.ts";
import { toBigInt } from "../support/word64.ts";
import { perform } from "./execute.ts";
import { registerStack } from "./frame.ts";
import type { Machine } from "./machine.ts";
import { NOTE_NUMBERS } from "./machine.ts";
import { N_VIOLATION, V_ASSERT } from "./notes.ts";
import type { Evaluation } from "./view.ts";
import {
  FRAME_WORDS,
  F_FUNCTION,
  F_OFFSET,
  F_PREVIOUS,
  F_USED,
  T_FRAME,
  T_REGISTERS,
} from "./words.ts";

/** Instructions of one evaluation. */
const ROUTINE_STEPS_MAX = 1_000_000;

/** Value, or why there is none. `frame` is the header of the selected frame, 0 for none. */
export function evaluateRoutine(
  m: Machine,
  routine: Routine,
  thread: number,
  frame: number,
): Evaluation {
  const { failure, assertion } = interpret(m, routine, thread, frame);
  if (failure !== undefined) return { ok: false, message: failure };
  if (assertion !== undefined) {
    return { ok: false, message: assertion, span: spanOf(m, routine, outcome.assertedAt) };
  }
  return { ok: true, value: toBigInt(value.lo, value.hi) };
}

/** 0 or not 0 of an invariant, without allocating; undefined if it failed (see `machine.routineFailure`). */
export function isTrue(m: Machine, routine: Routine): boolean | undefined {
  const { failure } = interpret(m, routine, -1, 0);
  return failure === undefined ? (value.lo | value.hi) !== 0 : undefined;
}

const value = { lo: 0, hi: 0 };
const outcome: {
  failure: string | undefined;
  assertion: string | undefined;
  /** The instruction that asserted, counted from the routine's first. */
  assertedAt: number;
} = { failure: undefined, assertion: undefined, assertedAt: 0 };

/** Where an instruction of the routine, or of a function that it called, comes from. */
function spanOf(m: Machine, routine: Routine, at: number): Span | undefined {
  const own = routine.instructions[at];
  return (own ?? m.program.instructions[at + m.code.routine(routine)])?.span;
}

function interpret(m: Machine, routine: Routine, thread: number, frame: number): typeof outcome {
  const { logging, undoCount, noteCount, accessCount, violated } = m;
  m.logging = true;
  m.routineFailure = undefined;
  m.violated = false;
  m.routineThread = thread;
  m.routineFrame = frame;
  m.routineRegisters = routine.registerCount;
  enter(m, routine);
  outcome.failure = run(m, m.code.routine(routine));
  value.lo = m.lo;
  value.hi = m.hi;
  outcome.assertion = assertionSince(m, noteCount);
  m.undoTo(undoCount);
  m.logging = logging;
  m.noteCount = noteCount;
  m.accessCount = accessCount;
  m.violated = violated;
  m.routineThread = -1;
  m.routineFrame = 0;
  return outcome;
}

function enter(m: Machine, routine: Routine): void {
  const at = m.thread(m.threadCount);
  const base = registerStack(m, m.threadCount);
  const used = 16 + routine.frameSizeBytes + 8 * routine.registerCount;
  m.put(base + F_FUNCTION, -1);
  m.put(base + F_PREVIOUS, 0);
  m.put(base + F_USED, used);
  m.put(base + F_OFFSET, (STACK_BYTES - used) & ~15);
  m.put(at + T_FRAME, base);
  m.put(at + T_REGISTERS, base + FRAME_WORDS);
}

/** The reason of a failure, or undefined when the routine has returned. */
function run(m: Machine, start: number): string | undefined {
  const thread = m.threadCount;
  const at = m.thread(thread);
  let pc = start;
  for (let count = 0; count < ROUTINE_STEPS_MAX; count++) {
    const target = perform(m, thread, at, pc);
    if (m.routineFailure !== undefined) return m.routineFailure;
    if (m.violated) {
      outcome.assertedAt = pc - start;
      return undefined;
    }
    if (target === -2) return undefined;
    pc = target === -1 ? pc + 1 : target;
  }
  return `it takes more than ${ROUTINE_STEPS_MAX} instructions`;
}

function assertionSince(m: Machine, from: number): string | undefined {
  for (let note = from; note < m.noteCount; note++) {
    const at = note * NOTE_NUMBERS;
    if (m.notes[at] === N_VIOLATION && m.notes[at + 2] === V_ASSERT) {
      return m.code.messages[m.notes[at + 3]!];
    }
  }
  return undefined;
}
