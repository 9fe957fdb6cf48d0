// Which files a command works on, and their texts.
import { join } from "node:path";
import { refusalOf } from "../engine/index.ts";
import type { Host } from "../host/host.ts";
import { UsageError } from "./command.ts";

const SOURCE_NAME = /\.(?:h|hh|hpp|hxx|c|cc|cpp|cxx|rseq)$/i;
const FILES_MAX = 100_000;

/** The text of a file. Throws `UsageError` if there is none to read. */
export async function readSource(host: Host, path: string): Promise<string> {
  const file = await host.readFile(path);
  if (file.kind === "text") return file.text;
  const reason = file.kind === "missing" ? "no such file" : file.reason;
  throw new UsageError(`cannot read '${path}': ${reason}.`);
}

/** The same for a file that must be text: one that is none counts as one that cannot be read. */
export async function readText(host: Host, path: string): Promise<string> {
  const text = await readSource(host, path);
  const refusal = refusalOf(path, text);
  if (refusal !== undefined) throw new UsageError(`cannot read '${path}'. ${refusal.message}`);
  return text;
}

/** The paths themselves where they are files; for folders, the C, C++ and scenario files in them, at any depth, sorted. */
export async function expandPaths(
  host: Host,
  paths: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) await walk(host, path, found, true);
  return found;
}

async function walk(host: Host, path: string, found: string[], isGiven: boolean): Promise<void> {
  if (found.length >= FILES_MAX) {
    throw new UsageError(
      `more than ${FILES_MAX.toLocaleString("en-US")} files; name fewer folders.`,
    );
  }
  const entries = await host.listFolder(path);
  if (entries === undefined) {
    if (isGiven) found.push(path);
    return;
  }
  for (const { name, kind } of entries) {
    if (name.startsWith(".") || name === "node_modules") continue;
    const inner = join(path, name);
    if (kind === "folder") await walk(host, inner, found, false);
    else if (kind === "file" && SOURCE_NAME.test(name)) found.push(inner);
  }
}
