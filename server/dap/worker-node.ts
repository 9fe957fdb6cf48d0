// The session in a worker thread of the extension host, so that a long run blocks no editor. Messages are plain objects.
import { parentPort } from "node:worker_threads";
import { nodeSessionHost } from "./node-host.ts";
import { Session } from "./session.ts";

if (parentPort === null) throw new Error("This file runs in a worker thread.");
const port = parentPort;
let sequence = 1;
const session = new Session({
  ...nodeSessionHost,
  send: (message) => port.postMessage({ ...message, seq: sequence++ }),
  closed: () => port.close(),
});
port.on("message", (message: unknown) => session.receive(message));
