// What the words of a scenario mean, and of the C interface around rseq: kernel services, scenario items, macros, auxiliary vector
// entries, glibc's symbols. Hover prints them; completion will.

export interface WordPage {
  /** How it is written, as C or as an item. */
  readonly form: string;
  readonly text: string;
  /** errno answers of a kernel service, in the order in which they are checked. */
  readonly errors?: readonly (readonly [name: string, when: string])[];
  readonly since?: string;
}

/** Words with a meaning in scenarios only. */
export const SCENARIO_WORDS: ReadonlyMap<string, WordPage> = new Map<string, WordPage>([
  [
    "kernel",
    {
      form: 'kernel "linux-6.18";',
      text: "The kernel profile that the scenario runs under, with values changed in braces: align, feature_size, shared_feature_size, debug.",
    },
  ],
  [
    "machine",
    {
      form: "machine { cpus = 2; }",
      text: "The simulated machine: cpus, nodes, cache_line, slice, slice_extension, target, libc, rseq_len, unmap_on_exit.",
    },
  ],
  [
    "thread",
    {
      form: "thread NAME[N] on CPU affinity { … } signal HANDLER { … }",
      text: "One thread, or N of them; `self` is the index. With `libc = glibc` it is registered before its first statement.",
    },
  ],
  [
    "percpu",
    {
      form: "percpu TYPE NAME;",
      text: "One object for each CPU, indexed by the CPU number; each has cache lines of its own.",
    },
  ],
  [
    "critical",
    {
      form: "critical [NAME] (CPU) abort LABEL { … commit LVALUE = EXPRESSION; }",
      text: "A restartable critical section: stores the descriptor's address to `rseq->rseq_cs`, compares `rseq->cpu_id` with the operand, runs the statements, and commits with one store. If the kernel preempts, migrates or signals the thread inside, it goes on at LABEL.",
    },
  ],
  [
    "commit",
    {
      form: "commit LVALUE = EXPRESSION;",
      text: "The committing store: exactly one store of at most 8 bytes, the last instruction of the section. After it an abort can no longer happen.",
    },
  ],
  [
    "abort",
    {
      form: "abort LABEL",
      text: "Where the thread goes on after an abort. The compiler places a stub with the signature in front, outside the function's flow.",
    },
  ],
  [
    "schedule",
    {
      form: "schedule NAME { run worker[0] 3; … }",
      text: "An exact order of steps: run, dispatch, preempt, migrate, signal, wake, tick, membarrier, pageout, set, repeat; or a policy, `round_robin(…)` or `random(…)`.",
    },
  ],
  [
    "invariant",
    {
      form: "invariant NAME { EXPRESSION }",
      text: "Must hold after every step. It may read any thread's area: `worker[0].rseq->cpu_id`.",
    },
  ],
  ["finally", { form: "finally { assert(…); }", text: "Runs once when every thread has ended." }],
  [
    "expect",
    {
      form: "expect violation NAME; | expect kill THREAD SIGNAL; | expect aborts THREAD == N;",
      text: "What the scenario is supposed to do; the run succeeds if it does.",
    },
  ],
  [
    "check",
    {
      form: "check { private_access = off; }",
      text: "Switches built-in properties: private_access, deadlock, livelock, segv, unmapped, uninitialised, misaligned_atomic.",
    },
  ],
  [
    "self",
    { form: "self", text: "The index of the thread in its group, from 0. Costs no instruction." },
  ],
  ["tid", { form: "tid", text: "The thread's id. Costs no instruction." }],
  [
    "rseq",
    {
      form: "struct rseq *rseq",
      text: "The calling thread's private area. With `libc = none`, the address that the thread last registered, null before.",
    },
  ],
  [
    "rseq_shared",
    {
      form: "struct rseq_shared *rseq_shared",
      text: "The calling thread's shared area, which other threads may read; null where the profile has none.",
    },
  ],
  [
    "round_robin",
    {
      form: "schedule NAME = round_robin(slice = N);",
      text: "Each CPU in turn takes a step; after `slice` instructions the next thread of its queue runs.",
    },
  ],
  [
    "random",
    {
      form: "schedule NAME = random(seed = N, preempt = 10%, migrate = 5%, signal = 0%);",
      text: "Random steps and events from a seed: the same file gives the same run on every machine.",
    },
  ],
  [
    "run",
    {
      form: "run THREAD [N | to PLACE]; | run all;",
      text: "Dispatches the thread if needed and executes N instructions, or up to a place, or to its end.",
    },
  ],
  [
    "preempt",
    {
      form: "preempt THREAD;",
      text: "The thread leaves its CPU and stays runnable, at the tail of the queue.",
    },
  ],
  [
    "migrate",
    {
      form: "migrate THREAD to CPU;",
      text: "Preempts the thread if it runs, then it belongs to the other CPU.",
    },
  ],
  [
    "dispatch",
    {
      form: "dispatch THREAD [on CPU];",
      text: "The thread becomes the running one of its CPU; exit-to-user work follows before its next instruction.",
    },
  ],
  ["wake", { form: "wake THREAD;", text: "Completes the thread's sleep or page fault." }],
  ["tick", { form: "tick CPU;", text: "The time slice of the CPU ends." }],
  [
    "pageout",
    {
      form: "pageout LVALUE;",
      text: "The page is absent: the next access blocks as a major fault.",
    },
  ],
  [
    "assert",
    {
      form: 'assert(EXPRESSION, "text");',
      text: "Violates the property `assert` unless the expression is true.",
    },
  ],
]);

