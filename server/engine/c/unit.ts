// Reads one C file, with what it includes, into declarations, types and findings. Reading never fails and never throws: a
// broken file still gives everything that is whole.
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { Target } from "../abi/target.ts";
import type { Comment, CSymbol, ExternalDeclaration, FunctionSymbol, ObjectSymbol } from "./ast.ts";
import type { CodeEntry } from "./codes.ts";
import { DeclarationParser } from "./declaration-parser.ts";
import { Findings } from "./findings.ts";
import type { Parser, ParserHooks } from "./parser.ts";
import { Places } from "./places.ts";
import { predefinedMacros } from "./predefined.ts";
import { Preprocessor } from "./preprocessor.ts";
import { TokenList } from "./token-list.ts";
import { TypeTable } from "./type-table.ts";
import type { EnumConstant, EnumType, RecordType, TypedefType } from "./types.ts";

export interface UnitOptions {
  readonly path: string;
  readonly text: string;
  readonly target: Target;
  /** Folders that `<name>` and, after the including file's own, `"name"` are looked up in, in order. */
  readonly includePaths: readonly string[];
  /** `NAME` or `NAME=VALUE`, as after -D. */
  readonly defines: readonly string[];
  /** What the host has loaded, by path. A header that is not there is listed in `wanted` under each path tried. */
  readonly files: ReadonlyMap<string, string>;
  /** Text of a built-in header (`linux/rseq.h`) for when no file of that name is found; undefined if there is none. */
  readonly builtinHeader: (name: string) => string | undefined;
  /** Text read before the file, as if included (`<prelude>`); "" for none. */
  readonly prelude: string;
  readonly hooks: ParserHooks;
  /** Codes that the hooks report, by code. */
  readonly extraCodes?: ReadonlyMap<string, CodeEntry>;
}

/** An `#include` that was not found: the name as written and the paths where it may be, in search order. */
export interface WantedInclude {
  readonly name: string;
  readonly paths: readonly string[];
  readonly span: Span;
}

export interface Macro {
  readonly name: string;
  /** Undefined for an object-like macro. */
  readonly parameters: readonly string[] | undefined;
  /** The replacement list, spelled. */
  readonly body: string;
  /** The name in its `#define`; predefined macros have a span in `<predefined>`. */
  readonly nameSpan: Span;
}

export interface CUnit {
  readonly path: string;
  readonly target: Target;
  /** File-scope declarations in order, those of included files too (a span's path tells). */
  readonly declarations: readonly ExternalDeclaration[];
  /** Every completed struct and union in the order of their closing braces, nested and block-local ones included. */
  readonly records: readonly RecordType[];
  readonly enums: readonly EnumType[];
  /** File-scope tags. */
  readonly tags: ReadonlyMap<string, RecordType | EnumType>;
  readonly typedefs: ReadonlyMap<string, TypedefType>;
  readonly constants: ReadonlyMap<string, EnumConstant>;
  readonly objects: ReadonlyMap<string, ObjectSymbol>;
  readonly functions: ReadonlyMap<string, FunctionSymbol>;
  /** Macros that are defined at the end of the file. */
  readonly macros: ReadonlyMap<string, Macro>;
  readonly diagnostics: readonly Diagnostic[];
  readonly wanted: readonly WantedInclude[];
  /** All comments of one file in order. */
  commentsOf(path: string): readonly Comment[];
  /** Comments between the previous token and the start of the span: kernel-doc, `// rseq: role=…`. */
  commentsBefore(span: Span): readonly Comment[];
  /** Comments behind the span on the line where it ends. */
  commentsBehind(span: Span): readonly Comment[];
  /** Text of a file that was read: the unit's own, included and built-in ones. */
  textOf(path: string): string | undefined;
  lookup(name: string): CSymbol | undefined;
  /**
   * Reads a further text (an expression of a debugger's user, a schedule from elsewhere) with the unit's macros, types and names.
   * `read` must leave the scopes as it found them. Nothing of the unit changes.
   */
  readFurther<T>(
    path: string,
    text: string,
    read: (parser: Parser) => T,
  ): { readonly result: T; readonly diagnostics: readonly Diagnostic[] };
}

/** Reads a file. The result is a value: nothing of it changes later. */
export function readUnit(options: UnitOptions): CUnit {
  return new UnitReader(options).read();
}

/** Names that compilers take for C++. */
const cppPath = /\.(hh|hpp|hxx|h\+\+|cc|cpp|cxx|c\+\+|C|H)$/;

