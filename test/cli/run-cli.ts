// Runs the command line in this process and keeps what it printed.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { runCommandLine } from "../../server/cli/command-line.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as the one JSON document that it must be. */
  readonly json: () => Record<string, unknown>;
}

export async function runCli(...args: readonly string[]): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await runCommandLine(args, {
    write: async (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
    },
    colour: false,
  });
  return { code, out, err, json: () => JSON.parse(out) as Record<string, unknown> };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Writes the files into a folder of their own and answers its path. */
export function filesIn(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "rseq-lab-cli-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
