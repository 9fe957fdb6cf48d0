// `rseq-lab dap`: the debug adapter, for any editor, on standard input and output or on a port of this machine.
import type { Command } from "../command.ts";
import { numberValue } from "../command.ts";

export const dap: Command = {
  name: "dap",
  operands: "[--port N]",
  description:
    "Serves the debug adapter protocol on standard input and output, or for one client after another on 127.0.0.1:N.",
  options: { port: { type: "string", value: "N", help: "listen on 127.0.0.1 only" } },
  run: async ({ values }) => {
    const port = numberValue(values, "port", { lowest: 0, highest: 65_535 });
    const { servePort, serveStdio } = await import("../../dap/main-node.ts");
    await (port === undefined ? serveStdio() : servePort(port));
    return 0;
  },
};
