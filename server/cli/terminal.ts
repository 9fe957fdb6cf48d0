// Findings as a person reads them: place, severity, message, the source line with a caret under the range, as compilers
// do, and the ways out. Colours only where the output says so.
import type { Diagnostic, Severity, Span } from "../engine/index.ts";
import { linesOf } from "./lines.ts";

const COLOURS: Readonly<Record<Severity, string>> = { error: "31", warning: "33", info: "36" };
/** Longer source lines are cut around the range. */
const LINE_WIDTH_MAX = 160;

/** `text` between an escape sequence and its end, if colours are wanted. */
export function paint(text: string, code: string, colour: boolean): string {
  return colour ? `\u001B[${code}m${text}\u001B[0m` : text;
}

/** One finding; `textOf` gives the text of its file, or undefined where it is not known. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  textOf: (path: string) => string | undefined,
  colour: boolean,
): string {
  const { span, severity, code, name, message } = diagnostic;
  const text = textOf(span.path);
  const lines: string[] = [];
  const severityText = paint(severity, `1;${COLOURS[severity]}`, colour);
  lines.push(`${place(span.path, span.start, text)}: ${severityText}: ${code} ${name}: ${message}`);
  if (text !== undefined) lines.push(...excerpt(text, span.start, span.end, colour));
  for (const note of diagnostic.notes) {
    const noteText = textOf(note.span.path);
    lines.push(`${place(note.span.path, note.span.start, noteText)}: note: ${note.message}`);
  }
  for (const fix of diagnostic.fixes) lines.push(`  fix: ${fix.title}`);
  return `${lines.join("\n")}\n`;
}

function place(path: string, offset: number, text: string | undefined): string {
  if (text === undefined) return path;
  const { line, column } = linesOf(text).at(offset);
  return `${path}:${line}:${column}`;
}

function excerpt(text: string, start: number, end: number, colour: boolean): readonly string[] {
  const index = linesOf(text);
  const { line, column } = index.at(start);
  const lineStart = index.startOf(line);
  const lineEnd = index.startOf(line + 1);
  // A window of the line: lines may have millions of characters.
  const latest = Math.max(lineStart, lineEnd - LINE_WIDTH_MAX);
  const from = Math.max(lineStart, Math.min(start - LINE_WIDTH_MAX / 2, latest));
  const shown = printable(text.slice(from, Math.min(from + LINE_WIDTH_MAX, lineEnd)).trimEnd());
  const before = printable(text.slice(from, lineStart + column - 1));
  const width = Math.max(1, Math.min(end - start, shown.length - before.length));
  const number = String(line).padStart(5);
  const marks = paint(`^${"~".repeat(width - 1)}`, "1;32", colour);
  return [`${number} | ${shown}`, `${" ".repeat(5)} | ${" ".repeat(before.length)}${marks}`];
}

/** Tabs as one space, so that the caret stands right; control characters as a middle dot, so that a terminal is left alone. */
function printable(text: string): string {
  return Array.from(text, (character) => {
    if (character === "\t") return " ";
    const point = character.codePointAt(0) ?? 0;
    return point < 32 || (point >= 127 && point < 160) ? "·" : character;
  }).join("");
}

/** Place and source line of something that has no message of its own: `FILE:LINE:COLUMN`, the line, a caret. */
export function formatPlace(
  { path, start, end }: Span,
  textOf: (path: string) => string | undefined,
  colour: boolean,
): string {
  const text = textOf(path);
  const lines = [place(path, start, text)];
  if (text !== undefined) lines.push(...excerpt(text, start, end, colour));
  return `${lines.join("\n")}\n`;
}

/** `1 error, 2 warnings in 3 files`. */
export function countText(count: number, noun: string): string {
  // Not toLocaleString: loading its tables takes longer than linting a header.
  const digits = String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return `${digits} ${noun}${count === 1 ? "" : "s"}`;
}
