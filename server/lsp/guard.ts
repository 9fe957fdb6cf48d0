// Each request is guarded: an exception is a bug of ours, which is logged, said once for each kind of request, and answered as nothing; the
// rest goes on.
import { type Connection, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { SHOW_LOG_NOTIFICATION } from "./protocol.ts";

const SHOW_LOG = "Show log";

/** Kinds of requests whose failure the user has been told of, by connection. */
const told = new WeakMap<Connection, Set<string>>();

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
    // Cancelled, or refused with a reason that the client shows.
    if (
      error instanceof ResponseError &&
      (error.code === LSPErrorCodes.RequestCancelled || error.code === LSPErrorCodes.RequestFailed)
    )
      throw error;
    const message = `Rseq Lab failed inside ${what}; the rest goes on.`;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`${message}\n${detail}`);
    tell(connection, what, message);
    return empty;
  }
}

function tell(connection: Connection, what: string, message: string): void {
  const kinds = told.get(connection) ?? new Set();
  told.set(connection, kinds);
  if (kinds.has(what)) return;
  kinds.add(what);
  connection.window.showErrorMessage(message, { title: SHOW_LOG }).then(
    async (choice) => {
      if (choice?.title === SHOW_LOG) await connection.sendNotification(SHOW_LOG_NOTIFICATION);
    },
    // The client is gone, or shows no messages.
    () => undefined,
  );
}
