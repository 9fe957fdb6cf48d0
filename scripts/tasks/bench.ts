// `npm run bench`: measures side by side, one file a measure under bench/, as a table and into bench/results.md. A measure that
// misses its bound makes the command fail.

import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { activationTime } from "../../bench/activation-time.ts";
import { keystrokeToDiagnostics } from "../../bench/keystroke-to-diagnostics.ts";
import type { Measure } from "../../bench/measure.ts";
import { packageSize } from "../../bench/package-size.ts";
import { stepping } from "../../bench/stepping.ts";
import { versionTime } from "../../bench/version-time.ts";
import { root } from "../../test/harness/project.ts";
import { build, packageExtension, say } from "./steps.ts";

const measures: readonly Measure[] = [
  activationTime,
  keystrokeToDiagnostics,
  packageSize,
  versionTime,
  ...stepping,
];

await build();
await packageExtension();
const rows: string[][] = [];
for (const { name, unit, bound, measure } of measures) {
  const { value, note } = await measure();
  const isWithin = value < bound;
  if (!isWithin) process.exitCode = 1;
  const row = [
    name,
    `${format(value)} ${unit}`,
    `< ${format(bound)} ${unit}`,
    isWithin ? "yes" : "NO",
    note,
  ];
  rows.push(row);
  say(row.join(" · "));
}
const machine = `Node ${process.versions.node}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? "CPU"}`;
const table = [
  ["measure", "value", "bound", "within", "how"],
  ["---", "---:", "---:", "---", "---"],
  ...rows,
];
writeFileSync(
  path.join(root, "bench", "results.md"),
  `# Measures\n\nWritten by \`npm run bench\` on ${machine}.\n\n${table.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n`,
);

function format(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 1 : 0 });
}
