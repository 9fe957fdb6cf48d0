// What a word means, facts first. In a header or a scenario: fields, structs, constants, kernel services, the words of the scenario
// language, codes in suppressions. In a C file only words of rseq's contract, so that a C language server's hover is never repeated.
import { ERRNO, SIGNALS, SYSTEM_CALL_KINDS, type NamedNumber } from "../abi/numbers.ts";
import type { Profile, ProfileConstant, ProfileField, ProfileStruct } from "../abi/profile.ts";
import { type FoundProfile, PROFILES } from "../abi/profiles/index.ts";
import type { CUnit } from "../c/unit.ts";
import { layoutsOfFile } from "../layout/layout.ts";
import { printLayout } from "../layout/print.ts";
import { type Checked } from "../lint/check.ts";
import { findPage, pageText } from "../lint/pages.ts";
import type { ConfiguredRoles } from "../lint/role.ts";
import {
  type AbiField,
  classOf,
  endMarker,
  factsOf,
  everySubjectOf,
  type StructSubject,
} from "../lint/struct-subject.ts";
import type { Span } from "../text/source.ts";
import { cBlock, code, type Fact, factTable, paragraphs } from "./markdown.ts";
import { INTERFACE_WORDS, SCENARIO_WORDS, SERVICES, type WordPage } from "./words.ts";

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** `contract`: what rseq's contract says; `always`: any struct of the file too; `off`: nothing in C files. */
export type HoverInC = "contract" | "always" | "off";

export interface HoverRequest {
  readonly checked: Pick<Checked, "unit" | "kernel" | "target">;
  readonly roles: ConfiguredRoles;
  /** UTF-16 units from the start of the unit's own file. */
  readonly offset: number;
  readonly hoverInC: HoverInC;
}

/** The hover at a place; undefined where there is nothing to say. */
export function hoverAt(request: HoverRequest): Hover | undefined {
  const { unit } = request.checked;
  const text = unit.textOf(unit.path) ?? "";
  const word = wordAt(text, request.offset);
  if (word === undefined || isInString(text, word.start)) return undefined;
  const isScenario = unit.path.endsWith(".rseq");
  if (!isScenario && request.hoverInC === "off") return undefined;
  const span = { path: unit.path, start: word.start, end: word.end };
  const markdown = describe(request, text, word, isScenario);
  return markdown === undefined ? undefined : { span, markdown };
}

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function describe(
  request: HoverRequest,
  text: string,
  word: Word,
  isScenario: boolean,
): string | undefined {
  const { unit, kernel } = request.checked;
  const before = text.slice(Math.max(0, word.start - 40), word.start);
  if (/rseq-lab:\s*allow\([^)]*$/.test(before)) return rulePage(word.text);
  if (isInComment(unit, word.start)) return undefined;
  const subjects = everySubjectOf(unit, request.roles);
  const context = { ...request.checked, subjects };
  return (
    declaredField(context, word) ??
    (request.hoverInC === "always" ? anyField(unit, word) : undefined) ??
    structHover(context, word, before) ??
    accessedField(context, word, before) ??
    constantHover(kernel, word.text, isScenario) ??
    wordHover(kernel, word.text, text, word, isScenario)
  );
}

interface Context {
  readonly unit: CUnit;
  readonly kernel: FoundProfile;
  readonly target: { readonly name: string };
  readonly subjects: readonly StructSubject[];
}

function rulePage(word: string): string | undefined {
  const page = findPage(word);
  return page === undefined ? undefined : pageText(page);
}

function declaredField(context: Context, word: Word): string | undefined {
  // A struct that holds another comes behind it, and knows the field's place in the whole.
  for (const subject of context.subjects.toReversed()) {
    const field = subject.fields.find(
      ({ field: { nameSpan } }) => nameSpan.start === word.start && nameSpan.end === word.end,
    );
    if (field !== undefined) return fieldText(context, subject, field);
  }
  return undefined;
}

/** Place and size of a field of a struct that is not rseq's. */
function anyField(unit: CUnit, word: Word): string | undefined {
  for (const layout of layoutsOfFile(unit, unit.path, { all: false }).toReversed()) {
    const field = layout.fields.find(
      ({ nameSpan }) => nameSpan.start === word.start && nameSpan.end === word.end,
    );
    if (field !== undefined)
      return paragraphs(
        `${code(field.path)} — ${code(field.typeText)}, ${code(layout.name)}`,
        factTable([
          ["offset", `${field.offset}`],
          ["size", `${field.size}`],
          ["alignment", `${field.align}`],
        ]),
      );
  }
  return undefined;
}

