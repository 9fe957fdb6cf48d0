// `npm start`: builds, and opens the examples in a real VS Code with the extension loaded: VSCODE_EXECUTABLE, or an installed
// `code` where there is a display, else the VS Code server in a browser. Where there is no browser either, it prints the address
// and serves until Ctrl-C.

import { spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { installVsCode } from "../../test/harness/install.ts";
import { downloads, root, vsixFile } from "../../test/harness/project.ts";
import {
  installExtension,
  remoteUri,
  type ServerHome,
  startServer,
  workbenchAddress,
  writeSettings,
} from "../../test/harness/server.ts";
import { toolPath } from "../../test/support/outside.ts";
import { build, packageExtension, say } from "./steps.ts";

const examples = path.join(root, "examples");
const firstExample = path.join(examples, "counter.rseq");
const hasDisplay =
  process.platform !== "linux" ||
  process.env["DISPLAY"] !== undefined ||
  process.env["WAYLAND_DISPLAY"] !== undefined;

try {
  say("Building Rseq Lab …");
  await build();
  const editor = process.env["VSCODE_EXECUTABLE"] ?? (hasDisplay ? toolPath("code") : undefined);
  if (editor !== undefined) openEditor(editor);
  else await serve();
} catch (error) {
  process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function openEditor(editor: string): void {
  say(`Opening the examples in ${editor}; press F5 in counter.rseq.`);
  const isRoot = process.getuid?.() === 0;
  const asRoot = ["--no-sandbox", `--user-data-dir=${path.join(downloads, "root-user-data")}`];
  const { status, error } = spawnSync(
    editor,
    [
      `--extensionDevelopmentPath=${root}`,
      "--new-window",
      "--disable-workspace-trust",
      ...(isRoot ? asRoot : []),
      examples,
      firstExample,
    ],
    { stdio: "inherit", shell: process.platform === "win32" },
  );
  if (error !== undefined) throw new Error(`${editor} did not start: ${error.message}`);
  process.exitCode = status ?? 1;
}

async function serve(): Promise<void> {
  await packageExtension();
  const vscode = await installVsCode(say);
  const home: ServerHome = {
    userData: path.join(downloads, "start"),
    extensions: path.join(downloads, "start", "extensions"),
  };
  // The extension of an earlier build must not stay beside the new one.
  rmSync(home.extensions, { recursive: true, force: true });
  writeSettings(home, { "debug.openDebug": "openOnSessionStart" });
  installExtension(vscode, home, vsixFile);
  const server = await startServer(vscode, home);
  process.on("exit", () => server.kill());
  const payload: [string, string][] = [["openFile", remoteUri(server.authority, firstExample)]];
  const address = workbenchAddress(server.authority, { folder: examples, payload });
  const isOpened = hasDisplay && openBrowser(address);
  say(
    `\nVS Code with Rseq Lab and the examples is ${isOpened ? "in your browser" : "served"} at\n\n  ${address}\n`,
  );
  if (!isOpened) say("Open this address in a browser on this machine.");
  say("Press F5 in counter.rseq to debug it. Ctrl-C here ends the server.");
  const isStopped = await Promise.race([untilStopped(), server.ended.then(() => false)]);
  if (!isStopped) throw new Error(`the VS Code server has ended by itself:\n${server.log()}`);
  await server.stop();
}

/** Whether there was a program to hand the address to. */
function openBrowser(address: string): boolean {
  if (process.platform === "win32") {
    spawn("cmd", ["/c", "start", "", address.replaceAll("&", "^&")], {
      detached: true,
      stdio: "ignore",
    }).unref();
    return true;
  }
  const opener = toolPath(process.platform === "darwin" ? "open" : "xdg-open");
  if (opener !== undefined) spawn(opener, [address], { detached: true, stdio: "ignore" }).unref();
  return opener !== undefined;
}

/** Until Ctrl-C, or until npm, which started this, is gone: `kill` reaches npm alone. */
function untilStopped(): Promise<true> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => resolve(true));
    }
    const isUnderNpm = process.env["npm_lifecycle_event"] !== undefined;
    setInterval(() => {
      if (isUnderNpm && process.ppid !== parent) resolve(true);
    }, 1000).unref();
  });
}
