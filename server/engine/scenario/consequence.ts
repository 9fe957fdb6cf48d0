// One mistake gives one message: which findings only follow from one that was reported, and are not said. What could not be read whole
// is not judged further, and a name that is missing is missed once.
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { ScenarioCode, ScenarioReport } from "./codes.ts";
import type { Item } from "./item.ts";

export interface ReadSoFar {
  /** Statements that could not be read whole. */
  readonly broken: readonly Span[];
  readonly items: readonly Item[];
  readonly diagnostics: readonly Diagnostic[];
  readonly textOf: (span: Span) => string;
}

/** Findings about names: each use of a name that is not there repeats the first. */
const NAME_CODES: ReadonlySet<ScenarioCode> = new Set(["T52", "T53", "T59", "T60", "K23", "K71"]);

/** The report that what is compiled after reading gives its findings to. */
export function withoutConsequences(report: ScenarioReport, read: ReadSoFar): ScenarioReport {
  const missed = new Set<string>();
  return (code, span, message, extras) => {
    if (isConsequence(read, code, span)) return;
    const text = read.textOf(span);
    const name = `${code} ${text}`;
    if (NAME_CODES.has(code) && missed.has(name)) return;
    // A schedule that names a function which code misses already.
    if (code === "K23" && missed.has(`T53 ${text.split(":")[0]}`)) return;
    missed.add(name);
    report(code, span, message, extras);
  };
}

function isConsequence(read: ReadSoFar, code: ScenarioCode, span: Span): boolean {
  if (read.broken.some((one) => contains(one, span))) return true;
  const text = read.textOf(span);
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

function contains(outer: Span, inner: Span): boolean {
  return outer.path === inner.path && outer.start <= inner.start && inner.end <= outer.end;
}

function hasWord(text: string, word: string): boolean {
  return text.split(/\W+/).includes(word);
}
