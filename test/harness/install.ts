// Puts a runnable VS Code into `.vscode-test/`: the server out of the npm package `code-server`, a Node binary for it, and
// a headless Chromium, all from the npm registry, without a compiler, apt or Electron. Idempotent: a marker file is
// written last, so that its presence with the same content means complete. Uses Node built-ins, `npm` and `tar` only.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import process from "node:process";
import { brotliDecompressSync } from "node:zlib";
import { downloads } from "./project.ts";
import { standIns } from "./stand-ins.ts";

const codeServerVersion = "4.139.1"; // VS Code 1.139.1
const nodeVersion = "24.9.0"; // what code-server asks for, and near to VS Code's own runtime
const chromiumPackage = "@sparticuz/chromium@153.0.0"; // linux x64: headless shell with NSS and fonts

/** The dependencies of the server that are really loaded; at the versions of the package's own shrinkwrap. */
const serverDependencies = `
  @microsoft/1ds-core-js @microsoft/1ds-post-js @parcel/watcher @vscode/iconv-lite-umd @vscode/proxy-agent
  @vscode/ripgrep-universal @vscode/tree-sitter-wasm @vscode/vscode-languagedetection
  @xterm/addon-clipboard @xterm/addon-image @xterm/addon-ligatures @xterm/addon-progress @xterm/addon-search
  @xterm/addon-serialize @xterm/addon-unicode11 @xterm/addon-webgl @xterm/headless @xterm/xterm
  cookie http-proxy-agent https-proxy-agent jschardet katex minimist node-pty tas-client
  vscode-oniguruma vscode-regexpp vscode-textmate ws yauzl yazl`
  .trim()
  .split(/\s+/);

/**
 * Built-in extensions that only cost start-up time, network attempts or dialogs. Those with a `browser` entry and an early
 * activation event must stay: the page knows them from a built-in list.
 */
const droppedExtensions = [
  "copilot",
  "debug-auto-launch",
  "debug-server-ready",
  "github",
  "grunt",
  "gulp",
  "jake",
  "mermaid-markdown-features",
  "microsoft-authentication",
  "ms-vscode.js-debug",
  "ms-vscode.js-debug-companion",
  "ms-vscode.vscode-js-profile-table",
  "php-language-features",
  "terminal-suggest",
  "tunnel-forwarding",
];

const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const executableSuffix = process.platform === "win32" ? ".exe" : "";
const npmFlags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** An installed VS Code server. */
export interface VsCodeServer {
  readonly folder: string;
  /** The Node binary that runs it. */
  readonly node: string;
  /** Its main program. */
  readonly main: string;
}

