// The requests of writing and reading code: which goes to which capability. Each is answered from the document's judgement.
import {
  type Connection,
  DocumentRangesFormattingRequest,
  type SemanticTokens,
  type SemanticTokensDelta,
  type ServerCapabilities,
} from "vscode-languageserver";
import { callsFrom, callsTo, prepareCallHierarchy } from "./call-hierarchy.ts";
import { COMPLETION_TRIGGERS, completions, resolveCompletion, uriOfItem } from "./completion.ts";
import { FORMAT_TRIGGERS, formatted, formattedOnType } from "./formatting.ts";
import { guarded } from "./guard.ts";
import { inlayHintsOf } from "./inlay-hint.ts";
import { declaration, definition, documentLinks, typeDefinition } from "./navigation.ts";
import { documentHighlights, prepareRename, references, rename } from "./references.ts";
import { SEMANTIC_TOKENS_LEGEND, SemanticTokenAnswers } from "./semantic-tokens.ts";
import { signatureHelp } from "./signature-help.ts";
import { foldingRangesOf, selectionRanges } from "./structure.ts";
import { workspaceSymbols } from "./workspace-symbol.ts";
import type { Judgement, Workspace } from "./workspace.ts";

/** The answer about a document, or `empty` for one that is not open or where we failed. */
export type Answer = <Result>(
  what: string,
  uri: string,
  empty: Result,
  work: (judgement: Judgement) => Result,
) => Promise<Result>;

/** What the requests of this file need the client to know. */
export const LANGUAGE_CAPABILITIES: ServerCapabilities = {
  completionProvider: { triggerCharacters: [...COMPLETION_TRIGGERS], resolveProvider: true },
  signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: [")"] },
  definitionProvider: true,
  declarationProvider: true,
  typeDefinitionProvider: true,
  referencesProvider: true,
  callHierarchyProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  semanticTokensProvider: {
    legend: SEMANTIC_TOKENS_LEGEND,
    full: { delta: true },
    range: true,
  },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: { rangesSupport: true },
  documentOnTypeFormattingProvider: {
    firstTriggerCharacter: FORMAT_TRIGGERS.first,
    moreTriggerCharacter: [...FORMAT_TRIGGERS.more],
  },
  inlayHintProvider: { resolveProvider: false },
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentLinkProvider: { resolveProvider: false },
  workspaceSymbolProvider: { resolveProvider: false },
};

export function answerLanguageRequests(
  connection: Connection,
  workspace: Workspace,
  answer: Answer,
): void {
  answerWriting(connection, workspace, answer);
  answerNavigation(connection, answer);
  answerCalls(connection, answer);
  answerFormatting(connection, answer);
  answerNames(connection, workspace, answer);
  answerLooks(connection, answer);
}

function answerWriting(connection: Connection, workspace: Workspace, answer: Answer): void {
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

function answerNavigation(connection: Connection, answer: Answer): void {
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    answer("definition", uri, null, (judgement) => definition(judgement, position)),
  );
  connection.onDeclaration(({ textDocument: { uri }, position }) =>
    answer("declaration", uri, null, (judgement) => declaration(judgement, position)),
  );
  connection.onTypeDefinition(({ textDocument: { uri }, position }) =>
    answer("type definition", uri, null, (judgement) => typeDefinition(judgement, position)),
  );
  connection.onDocumentLinks(({ textDocument: { uri } }) =>
    answer("document links", uri, [], documentLinks),
  );
}

function answerCalls(connection: Connection, answer: Answer): void {
  const { callHierarchy } = connection.languages;
  callHierarchy.onPrepare(({ textDocument: { uri }, position }) =>
    answer("call hierarchy", uri, null, (judgement) => prepareCallHierarchy(judgement, position)),
  );
  callHierarchy.onIncomingCalls(({ item }) =>
    answer("call hierarchy", item.uri, [], (judgement) => callsTo(judgement, item)),
  );
  callHierarchy.onOutgoingCalls(({ item }) =>
    answer("call hierarchy", item.uri, [], (judgement) => callsFrom(judgement, item)),
  );
}

function answerFormatting(connection: Connection, answer: Answer): void {
  connection.onDocumentFormatting(({ textDocument: { uri }, options }) =>
    answer("formatting", uri, [], (judgement) => formatted(judgement, options)),
  );
  connection.onDocumentRangeFormatting(({ textDocument: { uri }, options, range }) =>
    answer("formatting", uri, [], (judgement) => formatted(judgement, options, [range])),
  );
  connection.onRequest(
    DocumentRangesFormattingRequest.type,
    ({ textDocument: { uri }, options, ranges }) =>
      answer("formatting", uri, [], (judgement) => formatted(judgement, options, ranges)),
  );
  connection.onDocumentOnTypeFormatting(({ textDocument: { uri }, options, position, ch }) =>
    answer("formatting", uri, [], (judgement) => formattedOnType(judgement, options, position, ch)),
  );
}

function answerNames(connection: Connection, workspace: Workspace, answer: Answer): void {
  connection.onDocumentHighlight(({ textDocument: { uri }, position }) =>
    answer("highlights", uri, [], (judgement) => documentHighlights(judgement, position)),
  );
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    guarded(connection, "references", [], async () => {
      const judgement = await workspace.judge(uri);
      const { includeDeclaration } = context;
      return judgement === undefined
        ? []
        : references(workspace, judgement, position, includeDeclaration);
    }),
  );
  connection.onPrepareRename(({ textDocument: { uri }, position }) =>
    answer("rename", uri, null, (judgement) => prepareRename(judgement, position)),
  );
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) =>
    guarded(connection, "rename", null, async () => {
      const judgement = await workspace.judge(uri);
      return judgement === undefined ? null : rename(workspace, judgement, position, newName);
    }),
  );
  connection.onWorkspaceSymbol(({ query }) =>
    guarded(connection, "workspace symbols", [], () => workspaceSymbols(workspace, query)),
  );
}

function answerLooks(connection: Connection, answer: Answer): void {
  const tokens = new SemanticTokenAnswers();
  const none: SemanticTokens = { data: [] };
  connection.languages.semanticTokens.on(({ textDocument: { uri } }) =>
    answer("semantic tokens", uri, none, (judgement) => tokens.full(judgement)),
  );
  connection.languages.semanticTokens.onDelta(({ textDocument: { uri }, previousResultId }) =>
    answer<SemanticTokens | SemanticTokensDelta>("semantic tokens", uri, none, (judgement) =>
      tokens.delta(judgement, previousResultId),
    ),
  );
  connection.languages.semanticTokens.onRange(({ textDocument: { uri }, range }) =>
    answer("semantic tokens", uri, none, (judgement) => tokens.range(judgement, range)),
  );
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }) =>
    answer("inlay hints", uri, [], (judgement) => inlayHintsOf(judgement, range)),
  );
  connection.onFoldingRanges(({ textDocument: { uri } }) =>
    answer("folding", uri, [], foldingRangesOf),
  );
  connection.onSelectionRanges(({ textDocument: { uri }, positions }) =>
    answer("selection ranges", uri, null, (judgement) => selectionRanges(judgement, positions)),
  );
}
