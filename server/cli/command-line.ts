// The command line as a function: finds the command, reads its options, runs it, and says what was wrong with the call.
// A command's code is loaded only when it is asked for, so that `--version` costs little more than starting Node.
import { VERSION } from "../version.ts";
import type { Command, ExitCode, Output } from "./command.ts";
import { helpText, isUsageError, readArguments, UsageError } from "./command.ts";

const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  lint: {
    summary: "lint C headers, sources and scenarios",
    load: async () => (await import("./commands/lint.ts")).lint,
  },
  layout: {
    summary: "print the computed layouts",
    load: async () => (await import("./commands/layout.ts")).layout,
  },
  diff: {
    summary: "compare two declarations: compatible, ambiguous, or an ABI break",
    load: async () => (await import("./commands/diff.ts")).diff,
  },
  run: {
    summary: "run a scenario under one schedule",
    load: async () => (await import("./commands/run.ts")).run,
  },
  replay: {
    summary: "run a recorded trace again and check that it is the same",
    load: async () => (await import("./commands/replay.ts")).replay,
  },
  profiles: {
    summary: "list the kernel profiles, or show one",
    load: async () => (await import("./commands/profiles.ts")).profiles,
  },
  explain: {
    summary: "say what a diagnostic means and how to fix it",
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  lsp: {
    summary: "serve the language server protocol on stdio",
    load: async () => (await import("./commands/lsp.ts")).lsp,
  },
  dap: {
    summary: "serve the debug adapter protocol on stdio or a port",
    load: async () => (await import("./commands/dap.ts")).dap,
  },
};

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
  );
  return `Usage: rseq-lab COMMAND …\n\nCommands:\n${lines.join("\n")}\n\n\`rseq-lab COMMAND --help\` tells more; \`rseq-lab --version\` prints the version.\n`;
}

/** Runs `rseq-lab ARGS…` and answers its exit status. Wrong usage and unreadable input are told on standard error. */
export async function runCommandLine(args: readonly string[], output: Output): Promise<ExitCode> {
  try {
    return await dispatch(args, output);
  } catch (error) {
    if (isUsageError(error)) output.complain(`rseq-lab: ${error.message}`);
    else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      output.complain(`rseq-lab failed; please report this.\n${text}`);
    }
    return 2;
  }
}

async function dispatch(args: readonly string[], output: Output): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === "--version" || name === "-V") {
    await output.write(`${VERSION}\n`);
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    await output.write(overview());
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    const what = name.startsWith("-") ? "option" : "command";
    throw new UsageError(`Unknown ${what} '${name}'. Try \`rseq-lab --help\`.`);
  }
  const command = await entry.load();
  const { values, positionals } = readArguments(command, rest);
  if (values["help"] === true) {
    await output.write(helpText(command));
    return 0;
  }
  return command.run({ values, positionals, output });
}
