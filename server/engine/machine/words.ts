// Where everything stands in the machine's state. The whole state is one array of 32-bit words, so that copying, comparing,
// hashing and undoing it need no knowledge of what a word means. References to threads are index + 1; 0 is none.
//
//   [process words][per CPU][per thread][policy words][page flags]  — "control", always small
//   [register stacks, one a thread and one for routines][written bits of stack pages][memory pages]

/** Process. */
export const P_DEAD = 0;
/** Function of the SIGSEGV handler + 1. */
export const P_SEGV_HANDLER = 1;
/** 1: MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ was called; 2: the plain private expedited registration. */
export const P_MEMBARRIER = 2;
/** FIFO of futex waiters. */
export const P_WAIT_HEAD = 3;
export const P_WAIT_TAIL = 4;
/** Threads that have not ended. */
export const P_LIVE = 5;
/** 1 once a page was paged out: until then nobody has to look for absent ones. */
export const P_PAGED_OUT = 6;
/** 1 once a thread registered an area that overlaps another thread's. */
export const P_OVERLAP = 7;
export const PROCESS_WORDS = 8;

/** CPU, relative to its base. */
export const C_RUNNING = 0;
export const C_HEAD = 1;
export const C_TAIL = 2;
/** Instructions until the timer of a granted slice extension fires; 0: not armed. */
export const C_TIMER = 3;
export const CPU_WORDS = 4;

/** Thread, relative to its base. */
export const T_STATE = 0;
export const T_CPU = 1;
/** Instruction index, or -1: T_BAD_* is an address where no instruction starts. */
export const T_PC = 2;
export const T_BAD_LO = 3;
export const T_BAD_HI = 4;
/** Word index of the innermost frame's header, and of its registers; 0 when the thread has ended. */
export const T_FRAME = 5;
export const T_REGISTERS = 6;
/** Next in a run queue or in the futex list. */
export const T_NEXT = 7;
/** 1: exit-to-user comes before the next instruction. */
export const T_EXIT = 8;
/** 1: blocked inside a system call that starts again when the thread runs. */
export const T_RESTART = 9;
export const T_NOTIFY = 10;
/** 1 PREEMPT, 2 SIGNAL, 4 MIGRATE. */
export const T_MASK = 11;
/** Modern code: 1 user_irq, 2 ids_changed, 4 sched_switch. */
export const T_EVENT = 12;
export const T_REGISTERED = 13;
export const T_AREA_LO = 14;
export const T_AREA_HI = 15;
export const T_LENGTH = 16;
export const T_SIGNATURE = 17;
/** 1: the optimised mode (7.1, length over 32). */
export const T_OPTIMISED = 18;
/** Area of the shared part, 0 without one. */
export const T_SHARED_LO = 19;
export const T_SHARED_HI = 20;
/** Where sched_state is stored, 0 nowhere. */
export const T_STATE_LO = 21;
export const T_STATE_HI = 22;
/** What `rseq` and `rseq_shared` mean. */
export const T_RSEQ_LO = 23;
export const T_RSEQ_HI = 24;
export const T_RSEQ_SHARED_LO = 25;
export const T_RSEQ_SHARED_HI = 26;
/** mm_cid + 1, 0 before the first dispatch. */
export const T_MM_CID = 27;
/** Values last stored in the area, for the kernels that compare: cpu, node, mm_cid. */
export const T_CACHED_CPU = 28;
export const T_CACHED_NODE = 29;
export const T_CACHED_MM_CID = 30;
/** Instruction range of the section that rseq_cs names, -1 if none. */
export const T_ARMED_START = 31;
export const T_ARMED_END = 32;
export const T_ABORTS = 33;
export const T_COMMITS = 34;
/** Number of the fatal signal. */
export const T_SIGNAL = 35;
/** 1: this thread took the signal, not only went down with the process. */
export const T_TOOK_SIGNAL = 36;
/** BLOCKED_* */
export const T_BLOCKED = 37;
export const T_WAIT_LO = 38;
export const T_WAIT_HI = 39;
/** Where a blocked call's result goes (register word offset, or -1) and how. */
export const T_RESULT = 40;
export const T_RESULT_AS = 41;
export const T_AFFINITY_LO = 42;
export const T_AFFINITY_HI = 43;
export const T_SLICE_ENABLED = 44;
export const T_SLICE_GRANTED = 45;
export const T_SLICE_YIELDED = 46;
export const T_PENDING_COUNT = 47;
/** Functions of queued handlers, oldest first. */
export const T_PENDING = 48;
export const PENDING_MAX = 32;
export const THREAD_WORDS = 80;

export const STATE_RUNNABLE = 0;
export const STATE_RUNNING = 1;
export const STATE_BLOCKED = 2;
export const STATE_EXITED = 3;
export const STATE_KILLED = 4;

export const BLOCKED_FUTEX = 1;
export const BLOCKED_SLEEP = 2;
export const BLOCKED_FAULT = 3;
export const BLOCKED_OTHER = 4;

export const MASK_PREEMPT = 1;
export const MASK_SIGNAL = 2;
export const MASK_MIGRATE = 4;

export const EVENT_USER_IRQ = 1;
export const EVENT_IDS_CHANGED = 2;
export const EVENT_SCHED_SWITCH = 4;

/** Frame header, relative to T_FRAME. The written bits of tracked slots follow it, then the registers (low, high). */
export const F_FUNCTION = 0;
/** Word index of the caller's (or interrupted) header; 0 for the outermost. */
export const F_PREVIOUS = 1;
/** Instruction to go on at. */
export const F_RETURN = 2;
/** Register word offset in the caller for the result, or -1; and its conversion. */
export const F_RESULT = 3;
export const F_RESULT_AS = 4;
/** Bytes of the stack limit in use, this frame included. */
export const F_USED = 5;
/** FRAME_* */
export const F_KIND = 6;
/** Offset of the memory locals from the stack's lowest byte. */
export const F_OFFSET = 7;
/** Handlers' frames: the interrupted address where no instruction starts (F_RETURN is -1 then). */
export const F_BAD_LO = 8;
export const F_BAD_HI = 9;
export const FRAME_WORDS = 10;

export const FRAME_CALL = 0;
export const FRAME_SIGNAL = 1;
export const FRAME_SEGV = 2;
/** The handler's return ends the process (oracle rule G6). */
export const FRAME_SEGV_FATAL = 3;

/** Words of a register stack: 16 bytes of the limit a frame at least, 8 a register, a written bit a register. */
export const REGISTER_STACK_WORDS: number = 4096 * FRAME_WORDS + 16384 + 1024 + 4096;

/** For the policy: its position, counters, random state; a word a handler of the program comes on top. */
export const POLICY_WORDS = 512;

/** Page flags. */
export const PAGE_READ = 1;
export const PAGE_WRITE = 2;
export const PAGE_EXECUTE = 4;
export const PAGE_MAPPED = 8;
export const PAGE_ABSENT = 16;
/** An rseq area lies in it: accesses are checked byte by byte. */
export const PAGE_AREA = 32;
/** Automatic storage: written bytes are recorded. */
export const PAGE_STACK = 64;

export const SIGILL = 4;
export const SIGFPE = 8;
export const SIGSEGV = 11;
