// From a keystroke in a header of 200 lines to its diagnostics: the shipped language server in a process of its own, spoken to over
// its protocol as an editor does, edits coming one after the other.

import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { root } from "../test/harness/project.ts";
import { atMost, type Family, percentile, type Row, valueRow } from "./measure.ts";

const edits = 200;
const uri = "file:///bench/header.h";

export const keystrokeToDiagnostics: Family = {
  name: "keystroke",
  title: "A keystroke in a header that includes others",
  measure: async () => {
    const child = spawn(process.execPath, [path.join(root, "dist", "server.cjs"), "--stdio"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    let onDiagnostics: () => void = () => undefined;
    connection.onNotification("textDocument/publishDiagnostics", () => onDiagnostics());
    connection.listen();
    const published = (): Promise<void> => new Promise((resolve) => (onDiagnostics = resolve));
    await connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
    });
    await connection.sendNotification("initialized", {});
    const opened = published();
    await connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "c", version: 0, text: header() },
    });
    await opened;
    const times: number[] = [];
    for (let version = 1; version <= edits; version++) {
      const answered = published();
      const since = performance.now();
      // Types an x at the end of the first member's name, and takes it away again.
      const isTyping = version % 2 === 1;
      await connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [
          {
            range: {
              start: { line: 2, character: 19 },
              end: { line: 2, character: isTyping ? 19 : 20 },
            },
            text: isTyping ? "x" : "",
          },
        ],
      });
      await answered;
      times.push(performance.now() - since);
    }
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    connection.dispose();
    const row = (share: number): Row =>
      valueRow(
        `keystroke to diagnostics, 200 lines, p${share * 100}`,
        "ms",
        [percentile(times, share)],
        atMost(15),
        `${edits} edits`,
      );
    return [row(0.5), row(0.99)];
  },
};

/** 200 lines: one struct rseq and others around it. */
function header(): string {
  const lines = [
    "#include <linux/types.h>",
    "struct rseq {",
    "\t__u32 cpu_id_start;",
    "\t__u32 cpu_id;",
    "\t__u64 rseq_cs;",
    "\t__u32 flags;",
    "\t__u32 node_id;",
    "\t__u32 mm_cid;",
    "\t__u32 __reserved;",
    "} __attribute__((aligned(32)));",
  ];
  for (let index = 0; lines.length < 200; index++) {
    lines.push(
      `#define FLAG_${index} (1u << ${index % 32})`,
      `/* The ${index}th of many. */`,
      `struct part_${index} {`,
      "\t__u32 first;",
      "\t__u16 second[4];",
      "\t__u64 third;",
      `\tstruct { __u8 kind; __u8 pad[7]; } tail;`,
      "} __attribute__((aligned(8)));",
      `static inline __u32 read_${index}(const struct part_${index} *p) { return p->first; }`,
      "",
    );
  }
  return `${lines.slice(0, 200).join("\n")}\n`;
}
