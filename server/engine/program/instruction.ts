// The instruction set of the simulated machine: each instruction makes at most one memory access, occupies 4 bytes of
// text, and is one step (language.md section 7). Values are 64-bit words; whoever reads a register says how.
//
// Registers are 8-byte slots of the function's frame, r0 …; the machine keeps them in the thread's register stack. A slot
// holds its variable's value already converted to the variable's type (sign- or zero-extended to 64 bits).
import type { Span } from "../text/source.ts";
import type { TypeId } from "./type-table.ts";

/** How a word is narrowed: the low bits, then extended by sign (s) or zero (u). "bool" is 0 or 1. "u64" and "s64" change nothing. */
export type Conversion = "s8" | "u8" | "s16" | "u16" | "s32" | "u32" | "s64" | "u64" | "bool";

/** Per-thread values that cost nothing. `frame` is the address of the frame's memory locals, `tls` of the thread's `__thread` block. */
export type SpecialName = "self" | "tid" | "rseq" | "rseq_shared" | "tls" | "frame";

export interface ConstantOperand {
  readonly kind: "constant";
  /** 0 … 2^64-1. */
  readonly value: bigint;
}
export interface RegisterOperand {
  readonly kind: "register";
  readonly slot: number;
  /** Casts cost nothing, so they are part of the operand. */
  readonly as: Conversion;
}
export interface SpecialOperand {
  readonly kind: "special";
  readonly name: SpecialName;
}
/** Sum of the terms and the constant, modulo 2^(8 × pointer size): an address costs nothing. */
export interface AddressOperand {
  readonly kind: "address";
  readonly terms: readonly AddressTerm[];
  /** 0 … 2^64-1 (negative displacements wrapped). */
  readonly constant: bigint;
}
/** What others may look at: only in routines (invariants, finally, conditions, watches), never in a thread's code. */
export interface ObserveOperand {
  readonly kind: "observe";
  readonly thread: number;
  readonly what: "rseq" | "rseq_shared" | "cpu" | "running" | "tid" | "aborts" | "commits";
}
/** 1 if the thread's instruction pointer is inside the section, else 0; routines only. */
export interface InSectionOperand {
  readonly kind: "in-section";
  readonly thread: number;
  readonly section: number;
}
/** Instead of a thread's index in foreign operands: the thread (and frame) that the evaluation is asked for. */
export const SELECTED_THREAD = -1;

/** A register variable of the innermost frame of `function` in `thread`; routines only. Reading it without such a frame fails the routine. */
export interface ForeignRegisterOperand {
  readonly kind: "foreign-register";
  readonly thread: number;
  readonly function: number;
  readonly slot: number;
  readonly as: Conversion;
}
/** Address of a memory local of the innermost frame of `function` in `thread`; routines only. */
export interface ForeignFrameOperand {
  readonly kind: "foreign-frame";
  readonly thread: number;
  readonly function: number;
}
export type WordOperand =
  | ConstantOperand
  | RegisterOperand
  | SpecialOperand
  | ObserveOperand
  | InSectionOperand
  | ForeignRegisterOperand
  | ForeignFrameOperand;
export interface AddressTerm {
  readonly operand: Exclude<WordOperand, ConstantOperand>;
  /** Multiplier, 1 … 2^31-1 or negative; the product wraps at 64 bits. */
  readonly scale: number;
}
export type Operand = WordOperand | AddressOperand;

/** Where a result goes: a register slot, converted to its variable's type. */
export interface Destination {
  readonly slot: number;
  readonly as: Conversion;
}

/** A memory access: where, how wide, and what for (for messages and data breakpoints). */
export interface MemoryReference {
  readonly address: AddressOperand;
  readonly size: 1 | 2 | 4 | 8;
  /** Extension of a loaded value. */
  readonly signed: boolean;
  /**
   * A load of a whole word for some of its bits (a bit-field, a struct with padding): bytes of automatic storage that were never
   * written are no mistake.
   */
  readonly partial?: boolean;
  /** READ_ONCE, WRITE_ONCE, __atomic_*: must be naturally aligned (property misaligned_atomic). */
  readonly atomic: boolean;
}

export type BinaryOperator =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "remainder"
  | "and"
  | "or"
  | "xor"
  | "shift-left"
  | "shift-right"
  | Comparison;
export type UnaryOperator = "negate" | "complement";
export type Comparison =
  | "equal"
  | "not-equal"
  | "less"
  | "less-equal"
  | "greater"
  | "greater-equal";
