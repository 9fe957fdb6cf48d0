// `rseq-lab explain CODE`: what a diagnostic means, why, and how to fix it.
import { codePages, findCodePage } from "../../engine/index.ts";
import type { Command, ExitCode, Invocation } from "../command.ts";
import { UsageError, wordValue } from "../command.ts";

export const explain: Command = {
  name: "explain",
  operands: "CODE",
  description:
    "Says what a diagnostic means, why it matters, and how to fix it. CODE is a code or its name.",
  options: {
    list: { type: "boolean", help: "list every code" },
    format: { type: "string", value: "text|json", help: "form of the output" },
  },
  run: explainCode,
};

async function explainCode({ values, positionals, output }: Invocation): Promise<ExitCode> {
  const format = wordValue(values, "format", ["text", "json"]);
  if (values["list"] === true) {
    const pages = codePages();
    const listed = pages.map(({ code, name, severity }) => ({ code, name, severity }));
    const lines = listed.map(
      ({ code, name, severity }) => `${code}  ${severity.padEnd(7)}  ${name}\n`,
    );
    await output.write(
      format === "json" ? `${JSON.stringify({ version: 1, codes: listed })}\n` : lines.join(""),
    );
    return 0;
  }
  const [wanted, ...others] = positionals;
  if (wanted === undefined || others.length > 0) {
    throw new UsageError("explain takes one code; `rseq-lab explain --list` lists them.");
  }
  const page = findCodePage(wanted);
  if (page === undefined) {
    throw new UsageError(`there is no code '${wanted}'; \`rseq-lab explain --list\` lists them.`);
  }
  await output.write(
    format === "json" ? `${JSON.stringify({ version: 1, ...page })}\n` : page.text,
  );
  return 0;
}
