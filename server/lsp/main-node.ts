// The language server as a process: over the parent's IPC channel, a pipe or a socket as its arguments say, or over standard
// input and output.
import process from "node:process";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { nodeHost } from "../host/node.ts";
import { startLanguageServer } from "./server.ts";

/** Serves standard input and output until the client ends it. */
export function serveStdio(): Promise<void> {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  startLanguageServer(connection, nodeHost);
  // The connection ends the process on `exit`.
  return new Promise<never>(() => undefined);
}

const TRANSPORTS = /^--(?:node-ipc|stdio|socket|pipe)(?:=|$)/;

// As a program of its own it is told its transport; imported by the command line, it waits to be called.
if (isProgram()) startLanguageServer(createConnection(ProposedFeatures.all), nodeHost);

function isProgram(): boolean {
  const [, script = "", first = ""] = process.argv;
  return /server\.c?js$|main-node\.ts$/.test(script) && TRANSPORTS.test(first);
}
