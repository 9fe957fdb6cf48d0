// Linux 7.0.10 and later, 7.1: two modes by the registered length. 32 is the legacy mode (ids always stored), more is the
// optimised one (stored on change, user stores to read-only fields kill). Documentation/userspace-api/rseq.rst of 7.1.
import type { Profile } from "../profile.ts";
import { linux70, rseqOf71 } from "./linux-7.0.ts";

export const linux71: Profile = {
  ...linux70,
  name: "linux-7.1",
  versions: { first: "7.0.10", last: "7.1" },
  title: "Linux 7.0.10 and later, 7.1: legacy mode for length 32, optimised mode above",
  structs: linux70.structs.map((struct) => (struct.tag === "rseq" ? rseqOf71 : struct)),
  behaviour: {
    ...linux70.behaviour,
    sliceControlAtRegistration: "zeroed-v2",
    cpuIdStartAfterUnregister: 0,
    extendedIsOptimised: true,
    idStores: "by-mode",
    scribbledIds: "by-mode",
    signalFromSystemCallEvaluates: "legacy",
  },
  decisions: [
    "Legacy mode after a system call: the section is not evaluated, as the code does; the documentation says it is.",
    "The generic interrupt entry code is there, so that a length over 32 selects the optimised mode.",
  ],
  sources: [
    "Linux 7.1 include/linux/rseq_entry.h, kernel/rseq.c, Documentation/userspace-api/rseq.rst",
    "commits 82f572449cfe, 99428157dcf3, 2cb68e45120d",
  ],
};
