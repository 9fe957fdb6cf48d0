// `npm run screenshots`: the pictures of README.md, light and dark, from the real workbench.

import { mkdirSync } from "node:fs";
import path from "node:path";
import { root, vsixFile } from "../../test/harness/project.ts";
import { scratchFolder } from "../../test/harness/scratch.ts";
import { Workbench } from "../../test/harness/workbench.ts";
import { build, packageExtension, say } from "./steps.ts";

const folder = path.join(root, "media", "screenshots");

await build();
await packageExtension();
mkdirSync(folder, { recursive: true });
for (const [name, theme] of [
  ["light", "Default Light Modern"],
  ["dark", "Default Dark Modern"],
] as const) {
  const scratch = scratchFolder();
  const workbench = await Workbench.open({
    vsix: vsixFile,
    folder: scratch.folder,
    files: ["hole.h"],
    theme,
    colorScheme: name,
    viewport: { width: 1400, height: 900 },
    settings: { "editor.minimap.enabled": false, "window.commandCenter": false },
  });
  try {
    await showFinding(workbench);
    await picture(workbench, `finding-${name}`);
    await showStoppedSession(workbench);
    await picture(workbench, `debug-${name}`);
  } finally {
    await workbench.close();
    scratch.remove();
  }
}

async function picture(workbench: Workbench, name: string): Promise<void> {
  await workbench.page.waitForTimeout(500); // tooltips and shadows settle
  await workbench.screenshot(path.join(folder, `${name}.png`));
  say(`media/screenshots/${name}.png`);
}

/** A header with one finding, in the Problems view, and the hover of a field. */
async function showFinding(workbench: Workbench): Promise<void> {
  await workbench.until("a finding", async () => (await workbench.problems()).length > 0);
  await workbench.hover("hole.h", 7, "rseq_cs");
}

/** A thread inside its critical section, its private and shared areas open. */
async function showStoppedSession(workbench: Workbench): Promise<void> {
  await workbench.page.keyboard.press("Control+J"); // closes the panel
  await workbench.openFile("moved.rseq");
  await workbench.page.keyboard.press("F5");
  const entry = await workbench.stoppedLine("moved.rseq");
  for (let step = 0; step < 3; step++) await workbench.debug("step-into");
  await workbench.until(
    "a step",
    async () => (await workbench.stoppedLine("moved.rseq")) !== entry,
  );
  await workbench.expand("variables", "Private");
  await workbench.expand("variables", "Shared");
}
