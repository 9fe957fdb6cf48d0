// What can be written at a place. In a scenario: its words in their positions, names in scope, kernel services, members by type. In a C
// file only what rseq adds: fields of its structs, its constants, its interface.
import { SIGNALS } from "../abi/numbers.ts";
import type { Profile, ProfileField } from "../abi/profile.ts";
import { PROFILES } from "../abi/profiles/index.ts";
import { targets } from "../abi/targets/index.ts";
import type { Expression, ObjectSymbol } from "../c/ast.ts";
import { typeOfExpression } from "../c/expression-type.ts";
import type { Parser } from "../c/parser.ts";
import { TypeTable } from "../c/type-table.ts";
import { type CType, type RecordType, resolve, spellDeclaration, spellType } from "../c/types.ts";
import type { Checked } from "../lint/check.ts";
import { type ConfiguredRoles, roleOf } from "../lint/role.ts";
import { subjectOf } from "../lint/struct-subject.ts";
import { intrinsics, services } from "../scenario/builtins.ts";
import { type Statement, walkStatements } from "../scenario/statement.ts";
import { Typing } from "../scenario/typing.ts";
import { type CursorContext, contextAt, type Frame } from "./completion-context.ts";
import { type FieldClass, fieldClasses, placeKey } from "./field-class.ts";
import { constantDetail, fieldDocumentation, nameDocumentation } from "./hover.ts";
import { localsOf } from "./occurrences.ts";
import {
  CHECK_VALUES,
  CLAUSES,
  EXPECT_WORDS,
  ITEMS,
  KERNEL_KEYS,
  MACHINE_KEYS,
  POLICIES,
  POLICY_ARGUMENTS,
  PROPERTIES,
  SCRIPT_ITEMS,
  STATEMENTS,
  THREAD_MEMBERS,
  type WordForm,
} from "./word-forms.ts";
import { INTERFACE_WORDS, SERVICES } from "./words.ts";

export type CompletionKind =
  | "keyword"
  | "snippet"
  | "function"
  | "variable"
  | "constant"
  | "field"
  | "type"
  | "struct"
  | "label"
  | "thread"
  | "value"
  | "file";

/** What the documentation of a completion is about; it is made when it is asked for. */
export type CompletionTopic =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "field"; readonly struct: string; readonly name: string };

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail: string;
  /** With `$1` and `${1:name}` where `isSnippet`. */
  readonly insertText: string;
  readonly isSnippet: boolean;
  readonly topic: CompletionTopic | undefined;
}

export interface Completions {
  /** Where the text that a completion replaces begins; it ends at the cursor. */
  readonly start: number;
  readonly items: readonly Completion[];
}

const NOTHING: readonly Completion[] = [];

/** Completions at an offset of the unit's own file, each label once. */
export function completionsAt(
  checked: Checked,
  roles: ConfiguredRoles,
  offset: number,
): Completions {
  const text = checked.unit.textOf(checked.unit.path) ?? "";
  const context = contextAt(text, offset);
  const completer = new Completer(checked, roles, text, context);
  const items =
    context.place === "comment"
      ? NOTHING
      : checked.scenario === undefined
        ? completer.inC()
        : completer.inScenario();
  const unique = new Map<string, Completion>();
  for (const item of items) if (!unique.has(item.label)) unique.set(item.label, item);
  const start = context.place === "string" ? stringStart(text, offset) : context.wordStart;
  return { start, items: [...unique.values()] };
}

/** The page of a completion, as Markdown; undefined where there is nothing more to say. */
export function completionDocumentation(
  checked: Checked,
  topic: CompletionTopic,
): string | undefined {
  return topic.kind === "name"
    ? nameDocumentation(checked.kernel, topic.name)
    : fieldDocumentation(checked, topic.struct, topic.name);
}

function stringStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('"', offset - 1), text.lastIndexOf("<", offset - 1)) + 1;
}

class Completer {
  readonly #checked: Checked;
  readonly #roles: ConfiguredRoles;
  readonly #text: string;
  readonly #context: CursorContext;

  constructor(checked: Checked, roles: ConfiguredRoles, text: string, context: CursorContext) {
    this.#checked = checked;
    this.#roles = roles;
    this.#text = text;
    this.#context = context;
  }

