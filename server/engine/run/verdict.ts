// How a run ended, in the terms of the command line's JSON.
import type { Span } from "../text/source.ts";

export type ViolationKind =
  | "assert"
  | "invariant"
  | "expectation"
  | "private_access"
  | "deadlock"
  | "livelock"
  | "segv"
  | "unmapped"
  | "uninitialised"
  | "misaligned_atomic";

export interface Violation {
  readonly kind: ViolationKind;
  /** The invariant's name, or the kind again for built-in properties; for `expectation` what was expected. */
  readonly name: string;
  /** One sentence: what happened, with its numbers. */
  readonly message: string;
  readonly thread: number | undefined;
  /** Where the thread stood; undefined for a verdict without a place. */
  readonly span: Span | undefined;
  /** The step that violated; the last one for `finally` and expectations. */
  readonly step: number;
}

/** A schedule item that asks for something impossible. */
export interface ScheduleError {
  readonly code: string;
  readonly message: string;
  readonly line: number;
}

export interface ExpectationResult {
  /** `violation sum`, `kill worker[0] SIGSEGV`, `aborts worker[0] == 1`. */
  readonly text: string;
  /** undefined: not judged by this run. */
  readonly met: boolean | undefined;
  readonly span: Span;
}

export interface Verdict {
  readonly verdict: "pass" | "violation" | "bound" | "error";
  readonly violation: Violation | undefined;
  /** The violation is one that the file expects. */
  readonly expected: boolean;
  readonly error: ScheduleError | undefined;
  readonly steps: number;
  /** Every thread has ended. */
  readonly complete: boolean;
  readonly expectations: readonly ExpectationResult[];
  /** Per thread, where its next statement is; undefined once ended. */
  readonly at: readonly (Span | undefined)[];
  /** The exit status of `rseq-lab run`: 0 as expected, 1 violated, 2 error, 3 bound. */
  readonly exitStatus: 0 | 1 | 2 | 3;
  /** The sentence for a terminal: `Passed: 2 threads, 42 steps, 1 abort, 4 commits (linux-6.18, schedule lost_update).` */
  readonly summary: string;
}
