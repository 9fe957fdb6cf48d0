// A person's way through the extension, in a real VS Code workbench: a finding in a header, its hover, and a debug session that
// steps forwards and backwards. The tests build on each other, in order.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { root, vsixFile } from "../harness/project.ts";
import { type Scratch, scratchFolder } from "../harness/scratch.ts";
import { selectors, type TreeRow, Workbench } from "../harness/workbench.ts";

let scratch: Scratch;
let workbench: Workbench;

beforeAll(async () => {
  scratch = scratchFolder("examples", "test/e2e/fixtures");
  workbench = await Workbench.open({
    vsix: vsixFile,
    folder: scratch.folder,
    files: ["hole.h"],
    viewport: { width: 1500, height: 1400 },
  });
});

afterAll(async () => {
  await workbench.close();
  scratch.remove();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  await workbench.screenshot(
    path.join(root, "out", "failed", `${task.name.replaceAll(/\W+/g, "-")}.png`),
  );
  // A dialog that is still open would fail every test behind this one.
  await workbench.page.keyboard.press("Escape");
});

test("a hole in a header is underlined, and the Problems view says what to do", async () => {
  const lines = await workbench.until("a squiggle", async () => {
    const all = await Promise.all(
      (["error", "warning", "info"] as const).map((kind) =>
        workbench.squiggleLines("hole.h", kind),
      ),
    );
    return all.flat().includes(12) && all.flat();
  });
  expect(lines).toContain(12);
  const problem = await workbench.until("a Problems entry", async () =>
    (await workbench.problems()).find(({ code }) => code.includes("L01")),
  );
  expect(problem).toMatchObject({ line: 12, column: 8 });
  expect(problem.message).toMatch(/3 bytes of padding before 'deadline'/);
});

test("hovering over a field tells its place and who writes it", async () => {
  const text = await workbench.hover("hole.h", 7, "rseq_cs");
  expect(text).toMatch(/offset\W+8\b/i);
  expect(text).toMatch(/size\W+8\b/i);
});

test("commands of a scenario are offered where a scenario is open", async () => {
  const inHeader = await workbench.paletteRows("Rseq:");
  expect(inHeader).toEqual(expect.arrayContaining([expect.stringContaining("Open Example")]));
  expect(inHeader.filter((row) => row.includes("Debug Scenario"))).toEqual([]);
  await workbench.openFile("moved.rseq");
  const inScenario = await workbench.paletteRows("Rseq:");
  expect(inScenario).toEqual(expect.arrayContaining([expect.stringContaining("Debug Scenario")]));
});

test("F5 on the first example stops on entry, and the call stack lists its threads", async () => {
  await workbench.openFile("counter.rseq");
  await workbench.page.keyboard.press("F5");
  expect(await workbench.stoppedLine("counter.rseq")).toBeGreaterThan(0);
  const names = await threadNames();
  expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^worker\[0\]/)]));
  expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^worker\[1\]/)]));
});

test("a person may choose what happens next, against the schedule", async () => {
  expect(await threadNames()).toContainEqual(expect.stringMatching(/^worker\[1\].*runnable/));
  await workbench.command("Rseq: Take Transition");
  await workbench.pick("dispatch worker[1]");
  await workbench.until("worker[1] runs", async () => {
    const names = (await workbench.callStack()).map((row) => row.name);
    return names.some((name) => name.startsWith("worker[1]") && !name.includes("runnable"));
  });
  await stop();
});

test("the private and shared areas change with a step, and a step back restores them", async () => {
  await workbench.openFile("moved.rseq");
  await workbench.page.keyboard.press("F5");
  await workbench.stoppedLine("moved.rseq");
  const atEntry = await areas();
  expect(atEntry).toMatchObject({ cpu_id: expect.any(String), sched_state: expect.any(String) });
  await workbench.debug("step-over");
  const afterStep = await workbench.until("changed areas", async () => differentFrom(atEntry));
  expect(afterStep["cpu_id"]).not.toBe(atEntry["cpu_id"]);
  expect(afterStep["sched_state"]).not.toBe(atEntry["sched_state"]);
  await workbench.debug("step-back");
  expect(await workbench.until("restored areas", async () => differentFrom(afterStep))).toEqual(
    atEntry,
  );
});

