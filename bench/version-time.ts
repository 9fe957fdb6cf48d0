// What starting the command line costs: `rseq-lab --version` against an empty script.

import { atMost, type Family, PAIRS, ratioRow } from "./measure.ts";
import { BARE_NODE, inTurn, ourCommand, runOnce, walls } from "./process.ts";

export const versionTime: Family = {
  name: "version",
  title: "Starting the command line",
  measure: async () => {
    const { version, node } = await inTurn(
      { version: () => runOnce(ourCommand("--version")), node: () => runOnce(BARE_NODE) },
      PAIRS.short,
    );
    const row = ratioRow({
      name: "CLI, rseq-lab --version",
      unit: "ms",
      ours: walls(version),
      peer: walls(node),
      peerName: "node -e 0",
      goal: atMost(1.15),
    });
    return [row];
  },
};
