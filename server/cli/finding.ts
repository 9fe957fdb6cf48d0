// A finding with what its outputs say besides: who judged, where it stands as people count, and what it is recognised by when
// the lines above it have changed.
import { createHash } from "node:crypto";
import { relative, resolve, sep } from "node:path";
import type { Diagnostic, LineColumn, Span } from "../engine/index.ts";
import { linesOf } from "./lines.ts";

export interface Finding {
  readonly diagnostic: Diagnostic;
  /** Text of the file that the finding is in. */
  readonly text: string;
  /** Of the kernel and the target that judged; empty for a configuration file. */
  readonly kernel: string;
  readonly target: string;
  /** Texts of the files that were read with it, for related places. */
  readonly textOf: (path: string) => string | undefined;
}

/** Where a span starts and ends, lines and columns from 1, columns in UTF-16 units. */
export interface Range {
  readonly start: LineColumn;
  readonly end: LineColumn;
}

export function rangeOf(span: Span, text: string): Range {
  const index = linesOf(text);
  return { start: index.at(span.start), end: index.at(span.end) };
}

/** The path from a folder as a URI has it, without escapes; starts with `..` or a root if the file is elsewhere. */
export function pathFrom(folder: string, path: string): string {
  return relative(folder, resolve(path)).split(sep).join("/");
}

/**
 * One text a finding, in their order: equal in two runs if code, file (as seen from `folder`) and source line are. Line numbers and
 * messages do not count, because both change with what stands elsewhere. Findings that are equal in all that are numbered.
 */
export function fingerprintsOf(findings: readonly Finding[], folder: string): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ diagnostic, text }) => {
    const { span, code } = diagnostic;
    const key = [code, pathFrom(folder, span.path), sourceLine(text, span.start)].join("\n");
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return createHash("sha256").update(`${key}\n${number}`).digest("hex").slice(0, 32);
  });
}

/** The line that holds an offset, its white space made one blank. */
function sourceLine(text: string, offset: number): string {
  const index = linesOf(text);
  const { line } = index.at(offset);
  return text
    .slice(index.startOf(line), index.startOf(line + 1))
    .trim()
    .replaceAll(/\s+/g, " ");
}