test("a migration inside the section is seen as an abort", async () => {
  await workbench.checkExceptionFilter("Abort");
  await workbench.debug("continue");
  const label = await workbench.until("the abort in the call stack", async () =>
    (await workbench.callStack()).map((row) => row.label).find((text) => /abort/i.test(text)),
  );
  expect(label).toMatch(/worker\[0\].*migrated from CPU 0 to CPU 1/);
  await stop();
});

test("the Run lens runs a scenario to its end, and the console shows the verdict", async () => {
  await workbench.openFile("counter.rseq");
  await workbench.clickLens("Run");
  const verdict = await workbench.until("the verdict", async () =>
    (await workbench.consoleLines()).find((line) => line.includes("schedule lost_update)")),
  );
  expect(verdict).toMatch(
    /Passed: 2 threads, \d+ steps, 1 abort, 4 commits \(linux-6\.18, schedule lost_update\)/,
  );
});

test("a scenario with an error is not launched; the message says why and leads there", async () => {
  await workbench.openFile("mistake.rseq");
  await workbench.page.keyboard.press("F5");
  const dialog = workbench.page.locator(".monaco-dialog-box");
  await dialog.getByText("mistake.rseq has 1 error: line 6").waitFor();
  await dialog.getByRole("button", { name: "Show Problem" }).click();
  await dialog.waitFor({ state: "hidden" });
  await workbench.page.locator(selectors.statusBarItem, { hasText: "Ln 6, Col 30" }).waitFor();
});

test("a restart of a file that has an error meanwhile is refused, and the session goes on", async () => {
  await workbench.openFile("counter.rseq");
  await workbench.page.keyboard.press("F5");
  const entry = await workbench.stoppedLine("counter.rseq");
  const file = path.join(scratch.folder, "counter.rseq");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("rseq->cpu_id_start", "rseq->cpuid"));
  await workbench.debug("restart");
  await workbench.until("the refusal", async () =>
    (await workbench.notifications()).find((line) => line.includes("'cpuid'")),
  );
  await workbench.debug("step-into");
  await workbench.until("a step of the old run", async () => {
    const line = await workbench.stoppedLine("counter.rseq");
    return line !== entry && line;
  });
  await stop();
  writeFileSync(file, text);
});

test("Explain Rule shows the page of the finding at the cursor", async () => {
  await workbench.openFile("hole.h");
  await workbench.goToLine(12, 8);
  await workbench.command("Rseq: Explain Rule");
  const page = workbench.page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
  await page.getByText("L01 implicit-hole").waitFor();
});

test("nothing was asked of the world outside", () => {
  expect(workbench.outsideRequests).toEqual([]);
});

function threadNames(): Promise<string[]> {
  return workbench.until("threads in the call stack", async () => {
    const names = (await workbench.callStack()).map((row) => row.name);
    return names.filter((name) => name.startsWith("worker[")).length > 1 && names;
  });
}

/** The fields of the areas of the thread that is looked at. */
async function areas(): Promise<Record<string, string>> {
  await workbench.showDebugView();
  await workbench.expand("variables", "Private");
  await workbench.expand("variables", "Shared");
  return workbench.until("both areas", async () => {
    const fields = fieldsOf(await workbench.variables());
    return "cpu_id" in fields && "sched_state" in fields && fields;
  });
}

async function differentFrom(
  before: Record<string, string>,
): Promise<Record<string, string> | undefined> {
  const now = fieldsOf(await workbench.variables());
  return now["cpu_id"] !== undefined && now["cpu_id"] !== before["cpu_id"] ? now : undefined;
}

function fieldsOf(rows: readonly TreeRow[]): Record<string, string> {
  return Object.fromEntries(
    rows
      .filter(({ name }) => ["cpu_id", "sched_state"].includes(name))
      .map(({ name, value }) => [name, value]),
  );
}

async function stop(): Promise<void> {
  await workbench.debug("stop");
  await workbench.page.locator(".debug-toolbar").waitFor({ state: "hidden" });
}
