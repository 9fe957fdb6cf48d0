// textDocument/codeLens: Run · Debug above a scenario, and above each of its schedules with that schedule.
import type { CodeLens } from "vscode-languageserver";
import { DEBUG_COMMAND, RUN_COMMAND } from "./protocol.ts";
import { Ranges } from "./to-lsp.ts";
import type { Judgement } from "./workspace.ts";

export function codeLenses({ document, checked, settings, textOf }: Judgement): CodeLens[] {
  const { tree, unit } = checked;
  if (tree === undefined || !settings.codeLens) return [];
  const ranges = new Ranges(textOf);
  const top = ranges.of({ path: unit.path, start: 0, end: 0 });
  const lenses = lensesAt(top, document.uri, undefined);
  for (const item of tree.items)
    if (item.kind === "schedule")
      lenses.push(...lensesAt(ranges.of(item.name.span), document.uri, item.name.text));
  return lenses;
}

function lensesAt(range: CodeLens["range"], uri: string, schedule: string | undefined): CodeLens[] {
  const rest = schedule === undefined ? [uri] : [uri, schedule];
  return [
    { range, command: { title: "Run", command: RUN_COMMAND, arguments: rest } },
    { range, command: { title: "Debug", command: DEBUG_COMMAND, arguments: rest } },
  ];
}
