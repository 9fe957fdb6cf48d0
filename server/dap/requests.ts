// What carries a session, and what a request handler is. Each file of requests gives a table of handlers for one debuggee; the
// session merges the tables.
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Host } from "../host/host.ts";
import type { Arguments } from "./arguments.ts";

/** What carries a session. */
export interface SessionHost {
  readonly files: Host;
  /** Sends a message; the carrier numbers it. */
  send(message: OutgoingMessage): void;
  /** An absolute path for one from a launch configuration. */
  resolvePath(path: string): string;
  /** Resolves after messages that wait have been received. */
  breathe(): Promise<void>;
  /** The client has left; its last answer has been sent. */
  closed(): void;
}

export type OutgoingMessage =
  | Omit<DebugProtocol.Response, "seq">
  | (Omit<DebugProtocol.Event, "seq" | "body"> & { readonly body?: object });

export interface Answer {
  readonly body?: object;
  /** What follows once the response is out. */
  readonly after?: () => void;
}
/** Refuses by throwing a `Failure`. */
export type Handler = (args: Arguments) => Answer | Promise<Answer>;
/** By the request's command. */
export type Requests = Readonly<Record<string, Handler>>;
