// Linux 6.0 to 6.2: the original layout; flags that inhibit restarts kill (commits 0190e4198e47 and c17a6ff93213).
import type { Profile, ProfileStruct } from "../profile.ts";
import {
  CPU_ID,
  CPU_ID_START,
  CS_ABORT_IP,
  CS_FLAGS_FATAL,
  CS_POST_COMMIT_OFFSET,
  CS_START_IP,
  CS_VERSION,
  FLAGS_FATAL,
  RSEQ_CS,
} from "./fields.ts";
import { RSEQ_CS_DECLARATION } from "./linux-5.4.ts";
import { linux519 } from "./linux-5.19.ts";

export const rseqCsWithoutFlags: ProfileStruct = {
  tag: "rseq_cs",
  size: 32,
  align: 32,
  endOffset: undefined,
  fields: [CS_VERSION, CS_FLAGS_FATAL, CS_START_IP, CS_POST_COMMIT_OFFSET, CS_ABORT_IP],
  declaration: RSEQ_CS_DECLARATION,
};

const rseq: ProfileStruct = {
  tag: "rseq",
  size: 32,
  align: 32,
  endOffset: undefined,
  fields: [CPU_ID_START, CPU_ID, RSEQ_CS, FLAGS_FATAL],
  declaration: `struct rseq {
	__u32 cpu_id_start;
	__u32 cpu_id;
	__u64 rseq_cs;
	__u32 flags;
} __attribute__((aligned(4 * sizeof(__u64))));
`,
};

export const linux62: Profile = {
  ...linux519,
  name: "linux-6.2",
  versions: { first: "6.0", last: "6.2" },
  title: "Linux 6.0 to 6.2: flags must be 0",
  structs: [rseq, rseqCsWithoutFlags],
  behaviour: { ...linux519.behaviour, sectionFlags: "fatal" },
  decisions: [
    "A stale rseq_cs is kept at registration, as in the release; 6.1.146 and later updates clear it.",
  ],
  sources: ["Linux 6.1 kernel/rseq.c", "commits 0190e4198e47, c17a6ff93213"],
};
