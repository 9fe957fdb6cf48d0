// Describes debug sessions to VS Code: which file is debugged, and how messages reach the debug adapter.

import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { DebugWorker } from "./debug-worker.ts";

export function registerDebugging(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const program = path.join(context.extensionPath, "dist", "dap-worker.cjs");
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider("rseq", { resolveDebugConfiguration }),
    vscode.debug.registerDebugAdapterDescriptorFactory("rseq", {
      createDebugAdapterDescriptor: () =>
        new vscode.DebugAdapterInlineImplementation(new DebugWorker(program, log)),
    }),
  );
}

/** A configuration that debugs a scenario from its entry; `schedule` is a name of the file, or its first. */
export function launchConfiguration(program: string, schedule?: string): vscode.DebugConfiguration {
  return {
    type: "rseq",
    request: "launch",
    name: "Debug Scenario",
    program,
    ...(schedule === undefined ? {} : { schedule }),
  };
}

/** The path of a scenario as the debug adapter reads it: a path on disk, else the document's address. */
export function programOf(uri: vscode.Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.toString();
}

/** The active scenario, if the active editor shows one. */
export function activeScenario(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === "rseq" ? document.uri : undefined;
}

/** Fills in what F5 without a launch.json leaves open. `undefined` cancels the start, after a message. */
function resolveDebugConfiguration(
  _folder: vscode.WorkspaceFolder | undefined,
  given: vscode.DebugConfiguration,
): vscode.DebugConfiguration | undefined {
  const active = activeScenario();
  const { type, request, name, ...rest } = given;
  const program = given["program"] ?? (active === undefined ? undefined : programOf(active));
  if (typeof program !== "string" || program === "") {
    void vscode.window.showErrorMessage(
      'No scenario to debug: open a .rseq file, or name one as "program" in launch.json.',
    );
    return undefined;
  }
  const defaults = launchConfiguration(program);
  return {
    ...rest,
    type: type || defaults.type,
    request: request || defaults.request,
    name: name || defaults.name,
    program: absolute(program),
  };
}

/** A relative program is meant from the first workspace folder that has it. */
function absolute(program: string): string {
  if (
    path.isAbsolute(program) ||
    program.includes("${") ||
    /^[a-z][a-z\d+.-]+:\/\//i.test(program)
  ) {
    return program;
  }
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = folders.map((folder) => path.join(folder.uri.fsPath, program));
  return candidates.find((file) => existsSync(file)) ?? candidates[0] ?? program;
}
