// What an editor waits for, against clangd: from opening a header to its diagnostics, from a keystroke to the diagnostics of that
// version, a hover. Sessions of both in turn, each with a server that was just started.

import path from "node:path";
import process from "node:process";
import { root } from "../test/harness/project.ts";
import { type Input, kernelHeader, systemHeader } from "./inputs.ts";
import { type Amount, languageSession, type LanguageSession } from "./language-session.ts";
import {
  atMost,
  type Family,
  type Goal,
  PAIRS,
  percentile,
  ratioRow,
  type Row,
  skippedRow,
} from "./measure.ts";
import { type CommandLine, inTurn, peers } from "./process.ts";

const SERVER: CommandLine = [process.execPath, path.join(root, "dist", "server.cjs"), "--stdio"];
/** clangd waits before it rebuilds, which is most of its time on a small file. */
const DEBOUNCE = "of clangd's time about 50 ms are waiting, about 4 ms work";

interface EditedFile {
  readonly name: string;
  readonly input: () => Input;
  readonly amount: Amount;
  readonly open: Goal;
  readonly edit: Goal;
  readonly slowEdit: Goal;
  readonly memory?: Goal;
  readonly note?: string;
}

const SMALL = { open: atMost(0.2), edit: atMost(0.03), slowEdit: atMost(0.03) };

export const editingSmall: Family = {
  name: "editor",
  title: "Editing headers of 135 and 200 lines",
  measure: async () => {
    const amount = { edits: 41, hovers: 41 };
    const common = { ...SMALL, amount, note: DEBOUNCE };
    return [
      ...(await rowsOf({
        ...common,
        name: "rseq.h",
        input: () => systemHeader("linux/rseq.h"),
      })),
      ...(await rowsOf({ ...common, name: "btf.h", input: () => systemHeader("linux/btf.h") })),
    ];
  },
};

export const editingKernel: Family = {
  name: "editor-kernel",
  title: "Editing the running kernel's header",
  measure: () =>
    rowsOf({
      name: "kernel header",
      input: kernelHeader,
      amount: { edits: 5, hovers: 41 },
      open: atMost(0.15),
      edit: atMost(0.02),
      slowEdit: atMost(0.04),
      memory: atMost(0.5),
    }),
};

async function rowsOf(edited: EditedFile): Promise<readonly Row[]> {
  const { name, amount, note } = edited;
  const tools = peers("clangd");
  if ("missing" in tools) return [skippedRow(name, tools.missing)];
  const input = edited.input();
  if ("missing" in input) return [skippedRow(name, input.missing)];
  const clangd: CommandLine = [tools.clangd, "--log=error", "--background-index=false"];
  const sessions = await inTurn(
    {
      ours: () => languageSession(SERVER, input.file, amount),
      peer: () => languageSession(clangd, input.file, amount),
    },
    PAIRS.long,
  );
  const row = (
    what: string,
    unit: string,
    pick: (session: LanguageSession) => number,
    goal: Goal,
    isNoted = false,
  ): Row =>
    ratioRow({
      name: `${name}: ${what}`,
      unit,
      ours: sessions.ours.map(pick),
      peer: sessions.peer.map(pick),
      peerName: "clangd",
      goal,
      ...(isNoted && note !== undefined ? { note } : {}),
    });
  const { edit, slowEdit, memory } = edited;
  return [
    row("open to diagnostics", "ms", ({ open }) => open, edited.open),
    row("edit at the top, p50", "ms", ({ top }) => percentile(top, 0.5), edit, true),
    row("edit at the top, p95", "ms", ({ top }) => percentile(top, 0.95), slowEdit),
    row("edit at the end, p50", "ms", ({ end }) => percentile(end, 0.5), edit, true),
    row("edit at the end, p95", "ms", ({ end }) => percentile(end, 0.95), slowEdit),
    row("hover, p50", "ms", ({ hover }) => percentile(hover, 0.5), atMost(0.5)),
    row("hover, p95", "ms", ({ hover }) => percentile(hover, 0.95), atMost(0.5)),
    ...(memory === undefined
      ? []
      : [row("peak memory until the diagnostics", "MB", (each) => each.peakAfterOpen, memory)]),
  ];
}
