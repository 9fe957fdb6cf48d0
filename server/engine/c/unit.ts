// Reads one C file, with what it includes, into declarations, types and findings. Reading never fails and never throws: a
// broken file still gives everything that is whole.
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { Target } from "../abi/target.ts";
import type { Comment, CSymbol, ExternalDeclaration, FunctionSymbol, ObjectSymbol } from "./ast.ts";
import type { ParserHooks } from "./parser.ts";
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
}