const REGISTRATION_ERRORS: WordPage["errors"] = [
  [
    "EINVAL",
    "unknown flags; with RSEQ_FLAG_UNREGISTER: not registered, or another area or length than registered",
  ],
  ["EINVAL", "already registered with another area or length"],
  ["EPERM", "already registered with another signature"],
  ["EBUSY", "already registered with the same values"],
  ["EINVAL", "the length or the alignment of the area"],
  ["EFAULT", "the area is not in user space, or cannot be accessed"],
];

/** Kernel services of scenarios; the first ones are also called by C programs. */
export const SERVICES: ReadonlyMap<string, WordPage> = new Map<string, WordPage>([
  [
    "sys_rseq",
    {
      form: "long sys_rseq(void *addr, u32 len, int flags, u32 sig)",
      text: "Registers the calling thread's area, or unregisters it with RSEQ_FLAG_UNREGISTER and the same address, length and signature.",
      errors: REGISTRATION_ERRORS,
      since: "4.18",
    },
  ],
  [
    "sys_rseq_shared",
    {
      form: "long sys_rseq_shared(void *addr, u32 len, int flags, u32 sig, void *shared)",
      text: "The call of proposal B: with RSEQ_FLAG_SHARED the fifth argument is the thread's shared area, aligned to AT_RSEQ_ALIGN.",
      errors: REGISTRATION_ERRORS,
      since: "never merged",
    },
  ],
  [
    "sched_yield",
    {
      form: "long sched_yield(void)",
      text: "Lets the next thread of the CPU's queue run, if there is one.",
    },
  ],
  [
    "sched_setaffinity",
    {
      form: "long sched_setaffinity(u64 mask)",
      text: "The CPUs that the calling thread may run on; it migrates if its own is not among them.",
      errors: [["EINVAL", "no CPU of the machine is in the mask"]],
    },
  ],
  ["getcpu", { form: "long getcpu(void)", text: "The CPU on which the thread runs." }],
  ["gettid", { form: "long gettid(void)", text: "The thread's id." }],
  [
    "getpid",
    {
      form: "long getpid(void)",
      text: "The process's id. A system call that does not block: no rseq work.",
    },
  ],
  [
    "nanosleep",
    {
      form: "long nanosleep(void)",
      text: "Blocks until it is woken: the thread is switched out, so up to 6.18 a critical section around it aborts.",
    },
  ],
  [
    "futex_wait",
    {
      form: "long futex_wait(void *addr, u32 value)",
      text: "Blocks while the word holds the value.",
      errors: [
        ["EAGAIN", "the word holds another value"],
        ["EFAULT", "the word cannot be read"],
      ],
    },
  ],
  [
    "futex_wake",
    {
      form: "long futex_wake(void *addr, u32 count)",
      text: "Wakes up to `count` waiters of the word, and returns how many.",
    },
  ],
  [
    "membarrier",
    {
      form: "long membarrier(int cmd, int flags, int cpu)",
      text: "With MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ: restarts the critical sections that run on the addressed CPUs.",
      errors: [
        ["EINVAL", "unknown command or flags"],
        ["EPERM", "not registered with MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"],
      ],
      since: "5.10 for rseq",
    },
  ],
  [
    "prctl",
    {
      form: "long prctl(int op, u64 a, u64 b)",
      text: "PR_RSEQ_SLICE_EXTENSION reads or sets the time-slice extension.",
      errors: [
        ["EINVAL", "unknown operation or bits"],
        ["ENXIO", "no registration"],
        ["ENOTSUPP", "the extension is not available"],
      ],
      since: "7.0",
    },
  ],
  [
    "rseq_slice_yield",
    {
      form: "long rseq_slice_yield(void)",
      text: "Gives a granted time-slice extension back; returns 1 if one was running.",
      since: "7.0",
    },
  ],
  [
    "getauxval",
    {
      form: "long getauxval(u64 type)",
      text: "AT_RSEQ_FEATURE_SIZE and AT_RSEQ_ALIGN of the kernel; 0 before 6.3.",
    },
  ],
  [
    "mmap",
    {
      form: "void *mmap(u64 size, u64 align)",
      text: "New readable and writable pages, absent until they are touched.",
    },
  ],
  [
    "munmap",
    {
      form: "long munmap(void *p, u64 size)",
      text: "Takes pages away. Areas, descriptors and code must be out of use: a stale rseq_cs kills up to 6.18.",
    },
  ],
  [
    "mprotect",
    {
      form: "long mprotect(void *p, u64 size, int prot)",
      text: "Changes the protection of pages. A registered area must stay readable and writable.",
    },
  ],
  [
    "sigaction",
    {
      form: "long sigaction(int signal, void (*handler)(void))",
      text: "Installs a handler for SIGSEGV; it seldom rescues from a fault in rseq work.",
      errors: [["EINVAL", "another signal than SIGSEGV"]],
    },
  ],
  [
    "syscall_other",
    {
      form: "long syscall_other(int what)",
      text: "Any other system call: SYS_RETURNS only enters the kernel, SYS_SLEEPS blocks, SYS_TASK_WORK does task work on its return.",
    },
  ],
  ["touch", { form: "void touch(void *p)", text: "Faults a page in." }],
  ["exit", { form: "void exit(void)", text: "Ends the thread." }],
]);

