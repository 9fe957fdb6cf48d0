// The size of what a user downloads.

import { statSync } from "node:fs";
import { packageExtension } from "../scripts/tasks/steps.ts";
import { vsixFile } from "../test/harness/project.ts";
import { atMost, type Family, valueRow } from "./measure.ts";

export const packageSize: Family = {
  name: "package",
  title: "The packaged extension",
  measure: async () => {
    await packageExtension();
    const row = valueRow("size of the .vsix", "kB", [statSync(vsixFile).size / 1000], atMost(1500));
    return [row];
  },
};
