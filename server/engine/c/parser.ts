// The interface of the C parser towards whoever reads more than declarations (the scenario language): a cursor over
// preprocessed tokens, C's expressions and declarations, scopes, and the hooks by which a reader of function
// bodies and of further file-scope items takes over. declaration-parser.ts implements it; unit.ts runs it.
import type { Fix, Note } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import type { Target } from "../abi/target.ts";
import type {
  Attribute,
  CSymbol,
  Declaration,
  Expression,
  ExternalDeclaration,
  FunctionDefinition,
  Initializer,
  StaticAssertion,
} from "./ast.ts";
import type { ConstantResult } from "./constant.ts";
import type { TypeTable } from "./type-table.ts";
import type { CType, EnumType, RecordType } from "./types.ts";

/** A position in the token list; taken by `mark`, given back to `rewind`. */
export type Mark = number;

export interface ParserHooks {
  /**
   * Called with the cursor on the `{` of a function's body, its parameters in scope. Must move behind the matching `}`
   * (`skipBalanced` does). Without the hook bodies are skipped.
   */
  readonly functionBody?: (parser: Parser, definition: FunctionDefinition) => void;
  /**
   * Called at the start of every file-scope item that begins with an identifier which names no type, before C tries
   * it. Returns true if it has consumed an item, false (cursor unmoved) to let C go on.
   */
  readonly externalItem?: (parser: Parser) => boolean;
  /** Whether one of those items begins at the cursor (unmoved), and can be nothing else: what is open ends before it. */
  readonly isItemStart?: (parser: Parser) => boolean;
}

export interface MessageExtras {
  readonly notes?: readonly Note[];
  readonly fixes?: readonly Fix[];
}

export interface Parser {
  readonly target: Target;
  readonly types: TypeTable;

  // ---- Cursor ----

  /** Kind of the token `ahead` places on (token.ts); END at and behind the end. */
  peek(ahead?: number): number;
  /** Spelling of a token; "" at the end. */
  text(ahead?: number): string;
  span(ahead?: number): Span;
  /** Span of the token before the cursor. */
  previousSpan(): Span;
  /** From the token at `from` to the token before the cursor. */
  spanFrom(from: Mark): Span;
  next(): void;
  mark(): Mark;
  rewind(mark: Mark): void;
  /** Steps over the token if it is of the kind. */
  accept(kind: number): boolean;
  /** Like `accept`; a missing token is reported right behind the previous one, with an insertion as fix. */
  expect(kind: number): boolean;
  /** Whether the token is the identifier `word` (contextual words). */
  isWord(word: string, ahead?: number): boolean;
  acceptWord(word: string): boolean;
  /** From `(`, `[` or `{` to behind its partner (or the end). Returns the span, both included. */
  skipBalanced(): Span;
  /** To behind the next `;`, or before the next `}` at this nesting or the next item of file scope, without leaving the enclosing braces. */
  recover(): void;
  /** Over the `;` behind what was read. A missing one is reported; what follows on a new line is read as if it were there. */
  endStatement(): void;
  /** Whether something begins here that only file scope has. Inside braces it says that their `}` was forgotten. */
  isItemStart(): boolean;
  /** Whether a `}` without a `{` follows before the next item of file scope: then the `{` here was forgotten. */
  isBraceForgotten(): boolean;
  /** To behind that `}`. */
  skipForgotten(): void;

  // ---- Messages ----

  /** Reports a code of codes.ts (or of a table given to the unit) at a place. */
  report(code: string, span: Span, message: string, extras?: MessageExtras): void;
  /** How often something was reported so far: whether what was read since is whole. */
  readonly reports: number;

  // ---- Expressions ----

  parseExpression(): Expression;
  parseAssignmentExpression(): Expression;
  /** A conditional expression, as after `case` and in array bounds. */
  parseConditionalExpression(): Expression;
  parseUnaryExpression(): Expression;
  /** Braces or an assignment expression. */
  parseInitializer(): Initializer;
  /** Parses a conditional expression and evaluates it; what is not constant is reported. */
  parseConstant(): { readonly expression: Expression; readonly value: bigint | undefined };
  evaluate(expression: Expression): ConstantResult;
  /** The type of an expression as C gives it, without decay of arrays; an error type where it has none. */
  typeOf(expression: Expression): CType;
  /** True on `(` that begins a type name, for casts. */
  isTypeName(ahead?: number): boolean;
  parseTypeName(): CType;

  // ---- Declarations ----

  /** Whether the token begins a declaration (keyword, typedef name, attribute, `_Static_assert`). A label `name:` does not. */
  isStartOfDeclaration(): boolean;
  /**
   * A declaration up to and including its `;`, in the current scope. In a block a function definition is not accepted;
   * at file scope it is, and its body goes to the hook.
   */
  parseDeclaration(): Declaration | StaticAssertion | FunctionDefinition;
  /** The attributes at the cursor, if any (`__attribute__`, `[[…]]`), as before a statement or behind a label. */
  parseAttributes(): readonly Attribute[];

  // ---- Scopes ----

  pushScope(): void;
  popScope(): void;
  /** What an ordinary identifier means here. */
  lookup(name: string): CSymbol | undefined;
  lookupTag(tag: string): RecordType | EnumType | undefined;
  /** Declares a symbol of the caller's in the current scope (`rseq`, `self`, thread names). A redeclaration wins silently. */
  declare(symbol: CSymbol): void;
  /** What file scope has declared so far may be declared again, silently, from here on: it was a prelude. */
  endPrelude(): void;
  /** What file scope has declared so far, in order. */
  readonly declarations: readonly ExternalDeclaration[];
}