/** Field names that other structs have too: they are ours only behind something that is called rseq or cs. */
const COMMON_NAMES: ReadonlySet<string> = new Set([
  "flags",
  "version",
  "state",
  "tid",
  "all",
  "request",
  "granted",
  "end",
]);

/** `p->cpu_id`: the file's own struct if it has such a field, else the profile's. */
function accessedField(context: Context, word: Word, before: string): string | undefined {
  const base = /(?:^|[^\w.>])([\w.\->[\]]*?)\s*(?:->|\.)\s*$/.exec(before)?.[1];
  if (base === undefined) return undefined;
  if (COMMON_NAMES.has(word.text) && !/rseq|cs\b|slice_ctrl/i.test(base) && base !== "")
    return undefined;
  const isDescriptor = /cs\b|descriptor/.test(base) || (base === "" && word.text !== "cpu_id");
  const ordered = context.subjects.toSorted(
    (left, right) => Number(isDescriptor) * (rank(left) - rank(right)),
  );
  for (const subject of ordered) {
    const field = subject.fields.find(
      (one) => one.name === word.text || one.name.endsWith(`.${word.text}`),
    );
    if (field !== undefined) return fieldText(context, subject, field);
  }
  const found = profileField(context.kernel.profile, word.text, isDescriptor);
  return found === undefined ? undefined : profileFieldText(context, found.struct, found.field);
}

function rank(subject: StructSubject): number {
  return subject.role === "descriptor" ? 0 : 1;
}

function profileField(
  profile: Profile,
  name: string,
  isDescriptor: boolean,
): { struct: ProfileStruct; field: ProfileField } | undefined {
  const structs = profile.structs.toSorted(
    (left, right) => structRank(left.tag, isDescriptor) - structRank(right.tag, isDescriptor),
  );
  for (const struct of structs) {
    const field = struct.fields.find((one) => one.name === name);
    if (field !== undefined) return { struct, field };
  }
  return undefined;
}

function structRank(tag: string, isDescriptor: boolean): number {
  if (tag === "rseq_cs") return isDescriptor ? 0 : 3;
  return tag === "rseq" ? 1 : 2;
}

function fieldText(context: Context, subject: StructSubject, field: AbiField): string {
  const { profile, shownName } = context.kernel;
  const facts = factsOf(subject, field, profile);
  const known = facts?.field;
  const { field: layoutField } = field;
  const part =
    field.role === subject.role ? undefined : `${field.offset} in the ${field.role} part`;
  const isReserved = /reserved|padding/i.test(field.name);
  const note =
    facts === undefined
      ? isReserved
        ? undefined
        : "No profile has a field of this name in such a struct."
      : facts.profile === profile
        ? undefined
        : `Not in ${shownName}: described as in ${facts.profile.name}.`;
  return paragraphs(
    `${code(layoutField.path)} — ${code(layoutField.typeText)}, ${code(subject.layout.name)}`,
    factTable([
      ["offset", part === undefined ? `${layoutField.offset}` : `${layoutField.offset} (${part})`],
      ["size", `${layoutField.size}`],
      ["alignment", `${layoutField.align}`],
      ["class", facts === undefined && isReserved ? "reserved" : classOf(subject, field, profile)],
      ...accessFacts(known),
    ]),
    known?.description,
    note,
    provenance(context),
  );
}

function profileFieldText(context: Context, struct: ProfileStruct, field: ProfileField): string {
  return paragraphs(
    `${code(field.name)} — ${code(field.type)}, ${code(`struct ${struct.tag}`)}`,
    factTable([
      ["offset", `${field.offset}`],
      ["size", `${field.size}`],
      ["class", field.class],
      ...accessFacts(field),
    ]),
    field.description,
    provenance(context),
  );
}

function accessFacts(field: ProfileField | undefined): readonly Fact[] {
  if (field === undefined) return [];
  const special = field.specialValues.map(({ value, meaning }) => `${code(value)} ${meaning}`);
  return [
    ["written by", field.writer],
    ["may be read by", field.readers],
    ["user stores", field.kernelOnly ? "none after registration" : undefined],
    ["atomicity", field.atomicity],
    ["initial value", field.initialValue],
    ["special values", special.join("<br>")],
    ["since", field.since === "never merged" ? field.since : `Linux ${field.since}`],
  ];
}

