// Linux 6.19: the rewrite. Events are raised at switch-in, ids are stored only when they changed, a descriptor is looked
// at only with the thread inside. include/linux/rseq_entry.h at 05b44aef; merge 2b09f480f0a1.
import type { Profile, ProfileStruct } from "../profile.ts";
import {
  CPU_ID,
  CPU_ID_START_RESET_TO_MINUS_ONE,
  CS_ABORT_IP,
  CS_FLAGS_UNUSED,
  CS_POST_COMMIT_OFFSET,
  CS_START_IP,
  CS_VERSION,
  FLAGS_UNUSED,
  MM_CID,
  NODE_ID,
  RSEQ_CS,
} from "./fields.ts";
import { RSEQ_CS_DECLARATION } from "./linux-5.4.ts";
import { RSEQ_DECLARATION_6_3 } from "./linux-6.14.ts";
import { linux618 } from "./linux-6.18.ts";

export const rseqCsOfRewrite: ProfileStruct = {
  tag: "rseq_cs",
  size: 32,
  align: 32,
  endOffset: undefined,
  fields: [CS_VERSION, CS_FLAGS_UNUSED, CS_START_IP, CS_POST_COMMIT_OFFSET, CS_ABORT_IP],
  declaration: RSEQ_CS_DECLARATION,
};

const rseq: ProfileStruct = {
  tag: "rseq",
  size: 32,
  align: 32,
  endOffset: 28,
  fields: [CPU_ID_START_RESET_TO_MINUS_ONE, CPU_ID, RSEQ_CS, FLAGS_UNUSED, NODE_ID, MM_CID],
  declaration: RSEQ_DECLARATION_6_3,
};

export const linux619: Profile = {
  ...linux618,
  name: "linux-6.19",
  versions: { first: "6.19", last: "6.19" },
  title: "Linux 6.19: ids are stored only when they change",
  structs: [rseq, rseqCsOfRewrite],
  behaviour: {
    ...linux618.behaviour,
    idsAtRegistration: "inside-call",
    cpuIdStartAfterUnregister: 0xffffffff,
    eventAt: "switch-in",
    order: "ids-then-section",
    idStores: "on-change",
    scribbledIds: "kept",
    validatesOutside: false,
    validatesStructure: false,
    sectionFlags: "ignored",
    eventMaskSurvives: false,
    sectionAfterSystemCall: false,
    taskWorkNotifies: false,
    signalFromSystemCallEvaluates: "no",
  },
  decisions: ["Registration leaves the flags word alone; the sources do not say."],
  sources: [
    "Linux 6.19 include/linux/rseq_entry.h (05b44aef), measured on 6.19",
    "commit 39a167560a61 'rseq: Optimize event setting'",
  ],
};
