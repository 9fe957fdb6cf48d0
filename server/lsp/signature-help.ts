// textDocument/signatureHelp.
import { MarkupKind, type Position, type SignatureHelp } from "vscode-languageserver";
import { signatureAt } from "../engine/index.ts";
import type { Judgement } from "./workspace.ts";

export function signatureHelp(
  { document, checked }: Judgement,
  position: Position,
): SignatureHelp | null {
  const found = signatureAt(checked, document.offsetAt(position));
  if (found === undefined) return null;
  const { label, parameters, active, documentation } = found;
  // Behind the last parameter: an index that none has, which every version of the protocol reads as "none of them".
  const activeParameter = active ?? parameters.length;
  return {
    activeSignature: 0,
    activeParameter,
    signatures: [
      {
        label,
        parameters: parameters.map(([start, end]) => ({ label: [start, end] })),
        ...(documentation === undefined
          ? {}
          : { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
      },
    ],
  };
}
