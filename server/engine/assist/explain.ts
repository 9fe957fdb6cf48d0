// What every code means: the rules of the linter, what reading C and scenarios can say. One page a code, from one source each.
import { readingCodes } from "../c/codes.ts";
import { NOTICE_PAGES, pageText, RULE_PAGES } from "../lint/pages.ts";
import { scenarioCodes } from "../scenario/codes.ts";
import type { Severity } from "../text/diagnostic.ts";

export interface CodePage {
  /** `L01`, `K03`. */
  readonly code: string;
  /** `implicit-hole`. */
  readonly name: string;
  readonly severity: Severity;
  /** Markdown. */
  readonly text: string;
}

/** The pages of all codes, by family and number. */
export function codePages(): readonly CodePage[] {
  const rules = [...RULE_PAGES, ...NOTICE_PAGES].map((page) => ({
    code: page.code,
    name: page.name,
    severity: page.severity,
    text: pageText(page),
  }));
  const messages = [...readingCodes, ...scenarioCodes].map(
    ({ code, name, severity, explanation }) => ({
      code,
      name,
      severity,
      text: `# ${code} ${name}\n\n${explanation}\n\nSeverity: ${severity}.\n`,
    }),
  );
  return [...rules, ...messages].toSorted((left, right) => (left.code < right.code ? -1 : 1));
}

/** The page of a code or a name, in any case of letters. */
export function findCodePage(codeOrName: string): CodePage | undefined {
  const wanted = codeOrName.toLowerCase();
  return codePages().find((page) => page.code.toLowerCase() === wanted || page.name === wanted);
}
