// `node scripts/task.mjs grammar`: the fixtures of test/grammar/ against the grammars. The C grammar, into which one of them
// is injected, is VS Code's own.

import path from "node:path";
import process from "node:process";
import { installVsCode } from "../../test/harness/install.ts";
import { run, say } from "./steps.ts";

const { folder } = await installVsCode(say);
const cGrammar = path.join(folder, "vscode", "extensions", "cpp", "syntaxes", "c.tmLanguage.json");
const { status } = await run(
  "vscode-tmgrammar-test",
  ["--config", "package.json", "--grammar", cGrammar, "test/grammar/*.{rseq,c}"],
  { isShown: true },
);
process.exitCode = status;
