// The fields of the structs that user space and the kernel share, one constant a field and era. Profiles pick from them,
// so that a fact is written once. Facts: include/uapi/linux/rseq.h and kernel/rseq.c of Linux 4.18 to 7.1, rseq(2) of librseq.
import type { ProfileField } from "../profile.ts";

const WORD = "32-bit single copy, naturally aligned";

/** What most fields have in common; a field says only what differs. */
const KERNEL_WRITTEN = {
  class: "private",
  writer: "kernel",
  readers: "the owner only (uapi header); the manual page tolerates relaxed atomic loads by others",
  kernelOnly: true,
  readableByOthers: true,
  atomicity: WORD,
  initialValue: "0",
  specialValues: [],
} satisfies Partial<ProfileField>;

const RESERVED = {
  class: "reserved",
  writer: "nobody",
  readers: "nobody",
  kernelOnly: false,
  readableByOthers: false,
  atomicity: "none",
  initialValue: "0",
  specialValues: [{ value: "0", meaning: "must be 0" }],
} satisfies Partial<ProfileField>;

export const CPU_ID_START: ProfileField = {
  ...KERNEL_WRITTEN,
  name: "cpu_id_start",
  offset: 0,
  size: 4,
  type: "__u32",
  initialValue: "0 (any possible CPU number)",
  specialValues: [{ value: "0", meaning: "also what unregistration leaves" }],
  since: "4.18",
  description:
    "The CPU on which the thread runs, as an index that needs no bounds check: it is always a possible CPU, registered or not. Read it before a critical section and compare it with `cpu_id` inside.",
};

/** 6.19 and 7.0.0 to 7.0.6 reset it to -1 (commit 2cb68e45120d mends that). */
export const CPU_ID_START_RESET_TO_MINUS_ONE: ProfileField = {
  ...CPU_ID_START,
  specialValues: [
    { value: "0xffffffff", meaning: "left by unregistration in 6.19 to 7.0.6 (a bug: not a CPU)" },
  ],
};

export const CPU_ID: ProfileField = {
  ...KERNEL_WRITTEN,
  name: "cpu_id",
  offset: 4,
  size: 4,
  type: "__u32",
  initialValue: "0xffffffff (RSEQ_CPU_ID_UNINITIALIZED)",
  specialValues: [
    { value: "0xffffffff (-1)", meaning: "not registered, or not updated yet" },
    {
      value: "0xfffffffe (-2)",
      meaning: "registration failed; written by libc, never by the kernel",
    },
  ],
  since: "4.18",
  description:
    "The CPU on which the thread runs. Compare it inside a critical section with the `cpu_id_start` read before; a negative value says that rseq is not active.",
};

export const RSEQ_CS: ProfileField = {
  name: "rseq_cs",
  offset: 8,
  size: 8,
  type: "__u64",
  class: "private",
  writer: "owner; kernel clears",
  readers: "owner and kernel",
  kernelOnly: false,
  readableByOthers: false,
  atomicity: "one store of pointer width; on 32-bit the low half only, the high half stays 0",
  initialValue: "0",
  specialValues: [{ value: "0", meaning: "no critical section" }],
  since: "4.18",
  description:
    "Address of the `struct rseq_cs` of the critical section that is about to start. The kernel stores 0 on an abort and when it finds the thread outside of the section (lazy clear). Clear it before the descriptor or its code is unmapped.",
};

const FLAGS = {
  name: "flags",
  offset: 16,
  size: 4,
  type: "__u32",
  class: "private",
  atomicity: WORD,
  readableByOthers: false,
} satisfies Partial<ProfileField>;

/** Up to 5.19 the bits inhibit restarts. */
export const FLAGS_INHIBIT: ProfileField = {
  ...FLAGS,
  writer: "owner",
  readers: "owner and kernel",
  kernelOnly: false,
  initialValue: "0",
  specialValues: [
    { value: "1", meaning: "RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT" },
    { value: "2", meaning: "RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL: fatal without the two others" },
    { value: "4", meaning: "RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE" },
  ],
  since: "4.18",
  description:
    "Bits that inhibit the restart of critical sections, OR-ed with the descriptor's flags. For debuggers.",
};

/** 6.0 to 6.18: commits 0190e4198e47 and c17a6ff93213. */
export const FLAGS_FATAL: ProfileField = {
  ...FLAGS_INHIBIT,
  specialValues: [
    { value: "0", meaning: "the only valid value" },
    {
      value: "other",
      meaning: "fatal when a critical section is evaluated with the thread inside",
    },
  ],
  description: "Must be 0: the bits that inhibited restarts are refused since 6.0.",
};

/** 6.19 looks at the descriptor's flags only, and only in debug mode. */
export const FLAGS_UNUSED: ProfileField = {
  ...FLAGS_INHIBIT,
  specialValues: [{ value: "0", meaning: "the only valid value before and after 6.19" }],
  description:
    "Must be 0. 6.19 does not look at it; 6.0 to 6.18 kill for another value, and 7.0 overwrites it.",
};

