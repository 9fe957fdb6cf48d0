// The sched_state RFC of 2023-05-17: one word at offset 28 of struct rseq tells other threads whether the owner runs.
// "[RFC PATCH 1/4] rseq: Add sched_state field to struct rseq", Mathieu Desnoyers; modelled on 6.14.
import type { Profile, ProfileStruct } from "../profile.ts";
import { SCHED_STATE_ON_CPU } from "./constants.ts";
import {
  CPU_ID,
  CPU_ID_START,
  FLAGS_FATAL,
  MM_CID,
  NODE_ID,
  RSEQ_CS,
  SCHED_STATE,
} from "./fields.ts";
import { linux614 } from "./linux-6.14.ts";
import { rseqCsWithoutFlags } from "./linux-6.2.ts";

const rseq: ProfileStruct = {
  tag: "rseq",
  size: 32,
  align: 32,
  endOffset: 32,
  fields: [CPU_ID_START, CPU_ID, RSEQ_CS, FLAGS_FATAL, NODE_ID, MM_CID, SCHED_STATE],
  declaration: `struct rseq {
	__u32 cpu_id_start;
	__u32 cpu_id;
	__u64 rseq_cs;
	__u32 flags;
	__u32 node_id;
	__u32 mm_cid;
	/* enum rseq_sched_state: read by any thread. */
	__u32 sched_state;
	/* Flexible array member at end of structure, after last feature field. */
	char end[];
} __attribute__((aligned(4 * sizeof(__u64))));
`,
};

export const schedStateV1: Profile = {
  ...linux614,
  name: "sched-state-v1",
  versions: undefined,
  title: "RFC of 2023-05-17: sched_state in struct rseq",
  kind: "proposal",
  featureSize: 32,
  structs: [rseq, rseqCsWithoutFlags],
  constants: [...linux614.constants, SCHED_STATE_ON_CPU],
  behaviour: { ...linux614.behaviour, schedState: "field" },
  decisions: [
    "sched_state is stored for a registration of 32 bytes too, as the patch does.",
    "The feature size is 32, which no libc can tell from the 32 that glibc 2.35 to 2.39 publish.",
  ],
  sources: ["RFC 'rseq: Add sched_state field to struct rseq', 2023-05-17"],
};
