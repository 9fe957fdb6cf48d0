// P01: a field that other threads poll is not in the cache line that its owner stores to in every critical section. Fields that others
// merely may read (the ids) do not count; the class comes from the part, a comment, or the profiles' table.
import type { Rule } from "../rule.ts";
import { type AbiField, classOf } from "../struct-subject.ts";
import { hasPartsRule } from "./P03-split-alignment.ts";

const LINE = 64;

export const falseSharing: Rule = {
  code: "P01",
  name: "false-sharing",
  severity: "warning",
  rule: "A field of class shared is not in the cache line of rseq_cs or cpu_id.",
  why: "Waiters that poll the field pull the line into their caches, so the owner's next store to rseq_cs misses: every critical section of the lock's owner gets slower.",
  fix: "Move the field to the shared part, or at least 64 bytes away from the private fields.",
  sources: ["Boqun Feng, 2023-05-18", "Mathieu Desnoyers, 2023-05-30 10:25 (measured)"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (subject.role !== "private" && subject.role !== "split") return;
    if (hasPartsRule(subject, judge)) return;
    const owners = ["rseq_cs", "cpu_id"].flatMap((name) =>
      subject.fields.filter((field) => field.name === name),
    );
    for (const field of subject.fields) {
      if (field.size === 0 || classOf(subject, field, judge.profile) !== "shared") continue;
      const owner = owners.find((one) => lineOf(one) === lineOf(field));
      if (owner === undefined) continue;
      report(
        field.field.nameSpan,
        `'${field.name}' (shared) is at offset ${field.field.offset}, in the ${LINE}-byte line of '${owner.name}' (private). Waiters that poll it slow every critical section of the owner; move it to the shared part or at least ${LINE} bytes away.`,
        {
          notes: [
            {
              message: `'${owner.name}' is at offset ${owner.field.offset}`,
              span: owner.field.nameSpan,
            },
          ],
        },
      );
    }
  },
};

function lineOf({ field }: AbiField): number {
  return Math.floor(field.offset / LINE);
}
