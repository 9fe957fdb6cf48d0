// One entry a command; titles, places and `when` clauses are in package.json.

import path from "node:path";
import * as vscode from "vscode";
import type { LanguageServer } from "./client.ts";
import { activeScenario, launchConfiguration, programOf } from "./debug.ts";

export function registerCommands(
  context: vscode.ExtensionContext,
  server: LanguageServer,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const commands = {
    "rseqLab.debugScenario": (target?: vscode.Uri | string, schedule?: string) =>
      launch(target, schedule, {}),
    "rseqLab.runScenario": (target?: vscode.Uri | string, schedule?: string) =>
      launch(target, schedule, { noDebug: true }),
    "rseqLab.openExample": (name?: string) => openExample(context.extensionUri, name),
    // A step of the walkthrough.
    "rseqLab.debugExample": async (name: string) => {
      const example = await openExample(context.extensionUri, name);
      if (example !== undefined) await launch(example, undefined, {});
    },
    "rseqLab.restartLanguageServer": () => server.restart(),
    "rseqLab.showLog": () => log.show(),
    // Behind the button of a failed launch, so without a place in the palette.
    "rseqLab.showProblem": (file: string, line: number, column: number) =>
      showPlace(file, line, column),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
}

/** Starts a session on a scenario: one that a menu or a lens names, or the active one. */
async function launch(
  target: vscode.Uri | string | undefined,
  schedule: string | undefined,
  options: vscode.DebugSessionOptions,
): Promise<void> {
  const uri = typeof target === "string" ? vscode.Uri.parse(target) : (target ?? activeScenario());
  if (uri === undefined) {
    void vscode.window.showErrorMessage("No scenario is open; open a .rseq file first.");
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  await vscode.debug.startDebugging(folder, launchConfiguration(programOf(uri), schedule), options);
}

async function showPlace(file: string, line: number, column: number): Promise<void> {
  const uri = file.includes("://") ? vscode.Uri.parse(file) : vscode.Uri.file(file);
  const position = new vscode.Position(line - 1, column - 1);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(position, position) });
}

/** Opens an example: the workspace's copy if it has one, else the one that comes with the extension. Asks which, unless named. */
async function openExample(
  extensionUri: vscode.Uri,
  name?: string,
): Promise<vscode.Uri | undefined> {
  const folder = vscode.Uri.joinPath(extensionUri, "examples");
  const chosen = name ?? (await chooseExample(folder));
  if (chosen === undefined) return undefined;
  const [inWorkspace] = await vscode.workspace.findFiles(chosen, undefined, 1);
  const example = inWorkspace ?? vscode.Uri.joinPath(folder, chosen);
  await vscode.window.showTextDocument(example, { preview: false });
  return example;
}

async function chooseExample(folder: vscode.Uri): Promise<string | undefined> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const files = entries.filter(
    ([file, type]) =>
      type === vscode.FileType.File && [".rseq", ".h", ".c"].includes(path.extname(file)),
  );
  const items = await Promise.all(
    files.map(async ([label]) => ({
      label,
      detail: await firstComment(vscode.Uri.joinPath(folder, label)),
    })),
  );
  const item = await vscode.window.showQuickPick(items, {
    title: "Open Example",
    placeHolder: "What would you like to see?",
    matchOnDetail: true,
  });
  return item?.label;
}

/** Every example says on its first line what it teaches. */
async function firstComment(file: vscode.Uri): Promise<string> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  return (
    text
      .split("\n", 1)[0]
      ?.replace(/^\s*(\/\/|\/\*+)\s*/, "")
      .replace(/\s*\*\/\s*$/, "") ?? ""
  );
}
