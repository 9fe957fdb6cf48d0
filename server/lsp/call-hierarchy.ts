// textDocument/prepareCallHierarchy, callHierarchy/incomingCalls and outgoingCalls: functions and threads of one scenario.
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type Position,
  SymbolKind,
} from "vscode-languageserver";
import { type CallNode, callNodeAt, incomingCalls, outgoingCalls } from "../engine/index.ts";
import { Ranges } from "./to-lsp.ts";
import { toUri } from "./uri.ts";
import type { Judgement } from "./workspace.ts";

export function prepareCallHierarchy(
  judgement: Judgement,
  position: Position,
): CallHierarchyItem[] | null {
  const { checked, document, textOf } = judgement;
  const node = callNodeAt(checked, document.offsetAt(position));
  return node === undefined ? null : [toItem(node, new Ranges(textOf))];
}

export function callsTo(
  { checked, textOf }: Judgement,
  { name }: CallHierarchyItem,
): CallHierarchyIncomingCall[] {
  const ranges = new Ranges(textOf);
  return incomingCalls(checked, name).map(({ node, places }) => ({
    from: toItem(node, ranges),
    fromRanges: places.map((span) => ranges.of(span)),
  }));
}

export function callsFrom(
  { checked, textOf }: Judgement,
  { name }: CallHierarchyItem,
): CallHierarchyOutgoingCall[] {
  const ranges = new Ranges(textOf);
  return outgoingCalls(checked, name).map(({ node, places }) => ({
    to: toItem(node, ranges),
    fromRanges: places.map((span) => ranges.of(span)),
  }));
}

function toItem({ name, kind, span, nameSpan }: CallNode, ranges: Ranges): CallHierarchyItem {
  return {
    name,
    kind: kind === "thread" ? SymbolKind.Class : SymbolKind.Function,
    detail: kind,
    uri: toUri(nameSpan.path),
    range: ranges.of(span),
    selectionRange: ranges.of(nameSpan),
  };
}
