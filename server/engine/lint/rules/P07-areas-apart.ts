// P07: one object is not passed as both areas. Where two objects lie is the linker's business; their alignment is P06's.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const areasApart: Rule = {
  code: "P07",
  name: "areas-apart",
  severity: "error",
  rule: "Under proposal-shared-flag the private and the shared area neither overlap nor share a cache line.",
  why: "Keeping them apart is the purpose of the split, and overlapping ones give EINVAL.",
  fix: "Use two objects, each aligned to AT_RSEQ_ALIGN.",
  sources: ["Mathieu Desnoyers, 2023-05-30 11:13 (proposal B)"],
  home: "text",
  checkCode(code, judge, report) {
    if (judge.profile.behaviour.schedState !== "shared-flag") return;
    for (const body of code.bodies)
      for (const { address, shared } of registrationCalls(code, body)) {
        if (shared === undefined) continue;
        const object = code.objectBehind(shared);
        if (object === undefined || object !== code.objectBehind(address)) continue;
        if (object.declarator.type.kind === "pointer") continue;
        report(
          shared.span,
          `'${object.declarator.name ?? ""}' is passed as the private and as the shared area. They overlap, so the call fails with EINVAL; use an object of its own.`,
        );
      }
  },
};
