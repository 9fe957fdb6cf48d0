// Every mistake in a scenario: its stable code, name, severity and the explanation that `rseq-lab explain` prints. K: scenario
// items and what they mean; T from 50 on: types and names in statements (C's own are in c/codes.ts).
import type { Diagnostic, Fix, Note, Severity } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";

export interface ScenarioCodeEntry {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  /** What it means, why it matters, how to fix it. */
  readonly explanation: string;
}

type Row = readonly [name: string, severity: Severity, explanation: string];

export type ScenarioCode =
  | "K01"
  | "K02"
  | "K03"
  | "K04"
  | "K05"
  | "K06"
  | "K07"
  | "K08"
  | "K09"
  | "K10"
  | "K11"
  | "K12"
  | "K13"
  | "K14"
  | "K15"
  | "K16"
  | "K17"
  | "K18"
  | "K19"
  | "K20"
  | "K21"
  | "K22"
  | "K23"
  | "K24"
  | "K25"
  | "K26"
  | "K27"
  | "K28"
  | "K29"
  | "K30"
  | "K31"
  | "K32"
  | "K50"
  | "K51"
  | "K52"
  | "K53"
  | "K54"
  | "K55"
  | "K56"
  | "K57"
  | "K60"
  | "K61"
  | "K62"
  | "K63"
  | "K70"
  | "K71"
  | "K72"
  | "K73"
  | "K74"
  | "K75"
  | "T50"
  | "T51"
  | "T52"
  | "T53"
  | "T54"
  | "T55"
  | "T56"
  | "T57"
  | "T58"
  | "T59"
  | "T60"
  | "T61"
  | "T62"
  | "T63"
  | "T64"
  | "T65"
  | "T66"
  | "T67"
  | "T68";

