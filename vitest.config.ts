// Unit tests. Those that drive an editor have their own configuration, test/e2e/vitest.config.ts.

import { defineConfig } from "vitest/config";
import { TallyReporter } from "./test/support/tally-reporter.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/e2e/**", "**/node_modules/**"],
    reporters: ["default", new TallyReporter()],
    testTimeout: 60_000,
    // Nothing under test keeps state of its own, so files may share a thread and what it has loaded; that halves the time.
    pool: "threads",
    isolate: false,
    maxWorkers: "100%",
  },
});
