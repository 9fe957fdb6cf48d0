// A server of either protocol in a process of its own, spoken to as an editor does: JSON behind a Content-Length on its standard
// input and output.

import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { benchFile } from "./inputs.ts";
import type { CommandLine } from "./process.ts";

export type Message = Readonly<Record<string, unknown>>;

/** Starts a program and hands on each message of it. */
export class FramedProcess {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #onMessage: (message: Message) => void;
  #received = Buffer.alloc(0);

  constructor([program, ...args]: CommandLine, onMessage: (message: Message) => void) {
    this.#child = spawn(program, args, {
      cwd: path.dirname(benchFile("")),
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.pid = this.#child.pid ?? 0;
    this.#onMessage = onMessage;
    this.#child.stdout?.on("data", (data: Buffer) => this.#receive(data));
  }

  send(message: Message): void {
    const text = JSON.stringify(message);
    this.#child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const end = this.#received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(
        /Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, end))?.[1],
      );
      const start = end + 4;
      if (this.#received.length < start + length) return;
      const message = JSON.parse(this.#received.toString("utf8", start, start + length)) as Message;
      this.#received = this.#received.subarray(start + length);
      this.#onMessage(message);
    }
  }
}

/** Rejects instead of waiting for ever for what a server does not say. */
export function within<Result>(what: string, answer: Promise<Result>): Promise<Result> {
  const limitMilliseconds = 120_000;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${what} did not come within ${limitMilliseconds / 1000} s`)),
      limitMilliseconds,
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
