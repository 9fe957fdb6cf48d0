// The sched_state RFC of 2023-05-29: struct rseq holds a pointer to a separate struct that user space allocates.
// "[RFC PATCH v2 1/4] rseq: Add sched_state field to struct rseq", Mathieu Desnoyers; modelled on 6.14.
import type { Profile, ProfileStruct } from "../profile.ts";
import { SCHED_STATE_ON_CPU } from "./constants.ts";
import {
  CPU_ID,
  CPU_ID_START,
  FLAGS_FATAL,
  MM_CID,
  NODE_ID,
  PADDING_1,
  RSEQ_CS,
  SCHED_STATE_PTR,
  SCHED_STATE_STATE,
  SCHED_STATE_TID,
  SCHED_STATE_VERSION,
} from "./fields.ts";
import { linux614 } from "./linux-6.14.ts";
import { rseqCsWithoutFlags } from "./linux-6.2.ts";

const rseqSchedState: ProfileStruct = {
  tag: "rseq_sched_state",
  size: 12,
  align: 4,
  endOffset: undefined,
  fields: [SCHED_STATE_VERSION, SCHED_STATE_STATE, SCHED_STATE_TID],
  declaration: `struct rseq_sched_state {
	/* Version of this structure, stored by the kernel at registration. */
	__u32 version;
	/* RSEQ_SCHED_STATE_FLAG_*, stored by the kernel. */
	__u32 state;
	/* Thread id, stored by user space before registration. */
	__u32 tid;
};
`,
};

const rseq: ProfileStruct = {
  tag: "rseq",
  size: 64,
  align: 32,
  endOffset: 40,
  fields: [CPU_ID_START, CPU_ID, RSEQ_CS, FLAGS_FATAL, NODE_ID, MM_CID, PADDING_1, SCHED_STATE_PTR],
  declaration: `struct rseq {
	__u32 cpu_id_start;
	__u32 cpu_id;
	__u64 rseq_cs;
	__u32 flags;
	__u32 node_id;
	__u32 mm_cid;
	__u32 padding1;
	/* Address of struct rseq_sched_state, read at registration; 0 for none. */
	__u64 sched_state_ptr;
	/* Flexible array member at end of structure, after last feature field. */
	char end[];
} __attribute__((aligned(4 * sizeof(__u64))));
`,
};

export const schedStateV2: Profile = {
  ...linux614,
  name: "sched-state-v2",
  versions: undefined,
  title: "RFC of 2023-05-29: sched_state behind a pointer",
  kind: "proposal",
  featureSize: 40,
  libcLength: 40,
  structs: [rseqSchedState, rseq, rseqCsWithoutFlags],
  constants: [
    ...linux614.constants,
    SCHED_STATE_ON_CPU,
    { ...SCHED_STATE_ON_CPU, name: "RSEQ_SCHED_STATE_FLAG_ON_CPU" },
  ],
  behaviour: { ...linux614.behaviour, schedState: "pointer" },
  decisions: [
    "The kernel reads sched_state_ptr only for a registered length of at least 40, and does not store through a null pointer; the patch lacked that test.",
  ],
  sources: ["RFC v2 'rseq: Add sched_state field to struct rseq', 2023-05-29"],
};
