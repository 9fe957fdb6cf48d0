// The editor asks while a text is being typed: every feature answers at every stage, and says only what lies in the text.
import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { completionsAt } from "../../../server/engine/assist/completion.ts";
import { foldingRanges } from "../../../server/engine/assist/folding.ts";
import { inlayHints } from "../../../server/engine/assist/inlay-hints.ts";
import { definitionAt } from "../../../server/engine/assist/navigation.ts";
import { occurrencesIn } from "../../../server/engine/assist/occurrences.ts";
import { renamableAt } from "../../../server/engine/assist/rename.ts";
import { selectionsAt } from "../../../server/engine/assist/selection.ts";
import { semanticTokens } from "../../../server/engine/assist/semantic-tokens.ts";
import { signatureAt } from "../../../server/engine/assist/signature.ts";
import { judgeMarked } from "../../support/check-assist.ts";

const examples = ["counter.rseq", "adaptive-mutex.rseq", "proposal.h"];

test.each(examples)("%s, from its first letter to its last", (name) => {
  const whole = readFileSync(new URL(`../../../examples/${name}`, import.meta.url), "utf8");
  for (let length = 0; length <= whole.length; length += 37) {
    const { checked, text, offset } = judgeMarked(`${whole.slice(0, length)}$0`, name);
    const { unit } = checked;
    const { start } = completionsAt(checked, new Map(), offset);
    expect(start).toBeLessThanOrEqual(offset);
    signatureAt(checked, offset);
    definitionAt(checked, [], offset);
    renamableAt(checked, new Map(), offset);
    const everything = { start: 0, end: text.length };
    const settings = { holes: true, offsets: true };
    for (const hint of inlayHints(checked, new Map(), settings, everything))
      expect(hint.offset).toBeLessThanOrEqual(text.length);
    for (const { startLine, endLine } of foldingRanges(text))
      expect(startLine).toBeLessThan(endLine);
    const selections = selectionsAt(checked, offset);
    expect(selections.at(-1)).toMatchObject(everything);
    let end = 0;
    for (const { span, entity } of occurrencesIn(checked, unit.path)) {
      expect(text.slice(span.start, span.end)).toBe(entity.name);
      expect(span.start).toBeGreaterThanOrEqual(end);
      end = span.end;
    }
    expect(semanticTokens(checked, new Map()).length).toBeLessThanOrEqual(text.length);
  }
});

test("in a whole scenario every word has a meaning, or is a word of the language", () => {
  const whole = readFileSync(new URL("../../../examples/counter.rseq", import.meta.url), "utf8");
  const { checked } = judgeMarked(whole, "counter.rseq");
  const names = occurrencesIn(checked, checked.unit.path).map(({ entity }) => entity.name);
  expect(new Set(names)).toEqual(
    new Set([
      "linux-6.18",
      "counter",
      "u64",
      "value",
      "hits",
      "increment",
      "u32",
      "cpu",
      "retry",
      "rseq",
      "cpu_id_start",
      "v",
      "worker",
      "lost_update",
      "storm",
    ]),
  );
});
