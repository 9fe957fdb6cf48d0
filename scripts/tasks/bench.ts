// `npm run bench`: measures side by side, one file a family of rows under bench/, as tables here and into bench/results.md and
// bench/results.json. `npm run bench -- NAME …` measures these families and keeps what the files say of the others. A missed goal is
// said and is no failure; a row that cannot be measured for an error of ours is one.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { activationTime } from "../../bench/activation-time.ts";
import { conditions, debugging, recording } from "../../bench/debugging.ts";
import { editingKernel, editingSmall } from "../../bench/editing.ts";
import { keystrokeToDiagnostics } from "../../bench/keystroke-to-diagnostics.ts";
import { machine } from "../../bench/machine.ts";
import {
  failedRow,
  type Family,
  numberText,
  type Row,
  spreadText,
  verdictOf,
} from "../../bench/measure.ts";
import { packageSize } from "../../bench/package-size.ts";
import { kernelReading, smallReading } from "../../bench/reading.ts";
import { versionTime } from "../../bench/version-time.ts";
import { root } from "../../test/harness/project.ts";
import { toolPath } from "../../test/support/outside.ts";
import { build, say } from "./steps.ts";

const families: readonly Family[] = [
  versionTime,
  kernelReading,
  smallReading,
  editingSmall,
  editingKernel,
  debugging,
  recording,
  conditions,
  machine,
  keystrokeToDiagnostics,
  activationTime,
  packageSize,
];

/** A family as it was measured, in one run. */
interface Measured {
  readonly name: string;
  readonly title: string;
  readonly date: string;
  /** Processes that wanted a core when it began: above the number of cores, others were at work. */
  readonly load: number;
  readonly rows: readonly Row[];
}

const NAMES = process.argv.slice(2);
const JSON_FILE = path.join(root, "bench", "results.json");
const MARKDOWN_FILE = path.join(root, "bench", "results.md");
const HEAD = ["what", "value", "goal", "met", "ours", "peer", "note"];
const ALIGNMENT = ["---", "---:", "---:", "---", "---:", "---:", "---"];

const unknown = NAMES.filter((name) => !families.some((family) => family.name === name));
if (unknown.length > 0) {
  const names = families.map(({ name }) => name).join(", ");
  throw new Error(`there is no measure '${unknown.join("', '")}'; there are ${names}.`);
}
await build();
const kept = new Map(earlierResults().map((measured) => [measured.name, measured]));
for (const family of families) {
  if (NAMES.length > 0 && !NAMES.includes(family.name)) continue;
  const measured = await measure(family);
  kept.set(family.name, measured);
  say(markdownOf(measured));
  if (measured.rows.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
}
const results = families.flatMap(({ name }) => kept.get(name) ?? []);
writeFileSync(JSON_FILE, `${JSON.stringify({ machine: machineText(), results }, undefined, 1)}\n`);
writeFileSync(
  MARKDOWN_FILE,
  [
    "# Measures",
    "",
    "Written by `npm run bench`. A value with × is ours divided by the peer's, pair by pair, measured in turn in one run: median",
    "[minimum–maximum]. What was measured on each side stands beside it.",
    "",
    ...machineText().map((line) => `- ${line}`),
    "",
    ...results.map((measured) => markdownOf(measured)),
  ].join("\n"),
);

function earlierResults(): readonly Measured[] {
  if (!existsSync(JSON_FILE)) return [];
  return (JSON.parse(readFileSync(JSON_FILE, "utf8")) as { results: readonly Measured[] }).results;
}

async function measure({ name, title, measure: measureRows }: Family): Promise<Measured> {
  const date = new Date().toISOString().slice(0, 16).replace("T", " ");
  const load = os.loadavg()[0] ?? 0;
  try {
    return { name, title, date, load, rows: await measureRows() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { name, title, date, load, rows: [failedRow(title, why.replaceAll(/\s+/g, " "))] };
  }
}

function markdownOf({ name, title, date, load, rows }: Measured): string {
  const table = [HEAD, ALIGNMENT, ...rows.map((row) => cellsOf(row))];
  const when = `\`npm run bench -- ${name}\`, ${date} UTC, load ${load.toFixed(1)} at its start.`;
  const lines = table.map((cells) => `| ${cells.join(" | ")} |`);
  return `## ${title}\n\n${when}\n\n${lines.join("\n")}\n`;
}

function cellsOf(row: Row): string[] {
  const { name, unit, value, goal, ours, peer, note } = row;
  const goalUnit = unit === "×" ? "" : ` ${unit}`;
  return [
    name,
    value === undefined ? "" : spreadText(value, unit),
    goal === undefined ? "" : `${goal.relation} ${numberText(goal.bound)}${goalUnit}`,
    verdictOf(row),
    ours ?? "",
    peer ?? "",
    note ?? "",
  ].map((cell) => cell.replaceAll("|", "\\|"));
}

function machineText(): string[] {
  const cpu = `${os.cpus().length} × ${os.cpus()[0]?.model ?? "CPU"}`;
  const memory = `${(os.totalmem() / 1e9).toFixed(0)} GB`;
  const tools = ["clang", "clangd", "gcc", "pahole", "gdb", "lldb-dap"].map((name) => {
    const file = toolPath(name);
    if (file === undefined) return `${name} missing`;
    const said = spawnSync(file, ["--version"], { encoding: "utf8" }).stdout ?? "";
    return `${name} ${/\d+\.\d+(?:\.\d+)?/.exec(said)?.[0] ?? "?"}`;
  });
  return [
    `${cpu}, ${memory}, ${os.type()} ${os.release()}, Node ${process.versions.node}`,
    tools.join(", "),
  ];
}
