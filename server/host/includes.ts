// Reads included files until nothing more is wanted: the engine names the headers that it misses, the host loads them, and
// the engine reads again.
import type { Host } from "./host.ts";

/** Rounds of "read, load what is wanted"; deeper include chains than the engine's own bound never need more. */
const ROUNDS_MAX = 256;
/** UTF-16 units of all included files together. */
const INCLUDED_UNITS_MAX = 128 * 1024 * 1024;

interface Wanting {
  readonly wanted: readonly { readonly name: string; readonly paths: readonly string[] }[];
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
  const loader = new IncludeLoader(host, files);
  let result = read(files);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (!(await loader.load(result.wanted))) return result;
    result = read(files);
  }
  return result;
}

/**
 * Loads what is wanted, and at once what a loaded text itself seems to include: headers that include headers would cost a reading a
 * level. That is a guess, which the engine's next reading judges: what is loaded in vain is not read, what is missed is wanted then.
 */
class IncludeLoader {
  readonly #host: Host;
  readonly #files: Map<string, string>;
  readonly #missing = new Set<string>();
  #units = 0;
  /** Folders that the engine searches, in its order. */
  #folders: readonly string[] = [];

  constructor(host: Host, files: Map<string, string>) {
    this.#host = host;
    this.#files = files;
  }

  /** Whether anything new is there to read. */
  async load(wanted: Wanting["wanted"]): Promise<boolean> {
    const known = this.#files.size;
    for (const { name, paths } of wanted) {
      const folders = foldersOf(name, paths);
      // The longest list is the whole one: `#include_next` searches the rest of it.
      if (folders.length > this.#folders.length) this.#folders = folders;
    }
    const pending = wanted.map(({ paths }) => paths);
    for (let paths = pending.pop(); paths !== undefined; paths = pending.pop()) {
      const loaded = await this.#loadFirst(paths);
      if (loaded !== undefined) pending.push(...this.#includedBy(loaded));
    }
    return this.#files.size > known;
  }

  /** Loads the first of the paths at which there is a file; its path, if it is new. */
  async #loadFirst(paths: readonly string[]): Promise<string | undefined> {
    for (const path of paths) {
      if (this.#files.has(path)) return undefined;
      if (this.#missing.has(path)) continue;
      const file = await this.#host.readFile(path);
      if (file.kind === "text" && this.#units + file.text.length <= INCLUDED_UNITS_MAX) {
        this.#units += file.text.length;
        this.#files.set(path, file.text);
        return path;
      }
      this.#missing.add(path);
    }
    return undefined;
  }

  /** For each `#include` in a loaded text the paths where its file may be. */
  #includedBy(path: string): string[][] {
    const matches = (this.#files.get(path) ?? "").matchAll(INCLUDE);
    return Array.from(matches, ([, opening, name = ""]) => {
      const own = opening === '"' ? [path.slice(0, path.lastIndexOf("/") + 1)] : [];
      return [...own, ...this.#folders].map((folder) => folder + name);
    });
  }
}

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*([<"])([\w+][\w+./-]*)[>"]/gm;

/** The folders of these paths to a file, each with a slash at its end. */
function foldersOf(name: string, paths: readonly string[]): string[] {
  return paths
    .filter((path) => path.endsWith(`/${name}`))
    .map((path) => path.slice(0, path.length - name.length));
}