class UnitReader {
  readonly #options: UnitOptions;
  readonly #isCpp: boolean;
  readonly #places = new Places();
  readonly #findings: Findings;
  readonly #preprocessor: Preprocessor;
  readonly #types: TypeTable;

  constructor(options: UnitOptions) {
    this.#options = options;
    this.#findings = new Findings(options.extraCodes ?? new Map());
    this.#isCpp = cppPath.test(options.path);
    this.#preprocessor = new Preprocessor(
      { ...options, isCpp: this.#isCpp },
      this.#places,
      this.#findings,
    );
    this.#types = new TypeTable(options.target);
  }

  read(): CUnit {
    const { path, text, prelude, defines, target } = this.#options;
    this.#preprocessor.define("<predefined>", predefinedMacros(target));
    if (this.#isCpp) this.#preprocessor.define("<predefined>", ["__cplusplus 201703L"]);
    this.#preprocessor.define("<command line>", defines.map(defineLine));
    if (prelude !== "") this.#preprocessor.readFile("<prelude>", prelude);
    this.#preprocessor.readFile(path, text);
    const parser = new DeclarationParser({
      tokens: this.#preprocessor.tokens,
      spellings: this.#preprocessor.spellings,
      places: this.#places,
      findings: this.#findings,
      types: this.#types,
      isCpp: this.#isCpp,
      hooks: this.#options.hooks,
      packChanges: this.#preprocessor.packChanges,
      hasMissingIncludes: 0 < this.#preprocessor.wanted.length,
    });
    parser.parseFile();
    return new ReadUnit(this.#options, this.#places, this.#preprocessor, parser, this.#findings);
  }
}

/** `NAME` → `NAME 1`, `NAME=VALUE` → `NAME VALUE`. */
function defineLine(define: string): string {
  const at = define.indexOf("=");
  return at < 0 ? `${define} 1` : `${define.slice(0, at)} ${define.slice(at + 1)}`;
}

class ReadUnit implements CUnit {
  readonly path: string;
  readonly target: Target;
  readonly declarations: readonly ExternalDeclaration[];
  readonly records: readonly RecordType[];
  readonly enums: readonly EnumType[];
  readonly typedefs: ReadonlyMap<string, TypedefType>;
  readonly diagnostics: readonly Diagnostic[];
  readonly wanted: readonly WantedInclude[];
  readonly #places: Places;
  readonly #preprocessor: Preprocessor;
  readonly #parser: DeclarationParser;
  readonly #findings: Findings;
  readonly #comments = new Map<string, readonly Comment[]>();
  #tags: ReadonlyMap<string, RecordType | EnumType> | undefined;
  #symbols: ReadonlyMap<string, CSymbol> | undefined;
  #macros: ReadonlyMap<string, Macro> | undefined;

  constructor(
    options: UnitOptions,
    places: Places,
    preprocessor: Preprocessor,
    parser: DeclarationParser,
    findings: Findings,
  ) {
    this.path = options.path;
    this.target = options.target;
    this.#places = places;
    this.#preprocessor = preprocessor;
    this.#parser = parser;
    this.#findings = findings;
    this.declarations = parser.declarations;
    this.records = parser.records;
    this.enums = parser.enums;
    this.typedefs = parser.typedefs;
    this.diagnostics = findings.diagnostics;
    this.wanted = preprocessor.wanted.map(({ name, paths, start, end }) => ({
      name,
      paths,
      span: places.span(start, end),
    }));
  }

  get tags(): ReadonlyMap<string, RecordType | EnumType> {
    this.#tags ??= new Map(this.#parser.scope.tags().map((tagged) => [tagged.tag ?? "", tagged]));
    return this.#tags;
  }

  get constants(): ReadonlyMap<string, EnumConstant> {
    return this.#select((symbol) => (symbol.kind === "constant" ? symbol.constant : undefined));
  }

  get objects(): ReadonlyMap<string, ObjectSymbol> {
    return this.#select((symbol) => (symbol.kind === "object" ? symbol : undefined));
  }

  get functions(): ReadonlyMap<string, FunctionSymbol> {
    return this.#select((symbol) => (symbol.kind === "function" ? symbol : undefined));
  }

  get macros(): ReadonlyMap<string, Macro> {
    this.#macros ??= new Map(
      this.#preprocessor.macros.map(({ name, parameters, bodyText, nameStart, nameEnd }) => [
        name,
        { name, parameters, body: bodyText, nameSpan: this.#places.span(nameStart, nameEnd) },
      ]),
    );
    return this.#macros;
  }

