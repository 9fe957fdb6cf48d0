// Linux 4.18 to 5.4: the original ABI, 20 active bytes in a 32-byte area that no auxiliary vector entry describes.
// include/uapi/linux/rseq.h and kernel/rseq.c of 4.18 and 4.19.
import type { KernelBehaviour, Profile, ProfileStruct } from "../profile.ts";
import { CONSTANTS_4_18 } from "./constants.ts";
import {
  CPU_ID,
  CPU_ID_START,
  CS_ABORT_IP,
  CS_FLAGS_INHIBIT,
  CS_POST_COMMIT_OFFSET,
  CS_START_IP,
  CS_VERSION,
  FLAGS_INHIBIT,
  RSEQ_CS,
} from "./fields.ts";

/** Unchanged in all eras. */
export const RSEQ_CS_DECLARATION = `struct rseq_cs {
	/* Version of this structure, 0. */
	__u32 version;
	/* enum rseq_cs_flags */
	__u32 flags;
	__u64 start_ip;
	/* Offset from start_ip. */
	__u64 post_commit_offset;
	__u64 abort_ip;
} __attribute__((aligned(4 * sizeof(__u64))));
`;

const rseqCs: ProfileStruct = {
  tag: "rseq_cs",
  size: 32,
  align: 32,
  endOffset: undefined,
  fields: [CS_VERSION, CS_FLAGS_INHIBIT, CS_START_IP, CS_POST_COMMIT_OFFSET, CS_ABORT_IP],
  declaration: RSEQ_CS_DECLARATION,
};

const rseq: ProfileStruct = {
  tag: "rseq",
  size: 32,
  align: 32,
  endOffset: undefined,
  fields: [CPU_ID_START, CPU_ID, RSEQ_CS, FLAGS_INHIBIT],
  declaration: `struct rseq {
	__u32 cpu_id_start;
	__u32 cpu_id;
	__u64 rseq_cs;
	__u32 flags;
} __attribute__((aligned(4 * sizeof(__u64))));
`,
};

const behaviour: KernelBehaviour = {
  registrationLength: "exactly-32",
  extendedAlign: 32,
  registrationFlags: 0,
  unregisterExtraFlags: "ignored",
  rseqCsAtRegistration: "kept",
  idsAtRegistration: "exit-to-user",
  flagsAtRegistration: "kept",
  sliceControlAtRegistration: "none",
  cpuIdStartAfterUnregister: 0,
  extendedIsOptimised: false,
  eventAt: "switch-out",
  order: "section-then-ids",
  idStores: "always",
  scribbledIds: "repaired",
  validatesOutside: true,
  validatesStructure: true,
  sectionFlags: "inhibit",
  eventMaskSurvives: true,
  sectionAfterSystemCall: true,
  taskWorkNotifies: true,
  signalFromSystemCallEvaluates: "yes",
  membarrierRseq: false,
  mmCid: false,
  sliceExtension: false,
  schedState: "none",
};

export const linux54: Profile = {
  name: "linux-5.4",
  aliases: [],
  versions: { first: "4.18", last: "5.4" },
  title: "Linux 4.18 to 5.4: the original ABI",
  kind: "released",
  featureSize: undefined,
  align: undefined,
  sharedFeatureSize: undefined,
  libcLength: 32,
  structs: [rseq, rseqCs],
  constants: CONSTANTS_4_18,
  behaviour,
  decisions: [
    "rseq_cs is declared as the plain __u64 of 5.17; the headers of 4.18 to 5.16 had a union of the same size, whose order was wrong on 32-bit little endian.",
    "A stale rseq_cs is kept at registration, as in the release; 5.4.y updates may clear it.",
    "The same registration again in a CLONE_VM child that is no thread is not modelled (5.5 mended it).",
  ],
  sources: [
    "Linux 4.18 include/uapi/linux/rseq.h (f523dc50)",
    "Linux 4.19 kernel/rseq.c",
    "commit 'rseq: Use __u64 for rseq_cs fields, validate user inputs' (2018-07-10)",
  ],
};
