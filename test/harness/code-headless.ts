// Looks like the `code` executable to @vscode/test-electron, but runs the workbench of the VS Code server in a headless
// Chromium, on machines without Electron and without a display.
//
// Two functions exposed to the page tell the result, as VS Code's own CI does it: `codeAutomationLog` gets the window's log,
// `codeAutomationExit` the exit code. VS Code answers 0 when the extension host is killed, so a 0 is believed only when
// a wrapper around the tests reported their end. The tests' own output comes over a socket from that wrapper.
//
// Exit code: that of the tests (0 or 1); 3 the extension host or the page died; 124 time ran out.

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { launchBrowser, newWorkbenchPage } from "./browser.ts";
import { installVsCode } from "./install.ts";
import {
  remoteUri,
  startServer,
  temporaryHome,
  workbenchAddress,
  writeSettings,
} from "./server.ts";

interface CommandLine {
  readonly development: string[];
  readonly folders: string[];
  tests?: string;
}

interface Outcome {
  readonly code: number;
  readonly why?: string;
}

const limitMilliseconds = Number(process.env["CODE_HEADLESS_TIMEOUT"] ?? 300_000);
const cleanups: (() => Promise<void> | void)[] = [];

process.on("SIGINT", () => void finish({ code: 130 }));
process.on("SIGTERM", () => void finish({ code: 143 }));
setTimeout(
  () => void finish({ code: 124, why: `no result after ${limitMilliseconds} ms` }),
  limitMilliseconds,
).unref();
try {
  await finish(await runTests(parseArguments(process.argv.slice(2))));
} catch (error) {
  await finish({ code: 3, why: String(error instanceof Error ? error.stack : error) });
}

/** What test-electron passes; every other option of `code` makes no difference here. */
function parseArguments(args: readonly string[]): CommandLine {
  const line: CommandLine = { development: [], folders: [] };
  for (const arg of args) {
    const option = /^--(extensionDevelopmentPath|extensionTestsPath)=(.*)$/.exec(arg);
    if (option?.[1] === "extensionDevelopmentPath") line.development.push(toPath(option[2] ?? ""));
    else if (option !== null) line.tests = toPath(option[2] ?? "");
    else if (!arg.startsWith("-")) line.folders.push(toPath(arg));
  }
  return line;
}

function toPath(text: string): string {
  return text.startsWith("file:") ? fileURLToPath(text) : path.resolve(text);
}

async function runTests({ development, folders, tests }: CommandLine): Promise<Outcome> {
  if (tests === undefined) return { code: 2, why: "--extensionTestsPath is missing" };
  const vscode = await installVsCode((message) => process.stderr.write(`${message}\n`));
  const home = temporaryHome("rseq-lab-host-");
  cleanups.push(() => removeFolder(home.userData));
  writeSettings(home);
  const wrapper = await listenToTests(tests);
  const server = await startServer(vscode, home, { isTestDriven: true });
  cleanups.push(() => server.stop());
  process.on("exit", () => server.kill());
  const browser = await launchBrowser();
  cleanups.push(() => browser.close());
  const page = await newWorkbenchPage(browser);

  const outcome = new Promise<Outcome>((resolve) => {
    void page.exposeFunction("codeAutomationExit", (code: number) => resolve({ code }));
    void page.exposeFunction("codeAutomationLog", () => undefined);
    void server.ended.then((code) =>
      resolve({ code: 3, why: `the VS Code server ended (${code})\n${server.log()}` }),
    );
    page.on("crash", () => resolve({ code: 3, why: "the page crashed" }));
    browser.on("disconnected", () => resolve({ code: 3, why: "Chromium went away" }));
    // The window answers shortly after the tests' end; if it does not, their own word counts.
    wrapper.onClose = () =>
      setTimeout(
        () =>
          resolve({
            code: wrapper.result ?? 3,
            why: "the window did not answer at the end of the tests",
          }),
        wrapper.result === undefined ? 3000 : 15_000,
      );
  });
  const payload: [string, string][] = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
    ...development.map((folder): [string, string] => [
      "extensionDevelopmentPath",
      remoteUri(server.authority, folder),
    ]),
    ["extensionTestsPath", remoteUri(server.authority, wrapper.file)],
  ];
  await page.goto(workbenchAddress(server.authority, { folder: folders[0], payload }), {
    waitUntil: "commit",
  });
  const { code, why } = await outcome;
  if (code === 0 && wrapper.result !== 0)
    return { code: 3, why: "the extension host ended before the tests did" };
  return why !== undefined && code === wrapper.result
    ? { code }
    : { code, ...(why === undefined ? {} : { why }) };
}

interface TestsWrapper {
  /** What VS Code loads as "the tests". */
  readonly file: string;
  /** 0 or 1 once the tests have ended. */
  result?: number;
  onClose?: () => void;
}

/** Listens on a loopback socket for the output and the end of the tests. */
async function listenToTests(tests: string): Promise<TestsWrapper> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "rseq-lab-wrapper-"));
  cleanups.push(() => removeFolder(folder));
  const wrapper: TestsWrapper = { file: path.join(folder, "wrapper.cjs") };
  const token = randomBytes(16).toString("hex");
  const listener = net.createServer((socket) => {
    let rest = "";
    let isTrusted = false;
    socket.setEncoding("utf8");
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (isTrusted) wrapper.onClose?.();
    });
    socket.on("data", (data) => {
      const lines = (rest + String(data)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const message = JSON.parse(line) as { token?: string; text?: string; result?: number };
        if (message.token === token) isTrusted = true;
        if (!isTrusted) return void socket.destroy();
        if (message.text !== undefined) process.stdout.write(message.text);
        if (message.result !== undefined) wrapper.result = message.result;
      }
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => void listener.close());
  const { port } = listener.address() as net.AddressInfo;
  writeFileSync(wrapper.file, wrapperCode(port, token, tests));
  return wrapper;
}

function wrapperCode(port: number, token: string, tests: string): string {
  return `"use strict";
const net = require("node:net");
const { format } = require("node:util");
const socket = net.connect(${port}, "127.0.0.1");
socket.on("error", () => {});
socket.unref();
const send = (message) => socket.write(JSON.stringify(message) + "\\n");
send({ token: ${JSON.stringify(token)} });
for (const name of ["stdout", "stderr"]) {
  process[name].write = (chunk, encoding, done) => {
    send({ text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString() });
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") callback();
    return true;
  };
}
for (const name of ["log", "info", "debug", "warn", "error"]) {
  // VS Code has wrapped these as accessors; an accessor replaces them.
  const get = () => (...args) => send({ text: format(...args) + "\\n" });
  Object.defineProperty(console, name, { configurable: true, enumerable: true, get, set: () => {} });
}
exports.run = async () => {
  try {
    await require(${JSON.stringify(tests)}).run();
    send({ result: 0 });
  } catch (error) {
    send({ result: 1 });
    throw error;
  }
};
`;
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function finish({ code, why }: Outcome): Promise<void> {
  if (why !== undefined) process.stderr.write(`code-headless: ${why}\n`);
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  // test-electron drops our pipes when we exit: let it read what is in them first.
  setTimeout(() => process.exit(code), 150);
}
