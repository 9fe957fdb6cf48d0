// Macro expansion as the standard describes it (C23 6.10.5): arguments are expanded apart, `#` and `##` are applied, the
// result is read again with the macro switched off. The method is gcc's: a stack of token lists, each of which switches
// its macro on again when it is used up.
import type { BodyToken, MacroDefinition, MacroToken } from "./macro.ts";
import { Scanner } from "./scanner.ts";
import * as token from "./token.ts";
import type { Spellings } from "./token-list.ts";

/** What expansion needs from the file that is being read. */
export interface ExpansionHost {
  readonly spellings: Spellings;
  macroOf(identifier: number): MacroDefinition | undefined;
  /** The next token of the file (directives are carried out on the way); undefined at its end. */
  readToken(): MacroToken | undefined;
  /** Whether the file goes on with `(`, without moving. */
  isAtLeftParen(): boolean;
  mark(): number;
  rewind(mark: number): void;
  /** Carries out `_Pragma(literal)`. */
  pragmaOperator(literal: string): void;
  dynamicToken(macro: MacroDefinition, use: MacroToken): MacroToken;
  report(code: string, start: number, end: number, message: string): void;
}

interface Context {
  readonly tokens: readonly MacroToken[];
  index: number;
  /** The macro to switch on again behind the tokens. */
  readonly macro: MacroDefinition | undefined;
  /** Reading stops here: the tokens are an argument or a line of their own. */
  readonly isBarrier: boolean;
}

const expansionTokensMax = 1 << 20;
const expansionDepthMax = 200;
/** Over a whole unit: many large uses, and argument lists that run to the end of the text and are read in vain. */
const unitTokensMax = 1 << 22;

export class Expander {
  readonly #host: ExpansionHost;
  readonly #contexts: Context[] = [];
  #depth = 0;
  #produced = 0;
  #total = 0;
  #isExhausted = false;
  #isUnitExhausted = false;
  /** An argument list that runs to the end of the text is one mistake, however many macros stand in it. */
  #hasUnclosedReport = false;

  constructor(host: ExpansionHost) {
    this.#host = host;
  }

  /** Expands a macro's name that was just read from the file, with the arguments that follow it there. */
  expandUse(use: MacroToken, emit: (result: MacroToken) => void): void {
    this.#begin();
    this.#push([use], undefined, false);
    for (;;) {
      const result = this.#nextExpanded(use);
      if (result === undefined) break;
      emit(result);
    }
    this.#unwind(0);
  }

  /** Expands a line of its own, such as the expression of an `#if`. */
  expandLine(tokens: readonly MacroToken[]): MacroToken[] {
    this.#begin();
    return this.#expandList(tokens);
  }

