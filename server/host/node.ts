// The host on Node: files and folders of the machine.
import { readdir, readFile, stat } from "node:fs/promises";
import { FILE_BYTES_MAX } from "./host.ts";
import type { FileText, FolderEntry, Host } from "./host.ts";

const decoder = new TextDecoder("utf-8");

export const nodeHost: Host = { readFile: readText, listFolder };

async function readText(path: string): Promise<FileText> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) return { kind: "unreadable", reason: "it is a folder" };
    if (!status.isFile() && !status.isFIFO())
      return { kind: "unreadable", reason: "it is not a regular file" };
    if (status.size > FILE_BYTES_MAX) {
      const size = status.size.toLocaleString("en-US");
      const most = FILE_BYTES_MAX.toLocaleString("en-US");
      return { kind: "unreadable", reason: `it has ${size} bytes, more than ${most}` };
    }
    return { kind: "text", text: decoder.decode(await readFile(path)) };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): FileText {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
  if (code === "EACCES" || code === "EPERM")
    return { kind: "unreadable", reason: "permission denied" };
  return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
}

async function listFolder(path: string): Promise<readonly FolderEntry[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .map((entry): FolderEntry => {
        const kind = entry.isFile() ? "file" : entry.isDirectory() ? "folder" : "other";
        return { name: entry.name, kind };
      })
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  } catch {
    return undefined;
  }
}
