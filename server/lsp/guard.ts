// Each request is guarded: an exception is a bug of ours, which is logged and answered as nothing, and the rest goes on.
import { type Connection, LSPErrorCodes, ResponseError } from "vscode-languageserver";

/** Runs one request's work; `empty` is the answer where the work failed. `what` completes "failed inside …". */
export async function guarded<Result>(
  connection: Connection,
  what: string,
  empty: Result,
  work: () => Promise<Result> | Result,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled)
      throw error;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`Rseq Lab failed inside ${what}; the rest goes on.\n${detail}`);
    return empty;
  }
}
