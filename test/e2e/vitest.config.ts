// Tests in a real workbench: one after the other, with time for a slow machine.

import { defineConfig } from "vitest/config";
import { TallyReporter } from "../support/tally-reporter.ts";

export default defineConfig({
  test: {
    include: ["test/e2e/*.test.ts"],
    reporters: ["verbose", new TallyReporter()],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
