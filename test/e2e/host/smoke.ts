// What the extension does inside an extension host, asked through VS Code's own interface: diagnostics, hover, a debug session.

import assert from "node:assert/strict";
import path from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";

/** Each test by the sentence that it proves. */
export const tests: Readonly<Record<string, () => Promise<void>>> = {
  "opening a header activates the extension": async () => {
    await open("hole.h");
    const extension = vscode.extensions.getExtension("rseq-lab.rseq-lab");
    assert.ok(extension !== undefined);
    await until("activation", () => extension.isActive || undefined);
  },

  "a hole in a header is a diagnostic with a stable code at the field after it": async () => {
    const document = await open("hole.h");
    const hole = await until("diagnostic L01", () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .find((diagnostic) => codeOf(diagnostic) === "L01"),
    );
    assert.equal(document.getText(hole.range), "deadline");
    assert.match(hole.message, /3 bytes/);
  },

  "unsaved text is judged, too": async () => {
    const document = await open("hole.h");
    await until("a hole", () => hasHole(document) || undefined);
    const member = document.positionAt(document.getText().indexOf("__u32 deadline"));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, member, "__u8 reserved[3];\n\t");
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until("no hole any more", () => !hasHole(document) || undefined);
    assert.ok(document.isDirty);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  },

  "hovering over a field tells its offset and size": async () => {
    const text = await hoverText(await open("hole.h"), "rseq_cs");
    assert.match(text, /offset.{0,20}8/i);
    assert.match(text, /size.{0,20}8/i);
  },

  "the language server answers again after a restart": async () => {
    const document = await open("hole.h");
    await vscode.commands.executeCommand("rseqLab.restartLanguageServer");
    assert.match(await hoverText(document, "cpu_id_start"), /offset.{0,20}0/i);
  },

  "a scenario stops on entry, steps, and steps back to where it was": async () => {
    const document = await open("moved.rseq");
    const session = await debug({
      type: "rseq",
      request: "launch",
      name: "test",
      program: document.uri.fsPath,
    });
    try {
      const { threads } = (await session.customRequest(
        "threads",
      )) as DebugProtocol.ThreadsResponse["body"];
      const worker = threads.find((thread) => thread.name.startsWith("worker[0]"));
      assert.ok(worker !== undefined);
      const atEntry = await fieldsOf(session, worker.id);
      await move(session, "next", worker.id);
      const afterStep = await fieldsOf(session, worker.id);
      assert.notDeepEqual(afterStep, atEntry);
      await move(session, "stepBack", worker.id);
      assert.deepEqual(await fieldsOf(session, worker.id), atEntry);
    } finally {
      await vscode.debug.stopDebugging(session);
    }
  },
};

async function open(name: string): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const document = await vscode.workspace.openTextDocument(path.join(folder, name));
  await vscode.window.showTextDocument(document);
  return document;
}

/** The text of all hovers over a word, as soon as there is one. */
function hoverText(document: vscode.TextDocument, word: string): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(word));
  return until(`hover over ${word}`, async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      position,
    );
    const texts = hovers.flatMap((hover) => hover.contents.map((content) => textOf(content)));
    return texts.length === 0 ? undefined : texts.join("\n");
  });
}

function hasHole(document: vscode.TextDocument): boolean {
  return vscode.languages
    .getDiagnostics(document.uri)
    .some((diagnostic) => codeOf(diagnostic) === "L01");
}

function codeOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === "object" ? code.value : code);
}

function textOf(content: vscode.MarkdownString | vscode.MarkedString): string {
  return typeof content === "string" ? content : content.value;
}

/** Everything that debug adapters send. */
const messages = new vscode.EventEmitter<DebugProtocol.ProtocolMessage>();
vscode.debug.registerDebugAdapterTrackerFactory("rseq", {
  createDebugAdapterTracker: () => ({ onDidSendMessage: (message) => messages.fire(message) }),
});

function nextStop(): Promise<void> {
  return new Promise((resolve) => {
    const registration = messages.event((message) => {
      if ((message as DebugProtocol.Event).event !== "stopped") return;
      registration.dispose();
      resolve();
    });
  });
}

/** Starts a session and waits until it stands still. */
async function debug(configuration: vscode.DebugConfiguration): Promise<vscode.DebugSession> {
  const stopped = nextStop();
  assert.ok(await vscode.debug.startDebugging(undefined, configuration));
  await stopped;
  return until("an active session", () => vscode.debug.activeDebugSession);
}

async function move(
  session: vscode.DebugSession,
  command: string,
  threadId: number,
): Promise<void> {
  const stopped = nextStop();
  await session.customRequest(command, { threadId });
  await stopped;
}

/** The fields of a thread's private and shared area, by `scope.field`. */
async function fieldsOf(
  session: vscode.DebugSession,
  threadId: number,
): Promise<Record<string, string>> {
  const { stackFrames } = (await session.customRequest("stackTrace", {
    threadId,
  })) as DebugProtocol.StackTraceResponse["body"];
  const { scopes } = (await session.customRequest("scopes", {
    frameId: stackFrames[0]?.id,
  })) as DebugProtocol.ScopesResponse["body"];
  const fields: Record<string, string> = {};
  for (const { name, variablesReference } of scopes) {
    if (!/^(Private|Shared)/.test(name)) continue;
    const { variables } = (await session.customRequest("variables", {
      variablesReference,
    })) as DebugProtocol.VariablesResponse["body"];
    for (const variable of variables) fields[`${name}.${variable.name}`] = variable.value;
  }
  return fields;
}

/** Calls `read` until it answers something. */
async function until<T>(
  what: string,
  read: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    const answer = await read();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not after 20 s`);
}
