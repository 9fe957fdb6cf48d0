// Reads function and thread bodies with the C parser's cursor: C's statements and `critical`, `commit`, `assert`. The
// scenario words are contextual: where a variable or typedef of that name is in scope, the statement is C's.
import type { Expression } from "../c/ast.ts";
import type { Parser } from "../c/parser.ts";
import {
  COLON,
  COMMA,
  ELLIPSIS,
  END,
  EQUAL,
  IDENTIFIER,
  K_BREAK,
  K_CASE,
  K_CONTINUE,
  K_DEFAULT,
  K_DO,
  K_ELSE,
  K_FOR,
  K_GOTO,
  K_IF,
  K_RETURN,
  K_SWITCH,
  K_WHILE,
  LEFT_BRACE,
  LEFT_PAREN,
  PIPE_EQUAL,
  RIGHT_BRACE,
  RIGHT_PAREN,
  SEMICOLON,
  STAR_EQUAL,
  STRING,
} from "../c/token.ts";
import type { Span } from "../text/source.ts";
import type { ScenarioReport } from "./codes.ts";
import type { Block, CaseLabel, ForStatement, Statement } from "./statement.ts";
import { nearest } from "./suggestion.ts";

/** Statements nest at most this deep; the C parser bounds expressions. */
const NESTING_MAX = 200;
/** How far a mistyped word is looked behind for what makes it one of the scenario's. */
const STATEMENT_TOKENS_MAX = 200;

export interface StatementContext {
  readonly parser: Parser;
  readonly report: ScenarioReport;
  /** The text that a span points at, for assert's message. */
  readonly textOf: (span: Span) => string;
  /** Called with the span of a statement, or a part of one, that could not be read whole: what does not fit there follows from it. */
  readonly addBroken: (span: Span) => void;
}

/** Reads a block with the cursor on its `{`, in a scope of its own. */
export function parseBody(context: StatementContext): Block {
  return new StatementParser(context).block();
}

class StatementParser {
  readonly #parser: Parser;
  readonly #context: StatementContext;
  #depth = 0;
  /** The parser's count of reports when the statement began that is being read. */
  #reports = 0;

  constructor(context: StatementContext) {
    this.#parser = context.parser;
    this.#context = context;
  }

  block(): Block {
    const parser = this.#parser;
    const start = parser.mark();
    const statements: Statement[] = [];
    parser.expect(LEFT_BRACE);
    parser.pushScope();
    while (parser.peek() !== RIGHT_BRACE && parser.peek() !== END && !parser.isItemStart()) {
      const before = parser.mark();
      statements.push(this.#statement());
      // Invariant: every turn consumes a token, so that no input can stop the reader.
      if (parser.mark() === before) parser.next();
    }
    parser.popScope();
    parser.expect(RIGHT_BRACE);
    return { kind: "block", statements, span: parser.spanFrom(start) };
  }

  #statement(): Statement {
    if (this.#depth < NESTING_MAX) {
      this.#depth += 1;
      const statement = this.#nested();
      this.#depth -= 1;
      return statement;
    }
    const span = this.#parser.span();
    this.#context.report(
      "K60",
      span,
      `Statements nest more than ${NESTING_MAX} deep. Move the inner ones to a function.`,
    );
    if (this.#parser.peek() === LEFT_BRACE) this.#parser.skipBalanced();
    else this.#parser.recover();
    return { kind: "empty", span };
  }

