// `rseq-lab lsp --stdio`: the language server, for any editor.
import type { Command } from "../command.ts";

export const lsp: Command = {
  name: "lsp",
  operands: "--stdio",
  description: "Serves the language server protocol on standard input and output.",
  options: { stdio: { type: "boolean", help: "the only transport (default)" } },
  run: async () => {
    const { serveStdio } = await import("../../lsp/main-node.ts");
    await serveStdio();
    return 0;
  },
};
