// "Inline" debug adapter: a message pump to a worker thread, in which the session lives. A long continue there never blocks the
// extension host.

import { Worker } from "node:worker_threads";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";

/** The parts of a protocol message that matter when the session has to be ended from here. */
interface ProtocolMessage extends vscode.DebugProtocolMessage {
  readonly type?: string;
  readonly seq?: number;
  readonly command?: string;
}

type AdapterMessage = DebugProtocol.Event | DebugProtocol.Response;

interface Problem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export class DebugWorker implements vscode.DebugAdapter {
  readonly #messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage: vscode.Event<vscode.DebugProtocolMessage> = this.#messages.event;
  readonly #worker: Worker;
  readonly #log: vscode.LogOutputChannel;
  /** Where the first error of the file is that is being launched. */
  #problem: Problem | undefined;
  #hasFailed = false;
  #lastStop: AdapterMessage | undefined;

  constructor(program: string, log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#worker = new Worker(program, { name: "rseq debug adapter" });
    this.#worker.on("message", (message: AdapterMessage) => {
      this.#problem ??= problemIn(message);
      if (this.#problem !== undefined) offerProblem(message, this.#problem);
      if (isEvent(message, "stopped")) this.#lastStop = message;
      if (isFailedRestart(message)) this.#tellFailedRestart(message);
      else this.#messages.fire(message);
    });
    this.#worker.on("error", (error) => this.#fail(error));
  }

  handleMessage(message: ProtocolMessage): void {
    if (message.command === "launch" || message.command === "restart") this.#problem = undefined;
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

  /**
   * VS Code is deaf to every button after a restart that was refused. The old run is still there, so the refusal is shown as a
   * message, the request answered as done, and the stop told again.
   */
  #tellFailedRestart(answer: DebugProtocol.Response): void {
    void showFailure(answer.message ?? "The scenario cannot be restarted.", this.#problem);
    const { body: _, message: __, ...done } = answer;
    this.#messages.fire({ ...done, success: true } as vscode.DebugProtocolMessage);
    if (this.#lastStop !== undefined) this.#messages.fire(this.#lastStop);
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

function isEvent(message: AdapterMessage, name: string): boolean {
  return message.type === "event" && (message as DebugProtocol.Event).event === name;
}

function isFailedRestart(message: AdapterMessage): message is DebugProtocol.Response {
  if (message.type !== "response") return false;
  const { command, success } = message as DebugProtocol.Response;
  return command === "restart" && !success;
}

async function showFailure(text: string, problem: Problem | undefined): Promise<void> {
  const kept = `${text} The session goes on with the file as it was.`;
  const buttons = problem === undefined ? [] : ["Show Problem"];
  const chosen = await vscode.window.showErrorMessage(kept, ...buttons);
  if (chosen === undefined || problem === undefined) return;
  const { path, line, column } = problem;
  await vscode.commands.executeCommand("rseqLab.showProblem", path, line, column);
}

/** The adapter prints the errors of a file that it cannot launch, each with its place. */
function problemIn(message: AdapterMessage): Problem | undefined {
  if (message.type !== "event" || (message as DebugProtocol.Event).event !== "output")
    return undefined;
  const { category, source, line, column } = (message as DebugProtocol.OutputEvent).body;
  if (category !== "stderr" || source?.path === undefined || line === undefined) return undefined;
  return { path: source.path, line, column: column ?? 1 };
}

/** Gives the message about a failed launch a button that leads to the first error. */
function offerProblem(message: AdapterMessage, problem: Problem): void {
  const { command, success, body } = message as DebugProtocol.ErrorResponse;
  if (message.type !== "response" || command !== "launch" || success || !body?.error) return;
  const place = encodeURIComponent(JSON.stringify([problem.path, problem.line, problem.column]));
  body.error.url = `command:rseqLab.showProblem?${place}`;
  body.error.urlLabel = "Show Problem";
}
