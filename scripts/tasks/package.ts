// `npm run package`: builds, and packages what can be installed into VS Code.

import { statSync } from "node:fs";
import path from "node:path";
import { root, vsixFile } from "../../test/harness/project.ts";
import { build, packageExtension, say } from "./steps.ts";

await build();
await packageExtension();
say(`${path.relative(root, vsixFile)}: ${statSync(vsixFile).size.toLocaleString("en-US")} bytes`);
