// A vitest reporter that leaves a tally, with the reason of every skip.

import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";
import { addTallies, leaveTally, type Tally } from "./tally.ts";

export class TallyReporter implements Reporter {
  onTestRunEnd(
    modules: ReadonlyArray<TestModule>,
    unhandledErrors: ReadonlyArray<SerializedError>,
  ): void {
    const outside = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    leaveTally(addTallies([...modules.map(tallyOf), outside]));
  }
}

function tallyOf(module: TestModule): Tally {
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => test.result().state === "failed").length;
  // A file that cannot be loaded, or whose `beforeAll` fails, has no failed test and has failed all the same.
  const brokenFiles = failed === 0 && module.state() === "failed" ? 1 : 0;
  return {
    passed: tests.filter((test) => test.result().state === "passed").length,
    failed: failed + brokenFiles,
    skipped: tests.flatMap((test) => {
      const result = test.result();
      if (result.state !== "skipped") return [];
      return [{ name: test.fullName, reason: result.note ?? "skipped without a reason" }];
    }),
  };
}
