// P02: under proposal A the shared part is at offset 256, and each part has at most 256 bytes of fields.
import { alignRecord, listed } from "../fixes.ts";
import type { Fix } from "../../text/diagnostic.ts";
import type { StructSubject } from "../struct-subject.ts";
import type { Rule } from "../rule.ts";

export const splitParts: Rule = {
  code: "P02",
  name: "split-parts",
  severity: "error",
  rule: "Under proposal-split the shared part is at offset 256, and each part is at most 256 bytes.",
  why: "The offset of the shared part is the ABI: other threads add 256 to the address of struct rseq, and the kernel stores there.",
  fix: "Align the shared part to 256 and keep each part's fields within 256 bytes.",
  sources: ["Mathieu Desnoyers, 2023-05-30 10:25 (proposal A)"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (judge.profile.behaviour.schedState !== "split") return;
    let isLarge = false;
    for (const part of subject.parts) {
      if (part.end <= 256) continue;
      isLarge = true;
      report(
        part.field.nameSpan,
        `The ${part.role} part '${part.field.name ?? part.field.typeText}' has ${part.end} bytes of fields; a part has at most 256. Move fields to a further area behind the shared part.`,
      );
    }
    const shared = subject.parts.find((part) => part.role === "shared");
    // Where the private part pushes it away, P05 says so.
    if (shared === undefined || isLarge || shared.field.offset === 256) return;
    report(
      shared.field.nameSpan,
      `The shared part '${shared.field.name ?? shared.field.typeText}' is at offset ${shared.field.offset}; the proposal puts it at 256. Other threads look for it there; align both parts to 256.`,
      {
        fixes: listed(alignParts(subject)),
      },
    );
  },
};

/** Both parts, since the private one's tail is free only up to its own alignment. */
function alignParts(subject: StructSubject): Fix | undefined {
  const fixes = subject.parts
    .filter((part) => part.field.align % 256 !== 0)
    .map((part) => alignRecord(subject.unit, part.record, 256));
  const edits = fixes.flatMap((fix) => fix?.edits ?? []);
  if (edits.length === 0 || fixes.includes(undefined)) return undefined;
  return { title: "Align the parts to 256", edits, safe: true };
}
