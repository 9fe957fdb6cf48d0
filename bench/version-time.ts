// What the command line costs on top of starting Node: `rseq-lab --version` against an empty script.

import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { root } from "../test/harness/project.ts";
import { type Measure, median } from "./measure.ts";

const rounds = 25;

export const versionTime: Measure = {
  name: "rseq-lab --version, above bare Node",
  unit: "ms",
  bound: 15,
  measure: async () => {
    const version: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(timeOf(["--eval", "0"]));
      version.push(timeOf([path.join(root, "dist", "cli.cjs"), "--version"]));
    }
    const node = median(bare);
    return {
      value: median(version) - node,
      note: `medians of ${rounds} starts; bare Node ${node.toFixed(1)} ms`,
    };
  },
};

function timeOf(args: readonly string[]): number {
  const since = performance.now();
  spawnSync(process.execPath, args, { stdio: "ignore" });
  return performance.now() - since;
}
