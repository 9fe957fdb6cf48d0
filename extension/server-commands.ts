// Commands that the language server answers: what judges a document, and what a code means.

import * as vscode from "vscode";
import type {
  Choice,
  Choices,
  CHOICES_REQUEST,
  EXPLAIN_REQUEST,
  ExplainParams,
  ExplainResult,
} from "../server/lsp/protocol.ts";
import type { LanguageServer } from "./client.ts";

const choicesRequest: typeof CHOICES_REQUEST = "rseq/choices";
const explainRequest: typeof EXPLAIN_REQUEST = "rseq/explain";
const pageScheme = "rseq-rule";

export function registerServerCommands(server: LanguageServer): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand("rseqLab.selectKernelProfile", async () => {
      await choose("kernel", "Select Kernel Profile", (await choices(server)).kernels);
    }),
    vscode.commands.registerCommand("rseqLab.selectTarget", async () => {
      await choose("target", "Select Target", (await choices(server)).targets);
    }),
    vscode.commands.registerCommand("rseqLab.explainRule", explainRule),
    vscode.workspace.registerTextDocumentContentProvider(pageScheme, {
      provideTextDocumentContent: (uri) => explanation(server, codeOfPage(uri)),
    }),
  );
}

function choices(server: LanguageServer): Promise<Choices> {
  return server.request<Choices>(choicesRequest, {}, { kernels: [], targets: [] });
}

/** Writes the choice where the present value comes from: the workspace's settings, if there is a workspace. */
async function choose(setting: string, title: string, offered: readonly Choice[]): Promise<void> {
  const configuration = vscode.workspace.getConfiguration("rseqLab");
  const present = configuration.get<string>(setting);
  const items = offered.map(({ name, description }) => ({
    label: name,
    description: name === present ? `${description} (selected)` : description,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (chosen === undefined) return;
  const hasWorkspace = vscode.workspace.workspaceFolders !== undefined;
  const target = hasWorkspace
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await configuration.update(setting, chosen.label, target);
}

/** Explains a given code, or that of the finding at the cursor, or else asks for one. */
async function explainRule(given?: string): Promise<void> {
  const code = given ?? codeAtCursor() ?? (await askForCode());
  if (code === undefined) return;
  const page = vscode.Uri.from({ scheme: pageScheme, path: `/${code}.md` });
  await vscode.commands.executeCommand("markdown.showPreview", page);
}

function codeAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { line } = editor.selection.active;
  const findings = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter(
      ({ source, range }) =>
        source === "rseq-lab" && range.start.line <= line && line <= range.end.line,
    );
  const code = findings[0]?.code;
  return code === undefined ? undefined : String(typeof code === "object" ? code.value : code);
}

function askForCode(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "Explain Rule",
    prompt: "A code or a rule's name, such as L01 or implicit-hole",
  });
}

function codeOfPage(uri: vscode.Uri): string {
  return uri.path.replace(/^\//, "").replace(/\.md$/, "");
}

async function explanation(server: LanguageServer, code: string): Promise<string> {
  const page = await server.request<ExplainResult>(
    explainRequest,
    { code } satisfies ExplainParams,
    null,
  );
  return page ?? `There is no rule \`${code}\`.`;
}
