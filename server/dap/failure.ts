// An error response as an exception: the only way a request handler refuses. The session turns it into the answer.

/** Ids of error responses, stable so that clients and tests may rely on them. */
export const ERROR_MALFORMED = 1000;
export const ERROR_UNKNOWN_REQUEST = 1001;
export const ERROR_OUT_OF_ORDER = 1002;
export const ERROR_ARGUMENT = 1003;
export const ERROR_UNKNOWN_ID = 1004;
export const ERROR_LAUNCH = 1005;
export const ERROR_NOT_STOPPED = 1006;
export const ERROR_EVALUATE = 1007;
export const ERROR_IMPOSSIBLE = 1008;
export const ERROR_INTERNAL = 1099;

export class Failure extends Error {
  readonly id: number;
  /** False for what a user need not be told, such as a hover over a word that is no expression. */
  readonly showUser: boolean;

  constructor(
    id: number,
    message: string,
    options: { readonly showUser: boolean } = { showUser: false },
  ) {
    super(message);
    this.id = id;
    this.showUser = options.showUser;
  }
}

/** What is said about a bug of ours. */
export function internalText(where: string, error: unknown): string {
  const detail = error instanceof Error ? error.message : String(error);
  return `Rseq Lab failed inside ${where}; the rest goes on. ${detail}`;
}
