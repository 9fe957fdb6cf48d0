// Reads the scenario's file-scope items through the C parser's hook. An item word counts only where no typedef or
// variable of that name is in scope and what follows fits; everything else is left to C.
import type { Expression, ObjectSymbol } from "../c/ast.ts";
import type { Mark, Parser } from "../c/parser.ts";
import {
  COLON,
  COMMA,
  DECLARATION_KEYWORD_LAST,
  END,
  EQUAL,
  EQUAL_EQUAL,
  GREATER,
  GREATER_EQUAL,
  IDENTIFIER,
  KEYWORD_FIRST,
  LEFT_BRACE,
  LEFT_BRACKET,
  LEFT_PAREN,
  LESS,
  LESS_EQUAL,
  NOT_EQUAL,
  NUMBER,
  PERCENT,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  RIGHT_PAREN,
  SEMICOLON,
  STAR,
  STRING,
} from "../c/token.ts";
import type { Span } from "../text/source.ts";
import type { ScenarioReport } from "./codes.ts";
import type {
  CheckItem,
  ExpectItem,
  HandlerClause,
  Item,
  Name,
  PlaceReference,
  PolicyArgument,
  Relation,
  ScriptItem,
  Setting,
  SettingEntry,
  ThreadReference,
} from "./item.ts";
import { parseBody } from "./statement-parser.ts";
import type { StatementContext } from "./statement-parser.ts";
import { nearest } from "./suggestion.ts";

const SCRIPT_WORDS = [
  "run",
  "dispatch",
  "preempt",
  "migrate",
  "signal",
  "wake",
  "pageout",
  "tick",
  "membarrier",
  "set",
  "repeat",
] as const;
const CLAUSE_WORDS = ["on", "affinity", "signal"];
const REPEAT_NESTING_MAX = 20;

export interface ItemContext extends StatementContext {
  /** Called with the objects of a percpu declaration, before anything can refer to them. */
  readonly declarePercpu: (symbols: readonly ObjectSymbol[]) => void;
  /** Called with a thread's name before its body is read, so that the body and later items know it. */
  readonly declareThread: (name: Name) => void;
}

/** What must follow an item's word, and the form that the message shows. */
const forms: ReadonlyMap<string, { readonly next: number; readonly text: string }> = new Map([
  ["kernel", { next: STRING, text: 'kernel "linux-6.18";' }],
  ["machine", { next: LEFT_BRACE, text: "machine { cpus = 2; }" }],
  ["thread", { next: IDENTIFIER, text: "thread NAME { … }" }],
  [
    "schedule",
    { next: IDENTIFIER, text: "schedule NAME { … } or schedule NAME = random(seed = 1);" },
  ],
  ["invariant", { next: IDENTIFIER, text: "invariant NAME { expression }" }],
  ["finally", { next: LEFT_BRACE, text: "finally { … }" }],
  ["expect", { next: IDENTIFIER, text: "expect violation NAME;" }],
  ["check", { next: LEFT_BRACE, text: "check { deadlock = off; }" }],
]);

const ITEM_WORDS = [...forms.keys(), "percpu"];

/** Whether what follows the word is the form of an item. */
function hasForm(parser: Parser, word: string): boolean {
  const form = forms.get(word);
  return form === undefined
    ? word === "percpu" && parser.isTypeName(1)
    : form.next === parser.peek(1);
}

/** Whether an item begins at the cursor: its word, free, in its form. */
export function isItemStart(parser: Parser): boolean {
  if (parser.peek() !== IDENTIFIER) return false;
  const word = parser.text();
  return hasForm(parser, word) && parser.lookup(word) === undefined;
}

/** Reads one item and gives it to `add`; false (cursor unmoved) if C should read what stands here. */
export function parseItem(context: ItemContext, add: (item: Item) => void): boolean {
  const parser = context.parser;
  const word = parser.text();
  if (parser.lookup(word) !== undefined) return false;
  const reader = new ItemParser(context, add);
  const form = forms.get(word);
  if (form !== undefined)
    return hasForm(parser, word) ? readItem(reader, word) : reader.malformed(word, form.text);
  if (word === "percpu") return readItem(reader, word);
  const meant = nearest(word, ITEM_WORDS);
  return meant !== undefined && hasForm(parser, meant) && reader.mistyped(meant);
}

