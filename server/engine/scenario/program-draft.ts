// What lowering collects for the program: functions with their variables, sections, static data. Places in the text are
// labels until the text is laid out.
import type { CType } from "../c/types.ts";
import type { Conversion } from "../program/instruction.ts";
import type { Span } from "../text/source.ts";
import type { NamedSection } from "./section-naming.ts";
import type { Storage } from "./environment.ts";

export interface VariableDraft {
  readonly name: string;
  readonly type: CType;
  readonly storage: Storage;
  readonly span: Span;
  /** Instructions [start, end) where it is in scope. */
  readonly scope: { readonly start: number; readonly end: number } | undefined;
}

export interface FunctionDraft {
  readonly name: string;
  readonly kind: "function" | "thread";
  readonly start: number;
  readonly end: number;
  readonly parameters: readonly VariableDraft[];
  readonly locals: readonly VariableDraft[];
  readonly registerCount: number;
  readonly frameSizeBytes: number;
  readonly labels: readonly { readonly name: string; readonly instruction: number }[];
  readonly returnsValue: Conversion | undefined;
  readonly span: Span;
}

/** A critical section of the short form. */
export interface SectionDraft extends NamedSection {
  readonly function: number;
  readonly abortLabel: string;
  readonly commit: number | undefined;
  readonly span: Span;
}