  inScenario(): readonly Completion[] {
    const { place, frames, before } = this.#context;
    if (place === "string") return this.#inString();
    const last = before.at(-1);
    if (last === "." || last === "->") return this.#members();
    if (last === "struct" || last === "union") return this.#tags();
    const outer = frames[0];
    if (outer === undefined) return this.#betweenItems();
    if (last === "goto" || last === "&&") return this.#labels();
    switch (outer.sign === "{" ? outer.head[0] : undefined) {
      case "machine":
        return before.length === 0 ? words(MACHINE_KEYS) : this.#machineValue(before[0] ?? "");
      case "kernel":
        return before.length === 0 ? words(KERNEL_KEYS) : values(["true", "false"]);
      case "check":
        return before.length === 0 ? words(PROPERTIES, " = ${1:off};") : words(CHECK_VALUES);
      case "schedule":
        return this.#inScript();
      case undefined:
        return outer.head[0] === "schedule" ? words(POLICY_ARGUMENTS) : this.#expressionNames();
      default:
        return this.#inCode(outer);
    }
  }

  /** Only what a C language server cannot know. */
  inC(): readonly Completion[] {
    if (this.#context.place === "string" || !/rseq/i.test(this.#text)) return NOTHING;
    const { before, frames } = this.#context;
    const last = before.at(-1);
    if (last === "." || last === "->")
      return this.#members().filter(({ topic }) => topic?.kind === "field");
    const inner = frames.at(-1);
    if (
      inner?.sign === "{" &&
      /^(struct|union)$/.test(inner.head.find((one) => one !== "typedef") ?? "")
    )
      return this.#fieldLines(inner, before);
    if (last === "struct") return this.#profileTags();
    return [...this.#constants(), ...this.#interfaceWords()];
  }

  #inString(): readonly Completion[] {
    const { before } = this.#context;
    const last = before.at(-1);
    if (last === "kernel")
      return PROFILES.map(({ name, title }) => simple(name, "value", title, named(name)));
    if (before[0] === "target")
      return targets.map(({ name }) => simple(name, "value", "target", undefined));
    if (last === "include")
      return ["linux/rseq.h", "sys/rseq.h", "linux/types.h", "stdint.h", "stddef.h"].map((name) =>
        simple(name, "file", "built in", undefined),
      );
    return NOTHING;
  }

  // ---- Between items ----

  #betweenItems(): readonly Completion[] {
    const { before } = this.#context;
    const [first, second] = before;
    if (first === undefined) return [...words(ITEMS), ...this.#types()];
    if (first === "expect") return this.#expectation();
    if (first === "percpu") return this.#types();
    if (first === "schedule") return before.includes("=") ? words(POLICIES) : NOTHING;
    if (first === "thread") return second === undefined ? NOTHING : this.#clauses();
    return before.includes("=") ? this.#expressionNames() : this.#types();
  }

  #expectation(): readonly Completion[] {
    const [, what, ...rest] = this.#context.before;
    if (what === undefined) return words(EXPECT_WORDS);
    if (what === "violation")
      return [
        ...this.#named("invariant"),
        ...words(PROPERTIES),
        simple("assert", "value", "a failed assert", named("assert")),
      ];
    if (rest.length === 0) return this.#threads();
    return what === "kill" ? SIGNALS.map(({ name }) => constant(name)) : NOTHING;
  }

