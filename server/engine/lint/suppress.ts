// Findings that the author has looked at: `// rseq-lab: allow(L01) reason` silences a code, or its name, on the comment's line
// and on the line behind it. The configuration changes severities or switches codes off.
import type { Diagnostic, Severity } from "../text/diagnostic.ts";
import { LineIndex } from "../text/source.ts";
import type { Comment } from "../c/ast.ts";

export type SeverityOverrides = ReadonlyMap<string, Severity | "off">;

/** The findings that remain, with their severities as configured. Keys of `overrides` are codes or names. */
export function applySettings(
  diagnostics: readonly Diagnostic[],
  text: string,
  comments: readonly Comment[],
  overrides: SeverityOverrides,
): Diagnostic[] {
  if (diagnostics.length === 0) return [];
  const lines = new LineIndex(text);
  const allowed = allowedLines(lines, comments);
  return diagnostics.flatMap((diagnostic) => {
    const line = lines.at(diagnostic.span.start).line;
    const isAllowed = [diagnostic.code, diagnostic.name].some((word) =>
      allowed.get(word.toLowerCase())?.has(line),
    );
    const override = overrides.get(diagnostic.code) ?? overrides.get(diagnostic.name);
    if (isAllowed || override === "off") return [];
    const message = shortened(diagnostic.message);
    return [{ ...diagnostic, message, severity: override ?? diagnostic.severity }];
  });
}

/** A message may quote the text, and a text may be one word of ten million letters. */
function shortened(message: string): string {
  return message.length <= 1000 ? message : `${message.slice(0, 997)}…`;
}

/** Lines on which a code or name is allowed, by the word in lower case. */
function allowedLines(lines: LineIndex, comments: readonly Comment[]): Map<string, Set<number>> {
  const allowed = new Map<string, Set<number>>();
  for (const { text, span } of comments) {
    const words = /\brseq-lab:\s*allow\(([^)]*)\)/.exec(text)?.[1];
    if (words === undefined) continue;
    const first = lines.at(span.start).line;
    const last = lines.at(span.end).line;
    for (const word of words.split(",").map((one) => one.trim().toLowerCase())) {
      const set = allowed.get(word) ?? new Set();
      for (let line = first; line <= last + 1; line++) set.add(line);
      allowed.set(word, set);
    }
  }
  return allowed;
}
