// Outside tools that only comparisons need: compilers, pahole and whatever later work adds. A user never needs
// one; a test asks here, and says skipped, and why, where the tool is missing. On CI (RSEQ_LAB_REQUIRE_TOOLS)
// `.ci/run` has installed the list of `.ci/packages.txt`, and a missing tool is a failure.

import { accessSync, constants, readdirSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";

/** The part of vitest's test context that a skip needs. */
export interface SkippableTest {
  skip(reason?: string): never;
}

/** Debian's package for a tool, where it is not called like the tool. */
const PACKAGE_OF_TOOL: Readonly<Record<string, string>> = {
  "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu",
  clang: "clang-19",
  "m68k-linux-gnu-gcc": "gcc-m68k-linux-gnu",
  readelf: "binutils",
};

/**
 * The absolute path of an executable on PATH, or of its highest version-suffixed form (`clang-19` for
 * `clang`); `undefined` when there is none.
 */
export function toolPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "");
  for (const folder of folders) {
    const file = path.join(folder, name);
    if (isExecutable(file)) return file;
  }
  const versions = folders.flatMap((folder) => versionedTools(folder, name));
  return versions.sort((a, b) => b.version - a.version)[0]?.file;
}

/** Like `toolPath`, but ends the test where the tool is missing: skipped, or failed where tools are required. */
export function requireTool(context: SkippableTest, name: string): string {
  const found = toolPath(name);
  if (found !== undefined) return found;
  const reason = `${name} is not installed; \`apt-get install ${PACKAGE_OF_TOOL[name] ?? name}\` brings it`;
  if (areToolsRequired()) throw new Error(`RSEQ_LAB_REQUIRE_TOOLS is set, but ${reason}`);
  return context.skip(`skipped: ${reason}`);
}

function areToolsRequired(): boolean {
  const value = process.env["RSEQ_LAB_REQUIRE_TOOLS"];
  return value !== undefined && value !== "" && value !== "0";
}

function versionedTools(folder: string, name: string): { version: number; file: string }[] {
  return listFolder(folder).flatMap((entry) => {
    const suffix = entry.startsWith(`${name}-`) ? entry.slice(name.length + 1) : "";
    const file = path.join(folder, entry);
    return /^\d+$/.test(suffix) && isExecutable(file) ? [{ version: Number(suffix), file }] : [];
  });
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
