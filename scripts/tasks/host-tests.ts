// `node scripts/task.mjs host-tests`: the tests of test/e2e/host/ inside an extension host, started by @vscode/test-electron. The
// editor is VSCODE_EXECUTABLE, or the harness's headless one.

import { chmodSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { runTests } from "@vscode/test-electron";
import { build as bundle } from "esbuild";
import { root } from "../../test/harness/project.ts";
import { scratchFolder } from "../../test/harness/scratch.ts";

const tests = path.join(root, "out", "host-tests", "index.cjs");
const headless = path.join(root, "out", "host-tests", "code-headless.mjs");
const common = { bundle: true, platform: "node", target: "node20", absWorkingDir: root } as const;
await bundle({
  ...common,
  entryPoints: ["test/e2e/host/index.ts"],
  outfile: tests,
  format: "cjs",
  external: ["vscode"],
});
await bundle({
  ...common,
  entryPoints: ["test/harness/code-headless.ts"],
  outfile: headless,
  format: "esm",
  packages: "external",
  banner: { js: "#!/usr/bin/env node" },
});
chmodSync(headless, 0o755);

const scratch = scratchFolder("test/e2e/fixtures");
const userData = path.join(root, ".vscode-test", "user-data");
rmSync(userData, { recursive: true, force: true });
try {
  await runTests({
    vscodeExecutablePath: process.env["VSCODE_EXECUTABLE"] ?? headless,
    extensionDevelopmentPath: root,
    extensionTestsPath: tests,
    launchArgs: [scratch.folder, "--disable-extensions", `--user-data-dir=${userData}`],
    extensionTestsEnv: { RSEQ_LAB_TALLY: process.env["RSEQ_LAB_TALLY"] },
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  scratch.remove();
}