/** 7.0+: the kernel tells whether the time-slice extension is there. */
export const FLAGS_FEATURES: ProfileField = {
  ...FLAGS,
  writer: "kernel",
  readers: "owner",
  kernelOnly: true,
  initialValue: "any (overwritten at registration)",
  specialValues: [
    { value: "0x10", meaning: "RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE" },
    { value: "0x20", meaning: "RSEQ_CS_FLAG_SLICE_EXT_ENABLED" },
  ],
  since: "4.18; this meaning 7.0",
  description:
    "Feature bits that the kernel stores at registration and in prctl(PR_RSEQ_SLICE_EXTENSION). Read-only: a wrong bit is fatal in that prctl.",
};

export const NODE_ID: ProfileField = {
  ...KERNEL_WRITTEN,
  name: "node_id",
  offset: 20,
  size: 4,
  type: "__u32",
  specialValues: [
    {
      value: "0",
      meaning: "a valid node, and what unregistration leaves: no marker for unregistered",
    },
  ],
  since: "6.3",
  description: "The NUMA node of the CPU in `cpu_id`, stored together with it.",
};

export const MM_CID: ProfileField = {
  ...KERNEL_WRITTEN,
  name: "mm_cid",
  offset: 24,
  size: 4,
  type: "__u32",
  specialValues: [{ value: "0", meaning: "a valid id, and what unregistration leaves" }],
  since: "6.3",
  description:
    "Concurrency id: two threads of a process that run at the same time never have the same one. Below the number of possible CPUs, close to 0, and only meaningful inside one process.",
};

export const SLICE_CTRL: ProfileField = {
  name: "slice_ctrl",
  offset: 28,
  size: 4,
  type: "struct rseq_slice_ctrl",
  class: "private",
  writer: "owner and kernel, by byte",
  readers: "owner and kernel",
  kernelOnly: false,
  readableByOthers: false,
  atomicity: "bytes; the kernel accesses the whole 32-bit word",
  initialValue: "0",
  specialValues: [],
  since: "7.0",
  description:
    "Time-slice extension: user space asks in `request`, the kernel answers in `granted`. User space never stores to the whole word.",
};

export const SLICE_CTRL_ALL: ProfileField = {
  ...SLICE_CTRL,
  name: "slice_ctrl.all",
  type: "__u32",
  writer: "kernel",
  kernelOnly: true,
  atomicity: WORD,
  specialValues: [
    { value: "request, little endian", meaning: "0x00000001" },
    { value: "granted, little endian", meaning: "0x00000100" },
    { value: "request, big endian", meaning: "0x01000000" },
    { value: "granted, big endian", meaning: "0x00010000" },
  ],
  description: "The word as the kernel sees it. User space stores to the request byte only.",
};

export const SLICE_CTRL_REQUEST: ProfileField = {
  ...SLICE_CTRL,
  name: "slice_ctrl.request",
  size: 1,
  type: "__u8",
  writer: "owner sets; kernel clears",
  atomicity: "byte",
  specialValues: [
    { value: "0", meaning: "no extension wanted" },
    { value: "1", meaning: "the owner asks for one extension" },
  ],
  description:
    "Set to 1 around a short critical region. The kernel clears it when it grants, when it revokes, and at each context switch that it processes.",
};

export const SLICE_CTRL_GRANTED: ProfileField = {
  ...SLICE_CTRL,
  name: "slice_ctrl.granted",
  offset: 29,
  size: 1,
  type: "__u8",
  writer: "kernel",
  readers: "owner",
  kernelOnly: true,
  atomicity: "byte",
  specialValues: [
    { value: "0", meaning: "not granted, or revoked" },
    { value: "1", meaning: "the extension runs: call rseq_slice_yield() after clearing `request`" },
  ],
  description: "The kernel's answer; read it after `request` was cleared.",
};

export const SLICE_CTRL_RESERVED: ProfileField = {
  ...RESERVED,
  name: "slice_ctrl.__reserved",
  offset: 30,
  size: 2,
  type: "__u16",
  since: "7.0",
  description: "Reserved, must be 0.",
};

/** Makes offsetof(end) differ from 32 (commit 3b68df978133). */
export const RESERVED_32: ProfileField = {
  ...RESERVED,
  name: "__reserved",
  offset: 32,
  size: 1,
  type: "__u8",
  since: "7.0",
  description:
    "Reserved, must be 0. It makes the feature size 33: 32 could not be told from what glibc 2.35 to 2.39 publish for 20 active bytes. The next real field replaces it.",
};

const SCHED_STATE_BITS = [
  { value: "1", meaning: "RSEQ_SCHED_STATE_ON_CPU: the thread is running on a CPU, or about to" },
  { value: "0", meaning: "switched out" },
];

