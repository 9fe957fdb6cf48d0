// The `#include` lines of a file and the files behind them. A header that is built in, or was not found, leads nowhere.
import { includeCandidates } from "../c/include.ts";
import type { CUnit } from "../c/unit.ts";
import type { Span } from "../text/source.ts";
import { tokensOf } from "./tokens.ts";

export interface IncludeLink {
  /** The name with its quotes or angle brackets. */
  readonly span: Span;
  /** Path of the file that was read. */
  readonly target: string;
}

export function includeLinks(unit: CUnit, includePath: readonly string[]): readonly IncludeLink[] {
  const tokens = tokensOf(unit.textOf(unit.path) ?? "");
  return tokens.flatMap((token, index) => {
    const isName = token.kind === "string" && tokens[index - 1]?.text === "include";
    if (!isName || tokens[index - 2]?.text !== "#" || token.text.length < 3) return [];
    const name = token.text.slice(1, -1);
    const isQuoted = token.text.startsWith('"');
    const found = includeCandidates(name, isQuoted, unit.path, includePath, -1).find(
      ({ path }) => unit.textOf(path) !== undefined,
    );
    const span = { path: unit.path, start: token.start, end: token.end };
    return found === undefined ? [] : [{ span, target: found.path }];
  });
}
