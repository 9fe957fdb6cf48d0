// The narrow waist: what a scenario becomes and what the machine runs. Plain data; the scenario language writes it, the machine,
// the debugger and the reports read it. Every address, field offset and class is resolved here, so that the machine knows no C.
import type { Span } from "../text/source.ts";
import type { KernelBehaviour } from "../abi/profile.ts";
import type { Conversion, Instruction, Routine } from "./instruction.ts";
import type { ProgramType, TypeId } from "./type-table.ts";

export const INSTRUCTION_BYTES = 4;
export const STACK_BYTES = 65536;
export const PAGE_BYTES = 4096;
/** Nothing is mapped below. */
export const LOWEST_ADDRESS = 0x10000;

export type Protection = "none" | "read" | "read-write" | "execute";

/** A mapped range at the start of the run. Addresses are below 2^47, so plain numbers are exact. */
export interface Segment {
  readonly name: string;
  readonly kind:
    | "text"
    | "read-only"
    | "data"
    | "percpu"
    | "tls"
    | "stack"
    | "private-area"
    | "shared-area";
  /** Page-aligned; the segment ends at the next page boundary after `address + size`. */
  readonly address: number;
  readonly size: number;
  readonly protection: Protection;
  /** Contents from `address` on; the rest is zero. Text has none: the machine makes it of the instructions. */
  readonly bytes: Uint8Array;
  /** The thread that it belongs to, for tls, stack and areas. */
  readonly thread: number | undefined;
}

/** Place of a field in an area; undefined in a `RseqStruct` where the struct in force lacks it. */
export interface FieldPlace {
  readonly offset: number;
  readonly size: number;
}

/** What the kernel finds in the private area. `shared*` members of a split struct are in `SharedStruct`. */
export interface RseqStruct {
  readonly type: TypeId;
  readonly size: number;
  readonly align: number;
  readonly cpuIdStart: FieldPlace | undefined;
  readonly cpuId: FieldPlace | undefined;
  readonly rseqCs: FieldPlace | undefined;
  readonly flags: FieldPlace | undefined;
  readonly nodeId: FieldPlace | undefined;
  readonly mmCid: FieldPlace | undefined;
  readonly sliceControl: FieldPlace | undefined;
  /** sched_state inside struct rseq (v1), or sched_state_ptr (v2). */
  readonly schedState: FieldPlace | undefined;
  readonly schedStatePointer: FieldPlace | undefined;
  /** One entry a byte: 0 private, 1 shared. Bytes of the area beyond are private. */
  readonly classes: Uint8Array;
}

/** The shared part: `offset` bytes after the start of a split struct, or 0 in an area of its own. */
export interface SharedStruct {
  readonly type: TypeId;
  readonly placement: "split" | "separate";
  readonly offset: number;
  readonly size: number;
  readonly align: number;
  readonly schedState: FieldPlace | undefined;
}

/** The kernel of the run: the profile's behaviour with the values of the file's `kernel` item. */
export interface KernelParameters {
  readonly profile: string;
  readonly behaviour: KernelBehaviour;
  readonly featureSize: number | undefined;
  readonly align: number | undefined;
  readonly sharedFeatureSize: number | undefined;
  readonly debug: boolean;
  /** First address that is not user space. */
  readonly taskSize: number;
}

export interface MachineParameters {
  readonly cpus: number;
  /** NUMA node of each CPU. */
  readonly nodes: readonly number[];
  readonly cacheLineBytes: number;
  readonly slice: number;
  readonly sliceExtension: number;
  readonly target: string;
  readonly pointerSize: 4 | 8;
  readonly bigEndian: boolean;
  /** The signature that libc registers and the compiler emits. */
  readonly signature: number;
  readonly libc: "glibc" | "none";
  /** The length that libc registers. */
  readonly rseqLength: number;
  readonly unmapOnExit: boolean;
}

export interface Variable {
  readonly name: string;
  readonly type: TypeId;
  /** A register variable: its slot and how to read it. Else a place in the frame, or a fixed address. */
  readonly storage:
    | { readonly kind: "register"; readonly slot: number; readonly as: Conversion }
    | { readonly kind: "frame"; readonly offset: number }
    | { readonly kind: "static"; readonly address: number }
    | { readonly kind: "tls"; readonly offset: number };
  readonly span: Span;
  /** Instructions [start, end) in which it is in scope; undefined: everywhere. */
  readonly scope?: { readonly start: number; readonly end: number };
}

export interface ProgramFunction {
  readonly name: string;
  readonly kind: "function" | "thread";
  /** Instructions [start, end); `start` is the entry. */
  readonly start: number;
  readonly end: number;
  /** Parameters in order: register slots or frame places (a parameter whose address is taken). Sizes come from the types. */
  readonly parameters: readonly Variable[];
  /** Locals with their scopes, parameters excluded. */
  readonly locals: readonly Variable[];
  readonly registerCount: number;
  /** Memory locals, 16-aligned. A call takes 16 bytes + this + 8 × registerCount from the stack limit. */
  readonly frameSizeBytes: number;
  readonly labels: readonly { readonly name: string; readonly instruction: number }[];
  readonly returnsValue: Conversion | undefined;
  readonly span: Span;
}

/** A critical section that is known when the program is compiled: the short form, or a static descriptor. */
export interface Section {
  /** `push` of `push_cs`, or the function's name. */
  readonly name: string;
  readonly function: number;
  readonly descriptorAddress: number;
  /** Instruction indices: inside is [start, end); `end` is the post-commit address. */
  readonly start: number;
  readonly end: number;
  /** The instruction at abort_ip; undefined if abort_ip is not one. */
  readonly abort: number | undefined;
  /** The label that the abort leads to, for messages. */
  readonly abortLabel: string | undefined;
  /** The committing store, or undefined in the raw form. */
  readonly commit: number | undefined;
}

