// How long the extension holds up the extension host when it activates: loading its bundle and running `activate`, as VS Code
// itself measures it and shows it under "Developer: Show Running Extensions".

import { Workbench } from "../test/harness/workbench.ts";
import { vsixFile } from "../test/harness/project.ts";
import { scratchFolder } from "../test/harness/scratch.ts";
import { packageExtension } from "../scripts/tasks/steps.ts";
import { atMost, type Family, valueRow } from "./measure.ts";

const rounds = 3;

export const activationTime: Family = {
  name: "activation",
  title: "Activating the extension",
  measure: async () => {
    await packageExtension();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await activateOnce());
    const row = valueRow(
      "activation, by VS Code's own measure",
      "ms",
      times,
      atMost(100),
      `${rounds} windows`,
    );
    return [row];
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
