// Constants of the rseq interface, grouped by the release that brought them. Sources: include/uapi/linux/{rseq,auxvec,
// membarrier,ptrace,prctl}.h of the named release.
import type { ProfileConstant } from "../profile.ts";

export const CONSTANTS_4_18: readonly ProfileConstant[] = [
  {
    name: "RSEQ_CPU_ID_UNINITIALIZED",
    value: -1n,
    since: "4.18",
    description: "`cpu_id` before the first update: rseq is not active in this thread.",
  },
  {
    name: "RSEQ_CPU_ID_REGISTRATION_FAILED",
    value: -2n,
    since: "4.18",
    description: "`cpu_id` after a failed registration; written by libc.",
  },
  {
    name: "RSEQ_FLAG_UNREGISTER",
    value: 1n,
    since: "4.18",
    description:
      "Flag of the system call: forget the registration. Pointer, length and signature must be those registered.",
  },
  {
    name: "RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT_BIT",
    value: 0n,
    since: "4.18",
    description: "Bit number of RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT.",
  },
  {
    name: "RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL_BIT",
    value: 1n,
    since: "4.18",
    description: "Bit number of RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL.",
  },
  {
    name: "RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE_BIT",
    value: 2n,
    since: "4.18",
    description: "Bit number of RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE.",
  },
  {
    name: "RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT",
    value: 1n,
    since: "4.18",
    description:
      "Preemption does not restart the section. Unusable since 6.0: non-zero flags are fatal there.",
  },
  {
    name: "RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL",
    value: 2n,
    since: "4.18",
    description:
      "A signal does not restart the section; fatal without the two other bits. Unusable since 6.0.",
  },
  {
    name: "RSEQ_CS_FLAG_NO_RESTART_ON_MIGRATE",
    value: 4n,
    since: "4.18",
    description:
      "Migration does not restart the section. Unusable since 6.0: non-zero flags are fatal there.",
  },
];

export const CONSTANTS_5_10: readonly ProfileConstant[] = [
  {
    name: "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ",
    value: 0x80n,
    since: "5.10",
    description:
      "Restarts the critical sections that other threads of the process are running. EPERM before the process registered for it.",
  },
  {
    name: "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ",
    value: 0x100n,
    since: "5.10",
    description: "Registers the process for MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ.",
  },
  {
    name: "MEMBARRIER_CMD_FLAG_CPU",
    value: 1n,
    since: "5.10",
    description: "The command addresses one CPU, given as the third argument; -1 means all.",
  },
  {
    name: "PTRACE_GET_RSEQ_CONFIGURATION",
    value: 0x420fn,
    since: "5.13",
    description:
      "Gives the tracer the registration of a thread: pointer, length, signature, flags.",
  },
];

export const CONSTANTS_6_3: readonly ProfileConstant[] = [
  {
    name: "AT_RSEQ_FEATURE_SIZE",
    value: 27n,
    since: "6.3",
    description:
      "Auxiliary vector: bytes of active fields, offsetof(struct rseq, end). getauxval() gives 0 before 6.3: 20 bytes are active then.",
  },
  {
    name: "AT_RSEQ_ALIGN",
    value: 28n,
    since: "6.3",
    description: "Auxiliary vector: the alignment that an area needs for a length over 32.",
  },
];

export const CONSTANTS_7_0: readonly ProfileConstant[] = [
  {
    name: "RSEQ_FLAG_SLICE_EXT_DEFAULT_ON",
    value: 2n,
    since: "7.0",
    description:
      "Flag of the system call: registers with the time-slice extension enabled. Without effect for a length of 32.",
  },
  {
    name: "RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE_BIT",
    value: 4n,
    since: "7.0",
    description: "Bit number of RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE; bit 3 is a deliberate gap.",
  },
  {
    name: "RSEQ_CS_FLAG_SLICE_EXT_ENABLED_BIT",
    value: 5n,
    since: "7.0",
    description: "Bit number of RSEQ_CS_FLAG_SLICE_EXT_ENABLED.",
  },
  {
    name: "RSEQ_CS_FLAG_SLICE_EXT_AVAILABLE",
    value: 0x10n,
    since: "7.0",
    description:
      "Bit of the area's `flags`: the kernel offers the time-slice extension. Never passed to the system call.",
  },
  {
    name: "RSEQ_CS_FLAG_SLICE_EXT_ENABLED",
    value: 0x20n,
    since: "7.0",
    description:
      "Bit of the area's `flags`: the extension is enabled for this thread. Never passed to the system call.",
  },
  {
    name: "PR_RSEQ_SLICE_EXTENSION",
    value: 79n,
    since: "7.0",
    description: "prctl() operation that reads or sets the time-slice extension of the thread.",
  },
  {
    name: "PR_RSEQ_SLICE_EXTENSION_GET",
    value: 1n,
    since: "7.0",
    description: "Second argument of prctl(PR_RSEQ_SLICE_EXTENSION): 1 if enabled, else 0.",
  },
  {
    name: "PR_RSEQ_SLICE_EXTENSION_SET",
    value: 2n,
    since: "7.0",
    description:
      "Second argument of prctl(PR_RSEQ_SLICE_EXTENSION): ENXIO without a registration, ENOTSUPP (524) where it is not available.",
  },
  {
    name: "PR_RSEQ_SLICE_EXT_ENABLE",
    value: 1n,
    since: "7.0",
    description: "Third argument of PR_RSEQ_SLICE_EXTENSION_SET: enable.",
  },
];

export const SCHED_STATE_ON_CPU: ProfileConstant = {
  name: "RSEQ_SCHED_STATE_ON_CPU",
  value: 1n,
  since: "never merged",
  description: "Bit of the published scheduler state: the thread is running on a CPU, or about to.",
};

/** Auxiliary vector entry of both proposals; no number was ever assigned, 29 is the next free one. */
export const AT_RSEQ_SHARED_FEATURE_SIZE: ProfileConstant = {
  name: "AT_RSEQ_SHARED_FEATURE_SIZE",
  value: 29n,
  since: "never merged",
  description:
    "Auxiliary vector: bytes of active fields of the shared part. The number is the model's: none was ever assigned.",
};

/** The constants of a profile by name. */
export function findConstant(
  constants: readonly ProfileConstant[],
  name: string,
): ProfileConstant | undefined {
  return constants.find((constant) => constant.name === name);
}
