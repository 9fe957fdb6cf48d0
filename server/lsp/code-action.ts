// textDocument/codeAction: the fixes of the findings in the range, and all safe ones of the file at once (source.fixAll.rseq).
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Range,
} from "vscode-languageserver";
import { type Diagnostic, suppressionOf, type TextEdit } from "../engine/index.ts";
import { Ranges, toChanges, toLspDiagnostic, toQuickFix } from "./to-lsp.ts";
import type { Judgement } from "./workspace.ts";

export const FIX_ALL_KIND: string = `${CodeActionKind.SourceFixAll}.rseq`;

export function codeActions(
  judgement: Judgement,
  params: CodeActionParams,
  explainUri: string | undefined,
): CodeAction[] {
  const ranges = new Ranges(judgement.textOf);
  const { only } = params.context;
  const actions: CodeAction[] = [];
  if (isWanted(CodeActionKind.QuickFix, only)) {
    for (const diagnostic of judgement.checked.diagnostics) {
      const shown = toLspDiagnostic(diagnostic, ranges, explainUri);
      if (!overlaps(shown.range, params.range)) continue;
      for (const fix of diagnostic.fixes)
        actions.push(toQuickFix(fix, shown, diagnostic.fixes.length === 1, ranges));
      const silence = suppressionOf(diagnostic, judgement.textOf(diagnostic.span.path) ?? "");
      if (silence !== undefined) actions.push(toQuickFix(silence, shown, false, ranges));
    }
  }
  if (isWanted(FIX_ALL_KIND, only)) {
    const edits = safeEdits(judgement.checked.diagnostics);
    if (edits.length > 0)
      actions.push({
        title: "Apply all safe Rseq Lab fixes",
        kind: FIX_ALL_KIND,
        edit: { changes: toChanges(edits, ranges) },
      });
  }
  return actions;
}

/** Edits of the safe fixes that do not touch each other; where two meet, the earlier finding's counts. */
export function safeEdits(diagnostics: readonly Diagnostic[]): TextEdit[] {
  const chosen: TextEdit[] = [];
  for (const diagnostic of diagnostics) {
    const fix = diagnostic.fixes.find((one) => one.safe);
    if (fix === undefined) continue;
    const isFree = fix.edits.every((edit) => chosen.every((other) => areApart(edit, other)));
    if (isFree) chosen.push(...fix.edits);
  }
  return chosen;
}

function areApart({ span: left }: TextEdit, { span: right }: TextEdit): boolean {
  return left.path !== right.path || left.end < right.start || right.end < left.start;
}

function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return (
    only === undefined || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`))
  );
}

function overlaps(left: Range, right: Range): boolean {
  return isNotBehind(left.start, right.end) && isNotBehind(right.start, left.end);
}

function isNotBehind(left: Range["start"], right: Range["start"]): boolean {
  return left.line < right.line || (left.line === right.line && left.character <= right.character);
}
