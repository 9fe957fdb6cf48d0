// Collects a unit's diagnostics: fills in name and severity from the table of codes, drops repetitions, and stops at a limit.
import { assert } from "../support/assert.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { CodeEntry } from "./codes.ts";
import { moreFindings, readingCodesByCode } from "./codes.ts";
import type { MessageExtras } from "./parser.ts";

const findingsMax = 500;

export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  readonly #extraCodes: ReadonlyMap<string, CodeEntry>;
  readonly #seen = new Set<string>();

  /** `extraCodes`: the codes of those who read with hooks. */
  constructor(extraCodes: ReadonlyMap<string, CodeEntry>) {
    this.#extraCodes = extraCodes;
  }

  report(code: string, span: Span, message: string, extras: MessageExtras = {}): void {
    // A built-in header that declares again what the file has declared: the file's declaration stays.
    if ((code === "T03" || code === "T15") && span.path.startsWith("<")) return;
    const known = readingCodesByCode.get(code) ?? this.#extraCodes.get(code);
    assert(known !== undefined, `no such code: ${code}`);
    if (findingsMax < this.diagnostics.length) return;
    const key = `${code} ${span.start} ${span.path}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.diagnostics.length < findingsMax) this.#add(known, span, message, extras);
    else
      this.#add(
        moreFindings,
        span,
        `More than ${findingsMax} findings; the others are not listed.`,
        {},
      );
  }

  #add(
    { code, name, severity }: CodeEntry,
    span: Span,
    message: string,
    extras: MessageExtras,
  ): void {
    const { notes = [], fixes = [] } = extras;
    this.diagnostics.push({ code, name, severity, message, span, notes, fixes });
  }
}
