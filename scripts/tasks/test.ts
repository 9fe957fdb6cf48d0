// `npm test`: runs every check and every test, says what it does while it does it, and ends with the sum of all runners on
// one line. A skipped test says why; where RSEQ_LAB_REQUIRE_TOOLS is set, as on CI, it counts as a failure.

import { rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { launchBrowser } from "../../test/harness/browser.ts";
import { installVsCode } from "../../test/harness/install.ts";
import { root } from "../../test/harness/project.ts";
import { addTallies, readTally, type Tally } from "../../test/support/tally.ts";
import { type Answer, build, packageExtension, run, say, seconds } from "./steps.ts";

const tallies: Tally[] = [];
const isSkippingRefused = !["", "0", undefined].includes(process.env["RSEQ_LAB_REQUIRE_TOOLS"]);
const started = performance.now();

const downloads = Promise.all([
  installVsCode(say),
  launchBrowser().then((browser) => browser.close()),
]).then(
  () => undefined,
  (error: unknown) => String(error),
);
await check("build", build);
await Promise.all([
  checkCommand("typecheck", "tsc", ["-b"]),
  checkCommand("lint", "oxlint", ["--deny-warnings"]),
  checkCommand("format", "oxfmt", ["--check"]),
  checkCommand("unused code", "knip", []),
]);
await checkCommand("grammar", "node", ["scripts/task.mjs", "grammar"]);
await runTests("unit tests", "vitest", ["run"]);
await check("package", packageExtension);
await check("VS Code server and Chromium", async () => {
  const problem = await downloads;
  if (problem !== undefined) throw new Error(problem);
});
await runTests("tests in the extension host", "node", ["scripts/task.mjs", "host-tests"]);
await runTests("tests in the workbench", "vitest", [
  "run",
  "--config",
  "test/e2e/vitest.config.ts",
]);
summarise();

/** One check, which passes or fails as a whole. */
async function check(title: string, act: () => Promise<void>): Promise<void> {
  const since = performance.now();
  const problem = await act().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (problem !== undefined) say(problem);
  say(`${problem === undefined ? "✓" : "✗"} ${title} (${seconds(since)})`);
  const hasPassed = problem === undefined;
  tallies.push({ passed: hasPassed ? 1 : 0, failed: hasPassed ? 0 : 1, skipped: [] });
}

function checkCommand(title: string, program: string, args: readonly string[]): Promise<void> {
  return check(title, async () => {
    const { status, output }: Answer = await run(program, args);
    if (status !== 0) throw new Error(output);
  });
}

/** A runner that leaves a tally; one that leaves none has died, which is a failure. */
async function runTests(title: string, program: string, args: readonly string[]): Promise<void> {
  const since = performance.now();
  say(`\n… ${title}`);
  const tallyFile = path.join(root, "out", "tally", `${title.replaceAll(" ", "-")}.json`);
  rmSync(tallyFile, { force: true });
  const { status, output } = await run(program, args, {
    isShown: true,
    env: { RSEQ_LAB_TALLY: tallyFile },
  });
  if (output !== "") say(output);
  const left = readTally(tallyFile) ?? { passed: 0, failed: 1, skipped: [] };
  const tally = status !== 0 && left.failed === 0 ? { ...left, failed: 1 } : left;
  tallies.push(tally);
  const skips = tally.skipped.length === 0 ? "" : `, ${tally.skipped.length} skipped`;
  say(
    `${tally.failed === 0 ? "✓" : "✗"} ${title}: ${tally.passed} passed, ${tally.failed} failed${skips} (${seconds(since)})\n`,
  );
}

function summarise(): void {
  const { passed, failed, skipped } = addTallies(tallies);
  if (skipped.length > 0) {
    say(`${skipped.length} skipped${isSkippingRefused ? ", which counts as failed here" : ""}:`);
    for (const { name, reason } of skipped) say(`  ${name}: ${reason}`);
  }
  const failures = failed + (isSkippingRefused ? skipped.length : 0);
  say(`Done in ${seconds(started)}.`);
  say(`${passed} passed, ${failures} failed`);
  process.exitCode = failures === 0 ? 0 : 1;
}