function provenance({ kernel, target }: Context): string {
  return `Kernel profile **${kernel.shownName}** (${kernel.profile.title}) · ${target.name}`;
}

/** The tag at its declaration, or behind `struct`. */
function structHover(context: Context, word: Word, before: string): string | undefined {
  const isTag = /\bstruct\s+$/.test(before);
  const own = context.subjects.find(
    ({ layout, tag }) => layout.nameSpan.start === word.start || (isTag && tag === word.text),
  );
  if (own !== undefined) return structText(context, own);
  if (!isTag) return undefined;
  const { profile } = context.kernel;
  const struct =
    profile.structs.find((one) => one.tag === word.text) ??
    PROFILES.flatMap((one) => one.structs).find((one) => one.tag === word.text);
  if (struct === undefined) return undefined;
  return paragraphs(
    code(`struct ${struct.tag}`),
    factTable([
      ["size", `${struct.size}`],
      ["alignment", `${struct.align}`],
      ...sizeFacts(context, struct.tag, struct.endOffset),
    ]),
    cBlock(struct.declaration),
    provenance(context),
  );
}

function structText(context: Context, subject: StructSubject): string {
  const { layout } = subject;
  return paragraphs(
    `${code(layout.name)} — ${subject.role}`,
    factTable([
      ["size", `${layout.size}`],
      ["alignment", `${layout.align}`],
      ["role", ROLE_TEXTS[subject.role]],
      ...sizeFacts(context, subject.abiTag, endMarker(subject)?.offset),
    ]),
    cBlock(printLayout(layout, { cacheLine: 64 })),
    provenance(context),
  );
}

const ROLE_TEXTS: Readonly<Record<StructSubject["role"], string>> = {
  private: "private area: loaded and stored by its thread, and by the kernel on its behalf",
  shared: "shared area: loaded by any thread of the process",
  split: "private and shared part in one object",
  descriptor: "descriptor of a critical section",
  part: "part of the private area",
  other: "not rseq's",
};

function sizeFacts({ kernel }: Context, tag: string, end: number | undefined): readonly Fact[] {
  if (tag !== "rseq") return [];
  const { featureSize, align } = kernel.profile;
  return [
    ["offsetof(end)", end === undefined ? undefined : `${end}`],
    [
      "AT_RSEQ_FEATURE_SIZE",
      featureSize === undefined ? "absent (20 bytes are active)" : `${featureSize}`,
    ],
    ["AT_RSEQ_ALIGN", align === undefined ? "absent (32)" : `${align}`],
  ];
}

/** errno and signal names belong to C's own hover, outside of scenarios. */
function constantHover(
  kernel: FoundProfile,
  name: string,
  isScenario: boolean,
): string | undefined {
  const own = kernel.profile.constants.find((constant) => constant.name === name);
  const elsewhere = PROFILES.find((profile) => profile.constants.some((one) => one.name === name));
  const constant = own ?? elsewhere?.constants.find((one) => one.name === name);
  if (constant !== undefined)
    return constantText(kernel, constant, own === undefined ? elsewhere : undefined);
  const number = isScenario ? NUMBERS.get(name) : undefined;
  return number === undefined
    ? undefined
    : paragraphs(`${code(name)} = ${number.value}`, number.description);
}

const NUMBERS: ReadonlyMap<string, NamedNumber> = new Map(
  [...ERRNO, ...SIGNALS, ...SYSTEM_CALL_KINDS].map((number) => [number.name, number]),
);

function constantText(
  kernel: FoundProfile,
  constant: ProfileConstant,
  onlyIn: Profile | undefined,
): string {
  const { value, name, since, description } = constant;
  const having = PROFILES.filter((profile) => profile.constants.some((one) => one.name === name));
  const hexadecimal = value < 0n ? undefined : code(`0x${value.toString(16)}`);
  return paragraphs(
    `${code(name)} = ${value}`,
    factTable([
      ["value", [`${value}`, hexadecimal].filter((one) => one !== undefined).join(" · ")],
      ["since", since === "never merged" ? since : `Linux ${since}`],
      ["profiles", having.map((profile) => profile.name).join(", ")],
    ]),
    description,
    onlyIn === undefined ? undefined : `Not in ${kernel.shownName}.`,
  );
}

