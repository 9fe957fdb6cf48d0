// A language client for tests: the real server on the other end of two streams in this process, and the few requests that a person's
// editing makes.
import { PassThrough } from "node:stream";
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeLens,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type DocumentSymbol,
  type Hover,
  type InitializeResult,
  type Position,
  ProposedFeatures,
  type ProtocolConnection,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import type { FolderEntry, Host } from "../../server/host/host.ts";
import { startLanguageServer } from "../../server/lsp/server.ts";

export interface ClientOptions {
  readonly host: Host;
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  /** URIs of the workspace's folders; none without them. */
  readonly folders?: readonly string[];
  /** Answer to workspace/configuration, for the section rseqLab. */
  readonly settings?: unknown;
}

interface Published {
  readonly version: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export class LanguageClient {
  readonly connection: ProtocolConnection;
  readonly logged: string[] = [];
  readonly statuses: unknown[] = [];
  /** Messages that the user was shown. */
  readonly shown: string[] = [];
  readonly initialized: Promise<InitializeResult>;
  readonly #published = new Map<string, Published[]>();
  readonly #waiting: (() => void)[] = [];
  readonly #versions = new Map<string, number>();

  constructor(options: ClientOptions) {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const server = createConnection(
      ProposedFeatures.all,
      new StreamMessageReader(toServer),
      new StreamMessageWriter(toClient),
    );
    startLanguageServer(server, options.host);
    this.connection = createProtocolConnection(
      new StreamMessageReader(toClient),
      new StreamMessageWriter(toServer),
    );
    this.#listen(options.settings);
    this.initialized = this.#initialize(options);
  }

  async open(uri: string, text: string): Promise<void> {
    await this.initialized;
    this.#versions.set(uri, 1);
    const languageId = uri.endsWith(".rseq") ? "rseq" : "c";
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Replaces a range, or the whole text without one. */
  async change(uri: string, text: string, range?: Range): Promise<void> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [range === undefined ? { text } : { range, text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  /** The findings that were published for the newest version of the document. */
  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const wanted = this.#versions.get(uri);
    for (;;) {
      const found = this.#published.get(uri)?.findLast((one) => one.version === wanted);
      if (found !== undefined) return found.diagnostics;
      await this.#nextMessage();
    }
  }

  /** Waits until what was last published for the document satisfies the test. */
  async until(uri: string, isDone: (found: readonly Diagnostic[]) => boolean): Promise<void> {
    while (!isDone(this.#published.get(uri)?.at(-1)?.diagnostics ?? [])) await this.#nextMessage();
  }

  async untilShown(): Promise<readonly string[]> {
    while (this.shown.length === 0) await this.#nextMessage();
    return this.shown;
  }

  /** What was published for a file that is not open, once something was. */
  async diagnosticsOfFile(uri: string): Promise<readonly Diagnostic[]> {
    for (;;) {
      const found = this.#published.get(uri)?.at(-1);
      if (found !== undefined) return found.diagnostics;
      await this.#nextMessage();
    }
  }

  pull(uri: string): Promise<{ kind: string; items: readonly Diagnostic[] }> {
    return this.connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
  }

  hover(uri: string, position: Position): Promise<Hover | null> {
    return this.connection.sendRequest("textDocument/hover", { textDocument: { uri }, position });
  }

  codeActions(uri: string, range: Range, only?: readonly string[]): Promise<CodeAction[]> {
    const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
    return this.connection.sendRequest("textDocument/codeAction", {
      textDocument: { uri },
      range,
      context,
    });
  }

  symbols(uri: string): Promise<DocumentSymbol[]> {
    return this.connection.sendRequest("textDocument/documentSymbol", { textDocument: { uri } });
  }

  lenses(uri: string): Promise<CodeLens[]> {
    return this.connection.sendRequest("textDocument/codeLens", { textDocument: { uri } });
  }

  #listen(settings: unknown): void {
    const { connection } = this;
    connection.onNotification(
      "textDocument/publishDiagnostics",
      (params: Published & { uri: string }) => {
        const list = this.#published.get(params.uri) ?? [];
        list.push({ version: params.version, diagnostics: params.diagnostics });
        this.#published.set(params.uri, list);
        this.#wake();
      },
    );
    connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    connection.onNotification("rseq/status", (status: unknown) => {
      this.statuses.push(status);
      this.#wake();
    });
    connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
      items.map(() => settings ?? null),
    );
    connection.onRequest("window/showMessageRequest", ({ message }: { message: string }) => {
      this.shown.push(message);
      this.#wake();
      return null;
    });
    connection.onRequest("client/registerCapability", () => null);
    connection.listen();
  }

  async #initialize({
    capabilities = {},
    initializationOptions,
    folders,
  }: ClientOptions): Promise<InitializeResult> {
    const result: InitializeResult = await this.connection.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      workspaceFolders: folders?.map((uri) => ({ uri, name: uri })) ?? null,
      capabilities,
      initializationOptions,
    });
    await this.connection.sendNotification("initialized", {});
    return result;
  }

  #nextMessage(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A host whose files are these. */
export function memoryHost(files: Readonly<Record<string, string>>): Host {
  return {
    readFile: (path) => {
      const text = files[path];
      return Promise.resolve(text === undefined ? { kind: "missing" } : { kind: "text", text });
    },
    listFolder: (folder) => Promise.resolve(entriesOf(folder, Object.keys(files))),
  };
}

function entriesOf(folder: string, paths: readonly string[]): readonly FolderEntry[] | undefined {
  const inside = paths.filter((path) => path.startsWith(`${folder}/`));
  const kinds = new Map<string, FolderEntry["kind"]>();
  for (const path of inside) {
    const [name = "", ...deeper] = path.slice(folder.length + 1).split("/");
    kinds.set(name, deeper.length === 0 ? "file" : "folder");
  }
  const entries = [...kinds].map(([name, kind]) => ({ name, kind }));
  return inside.length === 0 ? undefined : entries;
}

/** The place of `marker` in a text, as line and character from 0. */
export function positionOf(text: string, marker: string): Position {
  const at = text.indexOf(marker);
  const before = text.slice(0, at).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
