// What stands at each place of a file: the one answer behind definition, references, highlights, rename and semantic tokens. The syntax
// tree says what names in expressions mean; names that the tree does not hold (tags, typedefs, macros, directives) are looked up.
import type {
  CSymbol,
  Declaration,
  Designator,
  Expression,
  FunctionDefinition,
  Initializer,
  ObjectSymbol,
} from "../c/ast.ts";
import { memberOf, typeOfExpression } from "../c/expression-type.ts";
import { TypeTable } from "../c/type-table.ts";
import { type CType, type Member, type RecordType, resolve } from "../c/types.ts";
import type { Checked } from "../lint/check.ts";
import { operandsOf } from "../scenario/expression-walk.ts";
import type { Item, Name, PlaceReference, ScriptItem, ThreadReference } from "../scenario/item.ts";
import {
  type Block,
  expressionsOf,
  innerStatements,
  type Statement,
  walkStatements,
} from "../scenario/statement.ts";
import type { Names } from "../scenario/names.ts";
import { Typing } from "../scenario/typing.ts";
import type { Span } from "../text/source.ts";
import { type NameUse, type Entity, entity, fieldEntity, type Occurrence } from "./entity.ts";
import { type TextToken, tokensOf } from "./tokens.ts";

/** What the occurrences of a file are made from. */
export type Readable = Pick<Checked, "unit" | "scenario" | "bodies">;

const known = new WeakMap<object, Map<string, readonly Occurrence[]>>();

/** The names of one file of the judged unit (its own, or a header that it includes), in the order of the text. */
export function occurrencesIn(checked: Readable, path: string): readonly Occurrence[] {
  let files = known.get(checked.unit);
  if (files === undefined) known.set(checked.unit, (files = new Map()));
  let occurrences = files.get(path);
  if (occurrences === undefined)
    files.set(path, (occurrences = new Collector(checked, path).all()));
  return occurrences;
}

/** What the name at the offset stands for; an end of a name counts as the name. */
export function occurrenceAt(
  checked: Readable,
  path: string,
  offset: number,
): Occurrence | undefined {
  const all = occurrencesIn(checked, path);
  return (
    all.find(({ span }) => span.start <= offset && offset < span.end) ??
    all.find(({ span }) => span.end === offset)
  );
}

class Collector {
  readonly #checked: Readable;
  readonly #path: string;
  readonly #text: string;
  readonly #names: Names | undefined;
  readonly #memberOf: (expression: Expression) => Member | undefined;
  readonly #found = new Map<number, Occurrence>();
  readonly #functions = new Map<string, Entity>();
  readonly #threads = new Map<string, Entity>();
  /** Sections by name, labels by function and name. */
  readonly #sections = new Map<string, Entity>();
  readonly #labels = new Map<string, Map<string, Entity>>();
  /** Function or thread whose body is being walked. */
  #body: string | undefined;

  constructor(checked: Readable, path: string) {
    this.#checked = checked;
    this.#path = path;
    this.#text = checked.unit.textOf(path) ?? "";
    this.#names = checked.scenario?.reading.names;
    this.#memberOf = memberFinder(checked);
  }

