// Documents have URIs, sources have paths. A document that is no file keeps its URI as its path.
import { fileURLToPath, pathToFileURL } from "node:url";

export function toPath(uri: string): string {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : uri;
  } catch {
    return uri;
  }
}

export function toUri(path: string): string {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) ? pathToFileURL(path).href : path;
}
