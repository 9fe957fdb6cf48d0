// One way for every lint test to say what it expects: C source, and below a line the carets of the findings of one code on it:
//
//   __u64 rseq_cs;
//       //^^^^^^^ error: 4 bytes of padding before 'rseq_cs' at offset 4.
//
// A caret line speaks of the line above it (of the line above that, where two follow); its columns are those of the finding, its text
// the severity and how the message begins. `checkFixes` applies each fix alone and wants the finding gone and none new.
import { expect } from "vitest";
import { findProfile } from "../../server/engine/abi/profiles/index.ts";
import { type Checked, checkFile } from "../../server/engine/lint/check.ts";
import { NO_CONFIGURATION } from "../../server/engine/lint/configuration.ts";
import { parseRole, type Role } from "../../server/engine/lint/role.ts";
import type { Diagnostic, Fix } from "../../server/engine/text/diagnostic.ts";
import { LineIndex } from "../../server/engine/text/source.ts";

export interface LintSettings {
  /** A profile's name; without it the declaration chooses. */
  readonly kernel?: string;
  readonly target?: string;
  /** Roles that a configuration gives, by tag. */
  readonly roles?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** Texts of included files, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Lints a text under the name `test.h`, or the path of the settings. */
export function lintText(text: string, settings: LintSettings = {}): Checked {
  if (settings.kernel !== undefined && findProfile(settings.kernel) === undefined)
    throw new Error(`no profile ${settings.kernel}`);
  return checkFile({
    path: settings.path ?? "test.h",
    text,
    files: new Map(Object.entries(settings.files ?? {})),
    configuration: {
      ...NO_CONFIGURATION,
      kernel: settings.kernel,
      target: settings.target,
      roles: rolesOf(settings.roles ?? {}),
    },
    kernelOverride: settings.kernel,
    targetOverride: settings.target,
  });
}

/** The findings of the code are those that the carets show, no more and no fewer. */
export function checkLint(code: string, settings: LintSettings, marked: string): void {
  const { text, expected } = readMarks(marked);
  const found = lintText(text, settings).diagnostics.filter((one) => one.code === code);
  expect(found.map((one) => seen(text, one, expected))).toEqual(expected);
}

/** The text has no finding of any code, or of the one given. */
export function checkSilent(settings: LintSettings, text: string, code?: string): void {
  const found = lintText(text, settings).diagnostics.filter(
    (one) => code === undefined || one.code === code,
  );
  expect(found.map((one) => `${one.code}: ${one.message}`)).toEqual([]);
}

/** Every finding of the code has a fix; each fix removes its finding and brings no new one. */
export function checkFixes(code: string, settings: LintSettings, text: string): void {
  const before = lintText(text, settings).diagnostics;
  const found = before.filter((one) => one.code === code);
  expect(found.length).toBeGreaterThan(0);
  for (const diagnostic of found) {
    expect(diagnostic.fixes.length, `a fix for: ${diagnostic.message}`).toBeGreaterThan(0);
    for (const fix of diagnostic.fixes) {
      const after = lintText(applyFix(text, fix), settings).diagnostics;
      const codes = (list: readonly Diagnostic[]): string[] =>
        list.map((one) => one.code).toSorted();
      const remaining = codes(after);
      expect(remaining.filter((one) => one === code).length).toBe(found.length - 1);
      const allowed = codes(before);
      expect(remaining.filter((one) => !allowed.includes(one))).toEqual([]);
    }
  }
}

export function applyFix(text: string, fix: Fix): string {
  return fix.edits
    .toSorted((left, right) => right.span.start - left.span.start)
    .reduce(
      (before, { span, newText }) => before.slice(0, span.start) + newText + before.slice(span.end),
      text,
    );
}

function rolesOf(roles: Readonly<Record<string, string>>): ReadonlyMap<string, Role> {
  return new Map(
    Object.entries(roles).flatMap(([tag, word]) => {
      const role = parseRole(word);
      return role === undefined ? [] : [[tag, role] as const];
    }),
  );
}

interface Mark {
  readonly line: number;
  readonly columns: string;
  readonly text: string;
}

function readMarks(marked: string): { text: string; expected: Mark[] } {
  const kept: string[] = [];
  const expected: Mark[] = [];
  for (const line of marked.split("\n")) {
    const match = /^(\s*\/\/\s*)(\^+) (.+)$/.exec(line);
    if (match === null) {
      kept.push(line);
      continue;
    }
    const start = (match[1] ?? "").length + 1;
    const end = start + (match[2] ?? "").length;
    expected.push({ line: kept.length, columns: `${start}-${end}`, text: match[3] ?? "" });
  }
  return { text: kept.join("\n"), expected };
}

/** The finding as a caret line says it; its text is cut to the length of the expectation on its line. */
function seen(text: string, diagnostic: Diagnostic, expected: readonly Mark[]): Mark {
  const lines = new LineIndex(text);
  const start = lines.at(diagnostic.span.start);
  const end = lines.at(diagnostic.span.end);
  const full = `${diagnostic.severity}: ${diagnostic.message}`;
  const wanted = expected.find((mark) => mark.line === start.line && full.startsWith(mark.text));
  return {
    line: start.line,
    columns: `${start.column}-${end.column}`,
    text: wanted?.text ?? full,
  };
}
