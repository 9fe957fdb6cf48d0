// Diagnostics, pushed after each change of an unsaved text, and pulled where the client asks. One judgement serves both.
import {
  type Connection,
  type Diagnostic as LspDiagnostic,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
} from "vscode-languageserver";
import { STATUS_NOTIFICATION } from "./protocol.ts";
import { guarded } from "./guard.ts";
import { statusOf } from "./status.ts";
import { Ranges, toLspDiagnostic } from "./to-lsp.ts";
import { toUri } from "./uri.ts";
import type { Judgement, Workspace } from "./workspace.ts";

function diagnosticsOf(judgement: Judgement, workspace: Workspace): LspDiagnostic[] {
  const ranges = new Ranges(judgement.textOf);
  return judgement.checked.diagnostics.map((one) =>
    toLspDiagnostic(one, ranges, workspace.explainUri),
  );
}

/** Answers a pull with everything, also where nothing changed. */
export async function pullDiagnostics(
  workspace: Workspace,
  uri: string,
): Promise<DocumentDiagnosticReport> {
  const judgement = await workspace.judge(uri);
  return {
    kind: DocumentDiagnosticReportKind.Full,
    items: judgement === undefined ? [] : diagnosticsOf(judgement, workspace),
  };
}

/** Publishes findings of documents as they change. A client that pulls gets its status here and its findings there. */
export class Publisher {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #due = new Set<string>();
  /** Configuration files that findings were published for, by the document that they hold for. */
  readonly #configurations = new Map<string, string>();
  #isScheduled = false;
  /** The client pulls. */
  isPulled = false;

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection;
    this.#workspace = workspace;
  }

  /** Several changes in one batch of messages are judged once. */
  schedule(uri: string): void {
    this.#due.add(uri);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const due = [...this.#due];
      this.#due.clear();
      for (const one of due) void this.#publish(one);
    });
  }

  scheduleAll(): void {
    for (const document of this.#workspace.documents) this.schedule(document.uri);
  }

  async forget(uri: string): Promise<void> {
    this.#due.delete(uri);
    this.#configurations.delete(uri);
    if (!this.isPulled) await this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  #publish(uri: string): Promise<void> {
    return guarded(this.#connection, "diagnostics", undefined, async () => {
      const judgement = await this.#workspace.judge(uri);
      // A later change has its own turn.
      if (judgement === undefined || judgement.version !== this.#workspace.documentOf(uri)?.version)
        return;
      if (!this.isPulled)
        await this.#connection.sendDiagnostics({
          uri,
          version: judgement.version,
          diagnostics: diagnosticsOf(judgement, this.#workspace),
        });
      await this.#publishConfiguration(uri, judgement);
      await this.#connection.sendNotification(STATUS_NOTIFICATION, statusOf(judgement));
    });
  }

  /** What is wrong with the rseq-lab.json that holds for the document is a finding in that file. */
  async #publishConfiguration(uri: string, judgement: Judgement): Promise<void> {
    const { path, text, diagnostics } = judgement.settings.project;
    if (path === undefined) return;
    const ranges = new Ranges((name) => (name === path ? text : undefined));
    const found = diagnostics.map((one) =>
      toLspDiagnostic(one, ranges, this.#workspace.explainUri),
    );
    const key = JSON.stringify(found);
    if (this.#configurations.get(uri) === key) return;
    this.#configurations.set(uri, key);
    await this.#connection.sendDiagnostics({ uri: toUri(path), diagnostics: found });
  }
}