  #clauses(): readonly Completion[] {
    const { before } = this.#context;
    const last = before.at(-1);
    const isHandler = before.lastIndexOf("signal") > 0 && (last === "signal" || last === ",");
    if (isHandler) return this.#handlers();
    return before.length > 1 ? words(CLAUSES) : NOTHING;
  }

  #handlers(): readonly Completion[] {
    return this.#functions().filter(({ detail }) => /^void \w+\(void\)/.test(detail));
  }

  #machineValue(key: string): readonly Completion[] {
    if (key === "libc") return values(["glibc", "none"]);
    return key === "unmap_on_exit" ? values(["true", "false"]) : NOTHING;
  }

  // ---- Schedules ----

  #inScript(): readonly Completion[] {
    const { before, frames } = this.#context;
    const verb = before[0];
    if (frames.at(-1)?.sign !== "{") return this.#expressionNames();
    if (verb === undefined) return words(SCRIPT_ITEMS);
    if (verb === "set" || verb === "pageout")
      return before.length === 1 || before.includes("=")
        ? [...this.#threads(), ...this.#expressionNames()]
        : NOTHING;
    if (before.length === 1)
      return verb === "run"
        ? [...this.#threads(), simple("all", "keyword", "the rest, round robin", named("run"))]
        : this.#threads();
    const last = before.at(-1);
    if (verb === "run")
      return last === "to" || last === ":"
        ? this.#places(before)
        : words([["to", "until a place", "to "]]);
    if (verb === "migrate" && last !== "to") return words([["to", "the CPU it moves to", "to "]]);
    if (verb === "dispatch" && last !== "on")
      return words([["on", "the CPU it is dispatched on", "on "]]);
    if (verb === "signal")
      return [
        ...this.#handlers(),
        ...words([
          ["ignored", "neither interrupts nor does rseq work", "ignored"],
          ["blocked", "neither interrupts nor does rseq work", "blocked"],
        ]),
      ];
    return NOTHING;
  }

  /** Labels with and without their function, commits, sections, functions, lines. */
  #places(before: readonly string[]): readonly Completion[] {
    const commit = simple("commit", "keyword", "the next committing store", named("commit"));
    if (before.at(-1) === ":") {
      const body = before.at(-2) ?? "";
      return [
        commit,
        ...this.#labelsOf(body).map((name) => simple(name, "label", body, undefined)),
      ];
    }
    const places = [commit, ...words([["line", "the next instruction of a line", "line "]])];
    for (const { name, block } of this.#checked.bodies) {
      places.push(simple(name, "function", "its first instruction", undefined));
      for (const label of this.#labelsOf(name))
        places.push(simple(`${name}:${label}`, "label", "label", undefined));
      walkStatements(block, (statement) => {
        if (statement.kind === "commit")
          places.push(simple(`${name}:commit`, "label", "the committing store", undefined));
        else if (statement.kind === "critical" && statement.name !== undefined)
          places.push(simple(statement.name, "label", "section", undefined));
      });
    }
    return places;
  }

  // ---- Code ----

  #inCode(outer: Frame): readonly Completion[] {
    const { before, frames } = this.#context;
    const inner = frames.at(-1);
    if (outer.head[0] === "struct" || outer.head[0] === "union")
      return before.length === 0 ? this.#types() : NOTHING;
    if (before.at(-1) === "abort") return this.#labels();
    if (before[0] === "critical" && before.at(-1) === ")")
      return words([
        ["abort", "where the thread goes on after an abort", "abort ${1:retry} {\n\t$0\n}"],
      ]);
    const isInvariant = outer.head[0] === "invariant" || outer.head[0] === "finally";
    const names = isInvariant
      ? [...this.#threads(), ...this.#expressionNames()]
      : this.#expressionNames();
    if (inner?.sign !== "{" || before.length > 0) return names;
    return [...words(STATEMENTS), ...names, ...this.#types()];
  }

  #expressionNames(): readonly Completion[] {
    const { unit } = this.#checked;
    const locals = this.#locals().map((symbol) => variable(symbol, "local"));
    const globals = [...unit.objects.values()]
      .filter((symbol) => symbol.nameSpan.path !== "<scenario>" && !this.#isThread(symbol.name))
      .map((symbol) => variable(symbol, "global"));
    const special = ["rseq", "rseq_shared", "self", "tid"].flatMap((name) => {
      const symbol = unit.objects.get(name);
      return symbol === undefined ? [] : [variable(symbol, "of the calling thread")];
    });
    const macros = [...unit.macros.values()]
      .filter(({ nameSpan }) => !nameSpan.path.startsWith("<"))
      .map(({ name, body }) => simple(name, "constant", body, undefined));
    return [
      ...locals.toReversed(),
      ...globals,
      ...special,
      ...this.#functions(),
      ...this.#services(),
      ...this.#constants(),
      ...[...unit.constants.keys()].map((name) =>
        constant(name, `${unit.constants.get(name)?.value}`),
      ),
      ...macros,
    ];
  }

  #isThread(name: string): boolean {
    return (
      this.#checked.scenario?.tree.items.some(
        (item) => item.kind === "thread" && item.name.text === name,
      ) === true
    );
  }

  #functions(): readonly Completion[] {
    return this.#checked.unit.declarations.flatMap((one) =>
      one.kind === "function"
        ? [
            call(
              one.name,
              spellDeclaration(one.type, one.name).replace(" (", "("),
              one.type.parameters.length > 0,
              undefined,
            ),
          ]
        : [],
    );
  }

  #services(): readonly Completion[] {
    return [
      ...services.map(({ name, parameters }) =>
        call(name, SERVICES.get(name)?.form ?? name, parameters.length > 0, named(name)),
      ),
      ...intrinsics.map(({ name, signature, counts }) =>
        call(name, signature, counts[0] !== 0, named(name)),
      ),
    ];
  }

  #constants(): readonly Completion[] {
    return this.#checked.kernel.profile.constants.map(({ name, value }) =>
      constant(name, constantDetail(value)),
    );
  }

  #interfaceWords(): readonly Completion[] {
    return [...INTERFACE_WORDS].map(([name, { form }]) =>
      simple(name, "constant", form, named(name)),
    );
  }

  #types(): readonly Completion[] {
    const { unit } = this.#checked;
    const typedefs = [...unit.typedefs.values()].map(({ name, type }) =>
      simple(name, "type", spellType(type), undefined),
    );
    const basic = ["struct", "void", "char", "int", "unsigned", "long", "static", "const"];
    return [...typedefs, ...basic.map((name) => simple(name, "keyword", "", undefined))];
  }

  #tags(): readonly Completion[] {
    return [...this.#checked.unit.tags.keys()].map((tag) =>
      simple(tag, "struct", `struct ${tag}`, undefined),
    );
  }

  #profileTags(): readonly Completion[] {
    return this.#checked.kernel.profile.structs.map(({ tag, size }) =>
      simple(tag, "struct", `${size} bytes`, undefined),
    );
  }

  #threads(): readonly Completion[] {
    return (this.#checked.scenario?.tree.items ?? []).flatMap((item) => {
      if (item.kind !== "thread") return [];
      const isGroup = item.count !== undefined;
      const name = item.name.text;
      return [
        {
          label: name,
          kind: "thread",
          detail: isGroup ? `thread ${name}[…]` : "thread",
          insertText: isGroup ? `${name}[\${1:0}]` : name,
          isSnippet: isGroup,
          topic: named("thread"),
        },
      ];
    });
  }

  #named(kind: "invariant" | "schedule"): readonly Completion[] {
    return (this.#checked.scenario?.tree.items ?? []).flatMap((item) =>
      item.kind === kind ? [simple(item.name.text, "value", kind, undefined)] : [],
    );
  }

  // ---- What is around the cursor ----

  /** The function or thread whose body the cursor is in: the last name before its brace. */
  #body(): string | undefined {
    const head = this.#context.frames[0]?.head ?? [];
    if (head[0] === "thread") return head[1];
    const paren = head.indexOf("(");
    return paren > 0 ? head[paren - 1] : undefined;
  }

  #locals(): readonly ObjectSymbol[] {
    const body = this.#body();
    const at = this.#context.wordStart;
    if (body === undefined) return [];
    const block = this.#checked.bodies.find(({ name }) => name === body)?.block;
    const hidden = new Set<ObjectSymbol>();
    // A block that has ended before the cursor keeps its names to itself.
    if (block !== undefined)
      walkStatements(block, (statement) => {
        if (statement.kind === "block" && (statement.span.end <= at || at < statement.span.start))
          for (const symbol of declaredIn(statement)) hidden.add(symbol);
      });
    return localsOf(this.#checked, body).filter(
      (symbol) => symbol.nameSpan.start < at && !hidden.has(symbol),
    );
  }

  #labels(): readonly Completion[] {
    const body = this.#body();
    return body === undefined
      ? []
      : this.#labelsOf(body).map((name) => simple(name, "label", `label of ${body}`, undefined));
  }

  #labelsOf(body: string): readonly string[] {
    const labels: string[] = [];
    const block = this.#checked.bodies.find(({ name }) => name === body)?.block;
    if (block !== undefined)
      walkStatements(block, (statement) => {
        if (statement.kind === "label") labels.push(statement.name);
      });
    return labels;
  }

  // ---- Members ----

  #members(): readonly Completion[] {
    const base = baseText(this.#text.slice(0, this.#context.wordStart));
    if (base === "") return this.#designators();
    const thread = /^(\w+)\s*(?:\[[^\]]*\])?$/.exec(base)?.[1];
    if (thread !== undefined && this.#isThread(thread)) return words(THREAD_MEMBERS);
    const type = this.#typeOf(base);
    const record = type === undefined ? undefined : recordBehind(type);
    if (record !== undefined) return this.#fieldsOf(record);
    // A C file without the header: what the pointer is called is all there is.
    return this.#checked.scenario === undefined && /(^|\W|_)rseq(_abi)?$|rseq\w*\(\)$/.test(base)
      ? this.#profileFields("rseq")
      : NOTHING;
  }

  /** `.version = 0` in an initialiser of a declared struct. */
  #designators(): readonly Completion[] {
    const head = this.#context.frames.at(-1)?.head ?? [];
    const at = head.lastIndexOf("struct");
    const tag = at < 0 ? undefined : head[at + 1];
    const tagged = tag === undefined ? undefined : this.#checked.unit.tags.get(tag);
    return tagged?.kind === "record" ? this.#fieldsOf(tagged) : NOTHING;
  }

  #typeOf(base: string): CType | undefined {
    const { scenario, unit } = this.#checked;
    const locals = this.#locals();
    const read = (parser: Parser): Expression => {
      parser.pushScope();
      for (const symbol of locals) parser.declare(symbol);
      const expression = parser.parseExpression();
      parser.popScope();
      return expression;
    };
    const { result } = unit.readFurther("<completion>", base, read);
    if (scenario === undefined) return typeOfExpression(result, new TypeTable(unit.target));
    return new Typing(scenario.reading.parser.types, scenario.reading.names).typeOf(result);
  }

  #fieldsOf(record: RecordType): readonly Completion[] {
    const { unit, kernel } = this.#checked;
    const classes = fieldClasses(unit, this.#roles, kernel.profile);
    const role = roleOf(record, unit, this.#roles);
    const struct = role === "other" ? undefined : subjectOf(record, unit, this.#roles).abiTag;
    return membersOf(record, 0).map(({ name, offset, size, type, key }): Completion => {
      const detail = `${spellType(type)} @ ${offset}, ${size} bytes${classText(classes.get(key))}`;
      const topic: CompletionTopic | undefined =
        struct === undefined ? undefined : { kind: "field", struct, name };
      return { ...simple(name, "field", detail, undefined), topic };
    });
  }

  #profileFields(tag: string): readonly Completion[] {
    const struct = this.#checked.kernel.profile.structs.find((one) => one.tag === tag);
    return (struct?.fields ?? [])
      .filter(({ name }) => !name.includes("."))
      .map((field) => ({
        ...simple(field.name, "field", profileFieldDetail(field), undefined),
        topic: { kind: "field", struct: tag, name: field.name } as const,
      }));
  }

  /**
   * Declarations of the fields that the struct does not have yet, of later kernels too: while a struct is written its fields say little
   * about its kernel. Behind a type, the names of the fields of that type.
   */
  #fieldLines(frame: Frame, before: readonly string[]): readonly Completion[] {
    const tag = frame.head[frame.head.indexOf("struct") + 1] ?? "";
    const own = this.#checked.unit.records.findLast((record) => record.tag === tag);
    const declared = new Set(own?.members.map(({ name }) => name));
    const fields = knownFields([this.#checked.kernel.profile, ...PROFILES], tag)
      .filter(({ name }) => !name.includes(".") && !declared.has(name))
      .filter(({ type }) => /^__[us]\d+$/.test(type));
    if (fields.length === 0) return NOTHING;
    const line = (field: ProfileField, text: string): Completion => ({
      ...simple(text, "field", profileFieldDetail(field), undefined),
      topic: { kind: "field", struct: tag, name: field.name },
    });
    if (before.length === 1)
      return fields
        .filter(({ type }) => type === before[0])
        .map((field) => line(field, `${field.name};`));
    if (before.length > 1) return NOTHING;
    const types = ["__u8", "__u16", "__u32", "__u64"];
    return [
      ...fields.map((field) => line(field, `${field.type} ${field.name};`)),
      ...types.map((name) => simple(name, "type", "", undefined)),
    ];
  }
}

/** Each field once, as the first profile has it. */
function knownFields(profiles: readonly Profile[], tag: string): readonly ProfileField[] {
  const fields = new Map<string, ProfileField>();
  for (const { structs } of profiles)
    for (const field of structs.find((one) => one.tag === tag)?.fields ?? [])
      if (!fields.has(field.name)) fields.set(field.name, field);
  return [...fields.values()];
}

function declaredIn(block: Statement): readonly ObjectSymbol[] {
  const found: ObjectSymbol[] = [];
  walkStatements(block, (statement) => {
    if (statement.kind !== "declaration" || statement.declaration.kind !== "declaration") return;
    for (const { symbol } of statement.declaration.declarators)
      if (symbol?.kind === "object") found.push(symbol);
  });
  return found;
}

interface ListedMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly type: CType;
  readonly key: string;
}

