// The call around the cursor: its parameters, which of them is being written, and for kernel services which errors the call returns.
// In a C file only the calls that reach the kernel's rseq.
import { spellDeclaration } from "../c/types.ts";
import type { Checked } from "../lint/check.ts";
import { intrinsics } from "../scenario/builtins.ts";
import { contextAt } from "./completion-context.ts";
import { pageOfWord } from "./hover.ts";
import { INTERFACE_WORDS, SERVICES, type WordPage } from "./words.ts";

export interface Signature {
  /** `long sys_rseq(void *addr, u32 len, int flags, u32 sig)`. */
  readonly label: string;
  /** Places of the parameters in the label. */
  readonly parameters: readonly (readonly [start: number, end: number])[];
  /** Index of the parameter at the cursor; undefined behind the last one. */
  readonly active: number | undefined;
  /** Markdown. */
  readonly documentation: string | undefined;
}

/** The innermost call around the offset that we know; undefined for none. */
export function signatureAt(checked: Checked, offset: number): Signature | undefined {
  const { unit, scenario } = checked;
  const { frames, before, place } = contextAt(unit.textOf(unit.path) ?? "", offset);
  if (place === "comment") return undefined;
  for (const [index, frame] of [...frames.entries()].toReversed()) {
    const callee = frame.sign === "(" ? (frame.head.at(-1) ?? "") : "";
    const inside = frames[index + 1]?.head ?? before;
    const found =
      scenario === undefined ? serviceInC(callee, inside) : signatureNamed(checked, callee);
    if (found !== undefined) return { ...found, ...parametersOf(found.label, frame.argument) };
  }
  return undefined;
}

type Callable = Pick<Signature, "label" | "documentation">;

function signatureNamed(checked: Checked, name: string): Callable | undefined {
  // A declaration of the file hides a service.
  const own = checked.unit.declarations.findLast(
    (one) => one.kind === "function" && one.name === name,
  );
  if (own?.kind === "function") return { label: ownLabel(own), documentation: undefined };
  const page = SERVICES.get(name);
  if (page !== undefined) return { label: page.form, documentation: pageOfWord(page) };
  const intrinsic = intrinsics.find((one) => one.name === name);
  if (intrinsic !== undefined) return { label: intrinsic.signature, documentation: undefined };
  return name === "assert"
    ? { label: 'assert(condition, "text")', documentation: undefined }
    : undefined;
}

function ownLabel(
  own: Extract<Checked["unit"]["declarations"][number], { kind: "function" }>,
): string {
  const parameters = own.type.parameters.map(({ name, type }) =>
    spellDeclaration(type, name ?? ""),
  );
  const inside = parameters.length === 0 ? "void" : parameters.join(", ");
  return spellDeclaration(own.type.returns, `${own.name}(${inside})`);
}

/** `sys_rseq(…)`, and `syscall(__NR_rseq, …)` once its number is written. */
function serviceInC(callee: string, inside: readonly string[]): Callable | undefined {
  const isRaw = callee === "syscall" && inside[0] === "__NR_rseq";
  const page: WordPage | undefined = SERVICES.get("sys_rseq");
  if (page === undefined || (!isRaw && callee !== "sys_rseq")) return undefined;
  const label = isRaw ? (INTERFACE_WORDS.get("__NR_rseq")?.form ?? page.form) : page.form;
  return { label, documentation: pageOfWord({ ...page, form: label }) };
}

function parametersOf(label: string, argument: number): Pick<Signature, "parameters" | "active"> {
  const open = label.indexOf("(");
  const inside = label.slice(open + 1, label.lastIndexOf(")"));
  const parameters: [number, number][] = [];
  let start = open + 1;
  for (const part of splitParameters(inside)) {
    if (part.trim() !== "void" && part !== "")
      parameters.push([start + (part.length - part.trimStart().length), start + part.length]);
    start += part.length + 1;
  }
  return { parameters, active: argument < parameters.length ? argument : undefined };
}

/** At commas that stand in no parentheses. */
function splitParameters(text: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const sign of text) {
    if (sign === "(") depth++;
    else if (sign === ")") depth--;
    if (sign === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts;
}
