// Which files are rseq's business. In all other C files the editor's features say nothing: a C language server answers there, and two
// answers are one too many.
import type { Checked } from "../lint/check.ts";
import { type ConfiguredRoles, roleOf } from "../lint/role.ts";

/** A scenario, or a file that itself declares a struct with a role. */
export function isRseqBusiness(
  { unit, scenario }: Pick<Checked, "unit" | "scenario">,
  roles: ConfiguredRoles,
): boolean {
  return (
    scenario !== undefined ||
    unit.records.some(
      (record) =>
        record.isComplete &&
        record.nameSpan.path === unit.path &&
        roleOf(record, unit, roles) !== "other",
    )
  );
}
