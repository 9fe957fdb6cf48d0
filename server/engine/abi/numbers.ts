// Numbers of the Linux interface that programs name: errno, signals, page protection, and the calls that `syscall_other` models.
// Sources: include/uapi/asm-generic/{errno-base,errno,signal,mman-common}.h (the architectures modelled here agree on these,
// but for mips and sparc, whose programs see the generic numbers in the simulator).

export interface NamedNumber {
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

function named(name: string, value: number, description: string): NamedNumber {
  return { name, value, description };
}

/** What rseq's and its neighbours' system calls may answer, as positive numbers; a call returns the negative. */
export const ERRNO: readonly NamedNumber[] = [
  named(
    "EPERM",
    1,
    "Operation not permitted: signature of another registration; membarrier without registering for it.",
  ),
  named("ENOENT", 2, "No such file or directory."),
  named("ESRCH", 3, "No such process."),
  named("EINTR", 4, "A signal interrupted the call."),
  named(
    "ENXIO",
    6,
    "No such device or address: prctl of the slice extension without a registration.",
  ),
  named("E2BIG", 7, "Argument too large: fields that the kernel does not know are not zero."),
  named("EAGAIN", 11, "Try again: futex_wait found another value."),
  named("ENOMEM", 12, "Out of memory."),
  named("EACCES", 13, "Permission denied."),
  named("EFAULT", 14, "Bad address: the area is not in user space, or cannot be accessed."),
  named("EBUSY", 16, "Busy: the thread has registered the same area already."),
  named("EEXIST", 17, "Exists already."),
  named(
    "EINVAL",
    22,
    "Invalid argument: length, alignment, flags, or another area than the registered one.",
  ),
  named("ERANGE", 34, "Out of range."),
  named("EDEADLK", 35, "A deadlock would follow."),
  named("ENOSYS", 38, "No such system call: the kernel has no rseq."),
  named("EOPNOTSUPP", 95, "Operation not supported."),
  named("ETIMEDOUT", 110, "Timed out."),
  named(
    "ENOTSUPP",
    524,
    "Not supported (kernel internal, but prctl of the slice extension returns it).",
  ),
];

export const SIGNALS: readonly NamedNumber[] = [
  named("SIGILL", 4, "Illegal instruction, such as a signature that was run into."),
  named("SIGTRAP", 5, "Breakpoint or single step."),
  named("SIGABRT", 6, "Abort."),
  named("SIGBUS", 7, "Bus error."),
  named("SIGFPE", 8, "Arithmetic error, such as a division by zero."),
  named("SIGKILL", 9, "Kill; no rseq work is done any more."),
  named("SIGUSR1", 10, "For the program's use."),
  named(
    "SIGSEGV",
    11,
    "Invalid memory reference; what the kernel sends for a bad area or descriptor.",
  ),
  named("SIGUSR2", 12, "For the program's use."),
  named("SIGALRM", 14, "Timer."),
  named("SIGCHLD", 17, "A child changed its state."),
  named("SIGCONT", 18, "Continue."),
  named("SIGSTOP", 19, "Stop: the thread is switched out."),
];

export const PROTECTIONS: readonly NamedNumber[] = [
  named("PROT_NONE", 0, "No access."),
  named("PROT_READ", 1, "Pages may be read."),
  named("PROT_WRITE", 2, "Pages may be written."),
];

/** Arguments of `syscall_other(what)`. */
export const SYS_RETURNS = 0;
export const SYS_SLEEPS = 1;
export const SYS_TASK_WORK = 2;

export const SYSTEM_CALL_KINDS: readonly NamedNumber[] = [
  named("SYS_RETURNS", SYS_RETURNS, "A system call that only enters the kernel and returns."),
  named("SYS_SLEEPS", SYS_SLEEPS, "A system call that blocks until it is woken."),
  named(
    "SYS_TASK_WORK",
    SYS_TASK_WORK,
    "A system call whose return does task work, and so rseq work up to 6.18.",
  ),
];

/** Other membarrier commands; those of rseq are in the profiles. */
export const MEMBARRIER_COMMANDS: readonly NamedNumber[] = [
  named("MEMBARRIER_CMD_QUERY", 0, "Which commands the kernel supports, as a bit mask."),
  named("MEMBARRIER_CMD_GLOBAL", 1, "A memory barrier on all running threads of the system."),
  named("MEMBARRIER_CMD_GLOBAL_EXPEDITED", 2, "The same by interrupt, for registered processes."),
  named("MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED", 4, "Registers the process for it."),
  named(
    "MEMBARRIER_CMD_PRIVATE_EXPEDITED",
    8,
    "A memory barrier on the running threads of the process.",
  ),
  named("MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED", 16, "Registers the process for it."),
  named("MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE", 32, "The same with core serialisation."),
  named("MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE", 64, "Registers the process for it."),
];

export const ATOMIC_ORDERS: readonly NamedNumber[] = [
  named("__ATOMIC_RELAXED", 0, "No ordering."),
  named("__ATOMIC_CONSUME", 1, "Treated as acquire."),
  named("__ATOMIC_ACQUIRE", 2, "Later accesses stay behind."),
  named("__ATOMIC_RELEASE", 3, "Earlier accesses stay before."),
  named("__ATOMIC_ACQ_REL", 4, "Both."),
  named("__ATOMIC_SEQ_CST", 5, "Both, in one order for all threads."),
];