/** Named members, those of anonymous ones included. */
function membersOf(record: RecordType, base: number): readonly ListedMember[] {
  return record.members.flatMap((member) => {
    const { name, type, nameSpan } = member;
    const offset = base + member.offset;
    if (name !== undefined)
      return [{ name, offset, size: type.size, type, key: placeKey(nameSpan) }];
    const inner = resolve(type);
    return inner.kind === "record" ? membersOf(inner, offset) : [];
  });
}

function recordBehind(type: CType): RecordType | undefined {
  let plain = resolve(type);
  if (plain.kind === "pointer") plain = resolve(plain.target);
  else if (plain.kind === "array") plain = resolve(plain.element);
  return plain.kind === "record" && plain.isComplete ? plain : undefined;
}

/** The operand before `.` or `->` at the end of the text; "" where none stands there. */
function baseText(text: string): string {
  let end = text.trimEnd().length;
  end -= text.slice(0, end).endsWith("->") ? 2 : 1;
  let start = text.slice(0, end).trimEnd().length;
  const stop = start;
  for (;;) {
    const before = text.slice(0, start).trimEnd();
    const last = before.at(-1) ?? "";
    if (last === ")" || last === "]") start = openingOf(before);
    else if (/\w/.test(last)) start = before.length - (/\w+$/.exec(before)?.[0].length ?? 0);
    else return text.slice(start, stop).trim();
    if (start < 0) return "";
    const rest = text.slice(0, start).trimEnd();
    const link = rest.endsWith("->") ? 2 : rest.endsWith(".") ? 1 : 0;
    // An index or a call belongs to the name before it.
    const isTail = /[([]/.test(text[start] ?? "") && /[\w\])]$/.test(rest);
    if (link === 0 && !isTail) return text.slice(start, stop).trim();
    start = rest.length - link;
  }
}

