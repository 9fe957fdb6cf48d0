// Macro definitions and the tokens inside expansions. A body is cut into tokens when the macro is first used: most macros
// of a header never are.
import { Scanner } from "./scanner.ts";
import { IDENTIFIER, KEYWORD_FIRST, END } from "./token.ts";
import type { Spellings } from "./token-list.ts";

/** A token on its way through expansion. */
export interface MacroToken {
  readonly kind: number;
  readonly value: number;
  /** The place the user wrote. */
  readonly start: number;
  readonly end: number;
  readonly hasSpace: boolean;
  /** The name of a macro that was met inside its own expansion: never expanded again. */
  readonly isBlocked: boolean;
}

export interface BodyToken extends MacroToken {
  /** Index of the parameter that the token names, else -1. */
  readonly parameter: number;
}

/** Macros whose value depends on the place of their use. */
export type DynamicMacro =
  | "_Pragma"
  | "__LINE__"
  | "__FILE__"
  | "__COUNTER__"
  | "__INCLUDE_LEVEL__"
  | "__DATE__"
  | "__TIME__";

export class MacroDefinition {
  readonly name: string;
  /** Undefined for an object-like macro; the last one of a variadic macro takes the rest. */
  readonly parameters: readonly string[] | undefined;
  readonly isVariadic: boolean;
  readonly text: string;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** Places of the name in the `#define`. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Known without a header: gives way to any definition, and `#ifdef` does not see it. */
  readonly isFallback: boolean;
  readonly dynamic: DynamicMacro | undefined;
  /** True while its expansion is being read. */
  isActive = false;
  #body: readonly BodyToken[] | undefined;

  constructor(init: Omit<MacroDefinition, "isActive" | "body" | "bodyText" | "hasSameBody">) {
    this.name = init.name;
    this.parameters = init.parameters;
    this.isVariadic = init.isVariadic;
    this.text = init.text;
    this.bodyStart = init.bodyStart;
    this.bodyEnd = init.bodyEnd;
    this.nameStart = init.nameStart;
    this.nameEnd = init.nameEnd;
    this.isFallback = init.isFallback;
    this.dynamic = init.dynamic;
  }

  body(spellings: Spellings): readonly BodyToken[] {
    this.#body ??= this.#cut(spellings);
    return this.#body;
  }

  /** The replacement list as written, on one line. */
  get bodyText(): string {
    return this.text
      .slice(this.bodyStart, this.bodyEnd)
      .replace(/\\\r?\n/g, " ")
      .trim();
  }

  /** Whether a redefinition is harmless (C23 6.10.5): same parameters and tokens; differences of space do not count here. */
  hasSameBody(other: MacroDefinition, spellings: Spellings): boolean {
    if ((this.parameters?.join() ?? "-") !== (other.parameters?.join() ?? "-")) return false;
    if (this.bodyText === other.bodyText) return true;
    const spell = (tokens: readonly BodyToken[]): string =>
      tokens.map(({ kind, value }) => spellings.text(kind, value)).join(" ");
    return spell(this.body(spellings)) === spell(other.body(spellings));
  }

  #cut(spellings: Spellings): readonly BodyToken[] {
    const silent = { comment: (): void => undefined, problem: (): void => undefined };
    const scanner = new Scanner(this.text, 0, spellings, silent, this.bodyStart, this.bodyEnd);
    const tokens: BodyToken[] = [];
    for (let kind = scanner.next(); kind !== END; kind = scanner.next()) {
      const isName = kind === IDENTIFIER || KEYWORD_FIRST <= kind;
      const parameter =
        isName && this.parameters !== undefined
          ? this.parameters.indexOf(spellings.text(kind, scanner.value))
          : -1;
      const hasSpace = scanner.hasSpace && 0 < tokens.length;
      tokens.push({
        kind,
        value: scanner.value,
        start: 0,
        end: 0,
        hasSpace,
        isBlocked: false,
        parameter,
      });
    }
    return tokens;
  }
}
