// A headless Chromium and the page in which a workbench runs.

import process from "node:process";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { installChromium } from "./install.ts";

export interface PageOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

/** Whatever Chromium there is: the system's, or the one that install.ts brings. */
export async function launchBrowser(): Promise<Browser> {
  const installed = await installChromium((message) => process.stderr.write(`${message}\n`));
  return chromium.launch({
    executablePath: installed.path,
    env: { ...(process.env as Record<string, string>), ...installed.env },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--disable-dev-shm-usage",
      "--disable-features=Translate,MediaRouter,OptimizationHints",
      "--disable-background-timer-throttling",
      "--disable-renderer-backgrounding",
      "--disable-backgrounding-occluded-windows",
      "--font-render-hinting=none",
    ],
  });
}

/** A page ready to open a workbench; one language, one time zone, no motion. */
export async function newWorkbenchPage(
  browser: Browser,
  { viewport = { width: 1400, height: 900 }, colorScheme = "light" }: PageOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    reducedMotion: "reduce",
    locale: "en-US",
    timezoneId: "UTC",
  });
  await answerMintKey(context);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  return context.newPage();
}

/** The server program alone has no `/mint-key`, which the page wants for its secret storage. */
async function answerMintKey(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const fetch = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      const address = input instanceof Request ? input.url : String(input);
      if (!address.endsWith("/mint-key")) return fetch(input, init);
      return Promise.resolve(new Response(new Uint8Array(32).fill(7)));
    };
  });
}
