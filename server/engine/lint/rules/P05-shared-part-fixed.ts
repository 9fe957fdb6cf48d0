// P05: the private part may outgrow 256 bytes only by a third area behind the shared one; the shared part never moves.
import type { Rule } from "../rule.ts";

export const sharedPartFixed: Rule = {
  code: "P05",
  name: "shared-part-fixed",
  severity: "error",
  rule: "Under proposal-split a private part over 256 bytes needs a third area behind the shared one; the shared part never moves.",
  why: "The offset 256 of the shared part is compiled into other threads' code.",
  fix: "Keep the first 256 bytes, and put further private fields into a new struct behind the shared part, with an auxiliary vector entry of its own.",
  sources: ["Mathieu Desnoyers, 2023-05-30 10:25 (proposal A)"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (judge.profile.behaviour.schedState !== "split") return;
    const local = subject.parts.find((part) => part.role === "private");
    const shared = subject.parts.find((part) => part.role === "shared");
    if (local === undefined || shared === undefined || local.end <= 256) return;
    report(
      shared.field.nameSpan,
      `The private part has ${local.end} bytes, which moves the shared part '${shared.field.name ?? shared.field.typeText}' to offset ${shared.field.offset}. It stays at 256; put the fields beyond 256 bytes into a third area behind it.`,
      {
        notes: [{ message: "the private part is here", span: local.field.nameSpan }],
      },
    );
  },
};