function wordHover(
  kernel: FoundProfile,
  name: string,
  text: string,
  word: Word,
  isScenario: boolean,
): string | undefined {
  const page =
    INTERFACE_WORDS.get(name) ??
    (isScenario ? (SERVICES.get(name) ?? SCENARIO_WORDS.get(name)) : undefined) ??
    (name === "sys_rseq" ? SERVICES.get(name) : undefined);
  if (page !== undefined) return pageOfWord(page);
  const profile = PROFILES.find((one) => one.name === name);
  if (profile === undefined || !isScenario || text[word.start - 1] !== '"') return undefined;
  return paragraphs(
    `${code(profile.name)} — ${profile.title}`,
    factTable([
      [
        "AT_RSEQ_FEATURE_SIZE",
        profile.featureSize === undefined ? "absent" : `${profile.featureSize}`,
      ],
      ["AT_RSEQ_ALIGN", profile.align === undefined ? "absent" : `${profile.align}`],
      ["length that libc registers", `${profile.libcLength}`],
    ]),
    profile.decisions.map((decision) => `- Decision of the model: ${decision}`).join("\n"),
    kernel.profile === profile ? undefined : `The file is judged under ${kernel.shownName}.`,
  );
}

/** A word's page as Markdown: its form, what it means, its errors. */
export function pageOfWord(page: WordPage): string {
  const errors = (page.errors ?? []).map(([name, when]): Fact => [code(name), when]);
  return paragraphs(
    cBlock(page.form),
    page.text,
    errors.length === 0 ? undefined : factTable(errors),
    page.since === undefined
      ? undefined
      : `Since ${/^\d/.test(page.since) ? "Linux " : ""}${page.since}.`,
  );
}

function wordAt(text: string, offset: number): Word | undefined {
  let start = offset;
  let end = offset;
  while (start > 0 && isWordUnit(text.charCodeAt(start - 1))) start--;
  while (end < text.length && isWordUnit(text.charCodeAt(end))) end++;
  const profileName = profileNameAround(text, start, end);
  if (profileName !== undefined) return profileName;
  if (start === end || /\d/.test(text[start] ?? "")) return undefined;
  return { text: text.slice(start, end), start, end };
}

/** In `kernel "linux-6.18"` the whole name is the word. */
function profileNameAround(text: string, start: number, end: number): Word | undefined {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const quote = text.lastIndexOf('"', start);
  if (quote < lineStart || !/\bkernel\s*$/.test(text.slice(lineStart, quote))) return undefined;
  const close = text.indexOf('"', end);
  if (close < 0 || text.slice(quote, close).includes("\n")) return undefined;
  return { text: text.slice(quote + 1, close), start: quote + 1, end: close };
}

function isWordUnit(unit: number): boolean {
  return (
    unit === 95 ||
    (unit >= 48 && unit <= 57) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 97 && unit <= 122)
  );
}

function isInComment(unit: CUnit, offset: number): boolean {
  return unit.commentsOf(unit.path).some(({ span }) => span.start <= offset && offset < span.end);
}

/** An odd number of quotes before it on its line; profile names are words all the same. */
function isInString(text: string, start: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const quotes = line.replaceAll(/\\./g, "").split('"').length - 1;
  return quotes % 2 === 1 && !/\bkernel\s*"[^"]*$/.test(line) && !/#\s*include/.test(line);
}

/** What a completion of the name says: the page of a constant, a kernel service, a word of the language, a profile. */
export function nameDocumentation(kernel: FoundProfile, name: string): string | undefined {
  const quoted = `"${name}`;
  const word = { text: name, start: 1, end: quoted.length };
  return constantHover(kernel, name, true) ?? wordHover(kernel, name, quoted, word, true);
}

/** The facts of a field, of the judging profile or else of the first that has it; undefined where none has. */
export function fieldDocumentation(
  checked: Pick<Checked, "unit" | "kernel" | "target">,
  tag: string,
  name: string,
): string | undefined {
  for (const profile of [checked.kernel.profile, ...PROFILES]) {
    const struct = profile.structs.find((one) => one.tag === tag);
    const field = struct?.fields.find((one) => one.name === name);
    if (struct !== undefined && field !== undefined)
      return profileFieldText({ ...checked, subjects: [] }, struct, field);
  }
  return undefined;
}

/** A constant's value as completion shows it. */
export function constantDetail(value: bigint): string {
  return value < 0n ? `${value}` : `${value} (0x${value.toString(16)})`;
}
