// How long the extension holds up the extension host when it activates: loading its bundle and running `activate`, as VS Code
// itself measures it and shows it under "Developer: Show Running Extensions".

import { Workbench } from "../test/harness/workbench.ts";
import { vsixFile } from "../test/harness/project.ts";
import { scratchFolder } from "../test/harness/scratch.ts";
import { type Measure, median } from "./measure.ts";

const rounds = 3;

export const activationTime: Measure = {
  name: "activation",
  unit: "ms",
  bound: 100,
  measure: async () => {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await activateOnce());
    return { value: median(times), note: `median of ${rounds} windows, by VS Code's own measure` };
  },
};

async function activateOnce(): Promise<number> {
  const scratch = scratchFolder("test/e2e/fixtures");
  const workbench = await Workbench.open({
    vsix: vsixFile,
    folder: scratch.folder,
    files: ["hole.h"],
  });
  try {
    await workbench.command("Developer: Show Running Extensions");
    return await workbench.until("the activation time of Rseq Lab", async () => {
      const rows = await workbench.page
        .locator(".runtime-extensions-editor .monaco-list-row")
        .allInnerTexts();
      const row = rows.find((text) => text.includes("Rseq Lab"));
      const time = /Activation: (\d+)\s*ms/.exec(row ?? "");
      return time === null ? undefined : Number(time[1]);
    });
  } finally {
    await workbench.close();
    scratch.remove();
  }
}
