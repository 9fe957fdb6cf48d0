// Proposal B of the thread about RFC v2 (Mathieu Desnoyers, 2023-05-30 11:13): RSEQ_FLAG_SHARED and a fifth argument, the
// address of a shared area that libc allocates where it likes. Modelled on 6.18; no kernel ever had it.
import type { Profile, ProfileStruct } from "../profile.ts";
import { AT_RSEQ_SHARED_FEATURE_SIZE, SCHED_STATE_ON_CPU } from "./constants.ts";
import { SCHED_STATE } from "./fields.ts";
import { linux618 } from "./linux-6.18.ts";

const rseqShared: ProfileStruct = {
  tag: "rseq_shared",
  size: 8,
  align: 4,
  endOffset: undefined,
  fields: [{ ...SCHED_STATE, offset: 0 }],
  declaration: `struct rseq_shared {
	__u32 sched_state;
	__u32 __reserved;
};
`,
};

export const proposalSharedFlag: Profile = {
  ...linux618,
  name: "proposal-shared-flag",
  aliases: ["shared-flag"],
  versions: undefined,
  title: "Proposal B of 2023-05-30: a shared area of its own, passed with RSEQ_FLAG_SHARED",
  kind: "proposal",
  featureSize: 28,
  align: 256,
  sharedFeatureSize: 4,
  structs: [rseqShared, ...linux618.structs],
  constants: [
    ...linux618.constants,
    {
      name: "RSEQ_FLAG_SHARED",
      value: 4n,
      since: "never merged",
      description:
        "Flag of the system call: the fifth argument is the address of the thread's shared area. The number is the model's: none was ever assigned.",
    },
    AT_RSEQ_SHARED_FEATURE_SIZE,
    SCHED_STATE_ON_CPU,
  ],
  behaviour: {
    ...linux618.behaviour,
    extendedAlign: 256,
    registrationFlags: 0b100,
    schedState: "shared-flag",
  },
  decisions: [
    "RSEQ_FLAG_SHARED is 1 << 2 (bit 1 was taken by RSEQ_FLAG_SLICE_EXT_DEFAULT_ON); the pointer is the fifth argument.",
    "After the checks of the private area: a null pointer, or one not aligned to AT_RSEQ_ALIGN, is EINVAL; access_ok over AT_RSEQ_SHARED_FEATURE_SIZE fails with EFAULT; overlap with the private area is EINVAL.",
    "A second registration is EBUSY only if both pointers, the length and the signature match; else EINVAL or EPERM, as today.",
    "Unregistration takes RSEQ_FLAG_UNREGISTER alone and forgets both areas. Without the flag the fifth argument is ignored.",
    "fork and exec treat the shared pointer as the private one.",
    "struct rseq_shared has sched_state and a reserved word; RSEQ_SCHED_STATE_ON_CPU is 1.",
  ],
  sources: ["Mathieu Desnoyers, 2023-05-30 11:13, in reply to RFC v2 of sched_state"],
};