export interface ProgramThread {
  /** `worker[0]`, or `waiter` where declared without an index. */
  readonly name: string;
  /** Name without index, and the index (`self`). */
  readonly baseName: string;
  readonly self: number;
  readonly function: number;
  /** CPU it starts on, resolved. */
  readonly cpu: number;
  /** Bit i: may run on CPU i. 64 CPUs at most. */
  readonly affinity: bigint;
  readonly handlers: readonly { readonly function: number; readonly count: number }[];
  readonly stackAddress: number;
  readonly tlsAddress: number;
  /** Areas that libc provides; undefined with libc = none, or where the profile has no shared area. */
  readonly privateArea: { readonly address: number; readonly size: number } | undefined;
  readonly sharedArea: { readonly address: number; readonly size: number } | undefined;
}

export type ScheduleItem = {
  readonly line: number;
  readonly span: Span;
} & (
  | {
      readonly kind: "run";
      readonly thread: number;
      readonly count: number | undefined;
      readonly until: Place | undefined;
    }
  | { readonly kind: "run-all" }
  | { readonly kind: "dispatch"; readonly thread: number; readonly cpu: number | undefined }
  | { readonly kind: "preempt"; readonly thread: number }
  | { readonly kind: "migrate"; readonly thread: number; readonly cpu: number }
  | {
      readonly kind: "signal";
      readonly thread: number;
      readonly handler: number | "ignored" | "blocked";
    }
  | { readonly kind: "wake"; readonly thread: number }
  /** The routine returns the address. */
  | { readonly kind: "pageout"; readonly address: Routine }
  | { readonly kind: "tick"; readonly cpu: number }
  | { readonly kind: "membarrier"; readonly cpu: number | undefined }
  /** Stores the low `size` bytes of `value` (bit-fields: `bitShift`, `bitSize`) at `address`; a register variable is named instead. */
  | {
      readonly kind: "set";
      readonly text: string;
      readonly address:
        | Routine
        | {
            readonly thread: number;
            readonly function: number;
            readonly slot: number;
            readonly as: Conversion;
          };
      readonly size: number;
      readonly bitShift: number | undefined;
      readonly bitSize: number | undefined;
      readonly value: Routine;
    }
  | { readonly kind: "repeat"; readonly count: number; readonly items: readonly ScheduleItem[] }
);

/** Where `run T to X` stops: before the next instruction that satisfies it. */
export type Place =
  /** Any of these instructions (a label, a function's entry, all commits of a section, the first instructions of a line). */
  | {
      readonly kind: "instructions";
      readonly text: string;
      readonly instructions: readonly number[];
    }
  /** A bare name: a label of the thread's function at that time, else what the name means elsewhere. */
  | {
      readonly kind: "name";
      readonly text: string;
      readonly labels: readonly { readonly function: number; readonly instruction: number }[];
      readonly otherwise: readonly number[];
    };

export type Schedule =
  | { readonly name: string; readonly kind: "script"; readonly items: readonly ScheduleItem[] }
  | { readonly name: string; readonly kind: "round-robin"; readonly slice: number }
  | {
      readonly name: string;
      readonly kind: "random";
      readonly seed: bigint;
      readonly preemptPercent: number;
      readonly migratePercent: number;
      readonly signalPercent: number;
    };

export type BuiltInProperty =
  | "private_access"
  | "deadlock"
  | "livelock"
  | "segv"
  | "unmapped"
  | "uninitialised"
  | "misaligned_atomic";

export type Expectation = {
  readonly span: Span;
} & (
  | { readonly kind: "violation"; readonly name: string }
  | { readonly kind: "kill"; readonly thread: number; readonly signal: string }
  | {
      readonly kind: "aborts";
      readonly thread: number;
      readonly relation: "==" | "!=" | "<" | "<=" | ">" | ">=";
      readonly count: number;
    }
);

export interface Program {
  readonly path: string;
  /** Instruction i stands at `textAddress + 4 × i`. */
  readonly textAddress: number;
  readonly instructions: readonly Instruction[];
  readonly functions: readonly ProgramFunction[];
  readonly sections: readonly Section[];
  readonly threads: readonly ProgramThread[];
  readonly segments: readonly Segment[];
  /** Global, static and percpu variables, in declaration order. percpu: an array with the variable's stride. */
  readonly globals: readonly (Variable & {
    readonly percpu: boolean;
    readonly userDeclared: boolean;
  })[];
  /** `__thread` variables; storage is `tls`. */
  readonly threadVariables: readonly Variable[];
  readonly types: readonly ProgramType[];
  readonly rseq: RseqStruct;
  readonly shared: SharedStruct | undefined;
  /** Type of struct rseq_cs, to show descriptors. */
  readonly descriptorType: TypeId;
  readonly kernel: KernelParameters;
  readonly machine: MachineParameters;
  readonly schedules: readonly Schedule[];
  readonly invariants: readonly {
    readonly name: string;
    readonly routine: Routine;
    readonly span: Span;
  }[];
  readonly finally: Routine | undefined;
  readonly expectations: readonly Expectation[];
  readonly checks: Readonly<Record<BuiltInProperty, "on" | "off" | "adversarial">>;
  /** Symbols that messages and the debugger name an address by, sorted by address. */
  readonly symbols: readonly {
    readonly name: string;
    readonly address: number;
    readonly size: number;
  }[];
}
