// Edits that several rules offer. A fix is offered only where the text at the place is what the tree says: what a macro
// produced is not edited. Names and types follow the style of the struct.
import type { CUnit } from "../c/unit.ts";
import type { RecordType } from "../c/types.ts";
import type { Field } from "../layout/layout.ts";
import type { Fix } from "../text/diagnostic.ts";
import type { Span, TextEdit } from "../text/source.ts";
import type { StructSubject } from "./struct-subject.ts";

/** Text of a span; undefined where the source is unknown. */
export function textAt(unit: CUnit, span: Span): string | undefined {
  return unit.textOf(span.path)?.slice(span.start, span.end);
}

/** A reserved field that covers `size` bytes at `offset`, `__u32 __reserved[3];`. */
export function reservedField(subject: StructSubject, offset: number, size: number): string {
  const width = [4, 2].find((bytes) => size % bytes === 0 && offset % bytes === 0) ?? 1;
  const count = size / width;
  const name = freeName(subject, "__reserved");
  return `${unsignedType(subject, width)} ${name}${count === 1 ? "" : `[${count}]`};`;
}

/** `__u32`, `uint32_t` or `u32`, as the struct spells its own fields. */
export function unsignedType(subject: StructSubject, bytes: number): string {
  const spellings = subject.layout.fields.map((field) => field.typeText);
  if (spellings.some((text) => /^u?int\d+_t\b/.test(text))) return `uint${bytes * 8}_t`;
  if (spellings.some((text) => /^[us]\d+\b/.test(text))) return `u${bytes * 8}`;
  return `__u${bytes * 8}`;
}

/** Puts a declaration on a line of its own before a member, and before the comments that belong to it. */
export function insertBefore(
  subject: StructSubject,
  field: Field,
  declaration: string,
): Fix | undefined {
  const { unit } = subject;
  const text = unit.textOf(field.declarationSpan.path);
  if (text === undefined || !isWritten(unit, field)) return undefined;
  const place = startWithComments(unit, text, field.declarationSpan);
  const indent = indentBefore(text, place);
  const newText = indent === undefined ? `${declaration} ` : `${declaration}\n${indent}`;
  return {
    title: `Add \`${declaration}\``,
    edits: [insertion(field.declarationSpan.path, place, newText)],
    safe: true,
  };
}

/** Puts a declaration behind the last member of a struct. */
export function insertAfter(
  subject: StructSubject,
  field: Field,
  declaration: string,
): Fix | undefined {
  const { unit } = subject;
  const text = unit.textOf(field.declarationSpan.path);
  if (text === undefined || !isWritten(unit, field)) return undefined;
  const semicolon = text.indexOf(";", field.declarationSpan.end);
  if (semicolon < 0 || /\S/.test(text.slice(field.declarationSpan.end, semicolon)))
    return undefined;
  const indent = indentBefore(text, field.declarationSpan.start);
  const separator = indent === undefined ? " " : `\n${indent}`;
  return {
    title: `Add \`${declaration}\``,
    edits: [insertion(field.declarationSpan.path, semicolon + 1, separator + declaration)],
    safe: true,
  };
}

/** Gives a struct an alignment: raises its `aligned` attribute, or adds one behind the closing brace. */
export function alignRecord(unit: CUnit, record: RecordType, align: number): Fix | undefined {
  const attribute = record.attributes.find((one) => one.name === "aligned");
  if (attribute !== undefined) {
    const word = /^_*aligned_*/.exec(textAt(unit, attribute.span) ?? "")?.[0];
    if (word === undefined) return undefined;
    return {
      title: `Raise the alignment to ${align}`,
      edits: [{ span: attribute.span, newText: `${word}(${align})` }],
      safe: true,
    };
  }
  const body = record.bodySpan;
  if (body === undefined || !(textAt(unit, body) ?? "").endsWith("}")) return undefined;
  return {
    title: `Add \`__attribute__((aligned(${align})))\``,
    edits: [insertion(body.path, body.end, ` __attribute__((aligned(${align})))`)],
    safe: true,
  };
}

/** Replaces the type of a member that is declared alone: `struct x *p` becomes `__u64 p`. */
export function replaceType(unit: CUnit, field: Field, type: string): Fix | undefined {
  const { declarationSpan, nameSpan } = field;
  const text = unit.textOf(declarationSpan.path);
  if (text === undefined || field.name === undefined || !isWritten(unit, field)) return undefined;
  const before = text.slice(declarationSpan.start, nameSpan.start);
  const behind = text.slice(nameSpan.end, declarationSpan.end);
  if (
    /[,({]/.test(before) ||
    /[,()]/.test(behind) ||
    !/^\s*;/.test(text.slice(declarationSpan.end))
  )
    return undefined;
  return {
    title: `Declare it as \`${type}\``,
    edits: [{ span: declarationSpan, newText: `${type} ${field.name}${behind}` }],
    safe: false,
  };
}

/** As an array, for `fixes` of a report. */
export function listed(fix: Fix | undefined): readonly Fix[] {
  return fix === undefined ? [] : [fix];
}

function insertion(path: string, offset: number, newText: string): TextEdit {
  return { span: { path, start: offset, end: offset }, newText };
}

function isWritten(unit: CUnit, field: Field): boolean {
  if (field.name === undefined) return textAt(unit, field.declarationSpan)?.endsWith("}") ?? false;
  return textAt(unit, field.nameSpan) === field.name;
}

function freeName(subject: StructSubject, stem: string): string {
  const taken = new Set(subject.layout.fields.map((field) => field.name));
  let name = stem;
  for (let number = 2; taken.has(name); number++) name = `${stem}${number}`;
  return name;
}

/** The start of the member's declaration, or of the first comment that stands on lines of its own above it. */
function startWithComments(unit: CUnit, text: string, declaration: Span): number {
  let start = declaration.start;
  if (indentBefore(text, start) === undefined) return start;
  for (const comment of unit.commentsBefore(declaration).toReversed()) {
    if (indentBefore(text, comment.span.start) === undefined) break;
    start = comment.span.start;
  }
  return start;
}

/** White space between the start of the line and the place; undefined if something else stands there. */
function indentBefore(text: string, place: number): string | undefined {
  const before = text.slice(text.lastIndexOf("\n", place - 1) + 1, place);
  return /^[ \t]*$/.test(before) ? before : undefined;
}
