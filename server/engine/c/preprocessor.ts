// From texts to one list of tokens: directives, conditionals, includes; macro uses go to expansion.ts. Tokens go straight
// from the scanner into typed arrays; only what a macro is involved in becomes objects on the way.
import { LineIndex } from "../text/source.ts";
import type { MessageExtras } from "./parser.ts";
import { evaluateCondition } from "./condition.ts";
import { Expander } from "./expansion.ts";
import type { ExpansionHost } from "./expansion.ts";
import type { Findings } from "./findings.ts";
import { includeCandidates, isKnownHeader } from "./include.ts";
import { grown } from "./interner.ts";
import { knownMacros } from "./known-names.ts";
import { readText } from "./literal.ts";
import type { DynamicMacro, MacroToken } from "./macro.ts";
import { MacroDefinition } from "./macro.ts";
import type { Places } from "./places.ts";
import type { ScanEvents, ScanProblem } from "./scanner.ts";
import { Scanner } from "./scanner.ts";
import { Spellings, TokenList } from "./token-list.ts";
import * as token from "./token.ts";

export interface PreprocessorOptions {
  readonly isCpp: boolean;
  readonly includePaths: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly builtinHeader: (name: string) => string | undefined;
}

/** An `#include` or `__has_include` that found nothing. */
export interface Wanted {
  readonly name: string;
  readonly paths: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** From this token on, `#pragma pack` bounds members to `bytes` (0: no bound). */
export interface PackChange {
  readonly tokenIndex: number;
  readonly bytes: number;
}

/** Places of comments in pairs (start, end), in the order of the texts. */
export interface CommentList {
  readonly places: Int32Array;
  readonly count: number;
}

interface Conditional {
  readonly start: number;
  readonly end: number;
  readonly keyword: string;
  /** A group of it has been read. */
  isTaken: boolean;
  hasElse: boolean;
}

/** The state of one file that is being read. */
interface OpenFile {
  readonly path: string;
  readonly base: number;
  readonly scanner: Scanner;
  readonly includeIndex: number;
  readonly conditionals: Conditional[];
  /** For the include guard: `#ifndef` was the first token, and its `#endif` the last. */
  guard: string | undefined;
  guardState: "start" | "open" | "closed" | "none";
}

const includeDepthMax = 200;
const textUnitsMax = 256 * 1024 * 1024;
const tokensMax = 32 * 1024 * 1024;
const filesMax = 20_000;
const nameKinds = (kind: number): boolean =>
  kind === token.IDENTIFIER || token.KEYWORD_FIRST <= kind;

export class Preprocessor implements ExpansionHost {
  readonly spellings: Spellings;
  readonly tokens: TokenList = new TokenList();
  readonly wanted: Wanted[] = [];
  readonly packChanges: PackChange[] = [];
  readonly #macros = new Map<number, MacroDefinition>();
  #hasMacro = new Uint8Array(16384);
  readonly #options: PreprocessorOptions;
  readonly #places: Places;
  readonly #findings: Findings;
  readonly #expander: Expander;
  readonly #events: ScanEvents;
  readonly #silent: ScanEvents = { comment: (): void => undefined, problem: (): void => undefined };
  #commentPlaces = new Int32Array(1024);
  #commentCount = 0;
  #file: OpenFile | undefined;
  #depth = 0;
  #isSkipping = false;
  #counter = 0;
  /** Line numbers of the sources that `__LINE__` stands in. */
  readonly #lines = new Map<number, LineIndex>();
  readonly #onceOnly = new Set<string>();
  readonly #guards = new Map<string, string>();
  readonly #packStack: { readonly bytes: number; readonly name: string }[] = [];
  #packBytes = 0;
  readonly #definedIdentifier: number;

