// The language status item, "linux-6.18 · x86_64": which kernel and target judge the active document.

import * as vscode from "vscode";
import type {
  DocumentStatus,
  STATUS_NOTIFICATION,
  STATUS_REQUEST,
  StatusParams,
} from "../server/lsp/protocol.ts";
import { documentSelector, type LanguageServer } from "./client.ts";

const statusNotification: typeof STATUS_NOTIFICATION = "rseq/status";
const statusRequest: typeof STATUS_REQUEST = "rseq/documentStatus";

export function registerLanguageStatus(server: LanguageServer): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("rseqLab.profile", documentSelector);
  item.name = "Rseq Lab kernel and target";
  item.command = { command: "rseqLab.selectKernelProfile", title: "Select Kernel Profile" };
  item.text = "Rseq Lab";
  const show = (status: DocumentStatus | null): void => {
    if (status === null || status.uri !== activeUri()) return;
    item.text = status.text;
    item.detail = status.isAutomatic
      ? `${status.kernelTitle} (by the declaration)`
      : status.kernelTitle;
  };
  server.onNotification(statusNotification, (params) => show(params as DocumentStatus));
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(async (editor) => {
      if (editor === undefined || vscode.languages.match(documentSelector, editor.document) === 0)
        return;
      const params: StatusParams = { uri: editor.document.uri.toString() };
      show(await server.request<DocumentStatus | null>(statusRequest, params, null));
    }),
  );
}

function activeUri(): string | undefined {
  return vscode.window.activeTextEditor?.document.uri.toString();
}
