// Proposal A of the thread about RFC v2 (Mathieu Desnoyers, 2023-05-30 10:25): one object of two 256-byte parts, the first for
// the registering thread alone, the second for any thread. Modelled on 6.18; no kernel ever had it.
import type { Profile, ProfileStruct } from "../profile.ts";
import { AT_RSEQ_SHARED_FEATURE_SIZE, SCHED_STATE_ON_CPU } from "./constants.ts";
import {
  CPU_ID,
  CPU_ID_START,
  FLAGS_FATAL,
  MM_CID,
  NODE_ID,
  RSEQ_CS,
  SCHED_STATE,
} from "./fields.ts";
import { linux618 } from "./linux-6.18.ts";
import { rseqCsWithoutFlags } from "./linux-6.2.ts";

const rseqShared: ProfileStruct = {
  tag: "rseq_shared",
  size: 256,
  align: 256,
  endOffset: undefined,
  fields: [{ ...SCHED_STATE, offset: 0 }],
  declaration: `struct rseq_shared {
	__u32 sched_state;
	__u32 __reserved;
} __attribute__((aligned(256)));
`,
};

const rseq: ProfileStruct = {
  tag: "rseq",
  size: 512,
  align: 256,
  endOffset: undefined,
  fields: [
    CPU_ID_START,
    CPU_ID,
    RSEQ_CS,
    FLAGS_FATAL,
    NODE_ID,
    MM_CID,
    { ...SCHED_STATE, offset: 256 },
  ],
  declaration: `struct rseq {
	/* Loaded and stored by the registering thread only. */
	struct {
		__u32 cpu_id_start;
		__u32 cpu_id;
		__u64 rseq_cs;
		__u32 flags;
		__u32 node_id;
		__u32 mm_cid;
		__u32 __reserved;
	} __attribute__((aligned(256)));
	/* Loaded and stored by any thread. */
	struct rseq_shared shared;
} __attribute__((aligned(256)));
`,
};

export const proposalSplit: Profile = {
  ...linux618,
  name: "proposal-split",
  versions: undefined,
  title: "Proposal A of 2023-05-30: a private and a shared part of 256 bytes each",
  kind: "proposal",
  featureSize: 28,
  align: 256,
  sharedFeatureSize: 4,
  libcLength: 512,
  structs: [rseqShared, rseq, rseqCsWithoutFlags],
  constants: [...linux618.constants, AT_RSEQ_SHARED_FEATURE_SIZE, SCHED_STATE_ON_CPU],
  behaviour: {
    ...linux618.behaviour,
    registrationLength: "32-or-split",
    extendedAlign: 256,
    schedState: "split",
  },
  decisions: [
    "A length of 32 with 32-byte alignment stays a legacy registration without shared part; any other length must be at least 256 + AT_RSEQ_SHARED_FEATURE_SIZE, 256-aligned, else EINVAL.",
    "The shared part's first field is sched_state at offset 256, with the transitions of the RFC.",
    "The private part is an anonymous member, so that `rseq->cpu_id` works under every profile.",
  ],
  sources: ["Mathieu Desnoyers, 2023-05-30 10:25, in reply to RFC v2 of sched_state"],
};
