// What VS Code loads as "the tests": runs each one, prints its line and leaves a tally.

import { leaveTally } from "../../support/tally.ts";
import { tests } from "./smoke.ts";

const limitMilliseconds = 60_000;

export async function run(): Promise<void> {
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    const problem = await outcome(test);
    if (problem !== undefined) failed++;
    console.log(problem === undefined ? ` ✓ ${name}` : ` ✗ ${name}\n${problem}`);
  }
  leaveTally({ passed: Object.keys(tests).length - failed, failed, skipped: [] });
  if (failed > 0) throw new Error(`${failed} tests failed`);
}

/** What went wrong; `undefined` when nothing did. */
async function outcome(test: () => Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not after ${limitMilliseconds} ms`)),
      limitMilliseconds,
    );
  });
  try {
    await Promise.race([test(), limit]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}
