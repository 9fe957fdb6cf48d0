// What one step did, in full: for `--trace`, stops, data breakpoints, histories of a field. Made on demand by taking the step again.

export interface Access {
  readonly address: number;
  readonly size: number;
  /** What was read, or what stands there after the write. */
  readonly value: bigint;
  /** "outside": a `set` item or the debugger. */
  readonly by: "user" | "kernel" | "outside";
}

/** A thing that happened within a step, with its numbers; `text` is the sentence part for people ("aborted increment to retry"). */
export interface StepEvent {
  readonly kind:
    | "abort"
    | "commit"
    | "clear"
    | "ids"
    | "on_cpu"
    | "off_cpu"
    | "switch_out"
    | "switch_in"
    | "migrate"
    | "block"
    | "wake"
    | "yield"
    | "signal"
    | "signal_return"
    | "kill"
    | "exit"
    | "register"
    | "unregister"
    | "registration_error"
    | "slice_grant"
    | "slice_revoke"
    | "slice_yield"
    | "membarrier"
    | "fault"
    | "violation";
  readonly thread: number | undefined;
  readonly text: string;
  /** abort: section (index), target (address); ids: cpu_id_start, cpu_id, node_id, mm_cid; migrate: from, to; … */
  readonly numbers: Readonly<Record<string, number>>;
}

/** `op` and `syscall` are instructions of a thread; the rest are the kernel events of the language, and `set` from outside. */
export type StepKind =
  | "op"
  | "syscall"
  | "exit_to_user"
  | "dispatch"
  | "preempt"
  | "migrate"
  | "signal"
  | "wake"
  | "tick"
  | "membarrier"
  | "pageout"
  | "set"
  | "terminate";

export interface StepInfo {
  /** Counted from 1: this is the step from position `step - 1` to `step`. */
  readonly step: number;
  readonly kind: StepKind;
  /** The packed event that `Run.take` would take. */
  readonly event: number;
  /** False for steps that a person chose (`take`, `poke`), true for the policy's. */
  readonly scheduled: boolean;
  readonly cpu: number | undefined;
  readonly thread: number | undefined;
  /** Instruction pointer before the step, of `thread`. */
  readonly pc: number | undefined;
  readonly instruction: number | undefined;
  /** `worker[0]: load`, `preempt worker[0]`: short, for lists. */
  readonly text: string;
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
  readonly events: readonly StepEvent[];
}
