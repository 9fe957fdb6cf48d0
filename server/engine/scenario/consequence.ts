// One mistake gives one message: which findings only follow from one that was reported, and are not said. What could not be read whole
// is not judged further, and a name that is missing is missed once.
import { UNKNOWN_TYPE } from "../c/types.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { ScenarioCode, ScenarioReport } from "./codes.ts";
import type { Item } from "./item.ts";

export interface ReadSoFar {
  /** Statements and schedule items that could not be read whole. */
  readonly broken: readonly Span[];
  readonly items: readonly Item[];
  readonly diagnostics: readonly Diagnostic[];
  readonly textOf: (span: Span) => string;
  /** Of the scenario itself. */
  readonly path: string;
  readonly text: string;
}

/** Findings about names: each use of a name that is not there repeats the first. */
const NAME_CODES: ReadonlySet<ScenarioCode> = new Set([
  "T52",
  "T53",
  "T58",
  "T59",
  "T60",
  "K21",
  "K22",
  "K23",
  "K71",
]);
/** Findings about what file scope has not declared, or not as it is used. */
const DECLARATION_CODES: ReadonlySet<ScenarioCode> = new Set(["T53", "T60", "K21", "K22", "K23"]);

/** The report for what is compiled after reading. */
export function withoutConsequences(report: ScenarioReport, read: ReadSoFar): ScenarioReport {
  const missed = new Set<string>();
  let words: BrokenWords | undefined;
  return (code, span, message, extras) => {
    const text = read.textOf(span);
    if (NAME_CODES.has(code)) {
      const name = `${code} ${text}`;
      // A schedule may name a function that code misses already.
      if (missed.has(name) || (code === "K23" && missed.has(`T53 ${text.split(":")[0]}`))) return;
      missed.add(name);
    }
    words ??= brokenWords(read);
    if (isInBroken(read, span) || isOfUnknownType(read, message)) return;
    if (isOfBrokenName(words, code, text)) return;
    // A place in a function that has errors may be missing because of them.
    if (code === "K23" && isInBrokenBody(read, text.split(":"))) return;
    report(code, span, message, extras);
  };
}

/** The words of what could not be read. */
interface BrokenWords {
  /** Of the lines of file scope: they were to declare them. */
  readonly ofFileScope: ReadonlySet<string>;
  readonly ofStatements: ReadonlySet<string>;
  readonly hasFileScopeError: boolean;
}

function brokenWords(read: ReadSoFar): BrokenWords {
  const errors = read.diagnostics.filter((one) => isOfFileScope(read, one));
  return {
    ofFileScope: new Set(errors.flatMap(({ span }) => wordsOf(lineAt(read.text, span.start)))),
    ofStatements: new Set(read.broken.flatMap((span) => wordsOf(read.textOf(span)))),
    hasFileScopeError: errors.length > 0,
  };
}

function isOfBrokenName(words: BrokenWords, code: ScenarioCode, text: string): boolean {
  if (DECLARATION_CODES.has(code) && words.ofFileScope.has(wordsOf(text)[0] ?? "")) return true;
  if (code === "K21" || code === "K22") return words.ofFileScope.has("thread");
  if (code === "K71") return words.ofStatements.has(text);
  // The struct may be what could not be read.
  return code === "T66" && words.hasFileScopeError;
}

function isInBroken(read: ReadSoFar, span: Span): boolean {
  return read.broken.some((one) => contains(one, span));
}

/** What has no type has been said. */
function isOfUnknownType({ diagnostics }: ReadSoFar, message: string): boolean {
  return message.includes(UNKNOWN_TYPE) && diagnostics.some(({ severity }) => severity === "error");
}

/** Whether the place is missing from the code because of an error: one in the function, or of something that the function uses. */
function isInBrokenBody(
  { items, diagnostics, textOf }: ReadSoFar,
  [name, place]: readonly string[],
): boolean {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return items.some(
    (item) =>
      (item.kind === "function" || item.kind === "thread") &&
      item.name.text === name &&
      0 < errors.length &&
      (errors.some(({ span }) => contains(item.span, span)) ||
        (place !== undefined && wordsOf(textOf(item.span)).includes(place))),
  );
}

/** A finding of reading outside of bodies. */
function isOfFileScope({ path, items }: ReadSoFar, { code, span }: Diagnostic): boolean {
  if (span.path !== path || !/^(?:S|T01|K13)/.test(code)) return false;
  return !items.some((item) => "body" in item && contains(item.body.span, span));
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end);
}

function contains(outer: Span, inner: Span): boolean {
  return outer.path === inner.path && outer.start <= inner.start && inner.end <= outer.end;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\w+/g) ?? [];
}
