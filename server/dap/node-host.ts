// What a session needs of Node, whatever carries its messages.
import { resolve } from "node:path";
import { nodeHost } from "../host/node.ts";
import type { SessionHost } from "./requests.ts";

export const nodeSessionHost: Pick<SessionHost, "files" | "resolvePath" | "breathe"> = {
  files: nodeHost,
  // A URI of a file system that Node does not have is kept, so that the message names what was asked for.
  resolvePath: (path) => (/^[a-z][a-z\d+.-]+:\/\//i.test(path) ? path : resolve(path)),
  breathe: () =>
    new Promise((done) => {
      setImmediate(done);
    }),
};