/** Type in which an operator computes; division, right shift and comparisons depend on the sign. Division by zero is SIGFPE. */
export type OperationType = "s32" | "u32" | "s64" | "u64";

/** Stand on every instruction. */
interface Common {
  /** Index into `Program.functions`, or undefined for padding and signatures between functions. */
  readonly function: number | undefined;
  /** Where it comes from; undefined for what the compiler placed (signature, zeros). */
  readonly span: Span | undefined;
  /** True on the first instruction of a source statement: where line breakpoints and statement steps stop. */
  readonly startsStatement: boolean;
}

export type Instruction = Common &
  (
    | { readonly kind: "load"; readonly destination: Destination; readonly memory: MemoryReference }
    | {
        readonly kind: "store";
        readonly memory: MemoryReference;
        readonly value: Operand;
        readonly commit: boolean;
      }
    | {
        readonly kind: "read-modify-write";
        readonly operator:
          | "exchange"
          | "compare-exchange"
          | "add"
          | "subtract"
          | "and"
          | "or"
          | "xor";
        readonly memory: MemoryReference;
        readonly value: Operand;
        /** compare-exchange only: stores `value` if memory equals it. */
        readonly expected: Operand | undefined;
        /** The old value; undefined if unused. */
        readonly destination: Destination | undefined;
      }
    | { readonly kind: "move"; readonly destination: Destination; readonly value: Operand }
    | {
        readonly kind: "unary";
        readonly operator: UnaryOperator;
        readonly type: OperationType;
        readonly destination: Destination;
        readonly value: Operand;
      }
    | {
        readonly kind: "binary";
        readonly operator: BinaryOperator;
        readonly type: OperationType;
        readonly destination: Destination;
        readonly left: Operand;
        readonly right: Operand;
      }
    /** Goes to instruction `target` if the comparison holds. */
    | {
        readonly kind: "branch";
        readonly comparison: Comparison;
        readonly type: OperationType;
        readonly left: Operand;
        readonly right: Operand;
        readonly target: number;
      }
    | { readonly kind: "jump"; readonly target: number }
    /** `callee` is an index into `Program.functions`, or an operand for a call through a pointer. Arguments go straight to the callee's parameters. */
    | {
        readonly kind: "call";
        readonly callee: number | Operand;
        readonly arguments: readonly Operand[];
        readonly destination: Destination | undefined;
      }
    | { readonly kind: "return"; readonly value: Operand | undefined }
    | {
        readonly kind: "system-call";
        readonly service: ServiceName;
        readonly arguments: readonly Operand[];
        readonly destination: Destination | undefined;
      }
    /** Violates `assert` unless the comparison holds. It is a branch around the report, so it is one instruction like it. */
    | {
        readonly kind: "assert";
        readonly comparison: Comparison;
        readonly type: OperationType;
        readonly left: Operand;
        readonly right: Operand;
        readonly message: string;
      }
    /** smp_mb(), cpu_relax(): one instruction without effect. */
    | { readonly kind: "no-operation"; readonly name: string }
    /** 4 bytes that are not code: a signature, or the zeros before a function. Running into them is SIGILL. */
    | { readonly kind: "data"; readonly value: number }
  );

export type InstructionKind = Instruction["kind"];

/** Kernel services, one system call each; the result is the value or a negative errno. */
export type ServiceName =
  | "sys_rseq"
  | "sys_rseq_shared"
  | "sched_yield"
  | "sched_setaffinity"
  | "getcpu"
  | "gettid"
  | "getpid"
  | "nanosleep"
  | "futex_wait"
  | "futex_wake"
  | "membarrier"
  | "prctl"
  | "rseq_slice_yield"
  | "getauxval"
  | "mmap"
  | "munmap"
  | "mprotect"
  | "sigaction"
  | "syscall_other"
  | "touch"
  | "exit";

/** A side-effect-free evaluation, or the body of `finally`: run at once by the machine on a scratch frame, outside of time. */
export interface Routine {
  readonly name: string;
  /** Jump targets are indices into this list. */
  readonly instructions: readonly Instruction[];
  readonly registerCount: number;
  readonly frameSizeBytes: number;
  /** The type of the value that it returns; undefined for finally. */
  readonly resultType: TypeId | undefined;
  /** True if the returned word is the address of an object of `resultType` (an lvalue, also for records and arrays). */
  readonly returnsAddress: boolean;
}
