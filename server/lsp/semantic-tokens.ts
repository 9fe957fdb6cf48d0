// textDocument/semanticTokens: full, delta against the last full answer, range.
import {
  type Range,
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensDelta,
  type SemanticTokensLegend,
} from "vscode-languageserver";
import {
  SEMANTIC_TOKEN_MODIFIERS,
  SEMANTIC_TOKEN_TYPES,
  type SemanticToken,
  semanticTokens,
} from "../engine/index.ts";
import { isOurs } from "./navigation.ts";
import { Ranges } from "./to-lsp.ts";
import type { Judgement } from "./workspace.ts";

export const SEMANTIC_TOKENS_LEGEND: SemanticTokensLegend = {
  tokenTypes: [...SEMANTIC_TOKEN_TYPES],
  tokenModifiers: [...SEMANTIC_TOKEN_MODIFIERS],
};

/** Answers that clients may refer to, the last one of each document. */
export class SemanticTokenAnswers {
  readonly #builders = new Map<string, SemanticTokensBuilder>();

  full(judgement: Judgement): SemanticTokens {
    const builder = this.#builderOf(judgement);
    push(builder, judgement, undefined);
    return builder.build();
  }

  delta(judgement: Judgement, previous: string): SemanticTokens | SemanticTokensDelta {
    const builder = this.#builderOf(judgement);
    builder.previousResult(previous);
    push(builder, judgement, undefined);
    return builder.buildEdits();
  }

  range(judgement: Judgement, range: Range): SemanticTokens {
    const builder = new SemanticTokensBuilder();
    push(builder, judgement, range);
    return { data: builder.build().data };
  }

  forget(uri: string): void {
    this.#builders.delete(uri);
  }

  #builderOf({ document: { uri } }: Judgement): SemanticTokensBuilder {
    const builder = this.#builders.get(uri) ?? new SemanticTokensBuilder();
    this.#builders.set(uri, builder);
    return builder;
  }
}

function push(
  builder: SemanticTokensBuilder,
  judgement: Judgement,
  range: Range | undefined,
): void {
  if (!isOurs(judgement)) return;
  const { checked, document, settings, textOf } = judgement;
  const { roles } = settings.configuration;
  const offsets =
    range === undefined
      ? undefined
      : { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  const ranges = new Ranges(textOf);
  for (const token of semanticTokens(checked, roles, offsets)) {
    const { start } = ranges.of(token.span);
    const type = SEMANTIC_TOKEN_TYPES.indexOf(token.type);
    const length = token.span.end - token.span.start;
    builder.push(start.line, start.character, length, type, modifierBits(token));
  }
}

function modifierBits({ modifiers }: SemanticToken): number {
  return modifiers.reduce(
    (bits, modifier) => bits | (1 << SEMANTIC_TOKEN_MODIFIERS.indexOf(modifier)),
    0,
  );
}
