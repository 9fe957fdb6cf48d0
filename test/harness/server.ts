// Starts and stops the VS Code server of install.ts. The server serves a whole workbench to a browser; extension host and
// language servers are its children, in one process group, and go with it.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { VsCodeServer } from "./install.ts";

/** Settings that keep a workbench quiet and the same in every run. */
const quietSettings = {
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "editor.cursorBlinking": "solid",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.simpleDialog.enable": true,
  "git.autofetch": false,
  "git.openRepositoryInParentFolders": "never",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.showReleaseNotes": false,
  "window.confirmBeforeClose": "never",
  "window.dialogStyle": "custom",
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.settings.enableNaturalLanguageSearch": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
};

/** Where a server keeps settings and extensions. */
export interface ServerHome {
  readonly userData: string;
  readonly extensions: string;
}

export interface ServerOptions {
  /**
   * Makes the page accept development extensions and tests; hides notifications. Without it VS Code ignores
   * both.
   */
  readonly isTestDriven?: boolean;
  readonly port?: number;
  readonly args?: readonly string[];
}

export interface RunningServer {
  readonly authority: string;
  /** Settles when the server has ended, with its exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** The last lines that it printed. */
  log(): string;
  stop(): Promise<void>;
  kill(): void;
}

/** A home in the temporary folder; the caller removes it. */
export function temporaryHome(prefix: string): ServerHome {
  const userData = mkdtempSync(path.join(os.tmpdir(), prefix));
  return { userData, extensions: path.join(userData, "extensions") };
}

/** Writes the quiet settings and `extra`; settings that are already there win over the quiet ones. */
export function writeSettings(
  home: ServerHome,
  extra: Readonly<Record<string, unknown>> = {},
): void {
  const file = path.join(home.userData, "User", "settings.json");
  const present = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as object) : {};
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...quietSettings, ...present, ...extra }, undefined, 2));
}

/** Installs a packaged extension into a home. */
export function installExtension(vscode: VsCodeServer, home: ServerHome, vsix: string): void {
  const answer = runServerCommand(vscode, home, [
    "--install-extension",
    path.resolve(vsix),
    "--force",
  ]);
  if (answer.status !== 0) throw new Error(`install ${vsix}: ${answer.output}`);
}

/** Runs one of the server program's own commands, such as `--list-extensions`. */
export function runServerCommand(
  vscode: VsCodeServer,
  home: ServerHome,
  args: readonly string[],
): { status: number; output: string } {
  mkdirSync(home.extensions, { recursive: true });
  const env = serverEnvironment();
  const child = spawnSync(vscode.node, [...commonArguments(vscode, home), ...args], {
    encoding: "utf8",
    env,
  });
  return { status: child.status ?? 1, output: child.stdout + child.stderr };
}

/** Starts the server on 127.0.0.1 and waits until it listens. */
export async function startServer(
  vscode: VsCodeServer,
  home: ServerHome,
  { isTestDriven = false, port = 0, args = [] }: ServerOptions = {},
): Promise<RunningServer> {
  mkdirSync(home.extensions, { recursive: true });
  const child = spawn(
    vscode.node,
    [
      "--import",
      parentWatch,
      ...commonArguments(vscode, home),
      "--host=127.0.0.1",
      `--port=${port}`,
      "--without-connection-token",
      "--disable-workspace-trust",
      "--force-disable-user-env",
      "--disable-getting-started-override",
      ...(isTestDriven ? ["--enable-smoke-test-driver"] : []),
      ...args,
    ],
    {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: serverEnvironment(),
      cwd: os.tmpdir(),
    },
  );
  let hasEnded = false;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("exit", (code, signal) => {
      hasEnded = true;
      resolve(code ?? signal);
    });
  });
  const killGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Nobody of the group is left.
    }
  };
  let log = "";
  const listeningPort = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no VS Code server after 60 s:\n${log}`)),
      60_000,
    );
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    const take = (data: Buffer): void => {
      log = (log + String(data)).slice(-20_000);
      const listening = /Extension host agent listening on (\d+)/.exec(log);
      if (listening) settle(() => resolve(Number(listening[1])));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", (error) => settle(() => reject(error)));
    void ended.then((code) =>
      settle(() => reject(new Error(`VS Code server ended (${code}):\n${log}`))),
    );
  });
  return {
    authority: `127.0.0.1:${listeningPort}`,
    ended,
    log: () => log,
    kill: () => killGroup("SIGKILL"),
    async stop() {
      killGroup("SIGTERM");
      if (!hasEnded) await Promise.race([ended, sleep(3000)]);
      killGroup("SIGKILL"); // stragglers: extension host, language servers
      if (!hasEnded) await Promise.race([ended, sleep(2000)]);
    },
  };
}

/** The address of a workbench. The payload's entries are VS Code's own: `openFile`, `extensionTestsPath` … */
export function workbenchAddress(
  authority: string,
  {
    folder,
    payload = [],
  }: { folder?: string | undefined; payload?: readonly (readonly [string, string])[] },
): string {
  const query = new URLSearchParams(
    folder === undefined ? { ew: "true" } : { folder: path.resolve(folder) },
  );
  if (payload.length > 0) query.set("payload", JSON.stringify(payload));
  return `http://${authority}/?${query}`;
}

/** How the page names a file of the server's machine. */
export function remoteUri(authority: string, file: string): string {
  return `vscode-remote://${authority}${pathToFileURL(path.resolve(file)).pathname}`;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Preloaded into the server: if its starter dies without cleaning up, the whole process group goes too. */
const parentWatch = `data:text/javascript,${encodeURIComponent(`
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(-process.pid, "SIGKILL");
  }, 500).unref();
`)}`;

function commonArguments(vscode: VsCodeServer, home: ServerHome): string[] {
  return [
    vscode.main,
    "--accept-server-license-terms",
    `--user-data-dir=${home.userData}`,
    `--server-data-dir=${path.join(home.userData, "server")}`,
    `--extensions-dir=${home.extensions}`,
    "--telemetry-level=off",
    "--disable-telemetry",
    "--disable-experiments",
  ];
}

/** Without what a VS Code that this runs inside of has set; without a marketplace to ask. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(VSCODE_(IPC_HOOK|PID|NLS_CONFIG|CWD|ESM_ENTRYPOINT|HANDLES_|DEV|PORTABLE|GIT_|INJECTION|AGENT|CODE_CACHE|CRASH)|ELECTRON_|NODE_OPTIONS$|CODE_SERVER_)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: "{}", NODE_NO_WARNINGS: "1" };
}
