// What a step reports of itself: kinds of notes with their numbers (a, b, c, d), and how memory was accessed.

/** a: section index or -1, b: address it went to, c: address it was interrupted at. */
export const N_ABORT = 0;
/** a: section index or -1. */
export const N_COMMIT = 1;
/** rseq_cs was cleared outside of the section. a: its old value. */
export const N_CLEAR = 2;
/** a: cpu_id_start and cpu_id, b: node_id, c: mm_cid. */
export const N_IDS = 3;
export const N_ON_CPU = 4;
export const N_OFF_CPU = 5;
/** a: CPU, b: why (OUT_*). */
export const N_SWITCH_OUT = 6;
/** a: CPU, b: mm_cid. */
export const N_SWITCH_IN = 7;
/** a: from, b: to. */
export const N_MIGRATE = 8;
/** a: BLOCKED_*, b: address. */
export const N_BLOCK = 9;
/** a: result of the call. */
export const N_WAKE = 10;
export const N_YIELD = 11;
/** A handler's frame was built. a: function, b: address it interrupted. */
export const N_SIGNAL = 12;
/** a: function. */
export const N_SIGNAL_RETURN = 13;
/** a: signal, b: DEATH_*, c: a value for the reason. */
export const N_KILL = 14;
export const N_EXIT = 15;
/** a: address, b: length, c: signature. */
export const N_REGISTER = 16;
export const N_UNREGISTER = 17;
/** a: errno. */
export const N_REGISTRATION_ERROR = 18;
export const N_SLICE_GRANT = 19;
export const N_SLICE_REVOKE = 20;
export const N_SLICE_YIELD = 21;
/** a: CPU or -1. */
export const N_MEMBARRIER = 22;
/** a: address of the page. */
export const N_FAULT = 23;
/** A signal was queued. a: function or -1. */
export const N_QUEUED = 24;
/** Violations. a: V_*, b, c, d: by kind. */
export const N_VIOLATION = 25;

/** a: address; c: owner; d: 1 for a store. */
export const V_PRIVATE = 0;
/** b: address, d: 1 for a store, 2 for a protection. */
export const V_UNMAPPED = 1;
/** b: address or -1 for a register, c: slot. */
export const V_UNINITIALISED = 2;
/** b: address, c: size. */
export const V_MISALIGNED = 3;
/** b: index of the message. */
export const V_ASSERT = 4;

export const A_READ = 0;
export const A_WRITE = 1;
export const A_KERNEL = 2;
export const A_OUTSIDE = 4;

/** Why a thread died; words are in `run/`. */
export const DEATH_CS_READ = 1;
export const DEATH_CS_POINTER = 2;
export const DEATH_CS_DESCRIPTOR = 3;
export const DEATH_START = 4;
export const DEATH_END = 5;
export const DEATH_ABORT_ADDRESS = 6;
export const DEATH_VERSION = 7;
export const DEATH_WRAP = 8;
export const DEATH_ABORT_INSIDE = 9;
export const DEATH_SIGNATURE_READ = 10;
export const DEATH_SIGNATURE = 11;
export const DEATH_FLAGS = 12;
export const DEATH_CLEAR = 13;
export const DEATH_IDS = 14;
export const DEATH_SCHED_STATE = 15;
export const DEATH_SCRIBBLE = 16;
export const DEATH_ACCESS = 17;
export const DEATH_JUMP = 18;
export const DEATH_ILLEGAL = 19;
export const DEATH_DIVISION = 20;
export const DEATH_STACK = 21;
export const DEATH_HANDLER_RETURN = 22;
export const DEATH_SLICE = 23;
export const DEATH_UNREGISTER = 24;
export const DEATH_PRCTL = 25;
/** With rseq debugging: a system call inside of the section. */
export const DEATH_SYSTEM_CALL = 26;

export const OUT_PREEMPT = 0;
export const OUT_BLOCK = 1;
export const OUT_YIELD = 2;
export const OUT_MIGRATE = 3;
export const OUT_EXIT = 4;
