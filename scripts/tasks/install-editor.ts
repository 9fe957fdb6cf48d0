// `node scripts/task.mjs install-editor`: what the tests in an editor need, ahead of time.

import { installChromium, installVsCode } from "../../test/harness/install.ts";
import { say } from "./steps.ts";

const [vscode, chromium] = await Promise.all([installVsCode(say), installChromium(say)]);
say(`VS Code server in ${vscode.folder}, Chromium ${chromium.path}`);
