// What lowering an expression or a statement needs to know of the whole scenario: where variables are, what functions
// there are, the target. One `Environment` a compilation, one `FunctionFrame` a function, thread body or routine.
import type { CSymbol, ObjectSymbol, StringExpression } from "../c/ast.ts";
import type { Parser } from "../c/parser.ts";
import type { CType } from "../c/types.ts";
import type { Conversion } from "../program/instruction.ts";
import type { Label } from "./code-builder.ts";
import type { ScenarioReport } from "./codes.ts";
import type { FunctionItem } from "./item.ts";
import type { Linear, Word } from "./link.ts";
import type { Names, ThreadMember } from "./names.ts";
import type { Typing } from "./typing.ts";

/** Where a variable lives. */
export type Storage =
  | { readonly kind: "register"; readonly slot: number; readonly as: Conversion }
  | { readonly kind: "frame"; readonly offset: number }
  | { readonly kind: "static"; readonly address: Linear }
  | { readonly kind: "tls"; readonly offset: number }
  /** A register variable of another frame: readable, never written. */
  | { readonly kind: "foreign-register"; readonly word: Word; readonly as: Conversion }
  | { readonly kind: "foreign-memory"; readonly address: Linear };

export interface FunctionEntry {
  readonly index: number;
  readonly name: string;
  /** The first instruction. */
  readonly label: Label;
  readonly item: FunctionItem;
}

export interface Environment {
  readonly parser: Parser;
  readonly typing: Typing;
  readonly names: Names;
  readonly report: ScenarioReport;
  readonly pointerSize: 4 | 8;
  readonly bigEndian: boolean;
  /** Global, static and `__thread` variables. */
  readonly storages: Map<CSymbol, Storage>;
  /** Distance of two CPUs' elements, by percpu variable. */
  readonly strides: ReadonlyMap<CSymbol, number>;
  readonly functions: ReadonlyMap<string, FunctionEntry>;
  /** Addresses of the descriptors of short critical sections, by their names. */
  readonly descriptors: ReadonlyMap<string, Linear>;
  /** Address of a string's bytes in read-only data. */
  readonly stringAddress: (string: StringExpression) => Linear;
}

/** What an expression may do where it stands. */
export interface Observer {
  /** True where `rseq`, `self` and `tid` mean the thread that the evaluation is asked for; false in invariants and finally. */
  readonly hasThread: boolean;
  /** What `T.member` is as a word; undefined after a report. */
  readonly observe: (member: ThreadMember) => Storage | undefined;
  /** Stores, atomics, calls and system calls are refused with this phrase; undefined: stores to memory are allowed (finally). */
  readonly refusesEffects: string | undefined;
}

/** After a report about a variable's type: what follows from the type is silent. */
export function makeErroneous(symbol: ObjectSymbol, { parser }: Environment): void {
  (symbol as { type: CType }).type = parser.types.error;
}

export function plainKind(type: CType): CType["kind"] {
  let current = type;
  while (current.kind === "typedef" || current.kind === "qualified") current = current.type;
  return current.kind;
}