  #nested(): Statement {
    const parser = this.#parser;
    this.#reports = parser.reports;
    const start = parser.mark();
    switch (parser.peek()) {
      case LEFT_BRACE:
        return this.block();
      case SEMICOLON:
        parser.next();
        return { kind: "empty", span: parser.spanFrom(start) };
      case K_IF:
        return this.#if();
      case K_WHILE:
        return this.#while();
      case K_DO:
        return this.#do();
      case K_FOR:
        return this.#for();
      case K_SWITCH:
        return this.#switch();
      case K_CASE:
        return this.#case();
      case K_DEFAULT:
        return this.#default();
      case K_GOTO:
        return this.#goto();
      case K_BREAK:
        parser.next();
        return this.#ended({ kind: "break", span: parser.spanFrom(start) });
      case K_CONTINUE:
        parser.next();
        return this.#ended({ kind: "continue", span: parser.spanFrom(start) });
      case K_RETURN: {
        parser.next();
        const value = parser.peek() === SEMICOLON ? undefined : parser.parseExpression();
        return this.#ended({ kind: "return", value, span: parser.spanFrom(start) });
      }
      default:
        return this.#wordOrExpression();
    }
  }

  #wordOrExpression(): Statement {
    const parser = this.#parser;
    if (parser.peek() === IDENTIFIER) {
      if (parser.peek(1) === COLON || this.#isLabelWithoutColon()) return this.#label();
      if (this.#isCritical()) return this.#critical();
      if (this.#isCommit()) return this.#commit();
      if (this.#isAssert()) return this.#assert();
    }
    const start = parser.mark();
    if (parser.isStartOfDeclaration()) {
      const reports = parser.reports;
      const declaration = parser.parseDeclaration();
      const span = parser.spanFrom(start);
      if (reports < parser.reports) this.#context.addBroken(span);
      return { kind: "declaration", declaration, span };
    }
    const expression = parser.parseExpression();
    return this.#ended({ kind: "expression", expression, span: parser.spanFrom(start) });
  }

  /** A name that nothing has, alone on its line: only a label stands like this. */
  #isLabelWithoutColon(): boolean {
    const parser = this.#parser;
    const following = parser.peek(1);
    if (following !== IDENTIFIER && !(K_IF <= following && following <= K_RETURN)) return false;
    if (parser.lookup(parser.text()) !== undefined || parser.isTypeName()) return false;
    const { path, end } = parser.span();
    return this.#context.textOf({ path, start: end, end: parser.span(1).start }).includes("\n");
  }

  /** Steps over the `;` behind a simple statement, or to where the next one begins. */
  #ended(statement: Statement): Statement {
    this.#parser.endStatement();
    if (this.#reports < this.#parser.reports) this.#context.addBroken(statement.span);
    return statement;
  }

  #condition(): ReturnType<Parser["parseExpression"]> {
    const parser = this.#parser;
    const reports = parser.reports;
    parser.expect(LEFT_PAREN);
    const condition = parser.parseExpression();
    parser.expect(RIGHT_PAREN);
    if (reports < parser.reports) this.#context.addBroken(condition.span);
    return condition;
  }

  #if(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const condition = this.#condition();
    const headSpan = parser.spanFrom(start);
    const whenTrue = this.#statement();
    const whenFalse = parser.accept(K_ELSE) ? this.#statement() : undefined;
    return { kind: "if", condition, whenTrue, whenFalse, headSpan, span: parser.spanFrom(start) };
  }

  #while(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const condition = this.#condition();
    const headSpan = parser.spanFrom(start);
    const body = this.#statement();
    return { kind: "while", condition, body, headSpan, span: parser.spanFrom(start) };
  }

  #do(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const body = this.#statement();
    const head = parser.mark();
    parser.expect(K_WHILE);
    const condition = this.#condition();
    const headSpan = parser.spanFrom(head);
    return this.#ended({ kind: "do", body, condition, headSpan, span: parser.spanFrom(start) });
  }

  #for(): Statement {
    const parser = this.#parser;
    const begin = parser.mark();
    parser.next();
    parser.expect(LEFT_PAREN);
    parser.pushScope();
    const start = this.#forStart();
    const condition = parser.peek() === SEMICOLON ? undefined : parser.parseExpression();
    parser.expect(SEMICOLON);
    const step = parser.peek() === RIGHT_PAREN ? undefined : parser.parseExpression();
    parser.expect(RIGHT_PAREN);
    const headSpan = parser.spanFrom(begin);
    const body = this.#statement();
    parser.popScope();
    const span = parser.spanFrom(begin);
    return { kind: "for", start, condition, step, body, headSpan, span } satisfies ForStatement;
  }

  #forStart(): Statement | undefined {
    const parser = this.#parser;
    const start = parser.mark();
    if (parser.accept(SEMICOLON)) return undefined;
    if (parser.isStartOfDeclaration()) {
      const declaration = parser.parseDeclaration();
      return { kind: "declaration", declaration, span: parser.spanFrom(start) };
    }
    const expression = parser.parseExpression();
    return this.#ended({ kind: "expression", expression, span: parser.spanFrom(start) });
  }

  #switch(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const value = this.#condition();
    const headSpan = parser.spanFrom(start);
    const body = this.#statement();
    return { kind: "switch", value, body, headSpan, span: parser.spanFrom(start) };
  }

  #case(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const low = parser.parseConditionalExpression();
    const high = parser.accept(ELLIPSIS) ? parser.parseConditionalExpression() : undefined;
    parser.expect(COLON);
    const span = parser.spanFrom(start);
    const statement = this.#labelled();
    return { kind: "case", low, high, statement, span } satisfies CaseLabel;
  }

  #default(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    parser.expect(COLON);
    const span = parser.spanFrom(start);
    return { kind: "default", statement: this.#labelled(), span };
  }

  /** What a label stands before; C23 lets it stand before `}` and before a declaration. */
  #labelled(): Statement {
    const parser = this.#parser;
    if (parser.peek() !== RIGHT_BRACE) return this.#statement();
    const end = parser.previousSpan();
    return { kind: "empty", span: { ...end, start: end.end } };
  }

  #label(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    const name = parser.text();
    const nameSpan = parser.span();
    parser.next();
    parser.expect(COLON);
    const attributes = parser.parseAttributes();
    const signature = attributes.find((attribute) => attribute.name === "rseq_signature");
    if (signature !== undefined && signature.value === undefined)
      this.#context.report(
        "K61",
        signature.span,
        "rseq_signature needs one integer constant: the 4 bytes that stand before the label.",
      );
    const span = parser.spanFrom(start);
    const statement = this.#labelled();
    return { kind: "label", name, nameSpan, signature: signature?.value, statement, span };
  }

  #goto(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const labelSpan = parser.span();
    const label = parser.peek() === IDENTIFIER ? parser.text() : "";
    parser.expect(IDENTIFIER);
    return this.#ended({ kind: "goto", label, labelSpan, span: parser.spanFrom(start) });
  }

  #isFree(word: string): boolean {
    return this.#parser.isWord(word) && this.#parser.lookup(word) === undefined;
  }

  /** Whether the word, perhaps mistyped, stands here as a scenario's; a mistyped one is reported. */
  #isWordOf(word: "critical" | "commit", isForm: () => boolean): boolean {
    if (this.#isFree(word)) return true;
    const parser = this.#parser;
    const text = parser.text();
    if (nearest(text, [word]) === undefined) return false;
    if (parser.lookup(text) !== undefined || parser.isTypeName() || !isForm()) return false;
    const span = parser.span();
    this.#context.report("K15", span, `'${text}' is not known here; did you mean '${word}'?`, {
      fixes: [
        {
          title: `Change to '${word}'`,
          edits: [{ span, newText: word }],
          safe: false,
        },
      ],
    });
    return true;
  }

  /** Whether the word comes before the statement's end. */
  #isAhead(isWanted: (ahead: number) => boolean): boolean {
    for (let ahead = 1; ahead < STATEMENT_TOKENS_MAX; ahead++) {
      const kind = this.#parser.peek(ahead);
      if (kind === SEMICOLON || kind === LEFT_BRACE || kind === RIGHT_BRACE || kind === END)
        return false;
      if (isWanted(ahead)) return true;
    }
    return false;
  }

  #isCritical(): boolean {
    const next = this.#parser.peek(1);
    if (next !== LEFT_PAREN && next !== IDENTIFIER) return false;
    return this.#isWordOf("critical", () =>
      this.#isAhead((ahead) => this.#parser.isWord("abort", ahead)),
    );
  }

  #isCommit(): boolean {
    const next = this.#parser.peek(1);
    const isForm = (): boolean =>
      next === IDENTIFIER && this.#isAhead((ahead) => this.#parser.peek(ahead) === EQUAL);
    if (!this.#isWordOf("commit", isForm)) return false;
    // `commit = …` and `commit;` use a name that is not declared; everything else begins an lvalue.
    return next !== EQUAL && next !== SEMICOLON;
  }

  #isAssert(): boolean {
    return this.#isFree("assert") && this.#parser.peek(1) === LEFT_PAREN;
  }

  #critical(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const isNamed = parser.peek() === IDENTIFIER;
    const name = isNamed ? parser.text() : undefined;
    const nameSpan = isNamed ? parser.span() : undefined;
    if (isNamed) parser.next();
    const { operand, comparesMmCid } = this.#comparison();
    const { text: abortLabel, span: abortLabelSpan } = this.#abortLabel();
    const headSpan = parser.spanFrom(start);
    if (this.#reports < parser.reports) this.#context.addBroken(headSpan);
    const body = this.block();
    return {
      kind: "critical",
      name,
      nameSpan,
      operand,
      comparesMmCid,
      abortLabel,
      abortLabelSpan,
      body,
      headSpan,
      span: parser.spanFrom(start),
    };
  }

  /** `(cpu)` or `(cid, mm_cid)`; where the parenthesis is missing everything up to `abort` is skipped. */
  #comparison(): { readonly operand: Expression; readonly comparesMmCid: boolean } {
    const parser = this.#parser;
    const start = parser.mark();
    if (parser.expect(LEFT_PAREN)) {
      const operand = parser.parseAssignmentExpression();
      const comparesMmCid = parser.accept(COMMA) && this.#mmCid();
      parser.expect(RIGHT_PAREN);
      return { operand, comparesMmCid };
    }
    while (!parser.isWord("abort") && !this.#isHeadEnd()) parser.next();
    const span = parser.spanFrom(start);
    return { operand: { kind: "error", isReported: true, span }, comparesMmCid: false };
  }

  #isHeadEnd(): boolean {
    const kind = this.#parser.peek();
    return kind === LEFT_BRACE || kind === RIGHT_BRACE || kind === SEMICOLON || kind === END;
  }

  /** `abort LABEL`; an empty text after a message. */
  #abortLabel(): { readonly text: string; readonly span: Span } {
    const parser = this.#parser;
    const hasWord = parser.acceptWord("abort");
    const label = { text: parser.text(), span: parser.span() };
    if (hasWord && parser.accept(IDENTIFIER)) return label;
    this.#context.report(
      "K62",
      label.span,
      "'abort LABEL' is missing: where does an aborted section continue?",
    );
    if (parser.peek() === IDENTIFIER) while (!this.#isHeadEnd()) parser.next();
    return { ...label, text: "" };
  }

  #mmCid(): boolean {
    if (this.#parser.acceptWord("mm_cid")) return true;
    this.#context.report(
      "K63",
      this.#parser.span(),
      "Only 'mm_cid' may stand here: the section then compares mm_cid instead of cpu_id.",
    );
    if (this.#parser.peek() !== RIGHT_PAREN) this.#parser.next();
    return false;
  }

  #commit(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    const target = parser.parseUnaryExpression();
    if (!this.#isCompound()) parser.expect(EQUAL);
    const value = parser.parseAssignmentExpression();
    return this.#ended({ kind: "commit", target, value, span: parser.spanFrom(start) });
  }

  /** `commit x += e`: says that it is more than one store, and steps over the operator. */
  #isCompound(): boolean {
    const parser = this.#parser;
    const kind = parser.peek();
    if (kind < STAR_EQUAL || PIPE_EQUAL < kind) return false;
    this.#context.report(
      "K75",
      parser.span(),
      `A commit is exactly one store, and '${parser.text()}' loads before; write 'commit x = x ${parser.text().slice(0, -1)} …'.`,
    );
    parser.next();
    return true;
  }

  #assert(): Statement {
    const parser = this.#parser;
    const start = parser.mark();
    parser.next();
    parser.expect(LEFT_PAREN);
    const condition = parser.parseAssignmentExpression();
    let message = this.#context.textOf(condition.span);
    if (parser.accept(COMMA)) message = this.#assertText() ?? message;
    parser.expect(RIGHT_PAREN);
    return this.#ended({ kind: "assert", condition, message, span: parser.spanFrom(start) });
  }

  #assertText(): string | undefined {
    const parser = this.#parser;
    if (parser.peek() !== STRING) {
      parser.expect(STRING);
      return undefined;
    }
    const text = parser.parseAssignmentExpression();
    return text.kind === "string" ? String.fromCharCode(...text.units) : undefined;
  }
}
