// The way out that keeps the code: a comment that silences one finding, with a place for the reason.
import type { Diagnostic, Fix } from "../text/diagnostic.ts";

/** Puts `// rseq-lab: allow(CODE) reason` on a line of its own above the finding; undefined for what is no rule. */
export function suppressionOf(diagnostic: Diagnostic, text: string): Fix | undefined {
  const { code, span } = diagnostic;
  if (!/^[LPARDCUX]\d\d$/.test(code)) return undefined;
  const start = text.lastIndexOf("\n", span.start - 1) + 1;
  const before = text.slice(0, start);
  // A line that a macro or a comment continues cannot take one.
  if (/\\\r?\n$/.test(before)) return undefined;
  const indent = /^[ \t]*/.exec(text.slice(start, span.start))?.[0] ?? "";
  const newText = `${indent}// rseq-lab: allow(${code}) say why\n`;
  return {
    title: `Allow ${code} here, with a reason`,
    edits: [{ span: { path: span.path, start, end: start }, newText }],
    safe: false,
  };
}
