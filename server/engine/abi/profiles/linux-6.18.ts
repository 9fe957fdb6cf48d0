// Linux 6.15 to 6.18: as 6.14, but registration clears rseq_cs (commit fd881d0a085f). kernel/rseq.c at 1260ed77; every rule of
// this profile was recorded on 6.18.44, x86-64.
import type { Profile } from "../profile.ts";
import { linux614 } from "./linux-6.14.ts";

export const linux618: Profile = {
  ...linux614,
  name: "linux-6.18",
  versions: { first: "6.15", last: "6.18" },
  title: "Linux 6.15 to 6.18: rseq_cs is cleared at registration",
  behaviour: { ...linux614.behaviour, rseqCsAtRegistration: "cleared" },
  decisions: [],
  sources: ["Linux 6.18 kernel/rseq.c (1260ed77), measured on 6.18.44", "commit fd881d0a085f"],
};
