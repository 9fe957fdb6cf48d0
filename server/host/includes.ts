// Reads included files until nothing more is wanted: the engine names the headers that it misses, the host loads them, and
// the engine reads again.
import type { Host } from "./host.ts";

/** Rounds of "read, load what is wanted"; deeper include chains than the engine's own bound never need more. */
const ROUNDS_MAX = 256;
/** UTF-16 units of all included files together. */
const INCLUDED_UNITS_MAX = 128 * 1024 * 1024;

interface Wanting {
  readonly wanted: readonly { readonly paths: readonly string[] }[];
}

/**
 * Calls `read` with the files loaded so far until it wants none that the host has. `files` keeps what was loaded
 * (callers may put texts of open editors there first).
 */
export async function readWithIncludes<Result extends Wanting>(
  host: Host,
  files: Map<string, string>,
  read: (files: ReadonlyMap<string, string>) => Result,
): Promise<Result> {
  const missing = new Set<string>();
  let units = 0;
  let result = read(files);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let loaded = false;
    for (const { paths } of result.wanted) {
      for (const path of paths) {
        if (files.has(path)) break;
        if (missing.has(path)) continue;
        const file = await host.readFile(path);
        if (file.kind !== "text" || units + file.text.length > INCLUDED_UNITS_MAX) {
          missing.add(path);
          continue;
        }
        units += file.text.length;
        files.set(path, file.text);
        loaded = true;
        break;
      }
    }
    if (!loaded) return result;
    result = read(files);
  }
  return result;
}
