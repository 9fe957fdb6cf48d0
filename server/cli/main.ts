// The executable `rseq-lab`: standard output and error, and the exit status.
import type { Output } from "./command.ts";
import { runCommandLine } from "./command-line.ts";

const output: Output = {
  write: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) =>
        error === undefined || error === null ? resolve() : reject(error),
      );
    }),
  complain: (text) => {
    process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
  },
  colour: process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "",
};

// Whoever read our output is gone (`rseq-lab … | head`): nothing is left to say.
process.stdout.on("error", () => process.exit(2));
void runCommandLine(process.argv.slice(2), output).then((code) => {
  process.exitCode = code;
});
