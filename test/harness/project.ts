// Where things lie in a clone. The harness runs from its sources (vitest) and from bundles under `out/`, so it looks
// for the project's root above itself.

import { existsSync } from "node:fs";
import path from "node:path";

/** The folder of the project's package.json. */
export const root: string = findRoot(import.meta.dirname);

/** Everything that is downloaded lies here: the VS Code server, Chromium, user data. Ignored by git. */
export const downloads: string = path.join(root, ".vscode-test");

/** The packaged extension, as `npm run package` leaves it. */
export const vsixFile: string = path.join(root, "out", "rseq-lab.vsix");

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, "package-lock.json"))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error("no package-lock.json above the harness");
  return findRoot(parent);
}
