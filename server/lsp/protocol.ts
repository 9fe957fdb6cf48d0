// What the language server says beyond the protocol. The extension imports these types and names, and nothing else of the server.

/** Notification to the client, after each judgement of a document: what the status item shows. */
export const STATUS_NOTIFICATION = "rseq/status";
/** Notification to the client: the user chose "Show log" in a message about a failure of ours. */
export const SHOW_LOG_NOTIFICATION = "rseq/showLog";
/** Request from the client: the same for one document; null where the server does not know it. */
export const STATUS_REQUEST = "rseq/documentStatus";
/** Request from the client: the profiles and targets to choose from. */
export const CHOICES_REQUEST = "rseq/choices";
/** Request from the client: the page of a code, as Markdown; null for an unknown one. */
export const EXPLAIN_REQUEST = "rseq/explain";

/** `initializationOptions` that the server understands. */
export interface InitializationOptions {
  /** What a code is appended to for the link behind it in the Problems view; without it codes have no link. */
  readonly explainUri?: string;
}

export interface DocumentStatus {
  readonly uri: string;
  /** `linux-6.18`. */
  readonly kernel: string;
  /** "Linux 6.15 to 6.18: …". */
  readonly kernelTitle: string;
  /** `x86_64-linux`. */
  readonly target: string;
  /** The declaration chose the kernel. */
  readonly isAutomatic: boolean;
  /** The item's text, "linux-6.18 · x86_64". */
  readonly text: string;
}

export interface StatusParams {
  readonly uri: string;
}

export interface Choice {
  readonly name: string;
  readonly description: string;
}

export interface Choices {
  readonly kernels: readonly Choice[];
  readonly targets: readonly Choice[];
}

export interface ExplainParams {
  /** A code or a rule's name. */
  readonly code: string;
}

/** The page as Markdown; null if there is none. */
export type ExplainResult = string | null;

/** Commands of the extension that code lenses call, each with the document's URI. */
export const RUN_COMMAND = "rseqLab.runScenario";
export const DEBUG_COMMAND = "rseqLab.debugScenario";