function readItem(reader: ItemParser, word: string): boolean {
  switch (word) {
    case "kernel":
      return reader.read(() => reader.kernel());
    case "machine":
      return reader.read(() => reader.machine());
    case "percpu":
      return reader.read(() => reader.percpu());
    case "thread":
      return reader.read(() => reader.thread());
    case "schedule":
      return reader.read(() => reader.schedule());
    case "invariant":
      return reader.read(() => reader.invariant());
    case "finally":
      return reader.read(() => reader.finally());
    case "expect":
      return reader.read(() => reader.expect());
    case "check":
      return reader.read(() => reader.check());
    default:
      return false;
  }
}

function isMalformedEnd(kind: number): boolean {
  return kind === SEMICOLON || kind === LEFT_BRACE || kind === RIGHT_BRACE || kind === END;
}

class ItemParser {
  readonly #parser: Parser;
  readonly #report: ScenarioReport;
  readonly #context: ItemContext;
  readonly #add: (item: Item) => void;
  #ownReports = 0;
  /** The reports before the item that is being read. */
  #itemReports = 0;

  constructor(context: ItemContext, add: (item: Item) => void) {
    this.#parser = context.parser;
    this.#report = (...report) => {
      this.#ownReports++;
      context.report(...report);
    };
    this.#context = context;
    this.#add = add;
  }

  read(item: () => Item | undefined): true {
    this.#itemReports = this.#reports();
    const result = item();
    if (result !== undefined) this.#add(result);
    return true;
  }

  /** Says which word was meant, and reads the item as if it stood there. */
  mistyped(meant: string): boolean {
    const word = { text: this.#parser.text(), span: this.#parser.span() };
    this.#unknownWord(word, ITEM_WORDS, "Items of a scenario begin with");
    return readItem(this, meant);
  }

  /** An item's word without its form: says which it is, and goes on behind the item. */
  malformed(word: string, form: string): true {
    const parser = this.#parser;
    const start = parser.mark();
    const span = parser.span();
    // A string that is not closed has been reported, and is no token.
    const between = { ...span, start: span.end, end: parser.span(1).start };
    if (!this.#context.textOf(between).includes('"'))
      this.#report("K13", span, `'${word}' begins an item of the form: ${form}`);
    parser.next();
    this.#skipMalformed();
    // No profile is meant by it, but the file has named one.
    const profile = { text: "", span };
    if (word === "kernel")
      this.#add({ kind: "kernel", profile, entries: [], span: parser.spanFrom(start) });
    return true;
  }

  #skipMalformed(): void {
    const parser = this.#parser;
    if (parser.isBraceForgotten()) return parser.skipForgotten();
    while (!isMalformedEnd(parser.peek()) && !parser.isItemStart()) parser.next();
    if (parser.peek() === LEFT_BRACE) parser.skipBalanced();
    else parser.accept(SEMICOLON);
  }

  kernel(): Item {
    const start = this.#parser.mark();
    this.#parser.next();
    const profile = this.#string();
    const entries = this.#parser.peek() === LEFT_BRACE ? this.#settings() : this.#noSettings();
    return { kind: "kernel", profile, entries, span: this.#parser.spanFrom(start) };
  }

  machine(): Item {
    const start = this.#parser.mark();
    const keyword = this.#word();
    const entries = this.#settings();
    return { kind: "machine", keyword, entries, span: this.#parser.spanFrom(start) };
  }

  #noSettings(): readonly SettingEntry[] {
    this.#semicolon();
    return [];
  }

  #settings(): readonly SettingEntry[] {
    const entries: SettingEntry[] = [];
    this.#braced(() => {
      const key = this.#identifier();
      if (key === undefined || !this.#parser.expect(EQUAL)) {
        this.#parser.recover();
        return;
      }
      entries.push({ key, setting: this.#setting() });
      this.#semicolon();
    });
    return entries;
  }

  #setting(): Setting {
    const start = this.#parser.mark();
    if (this.#parser.peek() === STRING) {
      const { text, span } = this.#string();
      return { kind: "text", text, span };
    }
    if (this.#parser.peek() === LEFT_BRACE) {
      const expressions = this.#integerList();
      return { kind: "list", expressions, span: this.#parser.spanFrom(start) };
    }
    const expression = this.#parser.parseConditionalExpression();
    return { kind: "expression", expression, span: expression.span };
  }

  #integerList(): readonly Expression[] {
    const parser = this.#parser;
    const expressions: Expression[] = [];
    parser.expect(LEFT_BRACE);
    while (parser.peek() !== RIGHT_BRACE && parser.peek() !== END) {
      expressions.push(parser.parseConditionalExpression());
      if (!parser.accept(COMMA)) break;
    }
    parser.expect(RIGHT_BRACE);
    return expressions;
  }

  percpu(): Item | undefined {
    const start = this.#parser.mark();
    this.#parser.next();
    const declaration = this.#parser.parseDeclaration();
    const span = this.#parser.spanFrom(start);
    if (declaration.kind !== "declaration") {
      this.#report("K10", span, "percpu stands before a variable's declaration.");
      return undefined;
    }
    const objects = declaration.declarators.flatMap(({ symbol }) =>
      symbol?.kind === "object" ? [symbol] : [],
    );
    this.#context.declarePercpu(objects);
    return { kind: "percpu", declaration, span };
  }

  thread(): Item {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const name = this.#word();
    let count: Expression | undefined;
    if (parser.accept(LEFT_BRACKET)) {
      count = parser.parseConditionalExpression();
      parser.expect(RIGHT_BRACKET);
    }
    const clauses = this.#clauses();
    this.#context.declareThread(name);
    const body = parseBody(this.#context);
    return { kind: "thread", name, count, ...clauses, body, span: parser.spanFrom(start) };
  }

  #clauses(): {
    on: Expression | undefined;
    affinity: readonly Expression[] | undefined;
    handlers: readonly HandlerClause[];
  } {
    const parser = this.#parser;
    let on: Expression | undefined;
    let affinity: readonly Expression[] | undefined;
    let handlers: readonly HandlerClause[] | undefined;
    while (parser.peek() === IDENTIFIER && !this.#isBodyWithoutBrace()) {
      const word = this.#word();
      const isRepeated =
        (word.text === "on" && on !== undefined) ||
        (word.text === "affinity" && affinity !== undefined) ||
        (word.text === "signal" && handlers !== undefined);
      if (isRepeated)
        this.#report(
          "K11",
          word.span,
          `'${word.text}' was given already; a thread has each clause once.`,
        );
      if (word.text === "on") on = this.#primaryConstant();
      else if (word.text === "affinity") affinity = this.#integerList();
      else if (word.text === "signal") handlers = this.#handlers();
      else this.#unknownWord(word, CLAUSE_WORDS, "A thread's clauses are");
    }
    return { on, affinity, handlers: handlers ?? [] };
  }

  /** A call, an assignment or a declaration instead of a clause. */
  #isBodyWithoutBrace(): boolean {
    const parser = this.#parser;
    return !CLAUSE_WORDS.includes(parser.text()) && parser.isBraceForgotten();
  }

  #handlers(): readonly HandlerClause[] {
    const handlers: HandlerClause[] = [];
    do {
      const handler = this.#identifier();
      if (handler === undefined) break;
      const count = this.#parser.accept(STAR) ? this.#primaryConstant() : undefined;
      handlers.push({ handler, count });
    } while (this.#parser.accept(COMMA));
    return handlers;
  }

  schedule(): Item {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const name = this.#word();
    this.#itemReports = this.#reports();
    if (parser.accept(EQUAL)) {
      const policy = this.#policy();
      this.#semicolon();
      const span = parser.spanFrom(start);
      if (this.#isItemBroken()) this.#context.addBroken(span);
      return { kind: "schedule", name, script: undefined, policy, span };
    }
    const script = this.#script(0);
    return { kind: "schedule", name, script, policy: undefined, span: parser.spanFrom(start) };
  }

  #policy(): { name: Name; arguments: readonly PolicyArgument[] } {
    const parser = this.#parser;
    const name = this.#identifier() ?? this.#missing();
    const given: PolicyArgument[] = [];
    parser.expect(LEFT_PAREN);
    while (parser.peek() !== RIGHT_PAREN && parser.peek() !== END) {
      const argument = this.#policyArgument();
      if (argument === undefined) break;
      given.push(argument);
      if (!parser.accept(COMMA)) break;
    }
    parser.expect(RIGHT_PAREN);
    return { name, arguments: given };
  }

  #policyArgument(): PolicyArgument | undefined {
    const name = this.#identifier();
    if (name === undefined || !this.#parser.expect(EQUAL)) return undefined;
    const value = this.#percentable();
    return { name, value, isPercent: this.#parser.accept(PERCENT) };
  }

  /** `20%` before `,` or `)` is a percentage; elsewhere `%` is C's operator. */
  #percentable(): Expression {
    const after = this.#parser.peek(2);
    if (this.#parser.peek(1) === PERCENT && (after === COMMA || after === RIGHT_PAREN))
      return this.#primaryConstant();
    return this.#parser.parseConditionalExpression();
  }

  #script(depth: number): readonly ScriptItem[] {
    const items: ScriptItem[] = [];
    if (depth > REPEAT_NESTING_MAX) {
      this.#report(
        "K60",
        this.#parser.span(),
        `'repeat' nests more than ${REPEAT_NESTING_MAX} deep.`,
      );
      this.#parser.skipBalanced();
      return items;
    }
    this.#braced(() => {
      const item = this.#scriptItem(depth);
      if (item !== undefined) items.push(item);
    });
    return items;
  }

  #scriptItem(depth: number): ScriptItem | undefined {
    const parser = this.#parser;
    const start = parser.mark();
    this.#itemReports = this.#reports();
    const word = this.#identifier();
    const item = word === undefined ? undefined : this.#scriptItemAfter(word, depth);
    if (item === undefined) {
      parser.recover();
      return undefined;
    }
    if (item.kind !== "repeat") this.#endOfScriptItem(start);
    return { ...item, span: parser.spanFrom(start) };
  }

  /** The `;`, whose lack is not said of an item that something was said of. */
  #endOfScriptItem(start: Mark): void {
    const parser = this.#parser;
    if (!this.#isItemBroken()) this.#semicolon();
    else if (!parser.accept(SEMICOLON)) parser.recover();
    if (this.#isItemBroken()) this.#context.addBroken(parser.spanFrom(start));
  }

  #reports(): number {
    return this.#parser.reports + this.#ownReports;
  }

  #isItemBroken(): boolean {
    return this.#itemReports < this.#reports();
  }

  #scriptItemAfter(word: Name, depth: number): ScriptItem | undefined {
    const parser = this.#parser;
    const span = word.span;
    switch (word.text) {
      case "run":
        return this.#run(span);
      case "dispatch": {
        const thread = this.#threadReference();
        const cpu = parser.acceptWord("on") ? this.#primaryConstant() : undefined;
        return { kind: "dispatch", thread, cpu, span };
      }
      case "preempt":
        return { kind: "preempt", thread: this.#threadReference(), span };
      case "wake":
        return { kind: "wake", thread: this.#threadReference(), span };
      case "migrate": {
        const thread = this.#threadReference();
        this.#expectWord("to", "migrate THREAD to CPU;");
        return { kind: "migrate", thread, cpu: this.#primaryConstant(), span };
      }
      case "signal": {
        const thread = this.#threadReference();
        const handler = this.#identifier();
        return handler === undefined ? undefined : { kind: "signal", thread, handler, span };
      }
      case "pageout":
        return { kind: "pageout", target: parser.parseUnaryExpression(), span };
      case "tick":
        return { kind: "tick", cpu: this.#primaryConstant(), span };
      case "membarrier": {
        const cpu = this.#isItemOver() ? undefined : this.#primaryConstant();
        return { kind: "membarrier", cpu, span };
      }
      case "set": {
        const target = parser.parseUnaryExpression();
        parser.expect(EQUAL);
        return { kind: "set", target, value: parser.parseAssignmentExpression(), span };
      }
      case "repeat": {
        const count = this.#primaryConstant();
        return { kind: "repeat", count, items: this.#script(depth + 1), span };
      }
      default:
        this.#unknownWord(word, SCRIPT_WORDS, "A schedule's items are");
        return undefined;
    }
  }

  #run(span: Span): ScriptItem {
    const parser = this.#parser;
    const isLast = parser.peek(1) === SEMICOLON || parser.peek(1) === RIGHT_BRACE;
    if (parser.isWord("all") && isLast) {
      parser.next();
      return { kind: "run-all", span };
    }
    const thread = this.#threadReference();
    if (parser.acceptWord("to")) {
      return { kind: "run", thread, count: undefined, until: this.#place(), span };
    }
    const count = this.#isItemOver() ? undefined : this.#primaryConstant();
    return { kind: "run", thread, count, until: undefined, span };
  }

  /** `;`, or where it was forgotten the next item or the end. */
  #isItemOver(): boolean {
    const parser = this.#parser;
    const kind = parser.peek();
    const isNext =
      kind === IDENTIFIER &&
      SCRIPT_WORDS.some((word) => word === parser.text()) &&
      (parser.peek(1) === IDENTIFIER || parser.peek(1) === NUMBER);
    return isNext || kind === SEMICOLON || kind === RIGHT_BRACE;
  }

  #place(): PlaceReference | undefined {
    const parser = this.#parser;
    const start = parser.mark();
    const name = this.#identifier();
    if (name === undefined) return undefined;
    if (name.text === "line" && parser.peek() === NUMBER) {
      const line = Number(parser.text());
      parser.next();
      return { kind: "line", line, span: parser.spanFrom(start) };
    }
    if (!parser.accept(COLON)) {
      if (name.text === "commit") return { kind: "commit", span: name.span };
      return { kind: "name", name, label: undefined, span: name.span };
    }
    const label = this.#identifier();
    return { kind: "name", name, label, span: parser.spanFrom(start) };
  }

  #threadReference(): ThreadReference {
    const parser = this.#parser;
    const start = parser.mark();
    const name = this.#identifier() ?? this.#missing();
    if (!parser.accept(LEFT_BRACKET)) return { name, index: undefined, span: name.span };
    const index = parser.parseConditionalExpression();
    parser.expect(RIGHT_BRACKET);
    return { name, index, span: parser.spanFrom(start) };
  }

  invariant(): Item {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const name = this.#word();
    parser.expect(LEFT_BRACE);
    const expression = parser.parseExpression();
    parser.accept(SEMICOLON);
    if (!parser.expect(RIGHT_BRACE)) {
      parser.recover();
      parser.accept(RIGHT_BRACE);
    }
    return { kind: "invariant", name, expression, span: parser.spanFrom(start) };
  }

  finally(): Item {
    const start = this.#parser.mark();
    const keyword = this.#word();
    const body = parseBody(this.#context);
    return { kind: "finally", keyword, body, span: this.#parser.spanFrom(start) };
  }

  expect(): Item | undefined {
    const start = this.#parser.mark();
    this.#parser.next();
    const item = this.#expectation(this.#word());
    if (item === undefined) this.#parser.recover();
    else this.#semicolon();
    return item === undefined ? undefined : { ...item, span: this.#parser.spanFrom(start) };
  }

  #expectation(word: Name): ExpectItem | undefined {
    const kind = "expect";
    const span = word.span;
    switch (word.text) {
      case "violation": {
        const name = this.#identifier();
        return name === undefined ? undefined : { kind, what: "violation", name, span };
      }
      case "kill": {
        const thread = this.#threadReference();
        const signal = this.#identifier();
        return signal === undefined ? undefined : { kind, what: "kill", thread, signal, span };
      }
      case "aborts": {
        const thread = this.#threadReference();
        const relation = this.#relation();
        if (relation === undefined) return undefined;
        const count = this.#parser.parseConditionalExpression();
        return { kind, what: "aborts", thread, relation, count, span };
      }
      default:
        this.#unknownWord(word, ["violation", "kill", "aborts"], "What can be expected is");
        return undefined;
    }
  }

  #relation(): Relation | undefined {
    const relations: readonly (readonly [number, Relation])[] = [
      [EQUAL_EQUAL, "=="],
      [NOT_EQUAL, "!="],
      [LESS, "<"],
      [LESS_EQUAL, "<="],
      [GREATER, ">"],
      [GREATER_EQUAL, ">="],
    ];
    for (const [kind, relation] of relations) if (this.#parser.accept(kind)) return relation;
    this.#report("K12", this.#parser.span(), "A relation (==, !=, <, <=, >, >=) must stand here.");
    return undefined;
  }

  check(): Item {
    const start = this.#parser.mark();
    const keyword = this.#word();
    const entries: CheckItem["entries"][number][] = [];
    this.#braced(() => {
      const property = this.#identifier();
      if (property === undefined || !this.#parser.expect(EQUAL)) {
        this.#parser.recover();
        return;
      }
      const value = this.#identifier();
      if (value !== undefined) entries.push({ property, value });
      this.#semicolon();
    });
    return { kind: "check", keyword, entries, span: this.#parser.spanFrom(start) };
  }

  // ---- Small parts ----

  /** `{ entry entry … }`; every turn consumes a token. A forgotten `{` is read as if it were there. */
  #braced(entry: () => void): void {
    const parser = this.#parser;
    if (!parser.expect(LEFT_BRACE) && !parser.isBraceForgotten()) {
      parser.recover();
      return;
    }
    while (!this.#isEndOfEntries()) {
      const before = parser.mark();
      entry();
      if (parser.mark() === before) parser.next();
    }
    parser.expect(RIGHT_BRACE);
  }

  /** No entry begins with C's words; where one stands, a `}` was forgotten. */
  #isEndOfEntries(): boolean {
    const parser = this.#parser;
    const kind = parser.peek();
    return (
      kind === RIGHT_BRACE ||
      kind === END ||
      (KEYWORD_FIRST <= kind && kind <= DECLARATION_KEYWORD_LAST) ||
      parser.isItemStart()
    );
  }

  #semicolon(): void {
    this.#parser.endStatement();
  }

  #word(): Name {
    const name = { text: this.#parser.text(), span: this.#parser.span() };
    this.#parser.next();
    return name;
  }

  #identifier(): Name | undefined {
    if (this.#parser.peek() === IDENTIFIER) return this.#word();
    this.#parser.expect(IDENTIFIER);
    return undefined;
  }

  #missing(): Name {
    return { text: "", span: this.#parser.span() };
  }

  #expectWord(word: string, form: string): void {
    if (this.#parser.acceptWord(word) || this.#isItemBroken()) return;
    this.#report("K13", this.#parser.span(), `'${word}' is missing here: ${form}`);
  }

  /** INT, a constant's name, or an expression in parentheses. */
  #primaryConstant(): Expression {
    const parser = this.#parser;
    if (parser.peek() === LEFT_PAREN) {
      parser.next();
      const expression = parser.parseConditionalExpression();
      parser.expect(RIGHT_PAREN);
      return expression;
    }
    return this.#primary();
  }

  #primary(): Expression {
    const parser = this.#parser;
    if (parser.peek() !== IDENTIFIER && parser.peek() !== NUMBER) {
      const span = parser.span();
      if (!this.#isItemBroken())
        this.#report(
          "K14",
          span,
          "A number, a constant's name or an expression in parentheses must stand here.",
        );
      return { kind: "error", isReported: true, span };
    }
    // What follows (`%`, `*`, `{`) belongs to the item; a unary expression stops before it.
    return parser.parseUnaryExpression();
  }

  #string(): Name {
    const span = this.#parser.span();
    const expression = this.#parser.parseUnaryExpression();
    const text = expression.kind === "string" ? String.fromCharCode(...expression.units) : "";
    return { text, span };
  }

  #unknownWord(word: Name, known: readonly string[], introduction: string): void {
    const suggestion = nearest(word.text, known);
    const hint = suggestion === undefined ? "" : ` Did you mean '${suggestion}'?`;
    this.#report(
      "K15",
      word.span,
      `'${word.text}' is not known here.${hint} ${introduction} ${known.join(", ")}.`,
      suggestion === undefined
        ? undefined
        : {
            fixes: [
              {
                title: `Change to '${suggestion}'`,
                edits: [{ span: word.span, newText: suggestion }],
                safe: false,
              },
            ],
          },
    );
  }
}
