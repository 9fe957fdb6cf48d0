// The pages of every code of the linter: those of the rules that judge text, of the rules that are decided elsewhere or only explained,
// and of the notices. `rseq-lab explain`, hovers and SARIF read them.
import type { Severity } from "../text/diagnostic.ts";
import type { Home, RulePage } from "./rule.ts";
import { RULES } from "./rules/index.ts";
import { UNDECIDED_PAGES } from "./undecided-pages.ts";

export const RULE_PAGES: readonly RulePage[] = [...RULES, ...UNDECIDED_PAGES];

/** Findings of the linter that are no rules. */
export const NOTICE_PAGES: readonly RulePage[] = [
  page(
    "N10",
    "bad-configuration",
    "warning",
    "Settings of rseq-lab.json are known, and their values valid.",
    "A setting that is not understood has no effect, and the file would be judged by something else than you think.",
    "Write what the message lists.",
  ),
  page(
    "N11",
    "not-text",
    "error",
    "A file that is judged is text.",
    "A zero byte does not occur in C; the file is a binary, or in another encoding than UTF-8.",
    "Name the source file, or convert it to UTF-8.",
  ),
  page(
    "N12",
    "too-large",
    "error",
    "A file that is judged has at most 16,000,000 characters.",
    "Everything has a bound, so that nothing hangs.",
    "Split the file.",
  ),
  page(
    "N13",
    "too-many-fields",
    "warning",
    "A struct that is judged has at most 4,096 fields.",
    "Everything has a bound, so that nothing hangs; no struct that kernel and user space share has more than a few dozen.",
    "Declare repeated fields as an array.",
  ),
];

/** The page of a code or a name of the linter, in any case of letters. */
export function findPage(codeOrName: string): RulePage | undefined {
  const wanted = codeOrName.toLowerCase();
  return [...RULE_PAGES, ...NOTICE_PAGES].find(
    (one) => one.code.toLowerCase() === wanted || one.name === wanted,
  );
}

/** A page as Markdown, the one source of `explain`, hovers and SARIF help. */
export function pageText(page: RulePage): string {
  const lines = [
    `# ${page.code} ${page.name}`,
    page.rule,
    `**Why.** ${page.why}`,
    `**How to fix.** ${page.fix}`,
    `**Where it is decided.** ${HOMES[page.home]} Severity: ${page.severity}.`,
  ];
  if (page.sources.length > 0) lines.push(`**Sources.** ${page.sources.join("; ")}.`);
  return `${lines.join("\n\n")}\n`;
}

const HOMES: Readonly<Record<Home, string>> = {
  text: "In the text of headers, C code and scenarios; silent where a value cannot be evaluated.",
  diff: "In the comparison of two declarations (`rseq-lab diff`).",
  binary: "In the binary, whose sections are read.",
  simulator: "In a run or an exploration of a scenario, which reports it with this code.",
  explain: "Explained here; no check of this version decides it.",
};

function page(
  code: string,
  name: string,
  severity: Severity,
  rule: string,
  why: string,
  fix: string,
): RulePage {
  return { code, name, severity, rule, why, fix, sources: [], home: "text" };
}
