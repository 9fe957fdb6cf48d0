// The adapter as a process of its own, driven by the protocol's own test client over standard input and output and over TCP, and as a worker.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { spawn } from "node:child_process";
import { Worker } from "node:worker_threads";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COUNTER, LINE } from "./scenarios.ts";

const folder = mkdtempSync(path.join(tmpdir(), "rseq-lab-dap-"));
const adapter = path.join(folder, "adapter.cjs");
const workerFile = path.join(folder, "worker.cjs");
const scenario = path.join(folder, "counter.rseq");

beforeAll(async () => {
  writeFileSync(scenario, COUNTER);
  await build({
    entryPoints: [path.join(import.meta.dirname, "../../server/dap/worker-node.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    outfile: workerFile,
  });
  await build({
    stdin: {
      contents: `import { servePort, serveStdio } from "./server/dap/main-node.ts";
        const port = process.argv[2];
        if (port === undefined) void serveStdio();
        else void servePort(Number(port)).then((given) => console.log(given));`,
      resolveDir: path.join(import.meta.dirname, "../.."),
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    outfile: adapter,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function withClient(work: (client: DebugClient) => Promise<void>): Promise<void> {
  const client = new DebugClient(process.execPath, adapter, "rseq");
  await client.start();
  try {
    await work(client);
  } finally {
    await client.stop();
  }
}

test("the protocol's test client launches, stops at a breakpoint and reads the stack", async () => {
  await withClient(async (client) => {
    await client.hitBreakpoint(
      { program: scenario, stopOnEntry: false },
      { path: scenario, line: LINE.commit },
    );
    const { body } = await client.stackTraceRequest({ threadId: 1 });
    expect(body.stackFrames.map(({ line }) => line)).toEqual([LINE.commit, LINE.first]);
    const back = client.waitForEvent("stopped");
    await client.stepBackRequest({ threadId: 1 });
    await back;
    const frames = (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
    expect(frames[0]?.line).toBe(LINE.load);
  });
});

test("the configuration sequence stops on entry, and continue prints the verdict", async () => {
  await withClient(async (client) => {
    await Promise.all([
      client.configurationSequence(),
      client.launch({ program: scenario }),
      client.assertStoppedLocation("entry", { path: scenario, line: LINE.first }),
    ]);
    const ended = client.waitForEvent("terminated");
    const verdict = client.waitForEvent("output");
    await client.continueRequest({ threadId: 1 });
    expect(((await verdict) as DebugProtocol.OutputEvent).body.output).toMatch(
      /^Passed: 2 threads/,
    );
    await ended;
  });
});

test("a launch of a file that is not there is refused in words", async () => {
  await withClient(async (client) => {
    await client.initializeRequest();
    const program = path.join(folder, "nowhere.rseq");
    await expect(
      client.launchRequest({ program } as DebugProtocol.LaunchRequestArguments),
    ).rejects.toThrow(`There is no file '${program}'.`);
  });
});

/** What the adapter writes on its standard output for some bytes on its standard input. */
function converse(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [adapter], { stdio: ["pipe", "pipe", "inherit"] });
    let written = "";
    child.stdout.on("data", (data: Buffer) => (written += data.toString()));
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve(written) : reject(new Error(`exit status ${code}`)),
    );
    child.stdin.end(bytes);
  });
}

function framed(text: string): string {
  return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

test("bytes that are no message are answered where possible, and the next good request works", async () => {
  const initialize = {
    seq: 7,
    type: "request",
    command: "initialize",
    arguments: { adapterID: "rseq" },
  };
  const written = await converse(
    [
      framed("{ this is no JSON"),
      framed("null"),
      framed('{"seq":1,"type":"request"}'),
      "Content-Length: nonsense\r\n\r\n",
      framed(JSON.stringify(initialize)),
      framed('{"seq":8,"type":"request","command":"disconnect"}'),
    ].join(""),
  );
  expect(written).toContain("A message could not be read.");
  expect(written).toContain("The message is no object.");
  expect(written).toContain("The request's 'command' must be a string.");
  expect(written).toContain('"request_seq":7,"success":true,"command":"initialize"');
  expect(written).toContain('"request_seq":8,"success":true,"command":"disconnect"');
});

test("the worker that the extension starts answers messages as plain objects, and leaves when it is told to", async () => {
  const worker = new Worker(workerFile);
  const messages: { seq: number; type: string; event?: string; command?: string }[] = [];
  const left = new Promise((resolve) => {
    worker.once("exit", resolve);
  });
  const stopped = new Promise<void>((resolve) => {
    worker.on("message", (message: (typeof messages)[number]) => {
      messages.push(message);
      if (message.event === "stopped") resolve();
    });
  });
  const requests = [
    { command: "initialize", arguments: { adapterID: "rseq" } },
    { command: "launch", arguments: { program: scenario } },
    { command: "configurationDone" },
  ];
  for (const [index, request] of requests.entries()) {
    worker.postMessage({ seq: index + 1, type: "request", ...request });
  }
  await stopped;
  worker.postMessage({ seq: 9, type: "request", command: "disconnect" });
  await left;
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1));
  expect(messages.at(-1)).toMatchObject({ type: "response", command: "disconnect" });
});

test("each connection to a port is a session of its own", async () => {
  const server = spawn(process.execPath, [adapter, "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const port = Number(
    await new Promise<string>((resolve) => {
      server.stdout.once("data", (data: Buffer) => resolve(data.toString()));
    }),
  );
  try {
    for (let count = 0; count < 2; count++) {
      const client = new DebugClient("", "", "rseq");
      await client.start(port);
      await Promise.all([
        client.configurationSequence(),
        client.launch({ program: scenario }),
        client.assertStoppedLocation("entry", { line: LINE.first }),
      ]);
      await client.stop();
    }
    // A client that goes away in the middle of a message harms nobody.
    const rude = connect(port, "127.0.0.1");
    await new Promise<void>((resolve) => {
      rude.once("connect", () => {
        rude.write("Content-Length: 10000\r\n\r\n{", () => {
          rude.resetAndDestroy();
          resolve();
        });
      });
    });
    const client = new DebugClient("", "", "rseq");
    await client.start(port);
    await client.initializeRequest();
    await client.stop();
  } finally {
    server.kill();
  }
});
