// What a host gives the engine's users: texts of files and names in folders. The engine itself sees only values.

/** Files over this size are not read: they are no sources. Bytes. */
export const FILE_BYTES_MAX: number = 64 * 1024 * 1024;

export type FileText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  /** A folder, a device, no permission, too large; `reason` completes "cannot read PATH: …". */
  | { readonly kind: "unreadable"; readonly reason: string };

export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
}

export interface Host {
  /** Text as UTF-8, a byte order mark dropped, bytes that are no UTF-8 replaced. */
  readFile(path: string): Promise<FileText>;
  /** undefined if the path is no folder that can be read. Sorted by name. */
  listFolder(path: string): Promise<readonly FolderEntry[] | undefined>;
}
