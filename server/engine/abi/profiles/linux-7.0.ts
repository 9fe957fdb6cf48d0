// Linux 7.0.0 to 7.0.9: the time-slice extension; feature size 33, alignment 64. include/uapi/linux/rseq.h of 7.0 final,
// commits d7a5da7a0f7f and 3b68df978133.
import type { Profile, ProfileStruct } from "../profile.ts";
import { CONSTANTS_7_0 } from "./constants.ts";
import {
  CPU_ID,
  CPU_ID_START,
  CPU_ID_START_RESET_TO_MINUS_ONE,
  FLAGS_FEATURES,
  MM_CID,
  NODE_ID,
  RESERVED_32,
  RSEQ_CS,
  SLICE_CTRL,
  SLICE_CTRL_ALL,
  SLICE_CTRL_GRANTED,
  SLICE_CTRL_REQUEST,
  SLICE_CTRL_RESERVED,
} from "./fields.ts";
import { linux619, rseqCsOfRewrite } from "./linux-6.19.ts";

const sliceControlFields = [
  SLICE_CTRL_ALL,
  SLICE_CTRL_REQUEST,
  SLICE_CTRL_GRANTED,
  SLICE_CTRL_RESERVED,
];

const rseqSliceCtrl: ProfileStruct = {
  tag: "rseq_slice_ctrl",
  size: 4,
  align: 4,
  endOffset: undefined,
  fields: sliceControlFields.map((field) => ({
    ...field,
    name: field.name.slice("slice_ctrl.".length),
    offset: field.offset - SLICE_CTRL.offset,
  })),
  declaration: `struct rseq_slice_ctrl {
	union {
		__u32 all;
		struct {
			__u8 request;
			__u8 granted;
			__u16 __reserved;
		};
	};
};
`,
};

const rseq: ProfileStruct = {
  tag: "rseq",
  size: 64,
  align: 32,
  endOffset: 33,
  fields: [
    CPU_ID_START_RESET_TO_MINUS_ONE,
    CPU_ID,
    RSEQ_CS,
    FLAGS_FEATURES,
    NODE_ID,
    MM_CID,
    SLICE_CTRL,
    ...sliceControlFields,
    RESERVED_32,
  ],
  declaration: `struct rseq {
	__u32 cpu_id_start;
	__u32 cpu_id;
	__u64 rseq_cs;
	__u32 flags;
	__u32 node_id;
	__u32 mm_cid;
	struct rseq_slice_ctrl slice_ctrl;
	/* Keeps offsetof(end) different from the original size, 32. */
	__u8 __reserved;
	/* Flexible array member at end of structure, after last feature field. */
	char end[];
} __attribute__((aligned(32)));
`,
};

/** The same layout since cpu_id_start is reset to 0 again (commit 2cb68e45120d). */
export const rseqOf71: ProfileStruct = {
  ...rseq,
  fields: rseq.fields.map((field) => (field.name === "cpu_id_start" ? CPU_ID_START : field)),
};

export const linux70: Profile = {
  ...linux619,
  name: "linux-7.0",
  versions: { first: "7.0", last: "7.0.9" },
  title: "Linux 7.0.0 to 7.0.9: time-slice extension, all lengths optimised",
  featureSize: 33,
  align: 64,
  libcLength: 33,
  structs: [rseqSliceCtrl, rseq, rseqCsOfRewrite],
  constants: [...linux619.constants, ...CONSTANTS_7_0],
  behaviour: {
    ...linux619.behaviour,
    registrationLength: "32-or-feature-size",
    extendedAlign: 64,
    registrationFlags: 0b10,
    flagsAtRegistration: "overwritten",
    sliceControlAtRegistration: "zeroed",
    sliceExtension: true,
  },
  decisions: [
    "cpu_id_start is 0xffffffff after unregistration, as in 7.0.0 to 7.0.6; 7.0.7 mended it.",
  ],
  sources: [
    "Linux 7.0 include/uapi/linux/rseq.h, include/linux/rseq_entry.h",
    "commit d7a5da7a0f7f (slice_ctrl)",
    "commit 3b68df978133 'rseq: slice ext: Ensure rseq feature size differs from original rseq size'",
  ],
};
