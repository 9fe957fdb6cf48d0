// `rseq-lab dap`: the debug adapter, for any editor, on standard input and output or on a port of this machine.
import type { Command, ExitCode, Invocation } from "../command.ts";
import { numberValue, UsageError } from "../command.ts";

export const dap: Command = {
  name: "dap",
  operands: "[--port N]",
  description:
    "Serves the debug adapter protocol on standard input and output, or a session for each connection to 127.0.0.1:N.",
  options: {
    port: { type: "string", value: "N", help: "listen on 127.0.0.1 only; 0 takes a free port" },
  },
  run: serve,
};

async function serve({ values, output }: Invocation): Promise<ExitCode> {
  const port = numberValue(values, "port", { lowest: 0, highest: 65_535 });
  const { servePort, serveStdio } = await import("../../dap/main-node.ts");
  if (port === undefined) {
    await serveStdio();
    return 0;
  }
  try {
    output.complain(`Listening on 127.0.0.1:${await servePort(port)}.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Port ${port} cannot be listened on: ${why}.`);
  }
  return 0;
}