  /** The last expansion was cut (and that was reported). */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  #begin(): void {
    this.#total += this.#produced;
    this.#produced = 0;
    this.#isExhausted = false;
  }

  #expandList(tokens: readonly MacroToken[]): MacroToken[] {
    const results: MacroToken[] = [];
    const first = tokens[0];
    if (first === undefined) return results;
    if (expansionDepthMax <= this.#depth) {
      this.#exhaust(first);
      return [...tokens];
    }
    this.#depth++;
    const height = this.#contexts.length;
    this.#push(tokens, undefined, true);
    for (;;) {
      const result = this.#nextExpanded(first);
      if (result === undefined) break;
      results.push(result);
    }
    this.#unwind(height);
    this.#depth--;
    return results;
  }

  #push(
    tokens: readonly MacroToken[],
    macro: MacroDefinition | undefined,
    isBarrier: boolean,
  ): void {
    if (macro !== undefined) macro.isActive = true;
    this.#contexts.push({ tokens, index: 0, macro, isBarrier });
  }

  #unwind(height: number): void {
    while (height < this.#contexts.length) this.#pop();
  }

  #pop(): void {
    const context = this.#contexts.pop();
    if (context?.macro !== undefined) context.macro.isActive = false;
  }

  #exhaust(use: MacroToken): void {
    if (this.#isExhausted) return;
    this.#isExhausted = true;
    if (this.#isUnitExhausted) return;
    this.#isUnitExhausted = unitTokensMax < this.#total;
    const name = this.#spell(use);
    this.#host.report(
      "S13",
      use.start,
      use.end,
      `Expanding '${name}' gives more than ${expansionTokensMax} tokens or nests deeper than ${expansionDepthMax}; the expansion is cut.`,
    );
  }

  #nextExpanded(use: MacroToken): MacroToken | undefined {
    for (;;) {
      const next = this.#take(false);
      if (next === undefined) return undefined;
      this.#produced++;
      if (expansionTokensMax < this.#produced || unitTokensMax < this.#total) this.#exhaust(use);
      if (this.#isExhausted) {
        // What is left is dropped: the limit has been reported.
        this.#unwind(this.#barrierHeight());
        return undefined;
      }
      if (next.isBlocked || (next.kind !== token.IDENTIFIER && next.kind < token.KEYWORD_FIRST))
        return next;
      const macro = this.#host.macroOf(next.value);
      if (macro === undefined) return next;
      if (macro.isActive) return { ...next, isBlocked: true };
      if (macro.dynamic === "_Pragma") {
        this.#pragma();
        continue;
      }
      if (macro.dynamic !== undefined) return this.#host.dynamicToken(macro, next);
      if (!this.#enter(macro, next)) return next;
    }
  }

  /** Takes the `("…")` of a `_Pragma`. */
  #pragma(): void {
    if (!this.#isLeftParenNext()) return;
    this.#take(true);
    const literal = this.#take(true);
    if (literal === undefined || literal.kind !== token.STRING) return;
    this.#take(true);
    this.#host.pragmaOperator(this.#spell(literal));
  }

  #barrierHeight(): number {
    return this.#contexts.findLastIndex((context) => context.isBarrier) + 1;
  }

  /** Puts the macro's expansion on the stack; false if the name stands without arguments. */
  #enter(macro: MacroDefinition, use: MacroToken): boolean {
    if (macro.parameters === undefined) {
      this.#push(
        this.#substitute(macro.body(this.#host.spellings), [], macro, use, use.end),
        macro,
        false,
      );
      return true;
    }
    if (!this.#isLeftParenNext()) return false;
    const mark = this.#host.mark();
    const collected = this.#collect(macro, use);
    if (collected === undefined) {
      this.#host.rewind(mark);
      return false;
    }
    const end = use.start <= collected.end ? collected.end : use.end;
    this.#push(
      this.#substitute(macro.body(this.#host.spellings), collected.arguments, macro, use, end),
      macro,
      false,
    );
    return true;
  }

  /** The next unexpanded token; beyond the stack from the file only for arguments. */
  #take(isForArguments: boolean): MacroToken | undefined {
    for (;;) {
      const context = this.#contexts.at(-1);
      if (context === undefined) return isForArguments ? this.#host.readToken() : undefined;
      const next = context.tokens[context.index];
      if (next !== undefined) {
        context.index++;
        return next;
      }
      if (context.isBarrier) return undefined;
      this.#pop();
    }
  }

  #isLeftParenNext(): boolean {
    for (let height = this.#contexts.length - 1; 0 <= height; height--) {
      const context = this.#contexts[height]!;
      const next = context.tokens[context.index];
      if (next !== undefined) return next.kind === token.LEFT_PAREN;
      if (context.isBarrier) return false;
    }
    return this.#host.isAtLeftParen();
  }

  #collect(
    macro: MacroDefinition,
    use: MacroToken,
  ): { arguments: MacroToken[][]; end: number } | undefined {
    const parameters = macro.parameters ?? [];
    this.#take(true);
    const list: MacroToken[][] = [[]];
    let depth = 0;
    for (let count = 0; ; count++) {
      const next = this.#take(true);
      this.#produced++;
      if (next === undefined || expansionTokensMax < count) {
        if (!this.#hasUnclosedReport)
          this.#complain(macro, use, "its argument list is never closed");
        this.#hasUnclosedReport = true;
        return undefined;
      }
      if (next.kind === token.RIGHT_PAREN && depth-- === 0) {
        return this.#checkCount(macro, use, list) ? { arguments: list, end: next.end } : undefined;
      }
      if (next.kind === token.LEFT_PAREN) depth++;
      const isRest = macro.isVariadic && parameters.length <= list.length;
      if (next.kind === token.COMMA && depth === 0 && !isRest) list.push([]);
      else list.at(-1)?.push(next);
    }
  }

  #checkCount(macro: MacroDefinition, use: MacroToken, list: MacroToken[][]): boolean {
    const wanted = macro.parameters?.length ?? 0;
    const given = wanted === 0 && list.length === 1 && list[0]!.length === 0 ? 0 : list.length;
    const least = macro.isVariadic ? wanted - 1 : wanted;
    if (least <= given && given <= wanted) return true;
    this.#complain(
      macro,
      use,
      `it takes ${macro.isVariadic ? `at least ${least}` : wanted}, and ${given} ${given === 1 ? "is" : "are"} given`,
    );
    return false;
  }

  #complain(macro: MacroDefinition, use: MacroToken, why: string): void {
    this.#host.report(
      "S12",
      use.start,
      use.end,
      `The arguments of the macro '${macro.name}' do not fit: ${why}.`,
    );
  }

  #substitute(
    body: readonly BodyToken[],
    actual: readonly (readonly MacroToken[])[],
    macro: MacroDefinition,
    use: MacroToken,
    end: number,
  ): MacroToken[] {
    return new Substitution(this.#host, macro, actual, use, end, (tokens) =>
      this.#expandList(tokens),
    ).run(body);
  }

  #spell(item: MacroToken): string {
    return this.#host.spellings.text(item.kind, item.value);
  }
}

