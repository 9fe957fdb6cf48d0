// The size of what a user downloads.

import { statSync } from "node:fs";
import { vsixFile } from "../test/harness/project.ts";
import type { Measure } from "./measure.ts";

export const packageSize: Measure = {
  name: "packaged extension",
  unit: "kB",
  bound: 1500,
  measure: async () => ({ value: statSync(vsixFile).size / 1000, note: "size of the .vsix" }),
};
