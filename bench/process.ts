// Whole processes, from start to exit: wall and CPU time and peak memory (ru_maxrss, as /usr/bin/time tells it), output to
// /dev/null, contenders in turn.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { toolPath } from "../test/support/outside.ts";
import { root } from "../test/harness/project.ts";
import { benchFile } from "./inputs.ts";

/** One run: milliseconds and megabytes; without /usr/bin/time there is wall time alone. */
export interface Sample {
  readonly wall: number;
  readonly cpu: number;
  readonly peak: number;
}

export type CommandLine = readonly [program: string, ...args: string[]];

const CLOCK = "/usr/bin/time";

/** `rseq-lab …`, as it is shipped. */
export function ourCommand(...args: readonly string[]): CommandLine {
  return [process.execPath, path.join(root, "dist", "cli.cjs"), ...args];
}

export const BARE_NODE: CommandLine = [process.execPath, "--eval", "0"];

/** Runs commands one after the other, each to its end: their times add up, their peaks do not. */
export function runOnce(...commands: readonly CommandLine[]): Sample {
  const samples = commands.map((command) => runCommand(command));
  return {
    wall: samples.reduce((sum, { wall }) => sum + wall, 0),
    cpu: samples.reduce((sum, { cpu }) => sum + cpu, 0),
    peak: Math.max(...samples.map(({ peak }) => peak)),
  };
}

function runCommand([program, ...args]: CommandLine): Sample {
  const told = benchFile("time.txt");
  const hasClock = existsSync(CLOCK);
  const clockArguments = ["-q", "-f", "%U %S %M", "-o", told, program, ...args];
  const since = performance.now();
  const { error, signal } = spawnSync(
    hasClock ? CLOCK : program,
    hasClock ? clockArguments : args,
    { stdio: "ignore" },
  );
  const wall = performance.now() - since;
  if (error !== undefined) throw error;
  if (signal !== null) throw new Error(`${program} was ended by ${signal}`);
  if (!hasClock) return { wall, cpu: Number.NaN, peak: Number.NaN };
  const [user = 0, system = 0, kilobytes = 0] = readFileSync(told, "utf8").split(" ").map(Number);
  return { wall, cpu: (user + system) * 1000, peak: (kilobytes * 1024) / 1e6 };
}

/** Contenders in turn, A B C A B C …: one uncounted round, then `rounds` that count. */
export async function inTurn<Contenders extends Readonly<Record<string, () => unknown>>>(
  contenders: Contenders,
  rounds: number,
): Promise<{ [Name in keyof Contenders]: Awaited<ReturnType<Contenders[Name]>>[] }> {
  const lists = Object.entries(contenders).map(([name, run]) => ({
    name,
    run,
    list: [] as unknown[],
  }));
  for (let round = -1; round < rounds; round++) {
    for (const { run, list } of lists) {
      const result = await run();
      if (round >= 0) list.push(result);
    }
  }
  return Object.fromEntries(lists.map(({ name, list }) => [name, list])) as {
    [Name in keyof Contenders]: Awaited<ReturnType<Contenders[Name]>>[];
  };
}

/** What a command says on standard output. Throws if it fails. */
export function outputOf([program, ...args]: CommandLine): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${stderr}`);
  return stdout;
}

/** The peers' paths, or why the rows against them are skipped. */
export function peers<Name extends string>(
  ...names: readonly Name[]
): Record<Name, string> | { readonly missing: string } {
  const missing = names.find((name) => toolPath(name) === undefined);
  if (missing !== undefined) return { missing: `${missing} is not installed` };
  return Object.fromEntries(names.map((name) => [name, toolPath(name)])) as Record<Name, string>;
}

/** Peak resident megabytes of a process that still runs. */
export function peakOfRunning(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}

/** For a row's note. */
export function cpuNote(ours: readonly Sample[], peer: readonly Sample[]): string {
  const middle = (samples: readonly Sample[]): number =>
    samples.map(({ cpu }) => cpu).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
  return `CPU ${middle(ours).toFixed(0)} against ${middle(peer).toFixed(0)} ms`;
}

export function walls(samples: readonly Sample[]): number[] {
  return samples.map(({ wall }) => wall);
}

export function peaks(samples: readonly Sample[]): number[] {
  return samples.map(({ peak }) => peak);
}