const table: Readonly<Record<ScenarioCode, Row>> = {
  K01: [
    "duplicate-item",
    "error",
    "A file has one kernel item, one machine item and one finally at most. Remove one of them.",
  ],
  K02: [
    "unknown-kernel",
    "error",
    "No built-in profile has this name. 'rseq-lab profiles' lists them; a release such as linux-6.15 stands for its era.",
  ],
  K03: [
    "unknown-setting",
    "error",
    "The item has no setting of this name. The message lists those that it has.",
  ],
  K04: [
    "bad-setting",
    "error",
    "The setting's value has the wrong form or lies outside of what the model allows. The message names the range.",
  ],
  K05: ["unknown-target", "error", "No target of this name is known; the message lists them."],
  K06: [
    "no-kernel",
    "info",
    "The file names no kernel, so the newest released profile is used. Write 'kernel \"…\";' to pin one: behaviour differs between releases.",
  ],
  K07: [
    "area-field-size",
    "error",
    "The file's own struct rseq has a field that the kernel writes, but of another size. The kernel would write beyond it or only a part of it. Give it the profile's size.",
  ],
  K08: [
    "memory-bound",
    "error",
    "The scenario's objects need more memory than the model has for them. Make them smaller.",
  ],
  K09: [
    "unusable-macros",
    "error",
    "A macro given with -D changes the declarations that every scenario has built in, such as u32. Give it another name.",
  ],
  K10: [
    "percpu-declaration",
    "error",
    "'percpu' makes one copy of a variable for each CPU; it stands before a variable's declaration at file scope.",
  ],
  K11: [
    "repeated-clause",
    "error",
    "A thread has each of its clauses (on, affinity, signal) at most once.",
  ],
  K12: ["relation", "error", "A relation such as '==' must stand here."],
  K13: ["missing-word", "error", "The item has a fixed form, and one of its words is missing."],
  K14: [
    "primary-constant",
    "error",
    "Items take a number, a constant's name, or an expression in parentheses here.",
  ],
  K15: [
    "unknown-word",
    "error",
    "The word means nothing in this place. The message lists those that do.",
  ],
  K16: [
    "thread-name",
    "error",
    "Threads share C's ordinary identifiers: no function, variable, type or other thread may have the same name.",
  ],
  K17: [
    "thread-count",
    "error",
    "A thread's count is a constant from 1 up, and a scenario has at most 1,024 threads.",
  ],
  K18: [
    "no-threads",
    "error",
    "Nothing runs in a scenario without threads. Write one: thread worker { … }",
  ],
  K19: [
    "bad-affinity",
    "error",
    "The CPUs that a thread may run on must exist, and the one that it starts on must be among them.",
  ],
  K20: [
    "bad-handler",
    "error",
    "A signal handler is a function 'void h(void)' that this file defines.",
  ],
  K21: ["unknown-thread", "error", "No thread of this name and index is declared."],
  K22: [
    "thread-index",
    "error",
    "A thread that was declared with a count is named with an index, and one without is not.",
  ],
  K23: [
    "unknown-place",
    "error",
    "The place is no label, function, section, thread or line with code.",
  ],
  K24: [
    "unknown-section",
    "error",
    "No critical section of this name exists. Sections are named by 'critical NAME', by their function, or by their descriptor without '_cs'.",
  ],
  K25: [
    "unknown-policy",
    "error",
    "The built-in policies are round_robin(slice) and random(seed, preempt, migrate, signal).",
  ],
  K26: [
    "bad-argument",
    "error",
    "The policy has no such argument, or its value is out of range. Percentages lie between 0 and 100 and sum up to 100 at most.",
  ],
  K27: [
    "duplicate-name",
    "error",
    "Two schedules, or two invariants, have the same name, so that none of them can be meant.",
  ],
  K28: [
    "unknown-property",
    "error",
    "There is no built-in property of this name. The message lists them.",
  ],
  K29: [
    "unknown-signal",
    "error",
    "The kernel ends a thread by SIGSEGV, SIGILL or SIGFPE in the model.",
  ],
  K30: [
    "bad-count",
    "error",
    "A count or a CPU number must be a constant in the range that the message names.",
  ],
  K31: ["unknown-local", "error", "The function has no such local variable."],
  K32: [
    "directive",
    "error",
    "A preprocessing directive cannot stand in an expression that is looked at: it would change the file's macros.",
  ],
  K50: [
    "no-floating-point",
    "error",
    "The machine computes with integers and pointers of up to 64 bits only.",
  ],
  K51: [
    "not-simulated",
    "error",
    "This construct of C cannot be simulated. Write it with plain statements.",
  ],
  K52: [
    "no-thread-here",
    "error",
    "rseq, rseq_shared, self, tid and __thread variables belong to the running thread. Name a thread where none runs: worker[0].rseq.",
  ],
  K53: ["effect", "error", "Nothing may be called or changed in this place."],
  K54: [
    "thread-value",
    "error",
    "A thread is not a value; its members are rseq, rseq_shared, cpu, running, tid, aborts, commits and in(NAME).",
  ],
  K55: [
    "percpu-index",
    "error",
    "A percpu variable is an array with one element for each CPU; name one of them.",
  ],
  K56: [
    "foreign-thread",
    "error",
    "Code cannot look into other threads. As in real programs, pass a pointer to the area on.",
  ],
  K57: [
    "not-modelled",
    "error",
    "The model has no such call. The message says what to use instead.",
  ],
  K60: ["nesting", "error", "Statements or items nest deeper than the compiler follows."],
  K61: ["signature-value", "error", "rseq_signature(v) puts the 4 bytes v before a label."],
  K62: [
    "missing-abort",
    "error",
    "A critical section says where it continues after an abort: critical (cpu) abort LABEL { … }",
  ],
  K63: [
    "section-operand",
    "error",
    "A critical section compares cpu_id, or with ', mm_cid' the concurrency id.",
  ],
  K70: ["duplicate-label", "error", "A function's labels must differ."],
  K71: [
    "unknown-label",
    "error",
    "The function has no label of this name; labels are local to their function.",
  ],
  K72: ["misplaced-statement", "error", "The statement has no meaning where it stands."],
  K73: ["duplicate-case", "error", "Two cases of a switch have the same value."],
  K74: [
    "missing-area-field",
    "error",
    "The struct rseq in force lacks a field that the construct needs.",
  ],
  K75: [
    "commit-store",
    "error",
    "A commit is exactly one store of at most 8 bytes to memory, so that it happens completely or not at all.",
  ],
  T50: ["not-constant", "error", "The value must be known when the scenario is compiled."],
  T51: ["type-as-value", "error", "A type's name stands where a value must stand."],
  T52: [
    "undefined-symbol",
    "error",
    "The name is declared but not defined, and a scenario is not linked with other files.",
  ],
  T53: ["undeclared-name", "error", "Nothing in scope has this name."],
  T54: ["no-address", "error", "Bit-fields and values have no address."],
  T55: ["no-number", "error", "The expression's type has no value to compute with."],
  T56: [
    "incomplete-type",
    "error",
    "The type is declared but not defined, so its size is not known.",
  ],
  T57: [
    "no-place",
    "error",
    "What is assigned to must be a variable or a place in memory that may change.",
  ],
  T58: ["no-pointer", "error", "Only pointers and arrays can be dereferenced or indexed."],
  T59: [
    "no-record",
    "error",
    "Only structs and unions have members; '->' needs a pointer to one, '.' the object itself.",
  ],
  T60: ["no-member", "error", "The struct or union has no member of this name."],
  T61: ["type-mismatch", "error", "The types of the two sides do not fit."],
  T62: ["not-callable", "error", "Only functions and pointers to functions can be called."],
  T63: [
    "argument-count",
    "error",
    "The call has another number of arguments than the function has parameters.",
  ],
  T64: [
    "return-value",
    "error",
    "What the return statement gives does not fit the function's result.",
  ],
  T65: ["initializer", "error", "The initialiser does not fit the object."],
  T66: ["unknown-size", "error", "An object needs a type of known size."],
  T67: [
    "by-value",
    "error",
    "Functions take and return integers and pointers; pass a struct by pointer.",
  ],
  T68: [
    "declared-otherwise",
    "error",
    "Declarations of one name must give it one type, and one of them at most may define it. Rename one, or make them agree.",
  ],
};

export const scenarioCodes: readonly ScenarioCodeEntry[] = Object.entries(table).map(
  ([code, [name, severity, explanation]]) => ({ code, name, severity, explanation }),
);

export interface ReportExtras {
  readonly notes?: readonly Note[];
  readonly fixes?: readonly Fix[];
}

/** Gives a message; name and severity come from the table. */
export type ScenarioReport = (
  code: ScenarioCode,
  span: Span,
  message: string,
  extras?: ReportExtras,
) => void;

/** More messages than anybody reads. */
const MESSAGES_MAX = 500;

/** A report that makes diagnostics, one for each code and place. */
export function reporter(add: (diagnostic: Diagnostic) => void): ScenarioReport {
  const seen = new Set<string>();
  return (code, span, message, extras) => {
    const key = `${code} ${span.path} ${span.start}`;
    if (seen.has(key) || seen.size === MESSAGES_MAX) return;
    seen.add(key);
    const [name, severity] = table[code];
    const { notes = [], fixes = [] } = extras ?? {};
    add({ code, name, severity, message, span, notes, fixes });
  };
}
