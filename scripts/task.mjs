// The first step of `npm start` and `npm test`: on a fresh clone there is nothing but Node, so this file uses its built-ins
// only. It installs the dependencies, once, and then runs a task of scripts/tasks/, bundled from TypeScript.
//
//   node scripts/task.mjs NAME [ARGUMENT …]

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @param {string} name of the file in scripts/tasks/, which runs when it is loaded */
export async function runTask(name) {
  process.chdir(root);
  refuseOldNode();
  installDependencies();
  const { build } = await import("esbuild");
  const bundle = path.join(root, "out", "tasks", `${name}.mjs`);
  await build({
    entryPoints: [path.join(root, "scripts", "tasks", `${name}.ts`)],
    outfile: bundle,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
  try {
    await import(pathToFileURL(bundle).href);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(
    `Node ${process.versions.node} is too old for the tools of this project; 20.19 or newer is needed.\n`,
  );
  process.exit(1);
}

/** `npm ci`, unless it has been done for this very package-lock.json. */
function installDependencies() {
  const lock = readFileSync(path.join(root, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  const marker = path.join(root, "node_modules", ".rseq-lab-installed");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  process.stderr.write("Installing the dependencies of package-lock.json (npm ci) …\n");
  const started = Date.now();
  const { status, error } = spawnSync(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      shell: process.platform === "win32",
    },
  );
  if (status !== 0) {
    process.stderr.write(
      `npm ci failed${error ? ` (${error.message})` : ""}; the message above says why.\n`,
    );
    process.exit(1);
  }
  writeFileSync(marker, wanted);
  process.stderr.write(
    `Dependencies installed in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, ...rest] = process.argv.slice(2);
  process.argv.splice(2, Infinity, ...rest);
  await runTask(name ?? "");
}
