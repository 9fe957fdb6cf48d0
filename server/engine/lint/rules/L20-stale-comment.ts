// L20: comments of the forms `offset N`, `size N` and `sizeof … N` agree with the layout. Comments at a field speak of the field,
// with `sizeof` of the struct; comments at the struct speak of the struct.
import type { Comment } from "../../c/ast.ts";
import type { Rule, RuleReport } from "../rule.ts";
import type { StructSubject } from "../struct-subject.ts";

export const staleComment: Rule = {
  code: "L20",
  name: "stale-comment",
  severity: "warning",
  rule: "Offsets and sizes in comments agree with the layout.",
  why: "Reviewers and authors of other tools take the numbers from the comments.",
  fix: "Write the computed number, or a `_Static_assert` instead of the comment.",
  sources: ["A downstream header that says 64 where the size is 96"],
  home: "text",
  checkStruct(subject, _judge, report) {
    const { unit, layout, record } = subject;
    for (const field of layout.fields) {
      const comments = [
        ...unit.commentsBefore(field.declarationSpan).filter((one) => isAbove(subject, one)),
        ...unit.commentsBehind(field.declarationSpan),
      ];
      for (const comment of comments) {
        if (field.bitOffset === undefined) {
          compare(comment, OFFSET, field.offset, `offset of '${field.path}'`, report);
          compare(comment, SIZE, field.size, `size of '${field.path}'`, report);
        }
        compareSizeof(subject, comment, report);
      }
    }
    const around = [...unit.commentsBefore(record.span), ...unit.commentsBehind(record.span)];
    for (const comment of around) {
      compare(comment, SIZE, layout.size, `size of '${layout.name}'`, report);
      compareSizeof(subject, comment, report);
    }
  },
};

const OFFSET = /\boffset\s*[:=]?\s*(\d+|0x[\da-f]+)\b(?!\s*[-.]\s*\d)/i;
const SIZE = /\bsize\s*[:=]?\s*(\d+|0x[\da-f]+)\b(?!\s*[-.]\s*\d)/i;
const SIZEOF =
  /\bsizeof\b(?:\s*\(\s*(?:struct\s+)?(\w+)\s*\)|\s+(?:struct\s+)?(?:this|it)\b)?[^.;,\d\n(]{0,40}?(\d+|0x[\da-f]+)\b/i;

/** A comment that stands behind another member on its line belongs to that member. */
function isAbove(subject: StructSubject, comment: Comment): boolean {
  const text = subject.unit.textOf(comment.span.path) ?? "";
  const start = text.lastIndexOf("\n", comment.span.start - 1) + 1;
  return /^\s*$/.test(text.slice(start, comment.span.start));
}

function compare(
  comment: Comment,
  pattern: RegExp,
  actual: number,
  what: string,
  report: RuleReport,
): void {
  const match = pattern.exec(comment.text);
  if (match?.[1] === undefined) return;
  reportNumber(
    comment,
    match.index + match[0].lastIndexOf(match[1]),
    match[1],
    actual,
    what,
    report,
  );
}

function compareSizeof(subject: StructSubject, comment: Comment, report: RuleReport): void {
  const match = SIZEOF.exec(comment.text);
  const number = match?.[2];
  if (match === null || number === undefined) return;
  if (match[1] !== undefined && match[1] !== subject.tag) return;
  const at = match.index + match[0].lastIndexOf(number);
  reportNumber(
    comment,
    at,
    number,
    subject.layout.size,
    `size of '${subject.layout.name}'`,
    report,
  );
}

function reportNumber(
  comment: Comment,
  at: number,
  written: string,
  actual: number,
  what: string,
  report: RuleReport,
): void {
  if (Number(written) === actual) return;
  const start = comment.span.start + at;
  const span = { path: comment.span.path, start, end: start + written.length };
  report(span, `The comment says ${written}, but the ${what} is ${actual}. Correct the number.`, {
    fixes: [{ title: `Write ${actual}`, edits: [{ span, newText: String(actual) }], safe: true }],
  });
}
