// File-scope items of a scenario as they were written: what outline, hover and lint look at, and what compilation reads.
// Names of threads, labels and sections are still text with spans; resolving them is compilation's.
import type { Declaration, Expression, FunctionDefinition, ObjectSymbol } from "../c/ast.ts";
import type { Span } from "../text/source.ts";
import type { Block } from "./statement.ts";

/** A word with its place. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

export type Item =
  | FunctionItem
  | PercpuItem
  | KernelItem
  | MachineItem
  | ThreadItem
  | ScheduleItemGroup
  | InvariantItem
  | FinallyItem
  | ExpectItem
  | CheckItem;

export interface FunctionItem {
  readonly kind: "function";
  readonly name: Name;
  readonly definition: FunctionDefinition;
  readonly body: Block;
  readonly span: Span;
}
export interface PercpuItem {
  readonly kind: "percpu";
  readonly declaration: Declaration;
  readonly span: Span;
}

/** What stands behind `=` in kernel and machine items. */
export type Setting =
  | { readonly kind: "expression"; readonly expression: Expression; readonly span: Span }
  | { readonly kind: "text"; readonly text: string; readonly span: Span }
  | { readonly kind: "list"; readonly expressions: readonly Expression[]; readonly span: Span };
export interface SettingEntry {
  readonly key: Name;
  readonly setting: Setting;
}
export interface KernelItem {
  readonly kind: "kernel";
  readonly profile: Name;
  readonly entries: readonly SettingEntry[];
  readonly span: Span;
}
export interface MachineItem {
  readonly kind: "machine";
  readonly keyword: Name;
  readonly entries: readonly SettingEntry[];
  readonly span: Span;
}

export interface HandlerClause {
  readonly handler: Name;
  readonly count: Expression | undefined;
}
export interface ThreadItem {
  readonly kind: "thread";
  readonly name: Name;
  readonly count: Expression | undefined;
  readonly on: Expression | undefined;
  readonly affinity: readonly Expression[] | undefined;
  readonly handlers: readonly HandlerClause[];
  readonly body: Block;
  readonly span: Span;
}

/** `worker[0]`, `waiter`. */
export interface ThreadReference {
  readonly name: Name;
  readonly index: Expression | undefined;
  readonly span: Span;
}
export type PlaceReference =
  | { readonly kind: "commit"; readonly span: Span }
  | { readonly kind: "line"; readonly line: number; readonly span: Span }
  | {
      readonly kind: "name";
      readonly name: Name;
      /** Behind the colon: a label, or `commit`. */
      readonly label: Name | undefined;
      readonly span: Span;
    };
export type ScriptItem = { readonly span: Span } & (
  | { readonly kind: "run-all" }
  | {
      readonly kind: "run";
      readonly thread: ThreadReference;
      readonly count: Expression | undefined;
      readonly until: PlaceReference | undefined;
    }
  | {
      readonly kind: "dispatch";
      readonly thread: ThreadReference;
      readonly cpu: Expression | undefined;
    }
  | { readonly kind: "preempt"; readonly thread: ThreadReference }
  | { readonly kind: "migrate"; readonly thread: ThreadReference; readonly cpu: Expression }
  | { readonly kind: "signal"; readonly thread: ThreadReference; readonly handler: Name }
  | { readonly kind: "wake"; readonly thread: ThreadReference }
  | { readonly kind: "pageout"; readonly target: Expression }
  | { readonly kind: "tick"; readonly cpu: Expression }
  | { readonly kind: "membarrier"; readonly cpu: Expression | undefined }
  | { readonly kind: "set"; readonly target: Expression; readonly value: Expression }
  | {
      readonly kind: "repeat";
      readonly count: Expression;
      readonly items: readonly ScriptItem[];
    }
);
export interface PolicyArgument {
  readonly name: Name;
  readonly value: Expression;
  readonly isPercent: boolean;
}
export interface ScheduleItemGroup {
  readonly kind: "schedule";
  readonly name: Name;
  readonly script: readonly ScriptItem[] | undefined;
  readonly policy:
    | { readonly name: Name; readonly arguments: readonly PolicyArgument[] }
    | undefined;
  readonly span: Span;
}
export interface InvariantItem {
  readonly kind: "invariant";
  readonly name: Name;
  readonly expression: Expression;
  readonly span: Span;
}
export interface FinallyItem {
  readonly kind: "finally";
  readonly keyword: Name;
  readonly body: Block;
  readonly span: Span;
}
export type Relation = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type ExpectItem = { readonly kind: "expect"; readonly span: Span } & (
  | { readonly what: "violation"; readonly name: Name }
  | { readonly what: "kill"; readonly thread: ThreadReference; readonly signal: Name }
  | {
      readonly what: "aborts";
      readonly thread: ThreadReference;
      readonly relation: Relation;
      readonly count: Expression;
    }
);
export interface CheckItem {
  readonly kind: "check";
  readonly keyword: Name;
  readonly entries: readonly { readonly property: Name; readonly value: Name }[];
  readonly span: Span;
}

/** What was written in a scenario file, also where it has errors. */
export interface ScenarioTree {
  readonly items: readonly Item[];
  /** Objects declared by percpu items; identity is that of the symbols in expressions. */
  readonly percpu: ReadonlySet<ObjectSymbol>;
}
