// "Inline" debug adapter: a message pump to a worker thread, in which the session lives. A long continue there never blocks the
// extension host.

import { Worker } from "node:worker_threads";
import * as vscode from "vscode";

/** The parts of a protocol message that matter when the session has to be ended from here. */
interface ProtocolMessage extends vscode.DebugProtocolMessage {
  readonly type?: string;
  readonly seq?: number;
  readonly command?: string;
}

export class DebugWorker implements vscode.DebugAdapter {
  readonly #messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage: vscode.Event<vscode.DebugProtocolMessage> = this.#messages.event;
  readonly #worker: Worker;
  readonly #log: vscode.LogOutputChannel;
  #hasFailed = false;

  constructor(program: string, log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#worker = new Worker(program, { name: "rseq debug adapter" });
    this.#worker.on("message", (message: vscode.DebugProtocolMessage) =>
      this.#messages.fire(message),
    );
    this.#worker.on("error", (error) => this.#fail(error));
  }

  handleMessage(message: ProtocolMessage): void {
    if (this.#hasFailed) this.#refuse(message);
    else this.#worker.postMessage(message);
  }

  dispose(): void {
    void this.#worker.terminate();
    this.#messages.dispose();
  }

  /** Our bug: the session ends with a message, instead of waiting for answers that will not come. */
  #fail(error: unknown): void {
    this.#hasFailed = true;
    this.#log.error(error instanceof Error ? error : String(error));
    const output = "Rseq Lab failed inside the debugger; the session ends. Show Log tells more.\n";
    this.#messages.fire(event("output", { category: "important", output }));
    this.#messages.fire(event("terminated", {}));
  }

  #refuse(request: ProtocolMessage): void {
    if (request.type !== "request") return;
    const { seq, command } = request;
    const answer = { seq: 0, type: "response", request_seq: seq, command };
    this.#messages.fire({
      ...answer,
      success: command === "disconnect",
      message: "the session has ended",
    });
  }
}

function event(name: string, body: object): vscode.DebugProtocolMessage {
  return Object.assign({ seq: 0, type: "event" }, { event: name, body });
}
