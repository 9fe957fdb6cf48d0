// The language server: what it can do, and which request goes where. One file a capability does the work; the workspace holds the state.
import {
  CodeActionKind,
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { findCodePage } from "../engine/index.ts";
import type { Host } from "../host/host.ts";
import { VERSION } from "../version.ts";
import { codeActions, FIX_ALL_KIND } from "./code-action.ts";
import { codeLenses } from "./code-lens.ts";
import { Publisher, pullDiagnostics } from "./diagnostics.ts";
import { documentSymbols } from "./document-symbol.ts";
import { guarded } from "./guard.ts";
import { hover } from "./hover.ts";
import { answerLanguageRequests, LANGUAGE_CAPABILITIES } from "./language-requests.ts";
import {
  CHOICES_REQUEST,
  EXPLAIN_REQUEST,
  type ExplainParams,
  type ExplainResult,
  STATUS_REQUEST,
  type StatusParams,
} from "./protocol.ts";
import { choices, statusOf } from "./status.ts";
import { type Judgement, Workspace } from "./workspace.ts";

/** Serves a connection until the client ends it. */
export function startLanguageServer(connection: Connection, host: Host): void {
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(connection, documents, host);
  const publisher = new Publisher(connection, workspace);
  listenToLifecycle(connection, workspace, publisher);
  listenToDocuments(documents, workspace, publisher);
  answerRequests(connection, workspace);
  documents.listen(connection);
  connection.listen();
}

function listenToLifecycle(
  connection: Connection,
  workspace: Workspace,
  publisher: Publisher,
): void {
  let canRegisterSettings = false;
  let canFollowFolders = false;
  let refresh = (): void => undefined;
  connection.onInitialize((params) => {
    const { workspace: client } = params.capabilities;
    workspace.canAskForSettings = client?.configuration === true;
    workspace.takesSnippets =
      params.capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
    canFollowFolders = client?.workspaceFolders === true;
    canRegisterSettings = client?.didChangeConfiguration?.dynamicRegistration === true;
    workspace.projectFiles.folders = foldersOf(params);
    publisher.isPulled = canPull(params);
    refresh = refresherOf(connection, params);
    workspace.explainUri = explainUriOf(params.initializationOptions);
    return initializeResult(publisher.isPulled);
  });
  connection.onInitialized(async () => {
    if (canFollowFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => uri));
        const kept = workspace.projectFiles.folders.filter((uri) => !gone.has(uri));
        workspace.projectFiles.folders = [...kept, ...added.map(({ uri }) => uri)];
      });
    if (canRegisterSettings)
      await connection.client.register(DidChangeConfigurationNotification.type, {
        section: "rseqLab",
      });
  });
  const again = (): void => {
    publisher.scheduleAll();
    refresh();
  };
  connection.onDidChangeConfiguration(({ settings }) => {
    const pushed: unknown = settings;
    workspace.pushedSettings = sectionOf(pushed);
    workspace.settingsChanged();
    again();
  });
  connection.onDidChangeWatchedFiles(() => {
    workspace.filesChanged();
    again();
  });
}

function listenToDocuments(
  documents: TextDocuments<TextDocument>,
  workspace: Workspace,
  publisher: Publisher,
): void {
  documents.onDidChangeContent(({ document }) => {
    for (const uri of workspace.documentChanged(document.uri)) publisher.schedule(uri);
  });
  documents.onDidClose(({ document }) => {
    for (const uri of workspace.documentClosed(document.uri)) publisher.schedule(uri);
    void publisher.forget(document.uri);
  });
}

function answerRequests(connection: Connection, workspace: Workspace): void {
  /** The answer about a document, or `empty` for one that is not open or where we failed. */
  const answer = <Result>(
    what: string,
    uri: string,
    empty: Result,
    work: (judgement: Judgement) => Result,
  ): Promise<Result> =>
    guarded(connection, what, empty, async () => {
      const judgement = await workspace.judge(uri);
      return judgement === undefined ? empty : work(judgement);
    });
  connection.languages.diagnostics.on(({ textDocument: { uri } }) =>
    guarded(connection, "diagnostics", { kind: "full" as const, items: [] }, () =>
      pullDiagnostics(workspace, uri),
    ),
  );
  connection.onHover(({ textDocument: { uri }, position }) =>
    answer("hover", uri, null, (judgement) => hover(judgement, position)),
  );
  connection.onCodeAction((params) =>
    answer("code actions", params.textDocument.uri, [], (judgement) =>
      codeActions(judgement, params, workspace.explainUri),
    ),
  );
  connection.onDocumentSymbol(({ textDocument: { uri } }) =>
    answer("document symbols", uri, [], documentSymbols),
  );
  connection.onCodeLens(({ textDocument: { uri } }) => answer("code lenses", uri, [], codeLenses));
  answerLanguageRequests(connection, workspace, answer);
  connection.onRequest(STATUS_REQUEST, ({ uri }: StatusParams) =>
    answer("the status", uri, null, statusOf),
  );
  connection.onRequest(CHOICES_REQUEST, () => choices());
  connection.onRequest(
    EXPLAIN_REQUEST,
    ({ code }: ExplainParams): ExplainResult => findCodePage(code)?.text ?? null,
  );
}

function initializeResult(isPulled: boolean): InitializeResult {
  return {
    serverInfo: { name: "rseq-lab", version: VERSION },
    capabilities: {
      textDocumentSync: {
        openClose: true,
        change: TextDocumentSyncKind.Incremental,
        save: false,
      },
      hoverProvider: true,
      ...LANGUAGE_CAPABILITIES,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL_KIND] },
      documentSymbolProvider: true,
      codeLensProvider: { resolveProvider: false },
      ...(isPulled
        ? {
            diagnosticProvider: {
              identifier: "rseq-lab",
              interFileDependencies: true,
              workspaceDiagnostics: false,
            },
          }
        : {}),
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  if (workspaceFolders !== null && workspaceFolders !== undefined)
    return workspaceFolders.map(({ uri }) => uri);
  return rootUri === null ? [] : [rootUri];
}

/** Tells the client that what it shows may be old: each kind of answer, where it can hear that. */
function refresherOf(
  connection: Connection,
  { capabilities: { workspace: client, textDocument } }: InitializeParams,
): () => void {
  const { languages } = connection;
  const refreshes: (() => Promise<void>)[] = [];
  if (textDocument?.diagnostic !== undefined && client?.diagnostics?.refreshSupport === true)
    refreshes.push(() => languages.diagnostics.refresh());
  if (client?.semanticTokens?.refreshSupport === true)
    refreshes.push(() => Promise.resolve(languages.semanticTokens.refresh()));
  if (client?.inlayHint?.refreshSupport === true)
    refreshes.push(() => languages.inlayHint.refresh());
  if (client?.codeLens?.refreshSupport === true)
    refreshes.push(() => connection.sendRequest(CodeLensRefreshRequest.type));
  return () => {
    // A client that has gone meanwhile needs no refresh.
    for (const one of refreshes) one().catch(() => undefined);
  };
}

/** Clients that pull say so; they are not pushed to as well, or every finding would stand twice. */
function canPull({ capabilities }: InitializeParams): boolean {
  return capabilities.textDocument?.diagnostic !== undefined;
}

function explainUriOf(options: unknown): string | undefined {
  if (typeof options !== "object" || options === null || !("explainUri" in options))
    return undefined;
  return typeof options.explainUri === "string" ? options.explainUri : undefined;
}

function sectionOf(settings: unknown): unknown {
  if (typeof settings !== "object" || settings === null) return undefined;
  return "rseqLab" in settings ? settings.rseqLab : settings;
}