/** Offset of the bracket that the text's last one closes; -1 for none. */
function openingOf(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const sign = text[at]!;
    if (sign === ")" || sign === "]") depth++;
    else if ((sign === "(" || sign === "[") && --depth === 0) return at;
  }
  return -1;
}

function classText(owner: FieldClass | undefined): string {
  if (owner === undefined) return "";
  return ` · ${owner.class}${owner.isKernelWritten ? ", kernel writes" : ""}`;
}

function profileFieldDetail(field: ProfileField): string {
  const { type, offset, size, class: owner, kernelOnly } = field;
  return `${type} @ ${offset}, ${size} bytes · ${owner}${kernelOnly ? ", kernel writes" : ""}`;
}

function named(name: string): CompletionTopic {
  return { kind: "name", name };
}

function simple(
  label: string,
  kind: CompletionKind,
  detail: string,
  topic: CompletionTopic | undefined,
): Completion {
  return { label, kind, detail, insertText: label, isSnippet: false, topic };
}

function constant(name: string, detail = ""): Completion {
  return simple(name, "constant", detail, named(name));
}

function variable({ name, type }: ObjectSymbol, where: string): Completion {
  return simple(name, "variable", `${spellDeclaration(type, name)} (${where})`, named(name));
}

function call(
  name: string,
  form: string,
  hasParameters: boolean,
  topic: CompletionTopic | undefined,
): Completion {
  const insertText = hasParameters ? `${name}($1)$0` : `${name}()`;
  return {
    label: name,
    kind: "function",
    detail: form,
    insertText,
    isSnippet: hasParameters,
    topic,
  };
}

function values(names: readonly string[]): readonly Completion[] {
  return names.map((name) => simple(name, "value", "", undefined));
}

/** `suffix` stands behind each word that has no form of its own. */
function words(forms: readonly WordForm[], suffix = ""): readonly Completion[] {
  return forms.map(([label, detail, form]): Completion => {
    const insertText = form ?? `${label}${suffix}`;
    const isSnippet = insertText.includes("$");
    return {
      label,
      kind: isSnippet ? "snippet" : "keyword",
      detail,
      insertText,
      isSnippet,
      topic: named(label),
    };
  });
}