  #select<T>(choose: (symbol: CSymbol) => T | undefined): ReadonlyMap<string, T> {
    const selected = new Map<string, T>();
    for (const symbol of this.#fileSymbols().values()) {
      const chosen = choose(symbol);
      if (chosen !== undefined) selected.set(symbol.name, chosen);
    }
    return selected;
  }

  #fileSymbols(): ReadonlyMap<string, CSymbol> {
    this.#symbols ??= new Map(this.#parser.scope.symbols().map((symbol) => [symbol.name, symbol]));
    return this.#symbols;
  }

  lookup(name: string): CSymbol | undefined {
    return this.#fileSymbols().get(name);
  }

  readFurther<T>(
    path: string,
    text: string,
    read: (parser: Parser) => T,
  ): { readonly result: T; readonly diagnostics: readonly Diagnostic[] } {
    const findings = new Findings(new Map());
    const findingsBefore = this.diagnostics.length;
    const tokens = this.#tokensOf(path, text);
    const parser = new DeclarationParser({
      tokens,
      spellings: this.#preprocessor.spellings,
      places: this.#places,
      findings,
      types: this.#parser.types,
      isCpp: false,
      hooks: {},
      packChanges: [],
      hasMissingIncludes: true,
      scope: this.#parser.scope,
    });
    const result = read(parser);
    // What cutting the text into tokens found stands in the unit's own list.
    const lexical = this.#findings.diagnostics.splice(findingsBefore);
    return { result, diagnostics: [...lexical, ...findings.diagnostics] };
  }

  /** The tokens of a further text, taken out of the unit's list. */
  #tokensOf(path: string, text: string): TokenList {
    const all = this.#preprocessor.tokens;
    const before = all.count;
    this.#preprocessor.readFile(path, text);
    const tokens = new TokenList();
    for (let index = before; index < all.count; index++)
      tokens.push(all.kinds[index]!, all.values[index]!, all.starts[index]!, all.ends[index]!);
    all.count = before;
    return tokens;
  }

  textOf(path: string): string | undefined {
    return this.#places.sources.find((source) => source.path === path)?.text;
  }

  commentsOf(path: string): readonly Comment[] {
    const known = this.#comments.get(path);
    if (known !== undefined) return known;
    const comments = this.#commentsIn(path);
    this.#comments.set(path, comments);
    return comments;
  }

  #commentsIn(path: string): readonly Comment[] {
    const index = this.#places.sources.findIndex((source) => source.path === path);
    const text = this.#places.sources[index]?.text ?? "";
    const base = this.#places.baseOf(index);
    const { places, count } = this.#preprocessor.comments;
    const found: Comment[] = [];
    for (let at = 0; at < count; at++) {
      const start = places[at * 2]! - base;
      const end = places[at * 2 + 1]! - base;
      if (start < 0 || text.length < end) continue;
      found.push({ text: text.slice(start, end), span: { path, start, end } });
    }
    return found.sort((a, b) => a.span.start - b.span.start);
  }

  commentsBefore(span: Span): readonly Comment[] {
    const text = this.textOf(span.path) ?? "";
    const comments = this.commentsOf(span.path);
    let index = lastBefore(comments, span.start);
    let edge = span.start;
    const found: Comment[] = [];
    for (; 0 <= index; index--) {
      const comment = comments[index]!;
      if (text.slice(comment.span.end, edge).trim() !== "") break;
      found.unshift(comment);
      edge = comment.span.start;
    }
    return found;
  }

  commentsBehind(span: Span): readonly Comment[] {
    const text = this.textOf(span.path) ?? "";
    const comments = this.commentsOf(span.path);
    const first = lastBefore(comments, span.end) + 1;
    // The end of the line is looked for only where a comment may be: a line may be ten million characters long.
    if (first === comments.length) return [];
    const lineEnd = text.indexOf("\n", span.end);
    const limit = lineEnd < 0 ? text.length : lineEnd;
    const found: Comment[] = [];
    let edge = span.end;
    for (let index = first; index < comments.length; index++) {
      const comment = comments[index]!;
      if (limit < comment.span.start || !/^[\s;,]*$/.test(text.slice(edge, comment.span.start)))
        break;
      found.push(comment);
      edge = comment.span.end;
    }
    return found;
  }
}

/** Index of the last comment that ends at or before the offset; -1 for none. */
function lastBefore(comments: readonly Comment[], offset: number): number {
  let lower = 0;
  let upper = comments.length;
  while (lower < upper) {
    const middle = (lower + upper) >> 1;
    if (comments[middle]!.span.end <= offset) lower = middle + 1;
    else upper = middle;
  }
  return lower - 1;
}
