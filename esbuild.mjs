// Bundles the four programs of `dist/`: the extension, the language server, the debug adapter's worker and the command line.
//
// All are CommonJS: VS Code loads the extension so, and Node starts a single CommonJS file fastest. Inside it, esbuild wraps
// every lazily imported module in a function, so that `rseq-lab --version` runs nothing of the commands.
//
//   node esbuild.mjs [--production]

import { chmodSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const production = process.argv.includes("--production");

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: root,
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  minify: production,
  sourcemap: !production,
  legalComments: "none",
  logLevel: "warning",
};

rmSync(path.join(root, "dist"), { recursive: true, force: true });
try {
  await Promise.all([
    build({
      ...options,
      entryPoints: {
        extension: "extension/main.ts",
        server: "server/lsp/main-node.ts",
        "dap-worker": "server/dap/worker-node.ts",
      },
    }),
    build({
      ...options,
      entryPoints: { cli: "server/cli/main.ts" },
      banner: { js: "#!/usr/bin/env node" },
    }),
  ]);
} catch {
  process.exit(1); // esbuild has printed what is wrong
}
chmodSync(path.join(root, "dist/cli.cjs"), 0o755);