/** RFC v1 of 2023-05-17, and the shared parts of the proposals of 2023-05-30. */
export const SCHED_STATE: ProfileField = {
  name: "sched_state",
  offset: 28,
  size: 4,
  type: "__u32",
  class: "shared",
  writer: "kernel",
  readers: "any thread of the process",
  kernelOnly: true,
  readableByOthers: true,
  atomicity: WORD,
  initialValue: "0",
  specialValues: SCHED_STATE_BITS,
  since: "never merged",
  description:
    "Whether the thread runs on a CPU, for waiters that decide between spinning and sleeping. A hint that may be stale in both directions: cleared when the thread is switched out, set when it returns to user space.",
};

/** RFC v2 of 2023-05-29. */
export const PADDING_1: ProfileField = {
  ...RESERVED,
  name: "padding1",
  offset: 28,
  size: 4,
  type: "__u32",
  since: "never merged",
  description: "Explicit padding in front of the 64-bit `sched_state_ptr`.",
};

export const SCHED_STATE_PTR: ProfileField = {
  name: "sched_state_ptr",
  offset: 32,
  size: 8,
  type: "__u64",
  class: "private",
  writer: "owner, before registration",
  readers: "kernel, at registration",
  kernelOnly: false,
  readableByOthers: false,
  atomicity: "none needed",
  initialValue: "0",
  specialValues: [{ value: "0", meaning: "no sched_state wanted" }],
  since: "never merged",
  description:
    "Address of the thread's `struct rseq_sched_state`. The kernel reads it once, in the registration call: a later store has no effect.",
};

export const SCHED_STATE_VERSION: ProfileField = {
  ...SCHED_STATE,
  name: "version",
  offset: 0,
  specialValues: [{ value: "0", meaning: "the only version" }],
  description: "The kernel stores the version of the struct that it knows, 0, at registration.",
};

export const SCHED_STATE_STATE: ProfileField = {
  ...SCHED_STATE,
  name: "state",
  offset: 4,
  specialValues: SCHED_STATE_BITS.map(({ value, meaning }) => ({
    value,
    meaning: meaning.replace("STATE_ON_CPU", "STATE_FLAG_ON_CPU"),
  })),
};

export const SCHED_STATE_TID: ProfileField = {
  ...SCHED_STATE,
  name: "tid",
  offset: 8,
  writer: "owner",
  kernelOnly: false,
  specialValues: [],
  description:
    "The thread's id, so that a lock word can hold it and a waiter finds both in one object.",
};

/** struct rseq_cs: constant data that the kernel reads when it evaluates a critical section. */
const DESCRIPTOR = {
  class: "private",
  writer: "program, before first use",
  readers: "kernel",
  kernelOnly: false,
  readableByOthers: true,
  atomicity: "none needed: constant while armed",
  specialValues: [],
  since: "4.18",
} satisfies Partial<ProfileField>;

export const CS_VERSION: ProfileField = {
  ...DESCRIPTOR,
  name: "version",
  offset: 0,
  size: 4,
  type: "__u32",
  initialValue: "0",
  specialValues: [{ value: "0", meaning: "the only version" }],
  description:
    "Version of the descriptor. Another value kills up to 6.18, even when the thread is outside; later only in debug mode.",
};

const CS_FLAGS = {
  ...DESCRIPTOR,
  name: "flags",
  offset: 4,
  size: 4,
  type: "__u32",
  initialValue: "0",
} satisfies Partial<ProfileField>;

export const CS_FLAGS_INHIBIT: ProfileField = {
  ...CS_FLAGS,
  specialValues: FLAGS_INHIBIT.specialValues,
  description:
    "Bits that inhibit restarts, OR-ed with the area's flags. NO_RESTART_ON_SIGNAL without the two others is fatal.",
};

export const CS_FLAGS_FATAL: ProfileField = {
  ...CS_FLAGS,
  specialValues: FLAGS_FATAL.specialValues,
  description:
    "Must be 0: another value kills when the section is evaluated with the thread inside.",
};

export const CS_FLAGS_UNUSED: ProfileField = {
  ...CS_FLAGS,
  specialValues: [
    { value: "0", meaning: "the only valid value; others kill up to 6.18 and in debug mode" },
  ],
  description: "Must be 0. Since 6.19 the kernel looks at it in debug mode only.",
};

export const CS_START_IP: ProfileField = {
  ...DESCRIPTOR,
  name: "start_ip",
  offset: 8,
  size: 8,
  type: "__u64",
  initialValue: "address of the first instruction",
  description:
    "Address of the first instruction of the section: the one after the store to `rseq_cs`.",
};

export const CS_POST_COMMIT_OFFSET: ProfileField = {
  ...DESCRIPTOR,
  name: "post_commit_offset",
  offset: 16,
  size: 8,
  type: "__u64",
  initialValue: "length of the section in bytes",
  specialValues: [{ value: "0", meaning: "never inside: the section is not protected" }],
  description:
    "Length of the section: start_ip + post_commit_offset is the first address after the committing instruction.",
};

export const CS_ABORT_IP: ProfileField = {
  ...DESCRIPTOR,
  name: "abort_ip",
  offset: 24,
  size: 8,
  type: "__u64",
  initialValue: "address of the abort handler",
  description:
    "Where the thread goes on after an abort: outside of the section, with the registered signature in the 4 bytes just before it.",
};