  all(): readonly Occurrence[] {
    this.#declareTypes();
    this.#declareFunctions();
    for (const { name, block } of this.#checked.bodies) this.#declareInside(name, block);
    const { scenario } = this.#checked;
    for (const declaration of this.#checked.unit.declarations)
      if (declaration.kind === "declaration") this.#declaration(declaration);
      else if (declaration.kind === "staticAssertion")
        this.#expression(declaration.condition, "read");
    if (scenario === undefined)
      for (const { name, block } of this.#checked.bodies) this.#inBody(name, block);
    else for (const item of scenario.tree.items) this.#item(item);
    this.#rest();
    return [...this.#found.values()].toSorted((left, right) => left.span.start - right.span.start);
  }

  /** The first meaning of a place counts; what a macro's body gave does not stand in the text. */
  #add(what: Entity | undefined, span: Span, access: NameUse): void {
    if (what === undefined || span.path !== this.#path || this.#found.has(span.start)) return;
    if (this.#text.slice(span.start, span.end) !== what.name) return;
    this.#found.set(span.start, { entity: what, span, access });
  }

  #declared(what: Entity): void {
    this.#add(what, what.nameSpan, "declaration");
  }

  #declareTypes(): void {
    const { unit } = this.#checked;
    for (const record of unit.records) {
      if (record.tag !== undefined) this.#declared(recordEntity(record));
      for (const member of record.members)
        if (member.name !== undefined) this.#declared(fieldEntity(member));
    }
    for (const one of unit.enums) {
      if (one.tag !== undefined)
        this.#declared(entity("enum", one.tag, one.nameSpan, { type: one }));
      for (const { name, span, type } of one.constants)
        this.#declared(entity("constant", name, span, { type }));
    }
    for (const type of unit.typedefs.values())
      this.#declared(entity("type", type.name, type.nameSpan, { type: type.type }));
    for (const { name, nameSpan } of unit.macros.values())
      this.#declared(entity("macro", name, nameSpan));
  }

  #declareFunctions(): void {
    for (const declaration of this.#checked.unit.declarations) {
      if (declaration.kind !== "function") continue;
      const { name, nameSpan, type, parameters } = declaration;
      const what = entity("function", name, nameSpan, { type });
      this.#functions.set(name, what);
      this.#declared(what);
      for (const parameter of parameters) this.#declared(this.#objectEntity(parameter, name));
    }
    for (const item of this.#checked.scenario?.tree.items ?? [])
      if (item.kind === "thread")
        this.#threads.set(item.name.text, entity("thread", item.name.text, item.name.span));
  }

  #declareInside(body: string, block: Block): void {
    const labels = new Map<string, Entity>();
    this.#labels.set(body, labels);
    walkStatements(block, (statement) => {
      if (statement.kind === "label") {
        const label = entity("label", statement.name, statement.nameSpan, { scope: body });
        labels.set(statement.name, label);
        this.#declared(label);
      } else if (statement.kind === "critical" && statement.nameSpan !== undefined) {
        const name = statement.name ?? "";
        const section = entity("section", name, statement.nameSpan);
        this.#sections.set(name, section);
        this.#declared(section);
      }
    });
  }

  // ---- Items of a scenario ----

  #item(item: Item): void {
    switch (item.kind) {
      case "function":
        this.#inBody(item.name.text, item.body);
        return;
      case "percpu":
        this.#declaration(item.declaration);
        return;
      case "kernel":
        this.#add(
          entity("profile", item.profile.text, undefined),
          insideQuotes(item.profile, this.#text),
          "mention",
        );
        for (const { setting } of item.entries) this.#setting(setting);
        return;
      case "machine":
        for (const { setting } of item.entries) this.#setting(setting);
        return;
      case "thread":
        this.#declareName("thread", item.name);
        for (const part of [item.count, item.on, ...(item.affinity ?? [])]) this.#maybe(part);
        for (const { handler, count } of item.handlers) {
          this.#add(this.#functions.get(handler.text), handler.span, "mention");
          this.#maybe(count);
        }
        this.#inBody(item.name.text, item.body);
        return;
      case "schedule":
        this.#declareName("schedule", item.name);
        for (const one of item.script ?? []) this.#scriptItem(one);
        for (const { value } of item.policy?.arguments ?? []) this.#expression(value, "read");
        return;
      case "invariant":
        this.#declareName("invariant", item.name);
        this.#expression(item.expression, "read");
        return;
      case "finally":
        this.#inBody("finally", item.body);
        return;
      case "expect":
        if (item.what === "violation") {
          this.#add(this.#invariantNamed(item.name.text), item.name.span, "mention");
          return;
        }
        this.#threadReference(item.thread);
        if (item.what === "aborts") this.#expression(item.count, "read");
        return;
      case "check":
        return;
    }
  }

  #declareName(kind: "thread" | "schedule" | "invariant", name: Name): void {
    const what = kind === "thread" ? this.#threads.get(name.text) : undefined;
    this.#add(what ?? entity(kind, name.text, name.span), name.span, "declaration");
  }

