// Starts the language server as a process of its own and keeps the connection to it.

import path from "node:path";
import * as vscode from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";

/** Files that the language server understands. */
export const documentSelector: { language: string }[] = [
  { language: "c" },
  { language: "cpp" },
  { language: "rseq" },
];

const watchedFiles = "**/{*.{h,c,hpp,cc,rseq},rseq-lab.json}";

export class LanguageServer {
  readonly client: LanguageClient;
  readonly #log: vscode.LogOutputChannel;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#log = log;
    const module = path.join(context.extensionPath, "dist", "server.cjs");
    const serverOptions: ServerOptions = {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--nolazy"] } },
    };
    const watcher = vscode.workspace.createFileSystemWatcher(watchedFiles);
    context.subscriptions.push(watcher);
    const clientOptions: LanguageClientOptions = {
      documentSelector,
      outputChannel: log,
      synchronize: { fileEvents: watcher },
    };
    // The id is the prefix of the setting `rseqLab.trace.server`.
    this.client = new LanguageClient("rseqLab", "Rseq Lab", serverOptions, clientOptions);
  }

  /** Never rejects: a server that does not start is reported once, and the rest of the extension goes on. */
  async start(): Promise<void> {
    try {
      await this.client.start();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      void vscode.window.showErrorMessage(
        "The Rseq Lab language server did not start; Show Log tells why.",
      );
    }
  }

  async restart(): Promise<void> {
    await this.client.restart();
  }

  async stop(): Promise<void> {
    await this.client.stop();
  }
}
