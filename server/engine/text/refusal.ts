// What is no source text, or too much of it, gets one clear message and is not read.
import type { Diagnostic } from "./diagnostic.ts";

/** UTF-16 units of a file that is read; headers of a whole kernel have a quarter of it. */
const TEXT_UNITS_MAX = 16_000_000;

/** The one finding of a file that is not read; undefined for one that is. */
export function refusalOf(path: string, text: string): Diagnostic | undefined {
  const zero = text.slice(0, 65_536).indexOf("\0");
  if (zero >= 0)
    return notice(
      "N11",
      "not-text",
      path,
      zero,
      `The file holds a zero byte at ${zero.toLocaleString("en-US")}: it is no text, and was not read. Name a C file or a scenario.`,
    );
  if (text.length <= TEXT_UNITS_MAX) return undefined;
  return notice(
    "N12",
    "too-large",
    path,
    0,
    `The file has ${text.length.toLocaleString("en-US")} characters, more than ${TEXT_UNITS_MAX.toLocaleString("en-US")}, and was not read. Split it, or include only the part that declares the structs.`,
  );
}

function notice(code: string, name: string, path: string, at: number, message: string): Diagnostic {
  const span = { path, start: at, end: at + 1 };
  return { code, name, severity: "error", message, span, notes: [], fixes: [] };
}
