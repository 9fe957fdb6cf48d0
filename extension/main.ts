// What the extension registers: a table of contents. The language server and the debug adapter do the work; nothing of the
// domain is decided here.

import * as vscode from "vscode";
import { LanguageServer } from "./client.ts";
import { registerCommands } from "./commands.ts";
import { registerDebugCommands } from "./debug-commands.ts";
import { registerDebugging } from "./debug.ts";
import { registerLanguageStatus } from "./language-status.ts";
import { registerServerCommands } from "./server-commands.ts";

let server: LanguageServer | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Rseq Lab", { log: true });
  server = new LanguageServer(context, log);
  context.subscriptions.push(
    log,
    server,
    registerDebugging(context, log),
    registerDebugCommands(),
    registerCommands(context, server, log),
    registerServerCommands(server),
    registerLanguageStatus(server),
  );
  // Not awaited: an editor that opens a header must not wait for the server.
  void server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