/** One replacement of a macro's body: parameters, `#`, `##`, `__VA_OPT__`. */
class Substitution {
  readonly #host: ExpansionHost;
  readonly #macro: MacroDefinition;
  readonly #actual: readonly (readonly MacroToken[])[];
  readonly #expanded: (readonly MacroToken[] | undefined)[] = [];
  readonly #use: MacroToken;
  readonly #end: number;
  readonly #expand: (tokens: readonly MacroToken[]) => readonly MacroToken[];

  constructor(
    host: ExpansionHost,
    macro: MacroDefinition,
    actual: readonly (readonly MacroToken[])[],
    use: MacroToken,
    end: number,
    expand: (tokens: readonly MacroToken[]) => readonly MacroToken[],
  ) {
    this.#host = host;
    this.#macro = macro;
    this.#actual = actual;
    this.#use = use;
    this.#end = end;
    this.#expand = expand;
  }

  run(body: readonly BodyToken[]): MacroToken[] {
    const results: MacroToken[] = [];
    // An empty operand of `##` stands for nothing: then the right side joins nothing, not the token before.
    let isLeftEmpty = false;
    for (let index = 0; index < body.length;) {
      const isPasting =
        0 < index && body[index]!.kind === token.HASH_HASH && index + 1 < body.length;
      if (isPasting) index++;
      const isBeforePaste = body[index + 1]?.kind === token.HASH_HASH && index + 2 < body.length;
      const { tokens, used } = this.#item(body, index, isPasting || isBeforePaste);
      const spaced = withSpace(tokens, index === 0 ? this.#use.hasSpace : body[index]!.hasSpace);
      if (isPasting && !isLeftEmpty) this.#paste(results, spaced, body[index]!);
      else for (const each of spaced) results.push(each);
      isLeftEmpty = tokens.length === 0 && (!isPasting || isLeftEmpty);
      index += used;
    }
    return results;
  }

  #item(
    body: readonly BodyToken[],
    index: number,
    isRaw: boolean,
  ): { tokens: readonly MacroToken[]; used: number } {
    const item = body[index];
    if (item === undefined) return { tokens: [], used: 1 };
    if (item.kind === token.HASH && this.#macro.parameters !== undefined) {
      const operand = body[index + 1];
      if (operand !== undefined && 0 <= operand.parameter) {
        return { tokens: [this.#stringify(this.#actual[operand.parameter] ?? [])], used: 2 };
      }
    }
    if (
      item.kind === token.IDENTIFIER &&
      this.#macro.isVariadic &&
      this.#host.spellings.text(item.kind, item.value) === "__VA_OPT__"
    ) {
      const optional = this.#optional(body, index);
      if (optional !== undefined) return optional;
    }
    if (0 <= item.parameter) {
      return {
        tokens: isRaw
          ? (this.#actual[item.parameter] ?? [])
          : this.#expandedArgument(item.parameter),
        used: 1,
      };
    }
    return { tokens: [this.#place(item)], used: 1 };
  }

  #place(item: MacroToken): MacroToken {
    const { kind, value, hasSpace, isBlocked } = item;
    return { kind, value, start: this.#use.start, end: this.#end, hasSpace, isBlocked };
  }

  #expandedArgument(parameter: number): readonly MacroToken[] {
    return (this.#expanded[parameter] ??= this.#expand(this.#actual[parameter] ?? []));
  }

  #optional(
    body: readonly BodyToken[],
    index: number,
  ): { tokens: readonly MacroToken[]; used: number } | undefined {
    if (body[index + 1]?.kind !== token.LEFT_PAREN) return undefined;
    let depth = 0;
    let last = index + 1;
    for (; last < body.length; last++) {
      if (body[last]!.kind === token.LEFT_PAREN) depth++;
      else if (body[last]!.kind === token.RIGHT_PAREN && --depth === 0) break;
    }
    const rest = (this.#macro.parameters?.length ?? 1) - 1;
    const tokens =
      this.#expandedArgument(rest).length === 0 ? [] : this.run(body.slice(index + 2, last));
    return { tokens, used: last - index + 1 };
  }

  #paste(results: MacroToken[], right: readonly MacroToken[], item: BodyToken): void {
    const left = results.at(-1);
    const rest = (this.#macro.parameters?.length ?? 0) - 1;
    if (left?.kind === token.COMMA && this.#macro.isVariadic && item.parameter === rest) {
      // GNU C: `, ## __VA_ARGS__` loses the comma when there are no such arguments.
      if (right.length === 0) results.pop();
      else for (const each of this.#expandedArgument(rest)) results.push(each);
      return;
    }
    const first = right[0];
    if (left === undefined || first === undefined) {
      for (const each of right) results.push(each);
      return;
    }
    const joined = this.#join(left, first);
    if (joined === undefined) results.push(first);
    else results[results.length - 1] = joined;
    for (let each = 1; each < right.length; each++) results.push(right[each]!);
  }

  #join(left: MacroToken, right: MacroToken): MacroToken | undefined {
    const { spellings } = this.#host;
    const text = spellings.text(left.kind, left.value) + spellings.text(right.kind, right.value);
    let isSound = true;
    const events = {
      comment: (): void => void (isSound = false),
      problem: (): void => void (isSound = false),
    };
    const scanner = new Scanner(text, 0, spellings, events);
    const kind = scanner.next();
    if (!isSound || scanner.position !== text.length || kind === token.END) {
      const message = `'##' in the macro '${this.#macro.name}' joins '${text.slice(0, 60)}', which is not one token.`;
      this.#host.report("S19", this.#use.start, this.#use.end, message);
      return undefined;
    }
    return {
      kind,
      value: scanner.value,
      start: left.start,
      end: left.end,
      hasSpace: left.hasSpace,
      isBlocked: false,
    };
  }

  #stringify(tokens: readonly MacroToken[]): MacroToken {
    const { spellings } = this.#host;
    let text = "";
    for (const [index, item] of tokens.entries()) {
      if (0 < index && item.hasSpace) text += " ";
      const spelling = spellings.text(item.kind, item.value);
      const isLiteral = item.kind === token.STRING || item.kind === token.CHARACTER;
      text += isLiteral ? spelling.replace(/[\\"]/g, "\\$&") : spelling;
    }
    const value = spellings.literal(`"${text}"`);
    return {
      kind: token.STRING,
      value,
      start: this.#use.start,
      end: this.#end,
      hasSpace: true,
      isBlocked: false,
    };
  }
}

/** Gives the first token the space that stood before the item it replaces. */
function withSpace(tokens: readonly MacroToken[], hasSpace: boolean): readonly MacroToken[] {
  const first = tokens[0];
  if (first === undefined || first.hasSpace === hasSpace) return tokens;
  return [{ ...first, hasSpace }, ...tokens.slice(1)];
}
