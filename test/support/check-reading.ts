// How a test of the C reader says what it expects: C source, and below a line the carets of each finding on it, with its code and, if
// wanted, how its message begins. All findings count: one that no caret shows fails too.
//
//   int x[-1];
//      //^^^^ T07 The array would have -1 elements.
import { expect } from "vitest";
import type { Target } from "../../server/engine/abi/target.ts";
import { defaultTarget } from "../../server/engine/abi/targets/index.ts";
import { type CUnit, readUnit } from "../../server/engine/c/unit.ts";
import { type Layout, layoutsOfFile } from "../../server/engine/layout/layout.ts";
import type { Diagnostic, Fix } from "../../server/engine/text/diagnostic.ts";
import { LineIndex } from "../../server/engine/text/source.ts";

export interface ReadingSettings {
  /** `test.h` without it. */
  readonly path?: string;
  readonly target?: Target;
  readonly defines?: readonly string[];
  readonly includePaths?: readonly string[];
  /** Files that the host has loaded, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly builtinHeaders?: Readonly<Record<string, string>>;
}

/** Reads a text that needs no host. */
export function readText(text: string, settings: ReadingSettings = {}): CUnit {
  return readUnit({
    path: settings.path ?? "test.h",
    text,
    target: settings.target ?? defaultTarget,
    includePaths: settings.includePaths ?? [],
    defines: settings.defines ?? [],
    files: new Map(Object.entries(settings.files ?? {})),
    builtinHeader: (name) => settings.builtinHeaders?.[name],
    prelude: "",
    hooks: {},
  });
}

/** The findings are those that the carets show, no more and no fewer. Returns the unit that was read. */
export function checkReading(marked: string, settings: ReadingSettings = {}): CUnit {
  const { text, expected } = readMarks(marked);
  const unit = readText(text, settings);
  const lines = new LineIndex(text);
  const found = unit.diagnostics
    .map((diagnostic) => describeFinding(diagnostic, lines, expected))
    .sort(byText);
  expect(found).toEqual(
    expected.map(({ place, code, text: message }) => `${place} ${code} ${message}`).sort(byText),
  );
  return unit;
}

/** A line a record, `struct s: size 8 align 4`, and a line a field, `  4 a.b unsigned int 4`; `8:3` is bit 3 of byte 8's unit. */
export function layoutLines(unit: CUnit): string {
  return layoutsOfFile(unit, unit.path, { all: false }).map(layoutText).join("\n");
}

function layoutText(layout: Layout): string {
  const fields = layout.fields.map((field) => {
    const bit =
      field.bitOffset === undefined
        ? ""
        : `:${field.bitOffset - field.offset * 8}+${field.bitSize}`;
    return `  ${field.offset}${bit} ${field.path} ${field.typeText} ${field.size}`;
  });
  return [`${layout.name}: size ${layout.size} align ${layout.align}`, ...fields].join("\n");
}

/** Applies fixes to one text, the last place first. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  const edits = fixes
    .flatMap((fix) => fix.edits)
    .sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end);
  return edits.reduce(
    (before, { span, newText }) => before.slice(0, span.start) + newText + before.slice(span.end),
    text,
  );
}

interface Mark {
  readonly place: string;
  readonly code: string;
  readonly text: string;
}

function readMarks(marked: string): { text: string; expected: Mark[] } {
  const kept: string[] = [];
  const expected: Mark[] = [];
  for (const line of marked.split("\n")) {
    const match = /^(\s*\/\/\s*)(\^+) ([A-Z]\d\d)(?: (.*))?$/.exec(line);
    if (match === null) {
      kept.push(line);
      continue;
    }
    const start = match[1]!.length + 1;
    expected.push({
      place: `${kept.length}:${start}-${start + match[2]!.length}`,
      code: match[3]!,
      text: match[4] ?? "",
    });
  }
  return { text: kept.join("\n"), expected };
}

/** The finding as a mark says it; its message is cut to what the mark on its place wants. */
function describeFinding(
  diagnostic: Diagnostic,
  lines: LineIndex,
  expected: readonly Mark[],
): string {
  const start = lines.at(diagnostic.span.start);
  const end = lines.at(diagnostic.span.end);
  const place = `${start.line}:${start.column}-${start.line === end.line ? end.column : "…"}`;
  const wanted = expected.find(
    (mark) =>
      mark.place === place &&
      mark.code === diagnostic.code &&
      diagnostic.message.startsWith(mark.text),
  );
  return `${place} ${diagnostic.code} ${wanted?.text ?? diagnostic.message}`;
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}
