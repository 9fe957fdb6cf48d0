// One mistake gives one message: which findings only follow from one that was reported, and are not said. What could not be read whole
// is not judged further, and a name that is missing is missed once.
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import { UNKNOWN_TYPE } from "../c/types.ts";
import type { ScenarioCode, ScenarioReport } from "./codes.ts";
import type { Item } from "./item.ts";

export interface ReadSoFar {
  /** Statements that could not be read whole. */
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

/** The report that what is compiled after reading gives its findings to. */
export function withoutConsequences(report: ScenarioReport, read: ReadSoFar): ScenarioReport {
  const missed = new Set<string>();
  return (code, span, message, extras) => {
    if (isConsequence(read, code, span) || isOfUnknownType(read, message)) return;
    const text = read.textOf(span);
    const name = `${code} ${text}`;
    if (NAME_CODES.has(code) && missed.has(name)) return;
    // A schedule that names a function which code misses already.
    if (code === "K23" && missed.has(`T53 ${text.split(":")[0]}`)) return;
    missed.add(name);
    report(code, span, message, extras);
  };
}

/** What has no type has been said. */
function isOfUnknownType({ diagnostics }: ReadSoFar, message: string): boolean {
  return message.includes(UNKNOWN_TYPE) && diagnostics.some(({ severity }) => severity === "error");
}

function isConsequence(read: ReadSoFar, code: ScenarioCode, span: Span): boolean {
  if (read.broken.some((one) => contains(one, span))) return true;
  const text = read.textOf(span);
  if (DECLARATION_CODES.has(code) && isInBrokenDeclaration(read, /^\w*/.exec(text)?.[0] ?? ""))
    return true;
  if ((code === "K21" || code === "K22") && isInBrokenDeclaration(read, "thread")) return true;
  if (code === "T66") return read.diagnostics.some((one) => isOfFileScope(read, one));
  if (code === "K71") return read.broken.some((one) => hasWord(read.textOf(one), text));
  return code === "K23" && isInBrokenBody(read, text.split(":"));
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
        (place !== undefined && hasWord(textOf(item.span), place))),
  );
}

/** Whether a line of file scope that could not be read has the word: it was to declare it. */
function isInBrokenDeclaration(read: ReadSoFar, word: string): boolean {
  return (
    word !== "" &&
    read.diagnostics.some(
      (one) => isOfFileScope(read, one) && hasWord(lineAt(read.text, one.span.start), word),
    )
  );
}

/** A finding of reading outside of bodies and of what is whole. */
function isOfFileScope(read: ReadSoFar, { code, span }: Diagnostic): boolean {
  if (span.path !== read.path || !/^(?:S|T01|K13)/.test(code)) return false;
  return !read.items.some((item) => "body" in item && contains(item.body.span, span));
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end);
}

function contains(outer: Span, inner: Span): boolean {
  return outer.path === inner.path && outer.start <= inner.start && inner.end <= outer.end;
}

function hasWord(text: string, word: string): boolean {
  return text.split(/\W+/).includes(word);
}
