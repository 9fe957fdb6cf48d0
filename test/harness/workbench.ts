// Drives a real VS Code workbench in headless Chromium. Everything is read from what VS Code keeps for screen readers
// (aria labels, roles, data-uri) or through class names that its own smoke tests use; `selectors` is the complete list.

import { rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import type { Browser, Locator, Page } from "playwright-core";
import { launchBrowser, newWorkbenchPage, type PageOptions } from "./browser.ts";
import { installVsCode } from "./install.ts";
import {
  installExtension,
  remoteUri,
  type RunningServer,
  type ServerHome,
  sleep,
  startServer,
  temporaryHome,
  workbenchAddress,
  writeSettings,
} from "./server.ts";

export const selectors = {
  editorFor: (name: string): string =>
    `.part.editor .editor-instance .monaco-editor[data-uri$="/${name}"]`,
  hover: ".monaco-hover:not(.hidden) .hover-row, .monaco-resizable-hover:not(.hidden) .hover-row",
  codeLens: ".codelens-decoration a",
  quickInput: ".quick-input-widget",
  quickInputBox: ".quick-input-widget .quick-input-box input",
  quickInputRow: ".quick-input-widget .quick-input-list .monaco-list-row",
  notification: ".notifications-toasts .notification-list-item-message",
  problemsPanel: ".markers-panel",
  problemsRow: '.markers-panel .monaco-list-row[aria-level="2"]',
  debugAction: (action: DebugAction): string =>
    `.debug-toolbar .action-label.codicon-debug-${action}`,
  debugToolbar: ".debug-toolbar",
  debugView: '[id="workbench.view.debug"]',
  variables: ".debug-variables .monaco-list-row",
  callStack: ".debug-call-stack .monaco-list-row",
  breakpoints: ".debug-breakpoints .monaco-list-row",
  console: ".repl .monaco-list-row",
  statusBarItem: ".part.statusbar .statusbar-item",
} as const;

export type DebugAction =
  | "continue"
  | "restart"
  | "reverse-continue"
  | "step-back"
  | "step-into"
  | "step-out"
  | "step-over"
  | "stop";

export interface WorkbenchOptions extends PageOptions {
  /** The packaged extension. */
  readonly vsix: string;
  /** One that may be spoiled: a test that goes wrong types into whatever has the focus. */
  readonly folder: string;
  /** Names of files of the folder to open at once. */
  readonly files?: readonly string[];
  readonly theme?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A row of the Variables or Call Stack tree. */
export interface TreeRow {
  readonly index: number;
  readonly level: number;
  /** What a screen reader says. */
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly isExpanded: boolean;
}

export interface Problem {
  readonly message: string;
  readonly code: string;
  readonly line: number;
  readonly column: number;
}

/** How long anything may take; WORKBENCH_TIMEOUT raises it on slow machines. */
const limitMilliseconds = Number(process.env["WORKBENCH_TIMEOUT"] ?? 30_000);

export class Workbench {
  readonly page: Page;
  /** Every request that left the machine; there should be none. */
  readonly outsideRequests: string[] = [];
  readonly #browser: Browser;
  readonly #server: RunningServer;
  readonly #home: ServerHome;

  private constructor(page: Page, browser: Browser, server: RunningServer, home: ServerHome) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
    this.#home = home;
  }

  /** Installs the extension, opens the folder and waits until the workbench is restored. */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const vscode = await installVsCode((message) => process.stderr.write(`${message}\n`));
    const home = temporaryHome("rseq-lab-workbench-");
    const { theme = "Default Light Modern", settings = {} } = options;
    writeSettings(home, { "workbench.colorTheme": theme, ...settings });
    installExtension(vscode, home, options.vsix);
    const [server, browser] = await Promise.all([startServer(vscode, home), launchBrowser()]);
    process.once("exit", () => server.kill());
    const workbench = new Workbench(
      await newWorkbenchPage(browser, options),
      browser,
      server,
      home,
    );
    try {
      await workbench.#show(options.folder, options.files ?? []);
    } catch (error) {
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    rmSync(this.#home.userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async #show(folder: string, files: readonly string[]): Promise<void> {
    const { page } = this;
    const { authority } = this.#server;
    page.setDefaultTimeout(limitMilliseconds);
    page.on("request", (request) => {
      const { host, protocol } = new URL(request.url());
      // A webview's service worker answers for vscode-resource.vscode-cdn.net; it never leaves the browser.
      const isInside = host === authority || host.endsWith(".vscode-resource.vscode-cdn.net");
      if (/^(https?|wss?):$/.test(protocol) && !isInside) this.outsideRequests.push(request.url());
    });
    const payload: [string, string][] = [
      ["skipWelcome", "true"],
      ["skipReleaseNotes", "true"],
      ...files.map((file): [string, string] => [
        "openFile",
        remoteUri(authority, path.join(folder, file)),
      ]),
    ];
    await page.goto(workbenchAddress(authority, { folder, payload }), { waitUntil: "commit" });
    await page.waitForFunction(
      () => performance.getEntriesByName("code/didStartWorkbench").length > 0,
      undefined,
      { timeout: 2 * limitMilliseconds, polling: 50 },
    );
    await page.locator(selectors.statusBarItem).first().waitFor();
  }

  /** Calls `read` until it gives something else than `undefined` or `false`, and answers that. */
  async until<T>(what: string, read: () => Promise<T | undefined | false>): Promise<T> {
    const end = Date.now() + limitMilliseconds;
    let last: unknown;
    for (;;) {
      try {
        const answer = await read();
        if (answer !== undefined && answer !== false) return answer;
        last = "nothing";
      } catch (error) {
        last = error;
      }
      if (Date.now() > end)
        throw new Error(`${what}: not after ${limitMilliseconds} ms`, { cause: last });
      await sleep(50);
    }
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file, animations: "disabled", caret: "initial" });
  }

  // Commands

  /** Runs a command by its title as the palette shows it ("Rseq: Show Log"). */
  async command(title: string): Promise<void> {
    await this.#quickInput("F1", `>${title}`, title);
  }

  /** Picks a row of the quick input that a command has opened. */
  async pick(label: string): Promise<void> {
    const box = this.page.locator(selectors.quickInputBox);
    await box.waitFor();
    await this.until(`row "${label}"`, () => this.#pickRow(box, label));
  }

  async openFile(name: string): Promise<void> {
    await this.#quickInput("Control+P", name, path.basename(name));
    await this.editor(path.basename(name)).waitFor();
  }

  async goToLine(line: number, column = 1): Promise<void> {
    await this.#quickInput("Control+G", `:${line}:${column}`, undefined);
    await this.page.locator(selectors.quickInput).waitFor({ state: "hidden" });
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 5 });
  }

  /** The rows that the palette offers for a text. */
  async paletteRows(text: string): Promise<string[]> {
    const box = this.page.locator(selectors.quickInputBox);
    await this.page.keyboard.press("F1");
    await box.fill(`>${text}`);
    await sleep(500); // the list is filtered a moment later, and may rightly stay as it is
    const rows = await this.#quickInputRows();
    await this.page.keyboard.press("Escape");
    return rows.map((row) => row.label);
  }

  /**
   * Opens a quick input with a key, types the text and takes the row whose label contains `pick`, or presses Enter. Starts
   * again when the quick input goes away before that: an editor or view that opens a moment later takes the focus.
   */
  async #quickInput(key: string, text: string, pick: string | undefined): Promise<void> {
    const box = this.page.locator(selectors.quickInputBox);
    let isOurs = false;
    await this.until(`quick input "${text}"`, async () => {
      if (!(await box.isVisible())) {
        await this.page.keyboard.press(key);
        isOurs = true;
        await box.waitFor({ state: "visible", timeout: 3000 });
      } else if (!isOurs) {
        await this.page.keyboard.press("Escape");
        return undefined;
      }
      if ((await box.inputValue()) !== text) await box.fill(text, { timeout: 3000 });
      if (pick === undefined) {
        await box.press("Enter", { timeout: 3000 });
        return true;
      }
      return (await this.#pickRow(box, pick)) || undefined;
    });
  }

  async #pickRow(box: Locator, pick: string): Promise<boolean> {
    for (let attempt = 0; attempt < 40 && (await box.isVisible()); attempt++) {
      const hit = (await this.#quickInputRows()).find((row) => row.label.includes(pick));
      if (hit?.isFocused === true) await box.press("Enter", { timeout: 3000 });
      else if (hit)
        await this.page
          .locator(`${selectors.quickInput} [id="${hit.id}"]`)
          .click({ timeout: 3000 });
      if (hit) return true;
      await sleep(50);
    }
    return false;
  }

  /** All rows in one evaluation: the list is drawn again while it filters. */
  #quickInputRows(): Promise<{ id: string; label: string; isFocused: boolean }[]> {
    return this.page.locator(selectors.quickInputRow).evaluateAll((rows) =>
      rows.map((row) => ({
        id: row.id,
        label: row.getAttribute("aria-label") ?? "",
        isFocused: row.classList.contains("focused"),
      })),
    );
  }

  // Editor

  editor(name: string): Locator {
    return this.page.locator(selectors.editorFor(name)).first();
  }

  /** Line numbers that carry a squiggle. */
  squiggleLines(name: string, kind: "error" | "warning" | "info"): Promise<number[]> {
    return this.editor(name).evaluate((editor, kindInPage) => {
      const numbers = new Map(
        [...editor.querySelectorAll<HTMLElement>(".margin-view-overlays > div")].map((margin) => [
          margin.style.top,
          Number(margin.querySelector(".line-numbers")?.textContent),
        ]),
      );
      return [...editor.querySelectorAll<HTMLElement>(".view-overlays > div")].flatMap((overlay) =>
        overlay.querySelector(`.squiggly-${kindInPage}`)
          ? [numbers.get(overlay.style.top) ?? 0]
          : [],
      );
    }, kind);
  }

  /** Hovers over the first occurrence of a word on a line with the mouse; gives the text of the hover. */
  async hover(name: string, line: number, word: string): Promise<string> {
    const { x, y } = await this.#positionOf(name, line, word);
    return this.until(`hover over "${word}" on line ${line}`, async () => {
      await this.page.mouse.move(x + 60, y + 120);
      await this.page.mouse.move(x, y, { steps: 4 });
      for (let attempt = 0; attempt < 20; attempt++) {
        const text = plain((await this.page.locator(selectors.hover).allInnerTexts()).join("\n"));
        if (/\S/.test(text) && !text.startsWith("Loading")) return text;
        await sleep(100);
      }
      return undefined;
    });
  }

  /** Page coordinates of the middle of a word. */
  async #positionOf(name: string, line: number, word: string): Promise<{ x: number; y: number }> {
    const position = await this.editor(name).evaluate(
      (editor, wanted) => {
        const top = [...editor.querySelectorAll<HTMLElement>(".margin-view-overlays > div")].find(
          (margin) => margin.querySelector(".line-numbers")?.textContent === String(wanted.line),
        )?.style.top;
        const viewLine = [...editor.querySelectorAll<HTMLElement>(".view-lines > .view-line")].find(
          (candidate) => candidate.style.top === top,
        );
        if (!viewLine) return undefined;
        const start = (viewLine.textContent ?? "").indexOf(wanted.word);
        if (start < 0) return undefined;
        let left = start + Math.floor((wanted.word.length - 1) / 2);
        const walker = document.createTreeWalker(viewLine, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const { length } = node.textContent ?? "";
          if (left < length) {
            const range = document.createRange();
            range.setStart(node, left);
            range.setEnd(node, left + 1);
            const box = range.getBoundingClientRect();
            return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
          }
          left -= length;
        }
        return undefined;
      },
      { line, word },
    );
    if (!position) throw new Error(`"${word}" is not visible on line ${line} of ${name}`);
    return position;
  }

  /** Clicks the first code lens with this title. */
  async clickLens(title: string): Promise<void> {
    await this.page.locator(selectors.codeLens, { hasText: title }).first().click();
  }

  // Problems, notifications, status bar

  async problems(): Promise<Problem[]> {
    const panel = this.page.locator(selectors.problemsPanel);
    if (!(await panel.isVisible())) await this.page.keyboard.press("Control+Shift+M");
    await panel.waitFor();
    return this.page.locator(selectors.problemsRow).evaluateAll((rows) =>
      rows.map((row) => {
        const text = (selector: string): string => row.querySelector(selector)?.textContent ?? "";
        const place = /\[Ln (\d+), Col (\d+)\]/.exec(text(".marker-line"));
        return {
          message: text(".marker-message"),
          code: text(".marker-code"),
          line: Number(place?.[1] ?? 0),
          column: Number(place?.[2] ?? 0),
        };
      }),
    );
  }

  notifications(): Promise<string[]> {
    return this.page.locator(selectors.notification).allInnerTexts();
  }

  // Debugging

  /** Waits for a highlighted current line and gives its number. */
  stoppedLine(name: string): Promise<number> {
    return this.until("the highlighted current line", () =>
      this.editor(name).evaluate((editor) => {
        const highlighted = [...editor.querySelectorAll<HTMLElement>(".view-overlays > div")].find(
          (overlay) => overlay.querySelector(".debug-top-stack-frame-line"),
        );
        const number = [...editor.querySelectorAll<HTMLElement>(".margin-view-overlays > div")]
          .find((margin) => highlighted !== undefined && margin.style.top === highlighted.style.top)
          ?.querySelector(".line-numbers")?.textContent;
        return number === undefined || number === null || number === ""
          ? undefined
          : Number(number);
      }),
    );
  }

  /** Presses a button of the debug toolbar as soon as it is enabled. */
  async debug(action: DebugAction): Promise<void> {
    const button = this.page.locator(selectors.debugAction(action));
    await this.until(`debug action ${action}`, async () => {
      const classes =
        (await button.count()) === 1 ? await button.getAttribute("class") : "disabled";
      return classes?.includes("disabled") === false;
    });
    await button.click();
  }

  variables(): Promise<TreeRow[]> {
    return this.#treeRows(selectors.variables);
  }

  callStack(): Promise<TreeRow[]> {
    return this.#treeRows(selectors.callStack);
  }

  /** Lines of the debug console. */
  async consoleLines(): Promise<string[]> {
    return (await this.page.locator(selectors.console).allInnerTexts()).map(plain);
  }

  /** Expands the row of a tree whose name or label starts so; nothing happens when it is open already. */
  async expand(tree: "variables" | "callStack", name: string): Promise<void> {
    const selector = selectors[tree];
    await this.until(`expand ${name}`, async () => {
      const rows = await this.#treeRows(selector);
      const row = rows.find(
        (candidate) => candidate.name.startsWith(name) || candidate.label.includes(name),
      );
      if (row === undefined || row.isExpanded) return row?.isExpanded;
      await this.page.locator(`${selector}[data-index="${row.index}"] .monaco-tl-twistie`).click();
      await sleep(150);
      return undefined;
    });
  }

  /** Ticks an exception filter in the Breakpoints view. */
  async checkExceptionFilter(label: string): Promise<void> {
    await this.showDebugView();
    const row = this.page.locator(selectors.breakpoints, { hasText: label }).first();
    await row.getByRole("checkbox").click();
  }

  async showDebugView(): Promise<void> {
    const view = this.page.locator(selectors.debugView);
    if (!(await view.isVisible())) await this.page.keyboard.press("Control+Shift+D");
    await view.waitFor();
  }

  async #treeRows(selector: string): Promise<TreeRow[]> {
    await this.showDebugView();
    const rows = await this.page.locator(selector).evaluateAll((elements) =>
      elements.map((element) => {
        const text = (query: string): string | undefined =>
          element.querySelector(query)?.textContent ?? undefined;
        return {
          index: Number(element.getAttribute("data-index")),
          level: Number(element.getAttribute("aria-level")),
          label: element.getAttribute("aria-label") ?? "",
          name:
            text(".expression .name") ??
            text(".scope") ??
            text(".thread .name, .stack-frame .label") ??
            "",
          value: text(".expression .value") ?? "",
          isExpanded: element.getAttribute("aria-expanded") === "true",
        };
      }),
    );
    return rows
      .map((row) => ({
        ...row,
        name: plain(row.name)
          .replace(/\s*[:=]\s*$/, "")
          .trim(),
      }))
      .toSorted((a, b) => a.index - b.index);
  }
}

/** Without the special spaces of the editor's text. */
function plain(text: string): string {
  return text.replaceAll("\u00a0", " ").replaceAll("\u200b", "");
}
