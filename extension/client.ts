// Starts the language server as a process of its own and keeps the connection to it. The client library is loaded after the
// activation: it is the largest part of the extension, and nothing that a debug session needs.

import path from "node:path";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** Files that the language server understands. */
const documentSelector = [{ language: "c" }, { language: "cpp" }, { language: "rseq" }];
const watchedFiles = "**/{*.{h,c,hpp,cc,rseq},rseq-lab.json}";

export class LanguageServer implements vscode.Disposable {
  readonly #module: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #watcher: vscode.FileSystemWatcher;
  #client: LanguageClient | undefined;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#module = path.join(context.extensionPath, "dist", "server.cjs");
    this.#log = log;
    this.#watcher = vscode.workspace.createFileSystemWatcher(watchedFiles);
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
    return new LanguageClient("rseqLab", "Rseq Lab", server, {
      documentSelector,
      outputChannel: this.#log,
      synchronize: { fileEvents: this.#watcher },
    });
  }
}
