// `node scripts/task.mjs icon`: draws media/icon.png, which VS Code wants as PNG, from media/icon.svg.

import { readFileSync } from "node:fs";
import path from "node:path";
import { launchBrowser } from "../../test/harness/browser.ts";
import { root } from "../../test/harness/project.ts";

const svg = readFileSync(path.join(root, "media", "icon.svg"), "utf8");
const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
await page.setContent(`<style>body { margin: 0 }</style>${svg}`);
await page.screenshot({ path: path.join(root, "media", "icon.png"), omitBackground: true });
await browser.close();