/** An installed Chromium, with the environment that it needs where the system has no NSS or no fonts. */
export interface Chromium {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

type Say = (message: string) => void;

/** The VS Code server of `.vscode-test/vscode-server`, installed when it is missing or another version. */
export async function installVsCode(say: Say): Promise<VsCodeServer> {
  const folder = path.join(downloads, "vscode-server");
  const recipe = [
    codeServerVersion,
    nodeVersion,
    serverDependencies,
    droppedExtensions,
    standIns,
    platform,
  ];
  const marker = createHash("sha256").update(JSON.stringify(recipe)).digest("hex");
  await installOnce(folder, marker, say, async (target) => {
    say(
      `VS Code server (code-server ${codeServerVersion}) and Node ${nodeVersion} from the npm registry`,
    );
    await assembleServer(target);
  });
  return serverIn(folder);
}

/** A system's Chromium, or the one of `.vscode-test/chromium`, installed when it is missing. */
export async function installChromium(say: Say): Promise<Chromium> {
  const known = [process.env["CHROMIUM_PATH"], process.env["CHROME_PATH"], ...systemBrowsers];
  const system = known.find((file) => file !== undefined && existsSync(file));
  if (system !== undefined) return { path: system, env: {} };
  if (platform !== "linux-x64") {
    throw new Error(
      `no Chromium found (looked for ${systemBrowsers.join(", ")}); install one or set CHROMIUM_PATH`,
    );
  }
  const folder = path.join(downloads, "chromium");
  await installOnce(folder, chromiumPackage, say, async (target) => {
    say(`headless Chromium (${chromiumPackage}) from the npm registry`);
    await assembleChromium(target, folder);
  });
  return { path: path.join(folder, "chromium"), env: chromiumEnvironment(folder) };
}

const systemBrowsers = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

function serverIn(folder: string): VsCodeServer {
  return {
    folder,
    node: path.join(folder, "node", `node${executableSuffix}`),
    main: path.join(folder, "vscode", "out", "server-main.js"),
  };
}

async function assembleServer(target: string): Promise<void> {
  const codeServer = path.join(target, "code-server");
  const nodePackage = path.join(target, "node-package");
  await Promise.all([
    unpack(`code-server@${codeServerVersion}`, codeServer),
    unpack(`node-${platform}@${nodeVersion}`, nodePackage),
  ]);
  const { node } = serverIn(target);
  mkdirSync(path.dirname(node), { recursive: true });
  renameSync(path.join(nodePackage, "bin", path.basename(node)), node);
  chmodSync(node, 0o755);
  const vscode = path.join(target, "vscode");
  renameSync(path.join(codeServer, "lib", "vscode"), vscode);
  renameSync(path.join(codeServer, "LICENSE"), path.join(vscode, "LICENSE.code-server"));
  rmSync(nodePackage, { recursive: true });
  rmSync(codeServer, { recursive: true });
  await installServerDependencies(vscode);
  trimServer(vscode);
}

/** Only the needed dependencies; none is compiled, pure stand-ins replace the native ones. */
async function installServerDependencies(vscode: string): Promise<void> {
  const manifestFile = path.join(vscode, "package.json");
  const manifestText = readFileSync(manifestFile, "utf8");
  const {
    overrides: _,
    allowScripts: __,
    ...manifest
  } = JSON.parse(manifestText) as Record<string, unknown>;
  const shrinkwrap = JSON.parse(readFileSync(path.join(vscode, "npm-shrinkwrap.json"), "utf8")) as {
    packages: Record<string, { version: string }>;
  };
  manifest["dependencies"] = Object.fromEntries(
    serverDependencies.map((name) => [name, shrinkwrap.packages[`node_modules/${name}`]?.version]),
  );
  writeFileSync(manifestFile, JSON.stringify(manifest));
  await run("npm", ["install", "--omit=dev", ...npmFlags], vscode);
  writeFileSync(manifestFile, manifestText);
  for (const [name, code] of Object.entries(standIns)) {
    const folder = path.join(vscode, "node_modules", name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "index.js"), code);
    const standInManifest = { name, version: "0.0.0-stand-in", main: "index.js" };
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(standInManifest));
  }
}

/** Removes what other platforms need, and extensions that nobody wants here. */
function trimServer(vscode: string): void {
  const plain = `${process.platform}-${process.arch}`;
  const ripgrep = path.join(vscode, "node_modules/@vscode/ripgrep-universal/bin");
  keepOnly(ripgrep, [plain]);
  keepOnly(path.join(vscode, "node_modules/node-pty/prebuilds"), [plain]);
  keepOnly(path.join(vscode, "node_modules/node-pty"), [
    "lib",
    "prebuilds",
    "package.json",
    "LICENSE",
  ]);
  for (const name of droppedExtensions) {
    rmSync(path.join(vscode, "extensions", name), { recursive: true, force: true });
  }
  const search = path.join(ripgrep, plain, `rg${executableSuffix}`);
  if (existsSync(search)) chmodSync(search, 0o755);
}

function keepOnly(folder: string, names: readonly string[]): void {
  for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
    if (!names.includes(entry)) rmSync(path.join(folder, entry), { recursive: true });
  }
}