  #invariantNamed(name: string): Entity | undefined {
    const item = this.#checked.scenario?.tree.items.find(
      (one) => one.kind === "invariant" && one.name.text === name,
    );
    return item?.kind === "invariant" ? entity("invariant", name, item.name.span) : undefined;
  }

  #setting(setting: Extract<Item, { kind: "kernel" }>["entries"][number]["setting"]): void {
    if (setting.kind === "expression") this.#expression(setting.expression, "read");
    else if (setting.kind === "list")
      for (const one of setting.expressions) this.#expression(one, "read");
  }

  #scriptItem(item: ScriptItem): void {
    if ("thread" in item) this.#threadReference(item.thread);
    switch (item.kind) {
      case "run":
        this.#maybe(item.count);
        if (item.until !== undefined) this.#place(item.until, item.thread.name.text);
        return;
      case "dispatch":
      case "migrate":
      case "tick":
      case "membarrier":
        this.#maybe(item.cpu);
        return;
      case "signal":
        this.#add(this.#functions.get(item.handler.text), item.handler.span, "mention");
        return;
      case "pageout":
        this.#expression(item.target, "mention");
        return;
      case "set":
        this.#expression(item.target, "write");
        this.#expression(item.value, "read");
        return;
      case "repeat":
        this.#expression(item.count, "read");
        for (const inner of item.items) this.#scriptItem(inner);
        return;
      case "run-all":
      case "preempt":
      case "wake":
        return;
    }
  }

  #threadReference({ name, index }: ThreadReference): void {
    this.#add(this.#threads.get(name.text), name.span, "mention");
    this.#maybe(index);
  }

  /** A bare name is a label if there is one: of the thread's own body first; else a function, section or thread. */
  #place(place: PlaceReference, thread: string): void {
    if (place.kind !== "name") return;
    const { name, label } = place;
    if (label === undefined) {
      const what = this.#labelAnywhere(thread, name.text) ?? this.#codeNamed(name.text);
      this.#add(what, name.span, "mention");
      return;
    }
    this.#add(this.#codeNamed(name.text), name.span, "mention");
    this.#add(this.#labels.get(name.text)?.get(label.text), label.span, "mention");
  }

  #labelAnywhere(thread: string, name: string): Entity | undefined {
    const own = this.#labels.get(thread)?.get(name);
    if (own !== undefined) return own;
    for (const labels of this.#labels.values()) {
      const label = labels.get(name);
      if (label !== undefined) return label;
    }
    return undefined;
  }

  #codeNamed(name: string): Entity | undefined {
    return this.#functions.get(name) ?? this.#sections.get(name) ?? this.#threads.get(name);
  }

  // ---- Statements ----

  #inBody(name: string, block: Block): void {
    this.#body = name;
    this.#statement(block);
    this.#body = undefined;
  }

  #statement(statement: Statement): void {
    if (statement.kind === "commit") {
      this.#expression(statement.target, "write");
      this.#expression(statement.value, "read");
    } else for (const part of expressionsOf(statement)) this.#expression(part, "read");
    if (statement.kind === "declaration" && statement.declaration.kind === "declaration")
      this.#declaration(statement.declaration);
    else if (statement.kind === "goto") this.#label(statement.label, statement.labelSpan);
    else if (statement.kind === "critical")
      this.#label(statement.abortLabel, statement.abortLabelSpan);
    for (const inner of innerStatements(statement)) this.#statement(inner);
  }

  #label(name: string, span: Span): void {
    this.#add(this.#labels.get(this.#body ?? "")?.get(name), span, "mention");
  }

  #declaration(declaration: Declaration): void {
    for (const { symbol, nameSpan: place, initializer, type } of declaration.declarators) {
      if (symbol !== undefined) this.#addSymbol(symbol, place, "declaration");
      const plain = resolve(type);
      if (plain.kind === "function")
        for (const { name, nameSpan, type: own } of plain.parameters)
          if (name !== undefined)
            this.#declared(entity("parameter", name, nameSpan, { type: own }));
      if (initializer !== undefined) this.#initializer(initializer, type);
    }
  }

  #initializer(initializer: Initializer, type: CType): void {
    if (initializer.kind !== "list") {
      this.#expression(initializer, "read");
      return;
    }
    for (const { designators, value } of initializer.items)
      this.#initializer(value, this.#designated(designators, type));
  }

  /** The type that the designators lead to; members on the way are noted. */
  #designated(designators: readonly Designator[], type: CType): CType {
    let current = designators.length === 0 ? elementOf(type) : type;
    for (const designator of designators) {
      if (designator.kind === "index") {
        this.#expression(designator.index, "read");
        current = elementOf(current);
        continue;
      }
      const plain = resolve(current);
      const member = plain.kind === "record" ? memberOf(plain, designator.name)?.member : undefined;
      if (member === undefined) return current;
      this.#add(fieldEntity(member), wordIn(designator.span, designator.name, this.#text), "write");
      current = member.type;
    }
    return current;
  }

  // ---- Expressions ----

  #maybe(expression: Expression | undefined): void {
    if (expression !== undefined) this.#expression(expression, "read");
  }

  #expression(expression: Expression, access: NameUse): void {
    switch (expression.kind) {
      case "identifier":
        this.#identifier(expression, access);
        return;
      case "member":
        this.#member(expression, access);
        return;
      case "assignment":
        this.#expression(expression.left, "write");
        this.#expression(expression.right, "read");
        return;
      case "unary":
      case "postfix": {
        const isStep = expression.operator === "++" || expression.operator === "--";
        this.#expression(expression.operand, isStep ? "write" : "read");
        return;
      }
      case "index":
        // An element of the array itself is stored; behind a pointer the pointer is only loaded.
        this.#expression(expression.base, access);
        this.#expression(expression.index, "read");
        return;
      case "call":
        this.#call(expression);
        return;
      case "labelAddress":
        this.#label(expression.label, expression.labelSpan);
        return;
      case "sizeof":
        if (expression.operand !== undefined) this.#expression(expression.operand, "mention");
        return;
      case "offsetof":
        this.#designated(expression.designators, expression.type);
        return;
      case "compound":
        this.#initializer(expression.initializer, expression.type);
        return;
      case "binary":
      case "cast":
      case "comma":
      case "conditional":
      case "generic":
      case "integer":
      case "float":
      case "string":
      case "typesCompatible":
      case "error":
        for (const operand of operandsOf(expression)) this.#expression(operand, access);
    }
  }

  #identifier(expression: Expression & { kind: "identifier" }, access: NameUse): void {
    const { symbol, name, span } = expression;
    if (symbol !== undefined) this.#addSymbol(symbol, span, access);
    // A thread may be declared behind the invariant that looks at it.
    else this.#add(this.#threads.get(name), span, "mention");
  }

  #member(expression: Expression & { kind: "member" }, access: NameUse): void {
    const { base, name, nameSpan } = expression;
    const observed = this.#names?.threadMember(expression);
    if (observed !== undefined) {
      this.#expression(base, "mention");
      if (observed.member.kind === "observed")
        this.#add(entity("threadMember", name, undefined), nameSpan, access);
      else if (observed.member.kind === "local")
        this.#foreignLocal(observed.member, nameSpan, expression.span.end, access);
      return;
    }
    const member = this.#memberOf(expression);
    if (member !== undefined) this.#add(fieldEntity(member), nameSpan, access);
    this.#expression(base, expression.isArrow || access === "read" ? "read" : "mention");
  }

  /** `worker[0].increment::cpu`, which ends with the local's name. */
  #foreignLocal(
    local: { readonly function: string; readonly name: string },
    functionSpan: Span,
    end: number,
    access: NameUse,
  ): void {
    this.#add(this.#codeNamed(local.function), functionSpan, "mention");
    const symbol = this.#localNamed(local.function, local.name);
    if (symbol === undefined) return;
    const span = { path: functionSpan.path, start: end - local.name.length, end };
    this.#add(this.#objectEntity(symbol, local.function), span, access);
  }

  #localNamed(body: string, name: string): ObjectSymbol | undefined {
    return localsOf(this.#checked, body).find((symbol) => symbol.name === name);
  }

  #call(call: Expression & { kind: "call" }): void {
    const observed = this.#names?.threadMember(call);
    if (observed?.member.kind === "section") {
      const { section, span } = observed.member;
      this.#add(this.#sections.get(section) ?? this.#functions.get(section), span, "mention");
      this.#expression(call.callee, "mention");
      return;
    }
    this.#expression(call.callee, "read");
    const stores =
      call.callee.kind === "identifier" &&
      /^(WRITE_ONCE|__atomic_(?!load)\w+)$/.test(call.callee.name);
    for (const [index, argument] of call.arguments.entries()) {
      const isStored = stores && index === 0;
      const stored =
        argument.kind === "unary" && argument.operator === "&" ? argument.operand : argument;
      this.#expression(isStored ? stored : argument, isStored ? "write" : "read");
    }
  }

  // ---- Symbols ----

  #addSymbol(symbol: CSymbol, span: Span, access: NameUse): void {
    this.#add(this.#symbolEntity(symbol), span, access);
  }

  #symbolEntity(symbol: CSymbol): Entity {
    const { name, nameSpan } = symbol;
    switch (symbol.kind) {
      case "object":
        return this.#threads.get(name) !== undefined && this.#names?.threads.has(symbol) === true
          ? this.#threads.get(name)!
          : this.#objectEntity(symbol, this.#body);
      case "function": {
        const isService = nameSpan.path === "<scenario>";
        const own = this.#functions.get(name);
        if (own !== undefined && !isService) return own;
        return entity(isService ? "service" : "function", name, nameSpan, { type: symbol.type });
      }
      case "typedef":
        return entity("type", name, nameSpan, { type: symbol.type.type });
      case "constant":
        return entity("constant", name, nameSpan, { type: symbol.constant.type });
    }
  }

  #objectEntity(symbol: ObjectSymbol, body: string | undefined): Entity {
    const { name, type, isGlobal, isParameter } = symbol;
    const first = isGlobal ? this.#checked.unit.objects.get(name) : undefined;
    const isPercpu = this.#checked.scenario?.tree.percpu.has(first ?? symbol) === true;
    const kind = isPercpu ? "percpu" : isParameter ? "parameter" : "variable";
    return entity(kind, name, (first ?? symbol).nameSpan, {
      type,
      scope: isGlobal ? undefined : body,
    });
  }

  // ---- Names that no tree holds ----

  #rest(): void {
    const tokens = tokensOf(this.#text).filter(({ kind }) => kind !== "comment");
    for (const [index, token] of tokens.entries()) {
      if (token.kind !== "word" || this.#found.has(token.start)) continue;
      const span = { path: this.#path, start: token.start, end: token.end };
      this.#add(this.#lookedUp(token.text, tokens[index - 1]), span, "mention");
    }
  }

  #lookedUp(name: string, before: TextToken | undefined): Entity | undefined {
    const { unit } = this.#checked;
    if (before?.text === "struct" || before?.text === "union" || before?.text === "enum") {
      const tagged = unit.tags.get(name) ?? unit.records.find((record) => record.tag === name);
      if (tagged === undefined) return undefined;
      return tagged.kind === "record"
        ? recordEntity(tagged)
        : entity("enum", name, tagged.nameSpan, { type: tagged });
    }
    if (before?.text === "." || before?.text === "->" || before?.text === "::") return undefined;
    const macro = unit.macros.get(name);
    if (macro !== undefined) return entity("macro", name, macro.nameSpan);
    const symbol = unit.lookup(name);
    // An object's or a function's name that the tree does not hold is a word of the scenario, or of a text that is left out.
    return symbol?.kind === "typedef" || symbol?.kind === "constant"
      ? this.#symbolEntity(symbol)
      : undefined;
  }
}

