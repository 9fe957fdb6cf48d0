// `npm run screenshots`: the pictures of README.md, light and dark, from the real workbench.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
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
  const scratch = scratchFolder("examples");
  addLaunchConfiguration(scratch.folder);
  const workbench = await Workbench.open({
    vsix: vsixFile,
    folder: scratch.folder,
    files: ["padding.h"],
    theme,
    colorScheme: name,
    viewport: { width: 1400, height: 900 },
    settings: { "editor.minimap.enabled": false, "debug.internalConsoleOptions": "neverOpen" },
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
  await workbench.hover("padding.h", 7, "sched_state");
}

/** A thread inside its critical section, just before its commit, with the private and the shared area open. */
async function showStoppedSession(workbench: Workbench): Promise<void> {
  await workbench.page.keyboard.press("Control+J"); // closes the panel
  await workbench.openFile("counter.rseq");
  await workbench.page.keyboard.press("F5");
  await workbench.stoppedLine("counter.rseq");
  await workbench.showDebugView();
  await widenSideBar(workbench, 470);
  for (const pane of ["Watch", "Loaded Scripts", "Breakpoints"]) await collapse(workbench, pane);
  await enlargeVariables(workbench);
  await workbench.debug("step-into");
  const commit = lineOf("counter.rseq", "commit hits");
  await workbench.until("the commit", async () => {
    if ((await workbench.stoppedLine("counter.rseq")) === commit) return true;
    await workbench.debug("step-over");
    await workbench.page.waitForTimeout(500);
    return undefined;
  });
  for (const scope of ["Private", "Shared", "Critical section"]) {
    await workbench.expand("variables", scope);
  }
  await workbench.page.mouse.move(900, 800); // no tooltip
}

function lineOf(example: string, text: string): number {
  const lines = readFileSync(path.join(root, "examples", example), "utf8").split("\n");
  return lines.findLastIndex((line) => line.includes(text) && !line.startsWith("//")) + 1;
}

async function collapse(workbench: Workbench, pane: string): Promise<void> {
  const header = workbench.page.locator(".pane-header", { hasText: pane });
  if ((await header.getAttribute("aria-expanded")) === "true") await header.click();
}

async function widenSideBar({ page }: Workbench, width: number): Promise<void> {
  const box = await page.locator(".part.sidebar").boundingBox();
  if (box === null) return;
  const y = box.y + box.height / 2;
  await drag(page, { x: box.x + box.width + 1, y }, { x: box.x + width, y });
}

/** Gives the Variables view the room that the Call Stack view does not need. */
async function enlargeVariables({ page }: Workbench): Promise<void> {
  const below = await page.locator(".pane-header", { hasText: "Watch" }).boundingBox();
  if (below === null) return;
  const x = below.x + below.width / 2;
  await drag(page, { x, y: below.y }, { x, y: below.y + 400 });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

async function drag({ mouse }: Page, start: Point, end: Point): Promise<void> {
  await mouse.move(start.x, start.y);
  await mouse.down();
  await mouse.move(end.x, end.y, { steps: 5 });
  await mouse.up();
}

/** The first example under a kernel that has a shared area. */
function addLaunchConfiguration(workspace: string): void {
  const configuration = {
    type: "rseq",
    request: "launch",
    name: "Counter, shared sched_state",
    program: "${workspaceFolder}/counter.rseq",
    kernel: "proposal-shared-flag",
  };
  mkdirSync(path.join(workspace, ".vscode"));
  writeFileSync(
    path.join(workspace, ".vscode", "launch.json"),
    JSON.stringify({ version: "0.2.0", configurations: [configuration] }),
  );
}
