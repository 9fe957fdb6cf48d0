// The debug adapter for any editor: one session on standard input and output, or one for each connection to a port of this
// machine. Messages are framed by @vscode/debugadapter's ProtocolServer; the session is ours.
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import { ProtocolServer } from "@vscode/debugadapter/lib/protocol.js";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { nodeSessionHost } from "./node-host.ts";
import type { OutgoingMessage } from "./requests.ts";
import { Session } from "./session.ts";

/** Frames the messages of one session. */
class Connection extends ProtocolServer {
  readonly #session: Session;

  constructor(onClosed: () => void) {
    super();
    this.#session = new Session({
      ...nodeSessionHost,
      send: (message) => this.#send(message),
      closed: onClosed,
    });
    // The base class reports a text that is no JSON so; there is no request to answer, so the client is told in its console.
    this.on("error", (event: { readonly body?: string }) => {
      this.sendEvent(outputEvent(`A message could not be read. ${event.body ?? ""}\n`));
    });
  }

  // Not dispatchRequest: the session answers malformed messages too.
  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    this.#session.receive(message);
  }

  #send(message: OutgoingMessage): void {
    if (message.type === "response")
      this.sendResponse({ ...(message as DebugProtocol.Response), seq: 0 });
    else this.sendEvent({ ...message, seq: 0 } as DebugProtocol.Event);
  }
}

function outputEvent(output: string): DebugProtocol.OutputEvent {
  return { type: "event", seq: 0, event: "output", body: { category: "stderr", output } };
}

/** Serves one session on standard input and output; resolves when the client has left. */
export function serveStdio(): Promise<void> {
  return new Promise((resolve) => {
    // An open standard input would keep the process alive after the client's last answer.
    const leave = (): void => {
      process.stdin.destroy();
      resolve();
    };
    const connection = new Connection(leave);
    process.stdin.on("close", resolve);
    process.stdin.on("end", leave);
    process.stdout.on("error", leave);
    connection.start(process.stdin, process.stdout);
  });
}

/** Serves a session for each connection to a port of this machine; 0 is a free one. Resolves when it listens, with the port. */
export function servePort(port: number): Promise<number> {
  const server = createServer((socket) => serveSocket(socket));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function serveSocket(socket: Socket): void {
  const connection = new Connection(() => socket.end());
  socket.setNoDelay(true);
  // A client that is gone needs no words.
  socket.on("error", () => socket.destroy());
  connection.start(socket, socket);
}
