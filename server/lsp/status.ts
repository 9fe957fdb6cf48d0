// What the status item says of a document: the kernel and the target that judged it.
import { PROFILES, targets } from "../engine/index.ts";
import type { Choices, DocumentStatus } from "./protocol.ts";
import type { Judgement } from "./workspace.ts";

export function statusOf({ document, checked, settings }: Judgement): DocumentStatus {
  const { kernel, target } = checked;
  const isScenario = checked.tree !== undefined;
  return {
    uri: document.uri,
    kernel: kernel.shownName,
    kernelTitle: kernel.profile.title,
    target: target.name,
    isAutomatic: !isScenario && settings.configuration.kernel === undefined,
    text: `${kernel.shownName} · ${target.name.replace(/-linux$/, "")}`,
  };
}

export function choices(): Choices {
  return {
    kernels: [
      { name: "auto", description: "the oldest kernel that has exactly the declared fields" },
      ...PROFILES.map((profile) => ({ name: profile.name, description: profile.title })),
    ],
    targets: targets.map((target) => ({
      name: target.name,
      description: `${target.pointer.size * 8}-bit, ${target.isBigEndian ? "big" : "little"} endian`,
    })),
  };
}
