// A debug session over the Debug Adapter Protocol, as an editor leads it: each request waits for its answer; a full step is the step
// and all that the editor then shows.

import { FramedProcess, type Message, within } from "./framed-process.ts";
import type { CommandLine } from "./process.ts";

type Body = Readonly<Record<string, unknown>>;

export class DebugSession {
  readonly #process: FramedProcess;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #events = new Map<string, (body: Body) => void>();
  #sequence = 0;
  #thread = 1;

  constructor(command: CommandLine) {
    this.#process = new FramedProcess(command, (message) => this.#receive(message));
  }

  get pid(): number {
    return this.#process.pid;
  }

  async request(command: string, args: Body = {}): Promise<Body> {
    const seq = ++this.#sequence;
    const answer = new Promise<Message>((resolve) => this.#answers.set(seq, resolve));
    this.#process.send({ seq, type: "request", command, arguments: args });
    const { success, message, body } = await within(command, answer);
    if (success !== true) throw new Error(`${command}: ${String(message)}`);
    return (body ?? {}) as Body;
  }

  /** The next event of that name, from now on. */
  event(name: string): Promise<Body> {
    const event = new Promise<Body>((resolve) => this.#events.set(name, resolve));
    const answer = within(`the event ${name}`, event);
    // Whoever waits for it may fail before it comes.
    answer.catch(() => undefined);
    return answer;
  }

  /** From the start of the adapter to the first stop. */
  async start(
    launch: Body,
    configure: () => Promise<unknown> = async () => undefined,
  ): Promise<void> {
    // Some adapters say it with the answer, others after `launch`.
    const initialized = this.event("initialized");
    await this.request("initialize", {
      adapterID: "bench",
      linesStartAt1: true,
      pathFormat: "path",
    });
    const stopped = this.event("stopped");
    const launched = this.request("launch", launch);
    await initialized;
    await configure();
    await this.request("configurationDone");
    await launched;
    this.#thread = Number((await stopped)["threadId"]);
  }

  /** A request that ends in a stop: `next`, `stepBack`, `continue`, `rseq/seek`. */
  async move(command: string, args: Body = {}): Promise<void> {
    const stopped = this.event("stopped");
    await this.request(command, { threadId: this.#thread, ...args });
    this.#thread = Number((await stopped)["threadId"] ?? this.#thread);
  }

  /** The move, threads, stack, scopes and the variables of the first scope. Milliseconds. */
  async fullStep(command: "next" | "stepBack"): Promise<number> {
    const since = performance.now();
    await this.move(command);
    await this.request("threads");
    const { stackFrames } = await this.request("stackTrace", {
      threadId: this.#thread,
      startFrame: 0,
      levels: 20,
    });
    const [frame] = stackFrames as readonly { readonly id: number }[];
    const { scopes } = await this.request("scopes", { frameId: frame?.id });
    const [scope] = scopes as readonly { readonly variablesReference: number }[];
    await this.request("variables", { variablesReference: scope?.variablesReference });
    return performance.now() - since;
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  #receive(message: Message): void {
    if (message["type"] === "response") {
      const seq = Number(message["request_seq"]);
      this.#answers.get(seq)?.(message);
      this.#answers.delete(seq);
    } else if (message["type"] === "event") {
      const name = String(message["event"]);
      const resolve = this.#events.get(name);
      this.#events.delete(name);
      resolve?.((message["body"] ?? {}) as Body);
    }
  }
}
