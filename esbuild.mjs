// Bundles the programs of `dist/`: the extension, the language server, the debug adapter's worker and the command line.
//
// All are CommonJS: VS Code loads the extension so, and Node starts a single CommonJS file fastest. The extension and the command line
// are a small file each that starts, and others with what is loaded on demand: activating an editor does not wait for the client
// library, and `rseq-lab layout` does not read the servers.
//
//   node esbuild.mjs [--production]

import { chmodSync, readdirSync, rmSync } from "node:fs";
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

/**
 * Options for a program whose dynamic imports of `filter` come out of other files of dist/. They become `require`, which is faster than
 * starting the loader of ES modules.
 *
 * @param {RegExp} filter @param {(imported: string) => string} fileOf @returns {import("esbuild").BuildOptions}
 */
function apart(filter, fileOf) {
  return {
    ...options,
    supported: { "dynamic-import": false },
    plugins: [
      {
        name: "on demand",
        setup: (bundle) =>
          bundle.onResolve({ filter }, ({ kind, path: imported }) =>
            kind === "dynamic-import"
              ? { path: `./${fileOf(imported)}`, external: true }
              : undefined,
          ),
      },
    ],
  };
}

/** @param {string[]} modules @param {string} file @param {string} resolveDir */
function exportsOf(modules, file, resolveDir) {
  const contents = modules.map((name) => `export * from "${name}";`).join("\n");
  const { outdir: _, ...rest } = apart(/\/lsp\/main-node\.ts$/, () => "server.cjs");
  return { ...rest, stdin: { contents, resolveDir }, outfile: `dist/${file}` };
}

/** Commands that need little of what the others do, or much that they do not: they wait for no other to be compiled. */
const filesApart = {
  layout: "cli-layout.cjs",
  run: "cli-run.cjs",
  replay: "cli-run.cjs",
  dap: "cli-dap.cjs",
  lsp: "cli-lsp.cjs",
};

/** The file of dist/ with the command of `./commands/NAME.ts`. @param {string} imported @returns {string} */
function commandFile(imported) {
  const name = path.basename(imported, ".ts");
  return Object.hasOwn(filesApart, name) ? filesApart[name] : "cli-commands.cjs";
}

const commands = readdirSync(path.join(root, "server/cli/commands"), { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `./${entry.name}`);
const commandFiles = new Set(commands.map((command) => commandFile(command)));
rmSync(path.join(root, "dist"), { recursive: true, force: true });
try {
  await Promise.all([
    build({
      ...options,
      entryPoints: { server: "server/lsp/main-node.ts", "dap-worker": "server/dap/worker-node.ts" },
    }),
    build({
      ...apart(/^vscode-languageclient\/node$/, () => "language-client.cjs"),
      entryPoints: { extension: "extension/main.ts" },
    }),
    build(exportsOf(["vscode-languageclient/node"], "language-client.cjs", root)),
    build({
      ...apart(/^\.\/commands\//, commandFile),
      entryPoints: { cli: "server/cli/main.ts" },
      banner: { js: "#!/usr/bin/env node" },
    }),
    ...Array.from(commandFiles, (file) => {
      const inside = commands.filter((command) => commandFile(command) === file);
      return build(exportsOf(inside, file, path.join(root, "server/cli/commands")));
    }),
  ]);
} catch {
  process.exit(1); // esbuild has printed what is wrong
}
chmodSync(path.join(root, "dist/cli.cjs"), 0o755);
