// The sources of the workspace's folders that may speak of a name: for references, renames and workspace symbols a file need not be
// open. What a search costs is bounded; folders of tools and of other people's packages are left out.
import type { FolderEntry, Host } from "../host/host.ts";
import { toPath } from "./uri.ts";

const FILES_MAX = 5000;
const DEPTH_MAX = 12;
const SOURCE = /\.(rseq|h|hh|hpp|hxx|c|cc|cpp|cxx)$/;
const LEFT_OUT = /^(\.|node_modules$|build$|out$|dist$)/;

export class ProjectFiles {
  readonly #host: Host;
  /** URIs of the workspace's folders. */
  #folders: readonly string[] = [];
  #paths: Promise<readonly string[]> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  set folders(uris: readonly string[]) {
    this.#folders = uris;
    this.#paths = undefined;
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Files came or went. */
  forget(): void {
    this.#paths = undefined;
  }

  /** Paths of all sources. */
  paths(): Promise<readonly string[]> {
    this.#paths ??= this.#list();
    return this.#paths;
  }

  async #list(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const folder of this.#folders) await this.#walk(toPath(folder), 0, found);
    return found;
  }

  async #walk(folder: string, depth: number, found: string[]): Promise<void> {
    const entries: readonly FolderEntry[] = (await this.#host.listFolder(folder)) ?? [];
    for (const { name, kind } of entries) {
      if (found.length >= FILES_MAX) return;
      const path = `${folder.replace(/\/$/, "")}/${name}`;
      if (kind === "file" && SOURCE.test(name)) found.push(path);
      else if (kind === "folder" && depth < DEPTH_MAX && !LEFT_OUT.test(name))
        await this.#walk(path, depth + 1, found);
    }
  }
}
