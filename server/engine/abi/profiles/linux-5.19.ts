// Linux 5.5 to 5.19: the original layout; unknown flags are refused at unregistration, membarrier restarts sections (5.10),
// rseq_cs is a plain __u64 (5.17). kernel/rseq.c of 5.10, measured on 5.10.223.
import type { Profile } from "../profile.ts";
import { CONSTANTS_4_18, CONSTANTS_5_10 } from "./constants.ts";
import { linux54 } from "./linux-5.4.ts";

export const linux519: Profile = {
  ...linux54,
  name: "linux-5.19",
  versions: { first: "5.5", last: "5.19" },
  title: "Linux 5.5 to 5.19: membarrier for critical sections",
  constants: [...CONSTANTS_4_18, ...CONSTANTS_5_10],
  behaviour: {
    ...linux54.behaviour,
    unregisterExtraFlags: "EINVAL",
    membarrierRseq: true,
  },
  decisions: [
    "membarrier restarts critical sections in the whole range; 5.5 to 5.9 did not have the command.",
    "A stale rseq_cs is kept at registration, as in the release; 5.10.240, 5.15.189 and later updates clear it.",
  ],
  sources: [
    "Linux 5.10 kernel/rseq.c, measured on 5.10.223",
    "commit 'rseq: Reject unknown flags on rseq unregister' (2019-12)",
    "commit 2a36ab717e8f (membarrier, 5.10)",
    "commit 'rseq: Remove broken uapi field layout on 32-bit little endian' (2022-02-02, 5.17)",
  ],
};