function memberFinder({
  scenario,
  unit,
}: Readable): (expression: Expression) => Member | undefined {
  if (scenario !== undefined) {
    const typing = new Typing(scenario.reading.parser.types, scenario.reading.names);
    return (expression) => {
      const record = expression.kind === "member" ? typing.recordOf(expression) : undefined;
      return record === undefined || expression.kind !== "member"
        ? undefined
        : memberOf(record, expression.name)?.member;
    };
  }
  const types = new TypeTable(unit.target);
  return (expression) => {
    if (expression.kind !== "member") return undefined;
    const base = typeOfExpression(expression.base, types);
    const plain = base === undefined ? undefined : resolve(base);
    const record = plain?.kind === "pointer" || plain?.kind === "array" ? elementOf(plain) : plain;
    const found = record === undefined ? undefined : resolve(record);
    return found?.kind === "record" ? memberOf(found, expression.name)?.member : undefined;
  };
}

/** Parameters and locals of a function or thread body, in the order of their declarations. */
export function localsOf({ unit, bodies }: Readable, body: string): readonly ObjectSymbol[] {
  const definition = unit.declarations.find(
    (one): one is FunctionDefinition => one.kind === "function" && one.name === body,
  );
  const locals: ObjectSymbol[] = [...(definition?.parameters ?? [])];
  const block = bodies.find((one) => one.name === body)?.block;
  if (block !== undefined)
    walkStatements(block, (statement) => {
      if (statement.kind !== "declaration" || statement.declaration.kind !== "declaration") return;
      for (const { symbol } of statement.declaration.declarators)
        if (symbol?.kind === "object") locals.push(symbol);
    });
  return locals;
}

function recordEntity(record: RecordType): Entity {
  return entity("struct", record.tag ?? "", record.nameSpan, { type: record });
}

/** What an array or a pointer leads to; any other type itself. */
function elementOf(type: CType): CType {
  const plain = resolve(type);
  if (plain.kind === "array") return plain.element;
  return plain.kind === "pointer" ? plain.target : type;
}

/** The first place of a word inside a span, which may hold a sign before it. */
function wordIn(span: Span, word: string, text: string): Span {
  const start = text.indexOf(word, span.start);
  return start < 0 || span.end < start
    ? span
    : { path: span.path, start, end: start + word.length };
}

function insideQuotes(name: Name, text: string): Span {
  return wordIn(name.span, name.text, text);
}
