// Starts the language server as a process of its own and keeps the connection to it. The client library is loaded after the
// activation: it is the largest part of the extension, and nothing that a debug session needs.

import path from "node:path";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** Documents that the language server understands. */
export const documentSelector: { language: string }[] = [
  { language: "c" },
  { language: "cpp" },
  { language: "rseq" },
];

const watchedFiles = "**/{*.{h,c,hpp,cc,rseq},rseq-lab.json}";

export class LanguageServer implements vscode.Disposable {
  readonly #module: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #watcher: vscode.FileSystemWatcher;
  readonly #listeners: [method: string, listener: (params: unknown) => void][] = [];
  #client: LanguageClient | undefined;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#module = path.join(context.extensionPath, "dist", "server.cjs");
    this.#log = log;
    this.#watcher = vscode.workspace.createFileSystemWatcher(watchedFiles);
  }

  /** To be called before `start`. */
  onNotification(method: string, listener: (params: unknown) => void): void {
    this.#listeners.push([method, listener]);
  }

  /** Asks the server; `fallback` while it does not run. */
  async request<Result>(method: string, params: object, fallback: Result): Promise<Result> {
    if (this.#client?.isRunning() !== true) return fallback;
    return this.#client.sendRequest<Result>(method, params);
  }

  /** Never rejects: a server that does not start is reported once, and the rest of the extension goes on. */
  async start(): Promise<void> {
    try {
      this.#client ??= await this.#newClient();
      await this.#client.start();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      void vscode.window.showErrorMessage(
        "The Rseq Lab language server did not start; Show Log tells why.",
      );
    }
  }

  async restart(): Promise<void> {
    if (this.#client === undefined) await this.start();
    else await this.#client.restart();
  }

  async stop(): Promise<void> {
    await this.#client?.stop();
  }

  dispose(): void {
    this.#watcher.dispose();
  }

  async #newClient(): Promise<LanguageClient> {
    const { LanguageClient, TransportKind } = await import("vscode-languageclient/node");
    const server = { module: this.#module, transport: TransportKind.ipc };
    // The id is the prefix of the setting `rseqLab.trace.server`.
    const client = new LanguageClient("rseqLab", "Rseq Lab", server, {
      documentSelector,
      outputChannel: this.#log,
      synchronize: { fileEvents: this.#watcher },
    });
    for (const [method, listener] of this.#listeners) client.onNotification(method, listener);
    return client;
  }
}
