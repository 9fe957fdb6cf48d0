// Linux 6.3 to 6.14: struct rseq becomes extensible (node_id, mm_cid, `end`), the auxiliary vector tells its size.
// include/uapi/linux/rseq.h at 12062f59, commit ee3e3ac05c26.
import type { Profile, ProfileStruct } from "../profile.ts";
import { CONSTANTS_6_3 } from "./constants.ts";
import { CPU_ID, CPU_ID_START, FLAGS_FATAL, MM_CID, NODE_ID, RSEQ_CS } from "./fields.ts";
import { linux62, rseqCsWithoutFlags } from "./linux-6.2.ts";

export const RSEQ_DECLARATION_6_3 = `struct rseq {
	__u32 cpu_id_start;
	__u32 cpu_id;
	__u64 rseq_cs;
	__u32 flags;
	__u32 node_id;
	__u32 mm_cid;
	/* Flexible array member at end of structure, after last feature field. */
	char end[];
} __attribute__((aligned(4 * sizeof(__u64))));
`;

const rseq: ProfileStruct = {
  tag: "rseq",
  size: 32,
  align: 32,
  endOffset: 28,
  fields: [CPU_ID_START, CPU_ID, RSEQ_CS, FLAGS_FATAL, NODE_ID, MM_CID],
  declaration: RSEQ_DECLARATION_6_3,
};

export const linux614: Profile = {
  ...linux62,
  name: "linux-6.14",
  versions: { first: "6.3", last: "6.14" },
  title: "Linux 6.3 to 6.14: extensible struct rseq with node_id and mm_cid",
  featureSize: 28,
  align: 32,
  structs: [rseq, rseqCsWithoutFlags],
  constants: [...linux62.constants, ...CONSTANTS_6_3],
  behaviour: { ...linux62.behaviour, registrationLength: "at-least-32", mmCid: true },
  decisions: [
    "A stale rseq_cs is kept at registration, as in the release; 6.14.9 and other late updates (6.6.y, 6.12.y) clear it.",
  ],
  sources: [
    "Linux 6.3 include/uapi/linux/rseq.h (12062f59)",
    "commit ee3e3ac05c26 'rseq: Introduce feature size and alignment ELF auxiliary vector entries'",
  ],
};
