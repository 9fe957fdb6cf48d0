// A session with gdb over its machine interface, as an editor's debug adapter leads it.

import { type ChildProcess, spawn } from "node:child_process";
import { within } from "./framed-process.ts";

export class GdbSession {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (line: string) => void>();
  #onStopped: () => void = () => undefined;
  #token = 0;
  #rest = "";

  constructor(gdb: string, program: string) {
    this.#child = spawn(gdb, ["-q", "-nx", "-i=mi3", program], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#child.stdout?.on("data", (data: Buffer) => this.#receive(data.toString("utf8")));
  }

  async command(text: string): Promise<string> {
    const token = ++this.#token;
    const answer = new Promise<string>((resolve) => this.#answers.set(token, resolve));
    this.#child.stdin?.write(`${token}${text}\n`);
    const line = await within(text, answer);
    if (line.startsWith("^error")) throw new Error(`${text}: ${line}`);
    return line;
  }

  /** A command that ends in a stop. */
  async move(text: string): Promise<void> {
    const stopped = new Promise<void>((resolve) => (this.#onStopped = resolve));
    await this.command(text);
    await within("the stop", stopped);
  }

  /** From the start of gdb to the first stop. */
  async start(): Promise<void> {
    await this.command("-break-insert main");
    await this.move("-exec-run");
  }

  /** The step, threads, stack and variables. Milliseconds. */
  async fullStep(): Promise<number> {
    const since = performance.now();
    await this.move("-exec-next");
    await this.command("-thread-info");
    await this.command("-stack-list-frames");
    await this.command("-stack-list-variables --simple-values");
    return performance.now() - since;
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once("close", resolve));
    // gdb ends what it debugs.
    this.#child.stdin?.write("-gdb-exit\n");
    await within("gdb's end", gone);
  }

  #receive(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, token, answer] = /^(\d+)(\^.*)/.exec(line) ?? [];
      if (token !== undefined && answer !== undefined) {
        this.#answers.get(Number(token))?.(answer);
        this.#answers.delete(Number(token));
      } else if (line.startsWith("*stopped")) this.#onStopped();
    }
  }
}
