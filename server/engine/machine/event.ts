// The closed list of what can happen next, each packed into one integer: kind, thread or CPU, and an argument.
//
//   bits 0–3 kind, bits 4–13 thread or CPU, bits 14–30 argument; bit 31 is left to the history (a step that a person chose).

/** The running thread executes one instruction. */
export const EVENT_INSTRUCTION = 0;
/** The running thread returns to user space: signals are delivered, rseq work is done. */
export const EVENT_EXIT = 1;
export const EVENT_DISPATCH = 2;
export const EVENT_PREEMPT = 3;
/** Argument: CPU. */
export const EVENT_MIGRATE = 4;
/** Argument: function, or SIGNAL_IGNORED. */
export const EVENT_SIGNAL = 5;
export const EVENT_WAKE = 6;
/** Subject: CPU. */
export const EVENT_TICK = 7;
/** Argument: CPU + 1, or 0 for all. */
export const EVENT_MEMBARRIER = 8;
/** Argument: page slot. */
export const EVENT_PAGEOUT = 9;
/** Argument: index into the run's list of writes from outside. */
export const EVENT_SET = 10;
/** The thread ends as if by exit(). */
export const EVENT_TERMINATE = 11;

const ARGUMENT_MAX = 0x1ffff;
export const SUBJECT_MAX = 0x3ff;
/** A signal that is ignored or blocked: queued for nobody. */
export const SIGNAL_IGNORED: number = ARGUMENT_MAX;

/** Names as in the language's table of events, and `op` for an instruction. */
export const EVENT_NAMES: readonly string[] = [
  "op",
  "exit_to_user",
  "dispatch",
  "preempt",
  "migrate",
  "signal",
  "wake",
  "tick",
  "membarrier",
  "pageout",
  "set",
  "terminate",
];

export function packEvent(kind: number, subject: number, argument: number): number {
  return kind | (subject << 4) | (argument << 14);
}

export function eventKind(event: number): number {
  return event & 15;
}

/** Thread, or CPU of a tick. */
export function eventSubject(event: number): number {
  return (event >>> 4) & SUBJECT_MAX;
}

export function eventArgument(event: number): number {
  return (event >>> 14) & ARGUMENT_MAX;
}
