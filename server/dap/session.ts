// One debug session: typed messages in, typed messages out, whatever carries them. The inline worker, stdio and TCP wrap this
// same core. Every request is answered; what cannot be done is an error response in words and leaves the session usable.
//
// Requests are handled one after another, in the order in which they came.
import { Arguments } from "./arguments.ts";
import { breakpointRequests } from "./breakpoint-requests.ts";
import { Debuggee } from "./debuggee.ts";
import {
  ERROR_INTERNAL,
  ERROR_MALFORMED,
  ERROR_OUT_OF_ORDER,
  ERROR_UNKNOWN_REQUEST,
  Failure,
  internalText,
} from "./failure.ts";
import { lifeRequests } from "./life-requests.ts";
import { lookRequests } from "./look-requests.ts";
import { moveRequests } from "./move-requests.ts";
import type { Answer, Handler, SessionHost } from "./requests.ts";
import { timeRequests } from "./time-requests.ts";

interface Request {
  readonly seq: number;
  readonly command: string;
  readonly arguments: unknown;
}

export class Session {
  readonly #host: SessionHost;
  readonly #debuggee: Debuggee;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #queue: Request[] = [];
  #isDraining = false;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#debuggee = new Debuggee(host);
    this.#handlers = new Map(
      Object.entries({
        ...lifeRequests(this.#debuggee),
        ...breakpointRequests(this.#debuggee),
        ...moveRequests(this.#debuggee),
        ...timeRequests(this.#debuggee),
        ...lookRequests(this.#debuggee),
      }),
    );
  }

  /** Takes any message, also what is none. */
  receive(message: unknown): void {
    const request = readRequest(message);
    if (request === undefined) return;
    if (request instanceof Failure) {
      this.#refuse(malformedRequest(message), request);
      return;
    }
    this.#queue.push(request);
    if (!this.#isDraining) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
      const answering = this.#answer(request);
      if (answering !== undefined) await answering;
    }
    this.#isDraining = false;
  }

  /** Answers a request; a promise only if its handler needs one, so that a step costs no turn of the event loop. */
  #answer(request: Request): Promise<void> | undefined {
    try {
      const handler = this.#handlers.get(request.command);
      if (handler === undefined) {
        throw new Failure(
          ERROR_UNKNOWN_REQUEST,
          `The request '${request.command}' is not supported.`,
        );
      }
      if (request.command !== "initialize") this.#requireInitialized(request.command);
      const answer = handler(new Arguments(request.arguments, request.command));
      if (answer instanceof Promise) {
        return answer.then(
          (settled) => this.#respond(request, settled),
          (error: unknown) => this.#refuse(request, error),
        );
      }
      this.#respond(request, answer);
    } catch (error) {
      this.#refuse(request, error);
    }
    return undefined;
  }

  #requireInitialized(command: string): void {
    if (this.#debuggee.coordinates === undefined && command !== "disconnect") {
      throw new Failure(ERROR_OUT_OF_ORDER, `'${command}' came before 'initialize'.`);
    }
  }

  #respond(request: Request, answer: Answer): void {
    this.#host.send({
      type: "response",
      request_seq: request.seq,
      success: true,
      command: request.command,
      ...(answer.body === undefined ? {} : { body: answer.body }),
    });
    try {
      answer.after?.();
    } catch (error) {
      // The response is out: a bug of ours behind it can only be told.
      this.#debuggee.output("important", internalText(request.command, error));
    }
  }

  #refuse(request: Request, error: unknown): void {
    const failure =
      error instanceof Failure
        ? error
        : new Failure(ERROR_INTERNAL, internalText(request.command, error), { showUser: true });
    this.#host.send({
      type: "response",
      request_seq: request.seq,
      success: false,
      command: request.command,
      message: failure.message,
      body: {
        error: {
          id: failure.id,
          format: escapeFormat(failure.message),
          showUser: failure.showUser,
        },
      },
    });
  }
}

/** Braces are placeholders in a message's format. */
function escapeFormat(message: string): string {
  return message.replaceAll("{", "(").replaceAll("}", ")");
}

/** The request in a message; undefined for what needs no answer, a Failure for what is none. */
function readRequest(message: unknown): Request | Failure | undefined {
  if (typeof message !== "object" || message === null) {
    return new Failure(ERROR_MALFORMED, "The message is no object.");
  }
  const { type, seq, command, arguments: args } = message as Readonly<Record<string, unknown>>;
  // The adapter makes no requests of its own, so that no answer is waited for.
  if (type === "response" || type === "event") return undefined;
  if (type !== "request")
    return new Failure(ERROR_MALFORMED, "The message's 'type' must be 'request'.");
  if (typeof seq !== "number" || !Number.isSafeInteger(seq)) {
    return new Failure(ERROR_MALFORMED, "The request's 'seq' must be a whole number.");
  }
  if (typeof command !== "string" || command === "") {
    return new Failure(ERROR_MALFORMED, "The request's 'command' must be a string.");
  }
  return { seq, command, arguments: args };
}

/** What can be said about a message that is no request, so that it is answered all the same. */
function malformedRequest(message: unknown): Request {
  const { seq, command } =
    typeof message === "object" && message !== null
      ? (message as Readonly<Record<string, unknown>>)
      : {};
  return {
    seq: typeof seq === "number" && Number.isSafeInteger(seq) ? seq : 0,
    command: typeof command === "string" ? command : "",
    arguments: undefined,
  };
}