  constructor(options: PreprocessorOptions, places: Places, findings: Findings) {
    this.#options = options;
    this.spellings = new Spellings(options.isCpp);
    this.#places = places;
    this.#findings = findings;
    this.#expander = new Expander(this);
    this.#events = {
      comment: (start, end): void => this.#addComment(start, end),
      problem: (problem, start, end): void => this.#scanProblem(problem, start, end),
    };
    this.#definedIdentifier = this.spellings.identifiers.idOf("defined");
    for (const name of [
      "_Pragma",
      "__LINE__",
      "__FILE__",
      "__COUNTER__",
      "__INCLUDE_LEVEL__",
      "__DATE__",
      "__TIME__",
    ] as const) {
      this.#defineDynamic(name);
    }
    this.#defineAll("<known names>", knownMacros, true);
  }

  get comments(): CommentList {
    return { places: this.#commentPlaces, count: this.#commentCount };
  }

  /** Macros that the text, the options or the target define; those known without a header are left out. */
  get macros(): readonly MacroDefinition[] {
    return [...this.#macros.values()].filter(
      (macro) => !macro.isFallback && macro.dynamic === undefined,
    );
  }

  /** `NAME VALUE` or `NAME(x) VALUE` lines, as behind `#define`. */
  define(path: string, lines: readonly string[]): void {
    this.#defineAll(path, lines, false);
  }

  /** Reads a text as a file of its own. */
  readFile(path: string, text: string): void {
    this.#readFile(path, text, -1);
  }

  // ---- The loop ----

  #readFile(path: string, text: string, includeIndex: number): void {
    const base = this.#places.add({ path, text });
    if (filesMax < this.#places.sources.length) {
      this.report(
        "S18",
        base,
        base,
        `More than ${filesMax} files are included; '${path}' is not read.`,
      );
      return;
    }
    if (textUnitsMax < this.#places.length) {
      this.report(
        "S18",
        base,
        base,
        `All texts together exceed ${textUnitsMax} characters; '${path}' is not read.`,
      );
      return;
    }
    const outer = this.#file;
    const scanner = new Scanner(text, base, this.spellings, this.#events);
    const file: OpenFile = {
      path,
      base,
      scanner,
      includeIndex,
      conditionals: [],
      guard: undefined,
      guardState: "start",
    };
    this.#file = file;
    this.#depth++;
    this.tokens.reserve(text.length);
    this.spellings.identifiers.reserve(text.length);
    this.#readTokens(file, base);
    for (const open of file.conditionals) {
      this.report("S09", open.start, open.end, `'#${open.keyword}' has no '#endif' in this file.`);
    }
    if (file.guardState === "closed" && file.guard !== undefined)
      this.#guards.set(path, file.guard);
    this.#depth--;
    this.#file = outer;
  }

  #readTokens(file: OpenFile, base: number): void {
    const { scanner } = file;
    const { tokens } = this;
    for (;;) {
      const kind = scanner.next();
      if (kind === token.END) return;
      if (kind === token.HASH && scanner.isFirst) {
        this.#directive(file);
        continue;
      }
      if (file.guardState !== "open") file.guardState = "none";
      if (kind === token.UNKNOWN) continue;
      if (kind === token.IDENTIFIER && this.#hasMacro[scanner.value] === 1)
        this.#expandHere(scanner, kind);
      else if (token.KEYWORD_FIRST <= kind && this.#hasMacro[scanner.value] === 1)
        this.#expandHere(scanner, kind);
      else tokens.push(kind, scanner.value, base + scanner.start, base + scanner.end);
      if (tokensMax < tokens.count) {
        this.report(
          "S18",
          base + scanner.start,
          base + scanner.end,
          `More than ${tokensMax} tokens; the rest of the file is not read.`,
        );
        scanner.position = scanner.text.length;
        return;
      }
    }
  }

  #expandHere(scanner: Scanner, kind: number): void {
    this.#expander.expandUse(this.#tokenOf(scanner, kind), (result) => {
      this.tokens.push(result.kind, result.value, result.start, result.end);
    });
  }

  #tokenOf(scanner: Scanner, kind: number): MacroToken {
    const base = this.#file?.base ?? 0;
    return {
      kind,
      value: scanner.value,
      start: base + scanner.start,
      end: base + scanner.end,
      hasSpace: scanner.hasSpace,
      isBlocked: false,
    };
  }

  // ---- What expansion asks for ----

  macroOf(identifier: number): MacroDefinition | undefined {
    return this.#hasMacro[identifier] === 1 ? this.#macros.get(identifier) : undefined;
  }

  readToken(): MacroToken | undefined {
    const file = this.#file;
    if (file === undefined) return undefined;
    for (;;) {
      const kind = file.scanner.next();
      if (kind === token.END) return undefined;
      if (kind === token.UNKNOWN) continue;
      if (kind !== token.HASH || !file.scanner.isFirst) return this.#tokenOf(file.scanner, kind);
      this.#directive(file);
    }
  }

  isAtLeftParen(): boolean {
    const scanner = this.#file?.scanner;
    if (scanner === undefined) return false;
    const { position } = scanner;
    const kind = scanner.next();
    scanner.position = position;
    return kind === token.LEFT_PAREN;
  }

  mark(): number {
    return this.#file?.scanner.position ?? 0;
  }

  rewind(mark: number): void {
    if (this.#file !== undefined) this.#file.scanner.position = mark;
  }

  dynamicToken(macro: MacroDefinition, use: MacroToken): MacroToken {
    const number = (value: number): MacroToken => ({ ...use, kind: token.NUMBER, value });
    if (macro.dynamic === "__LINE__") return number(this.#lineAt(use.start));
    if (macro.dynamic === "__COUNTER__") return number(this.#counter++);
    if (macro.dynamic === "__INCLUDE_LEVEL__") return number(this.#depth - 1);
    // There is no clock here; gcc writes question marks where it has none.
    const text = macro.dynamic === "__FILE__" ? (this.#file?.path ?? "") : "??? ?? ????";
    return { ...use, kind: token.STRING, value: this.spellings.literal(JSON.stringify(text)) };
  }

  report(
    code: string,
    start: number,
    end: number,
    message: string,
    extras: MessageExtras = {},
  ): void {
    this.#findings.report(code, this.#places.span(start, end), message, extras);
  }

  #lineAt(place: number): number {
    const index = this.#places.indexAt(place);
    let lines = this.#lines.get(index);
    if (lines === undefined) {
      lines = new LineIndex(this.#places.sources[index]?.text ?? "");
      this.#lines.set(index, lines);
    }
    return lines.at(place - this.#places.baseOf(index)).line;
  }

  #addComment(start: number, end: number): void {
    // A look ahead may see a comment twice.
    if (
      0 < this.#commentCount &&
      start <= this.#commentPlaces[this.#commentCount * 2 - 2]! &&
      this.#isKnownComment(start)
    )
      return;
    if (this.#commentPlaces.length < this.#commentCount * 2 + 2)
      this.#commentPlaces = grown(this.#commentPlaces);
    this.#commentPlaces[this.#commentCount * 2] = start;
    this.#commentPlaces[this.#commentCount * 2 + 1] = end;
    this.#commentCount++;
  }

  #isKnownComment(start: number): boolean {
    for (
      let index = this.#commentCount - 1;
      0 <= index && this.#commentCount - 64 < index;
      index--
    ) {
      if (this.#commentPlaces[index * 2] === start) return true;
    }
    return false;
  }

  #scanProblem(problem: ScanProblem, start: number, end: number): void {
    if (problem === "comment")
      this.report("S05", start, end, "This comment never ends; '*/' is missing.");
    if (this.#isSkipping || problem === "comment") return;
    if (problem === "stray") {
      const text = JSON.stringify(this.#places.slice(start, Math.min(end, start + 12))).slice(
        1,
        -1,
      );
      this.report("S07", start, end, `'${text}' begins no C token.`);
    } else {
      const quote = problem === "string" ? '"' : "'";
      this.report("S06", start, end, `The closing ${quote} is missing on this line.`);
    }
  }

  // ---- Macros ----

  #set(identifier: number, macro: MacroDefinition | undefined): void {
    if (this.#hasMacro.length <= identifier) {
      const larger = new Uint8Array(Math.max(identifier + 1, this.#hasMacro.length * 2));
      larger.set(this.#hasMacro);
      this.#hasMacro = larger;
    }
    if (macro === undefined) this.#macros.delete(identifier);
    else this.#macros.set(identifier, macro);
    this.#hasMacro[identifier] = macro === undefined ? 0 : 1;
  }

  #isDefined(identifier: number): boolean {
    return this.macroOf(identifier)?.isFallback === false;
  }

  #defineDynamic(name: DynamicMacro): void {
    this.#set(
      this.spellings.identifiers.idOf(name),
      new MacroDefinition({
        name,
        parameters: undefined,
        isVariadic: false,
        text: "",
        bodyStart: 0,
        bodyEnd: 0,
        nameStart: 0,
        nameEnd: 0,
        isFallback: false,
        dynamic: name,
      }),
    );
  }

  #defineAll(path: string, lines: readonly string[], isFallback: boolean): void {
    const text = lines.join("\n");
    const base = this.#places.add({ path, text });
    let start = 0;
    for (const line of lines) {
      this.#defineFrom(text, base, start, start + line.length, isFallback);
      start += line.length + 1;
    }
  }

  /** Reads `NAME`, parameters and body between two offsets of a text. */
  #defineFrom(text: string, base: number, start: number, end: number, isFallback: boolean): void {
    const scanner = new Scanner(text, base, this.spellings, this.#silent, start, end);
    const kind = scanner.next();
    if (!nameKinds(kind)) {
      this.report(
        "S11",
        base + scanner.start,
        base + Math.max(scanner.end, scanner.start),
        "'#define' needs a name.",
      );
      return;
    }
    const identifier = scanner.value;
    const nameStart = base + scanner.start;
    const nameEnd = base + scanner.end;
    const name = this.spellings.identifiers.names[identifier] ?? "";
    let parameters: string[] | undefined;
    let isVariadic = false;
    if (text.charCodeAt(scanner.position) === 40 && scanner.position < end) {
      scanner.next();
      const read = this.#parameters(scanner);
      if (read === undefined) {
        this.report(
          "S11",
          nameStart,
          nameEnd,
          `The parameters of the macro '${name}' are malformed.`,
        );
        return;
      }
      ({ parameters, isVariadic } = read);
    }
    const bodyStart = scanner.position;
    const init = {
      name,
      parameters,
      isVariadic,
      text,
      bodyStart,
      bodyEnd: end,
      nameStart,
      nameEnd,
      isFallback,
      dynamic: undefined,
    };
    this.#redefine(identifier, new MacroDefinition(init));
  }

  #parameters(scanner: Scanner): { parameters: string[]; isVariadic: boolean } | undefined {
    const parameters: string[] = [];
    let kind = scanner.next();
    if (kind === token.RIGHT_PAREN) return { parameters, isVariadic: false };
    for (;;) {
      if (kind === token.ELLIPSIS) {
        parameters.push("__VA_ARGS__");
        return scanner.next() === token.RIGHT_PAREN ? { parameters, isVariadic: true } : undefined;
      }
      if (!nameKinds(kind)) return undefined;
      parameters.push(this.spellings.text(kind, scanner.value));
      kind = scanner.next();
      if (kind === token.RIGHT_PAREN) return { parameters, isVariadic: false };
      if (kind === token.ELLIPSIS) {
        return scanner.next() === token.RIGHT_PAREN ? { parameters, isVariadic: true } : undefined;
      }
      if (kind !== token.COMMA) return undefined;
      kind = scanner.next();
    }
  }

  #redefine(identifier: number, macro: MacroDefinition): void {
    const before = this.macroOf(identifier);
    if (before !== undefined && !before.isFallback && !before.hasSameBody(macro, this.spellings)) {
      this.report(
        "S17",
        macro.nameStart,
        macro.nameEnd,
        `'${macro.name}' is defined again with another body.`,
        {
          notes: [
            {
              message: "The definition before.",
              span: this.#places.span(before.nameStart, before.nameEnd),
            },
          ],
        },
      );
    }
    this.#set(identifier, macro);
  }

  // ---- Directives ----

  /** The scanner has just read the `#`; afterwards it stands at the line's end (or behind what was skipped). */
  #directive(file: OpenFile): void {
    const { scanner } = file;
    const hashAt = scanner.start;
    const end = scanner.lineEnd();
    const line = new Scanner(
      scanner.text,
      file.base,
      this.spellings,
      this.#events,
      scanner.position,
      end,
    );
    const kind = line.next();
    scanner.position = end;
    if (kind === token.END || kind === token.NUMBER) return;
    const keyword = nameKinds(kind) ? this.spellings.text(kind, line.value) : "";
    const isGuardStart = file.guardState === "start" && keyword === "ifndef";
    if (file.guardState === "start" || file.guardState === "closed") file.guardState = "none";
    this.#carryOut(file, keyword, line, hashAt, isGuardStart);
  }

  #carryOut(
    file: OpenFile,
    keyword: string,
    line: Scanner,
    hashAt: number,
    isGuardStart: boolean,
  ): void {
    const start = file.base + hashAt;
    const end = file.base + line.end;
    switch (keyword) {
      case "define":
        this.#noteComments(line);
        return this.#defineFrom(line.text, file.base, line.position, file.scanner.position, false);
      case "undef":
        return this.#undefine(line, start, end);
      case "include":
      case "include_next":
      case "import":
        return this.#include(file, line, keyword, start);
      case "if":
      case "ifdef":
      case "ifndef":
        return this.#open(file, keyword, line, start, end, isGuardStart);
      case "elif":
      case "elifdef":
      case "elifndef":
      case "else":
      case "endif":
        return this.#continue(file, keyword, start, end);
      case "pragma":
        return this.#pragma(file, this.#lineTokens(line));
      case "error":
      case "warning": {
        const text = line.text.slice(line.end, file.scanner.position).trim();
        return this.report(
          keyword === "error" ? "S16" : "N02",
          start,
          file.base + file.scanner.position,
          `#${keyword} ${text}`,
        );
      }
      case "line":
      case "ident":
      case "sccs":
      case "assert":
      case "unassert":
      case "embed":
        return undefined;
      default:
        return this.report("S11", start, end, `'#${keyword}' is no preprocessing directive.`);
    }
  }

  /** A body is not cut into tokens yet; its comments are noted all the same. */
  #noteComments(line: Scanner): void {
    const end = line.lineEnd();
    const { position } = line;
    if (line.text.slice(position, end).includes("/")) while (line.next() !== token.END);
    line.position = position;
  }

  #undefine(line: Scanner, start: number, end: number): void {
    const kind = line.next();
    if (!nameKinds(kind)) return this.report("S11", start, end, "'#undef' needs a name.");
    return this.#set(line.value, undefined);
  }

  #lineTokens(line: Scanner): MacroToken[] {
    const tokens: MacroToken[] = [];
    for (let kind = line.next(); kind !== token.END; kind = line.next())
      tokens.push(this.#tokenOf(line, kind));
    return tokens;
  }

  // ---- Conditionals ----

  #open(
    file: OpenFile,
    keyword: string,
    line: Scanner,
    start: number,
    end: number,
    isGuardStart: boolean,
  ): void {
    const conditional: Conditional = { start, end, keyword, isTaken: false, hasElse: false };
    file.conditionals.push(conditional);
    const holds = this.#holds(keyword, line, start, end);
    if (isGuardStart && 0 < line.end) {
      file.guard = line.text.slice(line.start, line.end);
      file.guardState = "open";
    }
    conditional.isTaken = holds;
    if (!holds) this.#skipGroups(file);
  }

  #holds(keyword: string, line: Scanner, start: number, end: number): boolean {
    if (keyword === "if" || keyword === "elif") return this.#condition(line, start, end);
    const kind = line.next();
    if (!nameKinds(kind)) {
      this.report("S11", start, end, `'#${keyword}' needs a name.`);
      return false;
    }
    return this.#isDefined(line.value) === (keyword === "ifdef" || keyword === "elifdef");
  }

  /** `#elif`, `#else` or `#endif` behind a group that was read: all that follows it is skipped. */
  #continue(file: OpenFile, keyword: string, start: number, end: number): void {
    const open = file.conditionals.at(-1);
    if (open === undefined || (open.hasElse && keyword !== "endif")) {
      this.report(
        "S10",
        start,
        end,
        open === undefined
          ? `'#${keyword}' without an open '#if'.`
          : `'#${keyword}' behind '#else'.`,
      );
      return;
    }
    if (keyword === "endif") return this.#close(file);
    if (keyword === "else") open.hasElse = true;
    return this.#skipGroups(file);
  }

  #close(file: OpenFile): void {
    file.conditionals.pop();
    if (file.guardState === "open" && file.conditionals.length === 0) file.guardState = "closed";
  }

  /** Skips to the group of the innermost conditional that is to be read, or behind its `#endif`. */
  #skipGroups(file: OpenFile): void {
    const open = file.conditionals.at(-1)!;
    const { scanner } = file;
    this.#isSkipping = true;
    let depth = 0;
    for (let kind = scanner.next(); kind !== token.END; kind = scanner.next()) {
      if (kind !== token.HASH || !scanner.isFirst) continue;
      const start = file.base + scanner.start;
      const lineEnd = scanner.lineEnd();
      const line = new Scanner(
        scanner.text,
        file.base,
        this.spellings,
        this.#events,
        scanner.position,
        lineEnd,
      );
      const nameKind = line.next();
      scanner.position = lineEnd;
      const keyword = nameKinds(nameKind) ? this.spellings.text(nameKind, line.value) : "";
      if (keyword === "if" || keyword === "ifdef" || keyword === "ifndef") depth++;
      else if (keyword === "endif" && depth === 0) {
        this.#isSkipping = false;
        return this.#close(file);
      } else if (keyword === "endif") depth--;
      else if (depth === 0 && this.#startsGroup(open, keyword, line, start)) {
        this.#isSkipping = false;
        return undefined;
      }
    }
    this.#isSkipping = false;
    return undefined;
  }

  #startsGroup(open: Conditional, keyword: string, line: Scanner, start: number): boolean {
    const end = start - line.start + line.end;
    if (keyword !== "else" && !keyword.startsWith("elif")) return false;
    if (open.hasElse) {
      this.report("S10", start, end, `'#${keyword}' behind '#else'.`);
      return false;
    }
    if (keyword === "else") open.hasElse = true;
    if (open.isTaken) return false;
    this.#isSkipping = false;
    const holds = keyword === "else" || this.#holds(keyword, line, start, end);
    this.#isSkipping = true;
    open.isTaken = holds;
    return holds;
  }

  #condition(line: Scanner, start: number, end: number): boolean {
    const tokens = this.#expander.expandLine(this.#resolveOperators(this.#lineTokens(line), line));
    const result = evaluateCondition(this.#resolveOperators(tokens, line), this.spellings);
    if ("value" in result) return result.value !== 0n;
    if (this.#expander.isExhausted) return false;
    // Behind a header that was not found, an unknown name is no mistake of the text's.
    if (this.wanted.length === 0)
      this.report("S11", start, end, `The condition has no value: ${result.problem}.`);
    return false;
  }

  /** Replaces `defined X`, `__has_include(…)` and their like by 0 or 1. */
  #resolveOperators(tokens: readonly MacroToken[], line: Scanner): MacroToken[] {
    const results: MacroToken[] = [];
    for (let index = 0; index < tokens.length; index++) {
      const item = tokens[index]!;
      const text = nameKinds(item.kind) ? this.spellings.text(item.kind, item.value) : "";
      const answer =
        item.value === this.#definedIdentifier && text === "defined"
          ? this.#answerDefined(tokens, index)
          : text.startsWith("__has_")
            ? this.#answerHas(text, tokens, index, line)
            : undefined;
      if (answer === undefined) {
        results.push(item);
        continue;
      }
      results.push({ ...item, kind: token.NUMBER, value: answer.value });
      index += answer.used;
    }
    return results;
  }

  #answerDefined(
    tokens: readonly MacroToken[],
    index: number,
  ): { value: number; used: number } | undefined {
    const hasParen = tokens[index + 1]?.kind === token.LEFT_PAREN;
    const name = tokens[index + (hasParen ? 2 : 1)];
    if (name === undefined || !nameKinds(name.kind)) return undefined;
    if (hasParen && tokens[index + 3]?.kind !== token.RIGHT_PAREN) return undefined;
    const text = this.spellings.text(name.kind, name.value);
    const isKnown = this.#isDefined(name.value) || hasOperators.has(text);
    return { value: isKnown ? 1 : 0, used: hasParen ? 3 : 1 };
  }

  #answerHas(
    text: string,
    tokens: readonly MacroToken[],
    index: number,
    line: Scanner,
  ): { value: number; used: number } | undefined {
    if (tokens[index + 1]?.kind !== token.LEFT_PAREN) return undefined;
    let last = index + 2;
    for (let depth = 1; last < tokens.length; last++) {
      if (tokens[last]!.kind === token.LEFT_PAREN) depth++;
      else if (tokens[last]!.kind === token.RIGHT_PAREN && --depth === 0) break;
    }
    if (tokens.length <= last) return undefined;
    const used = last - index;
    if (text === "__has_include" || text === "__has_include_next") {
      const base = this.#file?.base ?? 0;
      const inside = line.text
        .slice(tokens[index + 1]!.end - base, tokens[last]!.start - base)
        .trim();
      return { value: this.#hasInclude(inside, tokens[index]!) ? 1 : 0, used };
    }
    const name = tokens
      .slice(index + 2, last)
      .map((each) => this.spellings.text(each.kind, each.value))
      .join("");
    const plain = name.replace(/^(gnu|clang)::/, "").replace(/^__(\w+)__$/, "$1");
    const isAttribute =
      text === "__has_attribute" || text === "__has_c_attribute" || text === "__has_cpp_attribute";
    const knows = isAttribute
      ? knownAttributes.has(plain)
      : text === "__has_builtin" && knownBuiltins.has(name);
    return { value: knows ? 1 : 0, used };
  }

  #hasInclude(written: string, at: MacroToken): boolean {
    const match = /^(?:<([^>]*)>|"([^"]*)")$/.exec(written);
    const name = match?.[1] ?? match?.[2];
    if (name === undefined) return false;
    return this.#find(name, match?.[2] !== undefined, -1, at.start, at.end) !== undefined;
  }

  // ---- Includes ----

  #include(file: OpenFile, line: Scanner, keyword: string, start: number): void {
    const written = this.#includeName(file, line);
    const end = file.base + file.scanner.position;
    if (written === undefined)
      return this.report("S11", start, end, `'#${keyword}' needs "FILE" or <FILE>.`);
    if (includeDepthMax <= this.#depth) {
      return this.report(
        "S14",
        start,
        end,
        `Files include each other more than ${includeDepthMax} levels deep; this one is not read.`,
      );
    }
    const after = keyword === "include_next" ? file.includeIndex : -1;
    const found = this.#find(written.name, written.isQuoted, after, written.start, written.end);
    if (found === undefined) {
      if (isKnownHeader(written.name)) return undefined;
      const message = `'${written.name}' was not found, so what it declares is unknown. Give its folder with -I or in rseq-lab.json.`;
      return this.report("N01", written.start, written.end, message);
    }
    if (keyword === "import") this.#onceOnly.add(found.path);
    const guard = this.#guards.get(found.path);
    if (
      this.#onceOnly.has(found.path) &&
      this.#places.sources.some(({ path }) => path === found.path)
    )
      return undefined;
    if (guard !== undefined && this.#isDefined(this.spellings.identifiers.idOf(guard)))
      return undefined;
    return this.#readFile(found.path, found.text, found.index);
  }

  #includeName(
    file: OpenFile,
    line: Scanner,
  ): { name: string; isQuoted: boolean; start: number; end: number } | undefined {
    const rest = line.text.slice(line.position, file.scanner.position);
    const direct = /^([ \t]*)(?:<([^>\n]*)>|"([^"\n]*)")/.exec(rest);
    if (direct !== null) {
      const start = file.base + line.position + direct[1]!.length;
      const name = direct[2] ?? direct[3] ?? "";
      return { name, isQuoted: direct[3] !== undefined, start, end: start + name.length + 2 };
    }
    const given = this.#lineTokens(line);
    const first = given[0];
    if (first === undefined) return undefined;
    const tokens = this.#expander.expandLine(given);
    const text = tokens
      .map(
        (each, at) =>
          (each.hasSpace && 0 < at ? " " : "") + this.spellings.text(each.kind, each.value),
      )
      .join("");
    const match = /^(?:<([^>]*)>|"([^"]*)")/.exec(text);
    if (match === null) return undefined;
    const name = (match[1] ?? match[2] ?? "").trim();
    return { name, isQuoted: match[2] !== undefined, start: first.start, end: given.at(-1)!.end };
  }

  #find(
    name: string,
    isQuoted: boolean,
    after: number,
    start: number,
    end: number,
  ): { path: string; text: string; index: number } | undefined {
    const candidates = includeCandidates(
      name,
      isQuoted,
      this.#file?.path ?? "",
      this.#options.includePaths,
      after,
    );
    for (const { path, index } of candidates) {
      const text = this.#options.files.get(path);
      if (text !== undefined) return { path, text, index };
    }
    this.wanted.push({ name, paths: candidates.map(({ path }) => path), start, end });
    const builtin = this.#options.builtinHeader(name);
    return builtin === undefined ? undefined : { path: `<${name}>`, text: builtin, index: -1 };
  }

  // ---- Pragmas ----

  #pragma(file: OpenFile, tokens: readonly MacroToken[]): void {
    const words = tokens.map((each) => this.spellings.text(each.kind, each.value));
    if (words[0] === "once") this.#onceOnly.add(file.path);
    else if (words[0] === "pack") this.#pack(words.slice(1));
  }

  pragmaOperator(literal: string): void {
    const text = (readText(literal)?.units ?? []).map((unit) => String.fromCharCode(unit)).join("");
    const words = text.match(/\w+|[^\s\w]/g) ?? [];
    if (words[0] === "pack") this.#pack(words.slice(1));
  }

  /** `( )`, `(n)`, `(push)`, `(push, n)`, `(push, name, n)`, `(pop)`, `(pop, name)`. */
  #pack(words: readonly string[]): void {
    const items = words.filter((word) => word !== "(" && word !== ")" && word !== ",");
    const number = items.find((item) => /^\d+$/.test(item));
    const name = items.slice(1).find((item) => !/^\d+$/.test(item)) ?? "";
    if (items[0] === "push") this.#packStack.push({ bytes: this.#packBytes, name });
    if (items[0] === "pop") this.#popPack(name);
    if (number !== undefined) this.#packBytes = /^(1|2|4|8|16)$/.test(number) ? Number(number) : 0;
    else if (items.length === 0) this.#packBytes = 0;
    this.packChanges.push({ tokenIndex: this.tokens.count, bytes: this.#packBytes });
  }

  #popPack(name: string): void {
    const index =
      name === ""
        ? this.#packStack.length - 1
        : this.#packStack.findLastIndex((each) => each.name === name);
    const entry = this.#packStack[index];
    if (entry === undefined) return;
    this.#packBytes = entry.bytes;
    this.#packStack.length = index;
  }
}

const hasOperators: ReadonlySet<string> = new Set([
  "__has_include",
  "__has_include_next",
  "__has_attribute",
  "__has_c_attribute",
  "__has_cpp_attribute",
  "__has_builtin",
  "__has_feature",
  "__has_extension",
]);

const knownAttributes: ReadonlySet<string> = new Set(
  (
    "aligned packed mode vector_size ms_struct gcc_struct unused used deprecated section weak alias visibility const pure " +
    "noreturn noinline always_inline cold hot format nonnull malloc warn_unused_result transparent_union may_alias cleanup " +
    "fallthrough nodiscard maybe_unused warn_if_not_aligned designated_init no_sanitize copy nonstring assume_aligned"
  ).split(" "),
);

const knownBuiltins: ReadonlySet<string> = new Set([
  "__builtin_offsetof",
  "__builtin_types_compatible_p",
  "__builtin_choose_expr",
  "__builtin_constant_p",
  "__builtin_va_arg",
]);
