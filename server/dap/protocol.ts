// The requests of our own, `rseq/…`: what they take and what they answer. Everything else is the Debug Adapter Protocol.
// Any client may use them; all need a launched scenario that is stopped, except `rseq/timeline`.

/** `rseq/seek`: to a position of the recorded history (0 is before the first step). Answers, then a `stopped` event follows. */
export interface SeekArguments {
  /** Number of steps taken. Beyond the end of history is its end. */
  readonly step: number;
}

/** `rseq/position`: where the run stands. */
export interface PositionBody {
  readonly step: number;
  readonly length: number;
  readonly schedule: string;
}

/** `rseq/transitions`: every step that could come next by the rules, whoever chooses, in a fixed order. */
export interface TransitionsBody {
  readonly transitions: readonly {
    /** For `rseq/take`. */
    readonly id: number;
    /** `preempt worker[0]`. */
    readonly name: string;
    /** `op`, `syscall`, `exit_to_user`, `dispatch`, `preempt`, `migrate`, … */
    readonly kind: string;
    readonly threadId?: number;
    readonly cpu?: number;
  }[];
}

/** `rseq/take`: takes one of the transitions. A recorded future is dropped. Answers, then a `stopped` event follows. */
export interface TakeArguments {
  readonly id: number;
}

/** `rseq/reverse`: the reverse of a step. `depth` "over" is what `stepBack` does. */
export interface ReverseArguments {
  readonly threadId: number;
  readonly depth: "over" | "into" | "out";
  readonly granularity?: "statement" | "line" | "instruction";
}

/** `rseq/timeline`: the steps of a range, for a picture. At most 10,000 steps are answered. */
export interface TimelineArguments {
  /** First step, from 1; default 1. */
  readonly start?: number;
  /** Behind the last step; default the end of history. */
  readonly end?: number;
}
export interface TimelineBody {
  readonly length: number;
  readonly steps: readonly {
    readonly step: number;
    readonly kind: string;
    readonly text: string;
    readonly threadId?: number;
    readonly cpu?: number;
    readonly events: readonly {
      readonly kind: string;
      readonly text: string;
      readonly threadId?: number;
    }[];
  }[];
}

/** `rseq/scheduleText`: the steps so far as a `schedule { … }` for the file. */
export interface ScheduleTextArguments {
  /** Name of the schedule; default `so_far`. */
  readonly name?: string;
}
export interface ScheduleTextBody {
  readonly text: string;
}

/** `rseq/history`: the writes to a range up to the present step, the latest first. At most 500,000 steps are looked through. */
export interface HistoryArguments {
  /** An address as `memoryReference` gives it. */
  readonly memoryReference: string;
  readonly size: number;
  /** At most so many writes; default 100. */
  readonly count?: number;
}
export interface HistoryBody {
  readonly writes: readonly {
    readonly step: number;
    /** In decimal. */
    readonly value: string;
    readonly by: "user" | "kernel" | "outside";
    readonly text: string;
    readonly threadId?: number;
  }[];
}

/** `rseq/matrix`: every thread's private and shared fields side by side; all threads have the same fields in the same order. */
export interface MatrixBody {
  readonly fields: readonly { readonly name: string; readonly class: "private" | "shared" }[];
  readonly threads: readonly {
    readonly threadId: number;
    readonly name: string;
    /** One text a field. */
    readonly values: readonly string[];
  }[];
}
