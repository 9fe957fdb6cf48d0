// What is wrong with a text. Producers report and never throw for input; codes are stable once released
// (rules: L01 …; syntax: S…; types and names: T…; scenario items: K…; notes: N…).
import type { Span, TextEdit } from "./source.ts";

export type Severity = "error" | "warning" | "info";

/** A related place, such as the declaration that a message talks about. */
export interface Note {
  readonly message: string;
  readonly span: Span;
}

/** One way out, in the imperative ("Name the member"). `safe` fixes may be applied without being looked at (fixAll). */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly safe: boolean;
}

export interface Diagnostic {
  readonly code: string;
  /** Short name in words, `implicit-hole`. */
  readonly name: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly notes: readonly Note[];
  readonly fixes: readonly Fix[];
}
