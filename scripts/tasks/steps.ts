// The pieces of the tasks: running a program, building, packaging, saying how long something took.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { root, vsixFile } from "../../test/harness/project.ts";

export interface Answer {
  readonly status: number;
  /** Both streams, when they were captured. */
  readonly output: string;
}

export interface RunOptions {
  /** Print what the program prints as it comes, instead of capturing it. */
  readonly isShown?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMilliseconds?: number;
}

/** Colours are for terminals. */
const plain = process.stdout.isTTY ? {} : { NO_COLOR: "1", FORCE_COLOR: "0" };

/** Runs a package's program (`node_modules/.bin`) or `node`, in the project's root, without standard input. */
export function run(
  program: string,
  args: readonly string[],
  { isShown = false, env = {}, limitMilliseconds = 600_000 }: RunOptions = {},
): Promise<Answer> {
  const isNode = program === "node";
  const command = isNode ? process.execPath : path.join(root, "node_modules", ".bin", program);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...plain, ...env },
      stdio: ["ignore", isShown ? "inherit" : "pipe", isShown ? "inherit" : "pipe"],
      shell: process.platform === "win32" && !isNode,
      timeout: limitMilliseconds,
    });
    let output = "";
    child.stdout?.on("data", (data) => (output += String(data)));
    child.stderr?.on("data", (data) => (output += String(data)));
    child.on("error", (error) => resolve({ status: 1, output: error.message }));
    child.on("close", (code, signal) => {
      const ending =
        signal === null
          ? ""
          : `\n${program} was ended by ${signal} (limit ${limitMilliseconds} ms)`;
      resolve({ status: code ?? 1, output: output + ending });
    });
  });
}

/** Bundles `dist/` as it is shipped. */
export async function build(): Promise<void> {
  await must("esbuild", run("node", ["esbuild.mjs", "--production"]));
}

/** Packages what `build` has made. */
export async function packageExtension(): Promise<void> {
  mkdirSync(path.dirname(vsixFile), { recursive: true });
  const options = [
    "--no-dependencies",
    "--allow-missing-repository",
    "--no-rewrite-relative-links",
  ];
  await must("vsce package", run("vsce", ["package", ...options, "--out", vsixFile]));
}

export async function must(what: string, running: Promise<Answer>): Promise<void> {
  const { status, output } = await running;
  if (status !== 0) throw new Error(`${what} failed:\n${output}`);
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
