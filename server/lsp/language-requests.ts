// The requests of writing and reading code: which goes to which capability. Each is answered from the document's judgement.
import type { Connection } from "vscode-languageserver";
import { completions, resolveCompletion, uriOfItem } from "./completion.ts";
import { signatureHelp } from "./signature-help.ts";
import type { Judgement, Workspace } from "./workspace.ts";

/** The answer about a document, or `empty` for one that is not open or where we failed. */
export type Answer = <Result>(
  what: string,
  uri: string,
  empty: Result,
  work: (judgement: Judgement) => Result,
) => Promise<Result>;

export function answerLanguageRequests(
  connection: Connection,
  workspace: Workspace,
  answer: Answer,
): void {
  connection.onCompletion(({ textDocument: { uri }, position }) =>
    answer("completion", uri, null, (judgement) =>
      completions(judgement, position, workspace.takesSnippets),
    ),
  );
  connection.onCompletionResolve((item) =>
    answer("completion", uriOfItem(item) ?? "", item, (judgement) =>
      resolveCompletion(judgement, item),
    ),
  );
  connection.onSignatureHelp(({ textDocument: { uri }, position }) =>
    answer("signature help", uri, null, (judgement) => signatureHelp(judgement, position)),
  );
}