/** `home` is where the files will lie in the end: the fonts' configuration names absolute paths. */
async function assembleChromium(target: string, home: string): Promise<void> {
  const packed = path.join(target, "packed");
  await unpack(chromiumPackage, packed);
  const open = (name: string): Buffer =>
    brotliDecompressSync(new Uint8Array(readFileSync(path.join(packed, "bin", name))));
  writeFileSync(path.join(target, "chromium"), new Uint8Array(open("chromium.br")), {
    mode: 0o755,
  });
  for (const [archive, folder] of [
    ["al2023.tar.br", "al2023"],
    ["fonts.tar.br", "fonts"],
    ["swiftshader.tar.br", "."],
  ] as const) {
    if (!existsSync(path.join(packed, "bin", archive))) continue;
    const tar = path.join(target, "archive.tar");
    mkdirSync(path.join(target, folder), { recursive: true });
    writeFileSync(tar, new Uint8Array(open(archive)));
    await run("tar", ["-xf", tar, "-C", path.join(target, folder)], target);
    rmSync(tar);
  }
  rmSync(packed, { recursive: true });
  const folders = ["/usr/share/fonts", path.join(home, "fonts")]
    .map((folder) => `<dir>${folder}</dir>`)
    .join("");
  const cache = `<cachedir>${path.join(home, "fonts-cache")}</cachedir>`;
  const configuration = `<!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}${cache}</fontconfig>\n`;
  writeFileSync(path.join(target, "fonts.conf"), `<?xml version="1.0"?>${configuration}`);
}

function chromiumEnvironment(folder: string): Record<string, string> {
  const env: Record<string, string> = {};
  if (spawnSync(path.join(folder, "chromium"), ["--version"], { stdio: "ignore" }).status !== 0) {
    const own = path.join(folder, "al2023", "lib");
    env["LD_LIBRARY_PATH"] = [own, process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":");
  }
  if (!hasFonts("/usr/share/fonts")) env["FONTCONFIG_FILE"] = path.join(folder, "fonts.conf");
  return env;
}

function hasFonts(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).some((file) =>
    /\.(ttf|otf|ttc|pf[ab])$/i.test(file),
  );
}

/** Calls `assemble` with an empty folder unless `folder` holds `marker` already; one installer at a time. */
async function installOnce(
  folder: string,
  marker: string,
  say: Say,
  assemble: (target: string) => Promise<void>,
): Promise<void> {
  const markerFile = path.join(folder, "installed");
  const isInstalled = (): boolean =>
    existsSync(markerFile) && readFileSync(markerFile, "utf8") === marker;
  if (isInstalled()) return;
  mkdirSync(path.dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, say, async () => {
    if (isInstalled()) return;
    const target = `${folder}.new`;
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    await assemble(target);
    writeFileSync(path.join(target, "installed"), marker);
    rmSync(folder, { recursive: true, force: true });
    renameSync(target, folder);
  });
}

/** A lock that a dead process left behind is taken over. */
async function withLock(lock: string, say: Say, work: () => Promise<void>): Promise<void> {
  let announced = false;
  while (!takeLock(lock)) {
    if (!announced) say(`another install is running (${lock}), waiting for it`);
    announced = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const holder = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
    if (holder !== 0 && !isAlive(holder)) rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Downloads a package (npm checks its integrity hash) and unpacks it into `folder`. */
async function unpack(specification: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const packed = mkdtempSync(`${folder}-`);
  await run("npm", ["pack", specification, ...npmFlags], packed);
  const archive = readdirSync(packed).find((name) => name.endsWith(".tgz")) ?? "";
  await run(
    "tar",
    ["-xzf", path.join(packed, archive), "-C", folder, "--strip-components=1"],
    packed,
  );
  rmSync(packed, { recursive: true });
}

function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: npmEnvironment(), shell: process.platform === "win32" };
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (output += String(data)));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}\n${output}`));
    });
  });
}

/** Inside an npm script: without the parent's npm settings, except what selects registry, cache and proxy. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const kept =
    /^npm_config_(registry|cache|cafile|proxy|https_proxy|noproxy|userconfig|globalconfig|prefer_offline|offline)$/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)),
  );
}
