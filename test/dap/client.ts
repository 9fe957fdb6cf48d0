// A client of the session core, without a carrier: files are texts in memory, messages are objects, and every message in
// both directions is checked against the protocol's own declarations.
import type { DebugProtocol } from "@vscode/debugprotocol";
import { expect } from "vitest";
import { Session } from "../../server/dap/session.ts";
import type { OutgoingMessage } from "../../server/dap/requests.ts";
import { protocolErrors } from "./protocol-types.ts";

type Body = Readonly<Record<string, unknown>>;

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  readonly variablesReference: number;
  readonly evaluateName?: string;
}

export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly presentationHint?: string;
}

export class Client {
  readonly #session: Session;
  #seq = 1;
  readonly #answers = new Map<number, (response: DebugProtocol.Response) => void>();
  #waiting: readonly { readonly event: string; readonly done: (body: Body) => void }[] = [];
  /** Every message, in the order of sending: ours and the adapter's. */
  readonly messages: object[] = [];
  readonly events: { readonly event: string; readonly body: Body }[] = [];
  isClosed = false;

  constructor(files: Readonly<Record<string, string>>) {
    this.#session = new Session({
      files: {
        readFile: (path) => {
          const text = files[path];
          return Promise.resolve(text === undefined ? { kind: "missing" } : { kind: "text", text });
        },
        listFolder: () => Promise.resolve(undefined),
      },
      send: (message) => this.#receive(message),
      resolvePath: (path) => path,
      breathe: () =>
        new Promise((done) => {
          setImmediate(done);
        }),
      closed: () => {
        this.isClosed = true;
      },
    });
  }

  #receive(message: OutgoingMessage): void {
    const numbered = { ...message, seq: this.messages.length + 1 };
    expect(protocolErrors(numbered), JSON.stringify(message)).toEqual([]);
    this.messages.push(message);
    if (message.type === "response") {
      const response = numbered as DebugProtocol.Response;
      const answer = this.#answers.get(response.request_seq);
      this.#answers.delete(response.request_seq);
      answer?.(response);
      return;
    }
    const { event, body = {} } = message as { event: string; body?: Body };
    this.events.push({ event, body });
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((each) => each.event !== event);
    for (const each of waiting) if (each.event === event) each.done(body);
  }

  /** Sends anything at all, also what is no message. */
  sendRaw(message: unknown): void {
    this.#session.receive(message);
  }

  /** Sends a request and waits for its answer, good or bad. */
  send(command: string, args?: object): Promise<DebugProtocol.Response> {
    const request = {
      type: "request",
      seq: this.#seq++,
      command,
      ...(args === undefined ? {} : { arguments: args }),
    };
    this.messages.push(request);
    return new Promise((resolve) => {
      this.#answers.set(request.seq, resolve);
      this.#session.receive(request);
    });
  }

  /** Sends a valid request and answers its body; an error response fails the test. */
  async request(command: string, args?: object): Promise<Body> {
    const seq = this.#seq;
    expect(protocolErrors({ type: "request", seq, command, arguments: args })).toEqual([]);
    const response = await this.send(command, args);
    expect(response.message ?? "", command).toBe("");
    expect(response.success).toBe(true);
    return (response.body ?? {}) as Body;
  }

  /** The words of the error response to a request that must be refused. */
  async refusal(command: string, args?: object): Promise<string> {
    const response = await this.send(command, args);
    expect(response.success, `${command} was not refused`).toBe(false);
    return response.message ?? "";
  }

  /** The body of the next event of that name. */
  next(event: string): Promise<Body> {
    return new Promise((done) => {
      this.#waiting = [...this.#waiting, { event, done }];
    });
  }

  /** Initialises, launches and configures; answers the first stop (or the end, where nothing stops). */
  async launch(args: object): Promise<Body> {
    await this.request("initialize", {
      adapterID: "rseq",
      supportsVariableType: true,
      supportsVariablePaging: true,
      supportsMemoryReferences: true,
    });
    const first = Promise.race([this.next("stopped"), this.next("terminated")]);
    await this.request("launch", args);
    await this.request("configurationDone");
    return first;
  }

  /** Sends a request that moves the run, and answers the stop that follows. */
  async move(command: string, args: object): Promise<Body> {
    const stop = this.next("stopped");
    await this.request(command, args);
    return stop;
  }

  async stack(threadId: number): Promise<readonly StackFrame[]> {
    const { stackFrames } = await this.request("stackTrace", { threadId });
    return stackFrames as readonly StackFrame[];
  }

  /** Lines of the innermost frame of a thread. */
  async line(threadId: number): Promise<number> {
    return (await this.stack(threadId))[0]?.line ?? 0;
  }

  async scopeNames(threadId: number): Promise<readonly string[]> {
    const { scopes } = await this.request("scopes", {
      frameId: (await this.stack(threadId))[0]?.id ?? 0,
    });
    return (scopes as readonly { name: string }[]).map(({ name }) => name);
  }

  /** The variables of the scope whose name starts so, for the innermost frame of a thread. */
  async scope(threadId: number, name: string): Promise<readonly Variable[]> {
    const { scopes } = await this.request("scopes", {
      frameId: (await this.stack(threadId))[0]?.id ?? 0,
    });
    const found = (scopes as readonly Variable[]).find((each) => each.name.startsWith(name));
    expect(found, `scope ${name}`).toBeDefined();
    return this.children(found?.variablesReference ?? 0);
  }

  async children(variablesReference: number, page: object = {}): Promise<readonly Variable[]> {
    const { variables } = await this.request("variables", { variablesReference, ...page });
    return variables as readonly Variable[];
  }

  /** Names and values of a scope, as an object that reads well in an assertion. */
  async values(threadId: number, name: string): Promise<Readonly<Record<string, string>>> {
    const variables = await this.scope(threadId, name);
    return Object.fromEntries(variables.map((each) => [each.name, each.value]));
  }

  async threadNames(): Promise<readonly string[]> {
    const { threads } = await this.request("threads");
    return (threads as readonly { name: string }[]).map(({ name }) => name);
  }

  /** Everything that was printed, in order. */
  get console(): string {
    return this.events
      .filter(({ event }) => event === "output")
      .map(({ body }) => body["output"])
      .join("");
  }
}
