// A folder that a test may spoil: copies of the examples and of the tests' own files.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "./project.ts";

export interface Scratch {
  readonly folder: string;
  remove(): void;
}

export function scratchFolder(...sources: readonly ("examples" | "test/e2e/fixtures")[]): Scratch {
  const home = mkdtempSync(path.join(os.tmpdir(), "rseq-lab-scratch-"));
  const folder = path.join(home, "examples");
  for (const source of sources) cpSync(path.join(root, source), folder, { recursive: true });
  return {
    folder,
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