/** Names of the C interface that programs use next to the structs. */
export const INTERFACE_WORDS: ReadonlyMap<string, WordPage> = new Map<string, WordPage>([
  [
    "__rseq_size",
    {
      form: "extern const unsigned int __rseq_size;",
      text: "glibc: bytes of active features, 0 if glibc did not register. 32 in 2.35 to 2.39 (20 are active), 20 in 2.40, the kernel's feature size since 2.41. It is no registration length: 20 is refused with EINVAL; the length is max(__rseq_size, 32).",
      since: "glibc 2.35",
    },
  ],
  [
    "__rseq_offset",
    {
      form: "extern const ptrdiff_t __rseq_offset;",
      text: "glibc: distance of the area from the thread pointer, the same in all threads. Not a compile-time constant.",
      since: "glibc 2.35",
    },
  ],
  [
    "__rseq_flags",
    {
      form: "extern const unsigned int __rseq_flags;",
      text: "glibc: the flags it registered with, 0.",
      since: "glibc 2.35",
    },
  ],
  [
    "__NR_rseq",
    {
      form: "syscall(__NR_rseq, addr, len, flags, sig)",
      text: "Number of the rseq system call: 334 on x86-64, 386 on i386, 398 on arm, 293 on aarch64, riscv and loongarch, 387 on powerpc, 383 on s390. The call returns ENOSYS without CONFIG_RSEQ.",
      since: "4.18",
    },
  ],
  [
    "__NR_rseq_slice_yield",
    {
      form: "syscall(__NR_rseq_slice_yield)",
      text: "Number 471. Drafts used 470, which became listns.",
      since: "7.0",
    },
  ],
  [
    "RSEQ_SIG",
    {
      form: "#define RSEQ_SIG 0x53053053",
      text: "The 4 bytes before each abort handler, passed at registration; the kernel compares them. The value is libc's convention for the architecture (0x53053053 on x86), and every library in the process must use the same.",
      since: "4.18",
    },
  ],
]);
