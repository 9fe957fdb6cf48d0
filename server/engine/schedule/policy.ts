// What a policy is: it chooses the next event among the possible ones. Its own state lives in the machine's policy words, written
// through `put`, so that stepping back and forking take the policy along.
import type { Machine } from "../machine/machine.ts";

/** Answers of `next` that are no events. */
/** Every item is done, or every thread has ended. */
export const CHOICE_END = -1;
/** A person chooses. */
export const CHOICE_MANUAL = -2;
/** `error` says what cannot be done. */
export const CHOICE_ERROR = -3;
/** Threads live, but none can ever move. */
export const CHOICE_STUCK = -4;

export interface PolicyError {
  readonly code: string;
  readonly message: string;
  readonly line: number;
}

export interface Policy {
  /** As the command line reports it: the schedule's name, `round_robin`, `random`, `manual`. */
  readonly name: string;
  /** Prepares the policy words at step 0; not logged. */
  start(machine: Machine): void;
  /** The next event, or a CHOICE_*. Deterministic in the machine's state. */
  next(machine: Machine): number;
  /** After CHOICE_ERROR. */
  error: PolicyError | undefined;
  /** Script: index of the top-level item that the next step belongs to; undefined for other policies. */
  item(machine: Machine): number | undefined;
}
