// Between the client's way of naming places and the engine's: paths or URIs, lines and columns counted from 0 or from 1.
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { LineColumn } from "../engine/index.ts";

/** The engine counts lines and columns from 1 and names files by path; files without a path on this host keep their URI. */
export class Coordinates {
  readonly #lineBase: number;
  readonly #columnBase: number;
  readonly #usesUris: boolean;
  readonly #references = new Map<string, number>();

  constructor(options: {
    readonly linesStartAt1: boolean;
    readonly columnsStartAt1: boolean;
    readonly usesUris: boolean;
  }) {
    this.#lineBase = options.linesStartAt1 ? 1 : 0;
    this.#columnBase = options.columnsStartAt1 ? 1 : 0;
    this.#usesUris = options.usesUris;
  }

  toClientLine(line: number): number {
    return line - 1 + this.#lineBase;
  }

  toClientColumn(column: number): number {
    return column - 1 + this.#columnBase;
  }

  fromClientLine(line: number): number {
    return line - this.#lineBase + 1;
  }

  fromClientColumn(column: number): number {
    return column - this.#columnBase + 1;
  }

  toClientStart(place: LineColumn): { readonly line: number; readonly column: number } {
    return { line: this.toClientLine(place.line), column: this.toClientColumn(place.column) };
  }

  toClientRange(
    start: LineColumn,
    end: LineColumn,
  ): {
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
  } {
    return {
      ...this.toClientStart(start),
      endLine: this.toClientLine(end.line),
      endColumn: this.toClientColumn(end.column),
    };
  }

  toClientPath(path: string): string {
    if (!this.#usesUris || hasScheme(path)) return path;
    const slashes = path.replaceAll("\\", "/");
    return `file://${slashes.startsWith("/") ? "" : "/"}${encodePath(slashes)}`;
  }

  /** A URI is taken for one in both formats: it is never a path. */
  fromClientPath(path: string): string {
    if (!/^file:/i.test(path)) return path;
    const bare = decode(path.replace(/^file:(?:\/\/[^/]*)?/i, ""));
    return /^\/[a-z]:/i.test(bare) ? bare.slice(1) : bare;
  }

  /** What the client shows and opens; built-in headers have no path and are fetched by reference. */
  toSource(path: string, origin: string): DebugProtocol.Source {
    if (!isBuiltIn(path)) {
      return { name: baseName(path), path: this.toClientPath(normalisePath(path)) };
    }
    let reference = this.#references.get(path);
    if (reference === undefined) {
      reference = this.#references.size + 1;
      this.#references.set(path, reference);
    }
    return { name: path.slice(1, -1), sourceReference: reference, origin };
  }

  /** The built-in header that was given out under a reference. */
  referencedPath(reference: number): string | undefined {
    for (const [path, given] of this.#references) if (given === reference) return path;
    return undefined;
  }
}

/** One name for a file, however an `#include` led to it: without `.` and `..` in the middle. */
export function normalisePath(path: string): string {
  if (!/[\\/]\.\.?[\\/]/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split(/[\\/]/)) {
    if (part === ".") continue;
    const last = parts.at(-1);
    if (part === ".." && last !== undefined && last !== "" && last !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** `<linux/rseq.h>` */
export function isBuiltIn(path: string): boolean {
  return path.startsWith("<");
}

export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

function hasScheme(path: string): boolean {
  return /^[a-z][a-z\d+.-]+:/i.test(path);
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
