// What others may see of the machine: plain values read from the state at the present position. Nothing here can change it.
// Addresses are numbers (below 2^48, so exact); register and memory values of 64 bits are bigints.
import type { Routine } from "../program/instruction.ts";
import type { Span } from "../text/source.ts";
import type { Protection } from "../program/program.ts";

/** runnable: in a run queue; blocked: in a system call or a page fault; killed: ended by a signal. */
export type ThreadState = "runnable" | "running" | "blocked" | "exited" | "killed";

/** What a blocked thread waits for. */
export type BlockReason = "futex" | "sleep" | "fault" | "other";

export interface Registration {
  readonly address: number;
  readonly length: number;
  readonly signature: number;
  /** "optimised" is the mode that a length over 32 selects since 7.1; "legacy" everywhere else. */
  readonly mode: "legacy" | "optimised";
  /** Address of the shared part, or of the area that the fifth argument named; undefined without one. */
  readonly shared: number | undefined;
}

/** The section whose descriptor the thread's rseq_cs names, as far as it can be read. */
export interface ArmedSection {
  /** Value of rseq_cs. */
  readonly descriptor: number;
  /** Index into `Program.sections`, or undefined for a descriptor that the compiler does not know. */
  readonly section: number | undefined;
  /** Addresses; undefined if the descriptor cannot be read. */
  readonly bounds:
    | { readonly start: number; readonly end: number; readonly abort: number }
    | undefined;
  /** The instruction pointer is inside. */
  readonly inside: boolean;
}

export interface ThreadView {
  readonly index: number;
  readonly name: string;
  readonly state: ThreadState;
  /** The CPU that it belongs to. */
  readonly cpu: number;
  /** Instruction pointer: the next instruction. */
  readonly pc: number;
  /** Index of that instruction; undefined if no instruction starts there. */
  readonly instruction: number | undefined;
  /** `SIGSEGV`, `SIGILL`, `SIGFPE` of a killed thread; of a thread that went down with the process, the process's signal. */
  readonly signal: string | undefined;
  /** True for the thread that took the fatal signal. */
  readonly tookSignal: boolean;
  readonly blockedOn: BlockReason | undefined;
  /** Address of a futex waiter, or of the page that a fault waits for. */
  readonly blockedAddress: number | undefined;
  /** An exit-to-user step comes before the next instruction. */
  readonly exitPending: boolean;
  /** rseq work is due at the next return to user space. */
  readonly notify: boolean;
  /** Events recorded for the section, up to 6.18. */
  readonly mask: readonly ("preempt" | "signal" | "migrate")[];
  /** The modern code's bits (6.19 and later). */
  readonly userInterrupt: boolean;
  readonly idsChanged: boolean;
  readonly schedSwitch: boolean;
  /** Functions of queued handlers, in order. */
  readonly pendingSignals: readonly number[];
  readonly registration: Registration | undefined;
  /** What `rseq` means in its code: the area, also after it was unregistered; 0 before. */
  readonly rseqAddress: number;
  readonly sharedAddress: number;
  readonly aborts: number;
  readonly commits: number;
  readonly armed: ArmedSection | undefined;
  /** mm_cid that it holds or held last; undefined before its first dispatch. */
  readonly mmCid: number | undefined;
  readonly slice: {
    readonly enabled: boolean;
    readonly granted: boolean;
    readonly remaining: number;
  };
}

export interface FrameView {
  /** Index into `Program.functions`. */
  readonly function: number;
  /** "signal": the frame of a handler, on top of the interrupted one. */
  readonly kind: "call" | "signal";
  /** Next instruction of this frame: the thread's own, or where the callee returns to. */
  readonly pc: number;
  readonly instruction: number | undefined;
  /** Address of its memory locals. */
  readonly frameAddress: number;
  /** Identity of the frame while it is live (its place in the thread's register stack): equal at two positions means the same frame depth. */
  readonly base: number;
}

export interface CpuView {
  readonly index: number;
  readonly node: number;
  /** Running thread, or undefined if idle. */
  readonly running: number | undefined;
  /** Queued threads, head first. */
  readonly queue: readonly number[];
}

export interface PageView {
  readonly protection: Protection;
  /** False: the next access blocks as a major fault. */
  readonly present: boolean;
}

/** Who owns a byte of an rseq area. */
export interface ByteOwner {
  readonly thread: number;
  readonly class: "private" | "shared";
  /** Offset from the start of the area (of the shared area of its own, if it is one). */
  readonly offset: number;
  readonly area: "private" | "shared";
}

/** Result of a routine: the returned word (an address if `returnsAddress`), or what went wrong in words, and where if it was an assertion. */
export type Evaluation =
  | { readonly ok: true; readonly value: bigint }
  | { readonly ok: false; readonly message: string; readonly span?: Span | undefined };

/** The machine at the present position. Every call reads the state anew; results are copies. */
export interface MachineView {
  thread(index: number): ThreadView;
  threads(): ThreadView[];
  /** `thread(index).instruction`, without the rest: for whoever asks at every step. */
  instructionOf(thread: number): number | undefined;
  /** Innermost first; empty for a thread that has ended. */
  frames(thread: number): FrameView[];
  /** The 64-bit word of a register slot; `frame` counts from 0, the innermost. */
  readRegister(thread: number, frame: number, slot: number): bigint;
  /** False if the run has a record that the slot was never written in this frame. */
  isRegisterWritten(thread: number, frame: number, slot: number): boolean;
  /** `mapped[i]` is 1 where byte i can be read by a debugger (also absent and PROT_NONE pages). */
  readMemory(
    address: number,
    size: number,
  ): { readonly bytes: Uint8Array; readonly mapped: Uint8Array };
  /** Little or big endian as the target has it; undefined if a byte is not mapped. */
  readWord(address: number, size: 1 | 2 | 4 | 8): bigint | undefined;
  /** undefined: not mapped. */
  page(address: number): PageView | undefined;
  owner(address: number): ByteOwner | undefined;
  cpu(index: number): CpuView;
  cpus(): CpuView[];
  /** mm_cid → thread that holds it, of running threads. */
  mmCids(): { readonly mmCid: number; readonly thread: number }[];
  /**
   * Evaluates without a trace in the state. `thread` gives self, tid, rseq …; `frame` (from 0, innermost) is the one
   * that operands about the thread's own function (`foreign-register`, `foreign-frame`) mean; without it the innermost of that function. */
  evaluate(routine: Routine, thread?: number, frame?: number): Evaluation;
}
