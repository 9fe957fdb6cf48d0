// Which structs are rseq's, and what part they play: by tag, by a comment `rseq: role=…` at the declaration, or by the
// configuration (rules.md, "How rules are judged"). Other structs get layouts and never findings.
import { PROFILES } from "../abi/profiles/index.ts";
import type { Comment } from "../c/ast.ts";
import { type RecordType, recordName, resolve } from "../c/types.ts";
import type { CUnit } from "../c/unit.ts";

/** `part` is a struct inside the private area (`rseq_slice_ctrl`). */
export type Role = "private" | "shared" | "split" | "descriptor" | "part" | "other";

const ROLE_OF_TAG: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["rseq", "private"],
  ["rseq_abi", "private"],
  ["kernel_rseq", "private"],
  ["rseq_local", "private"],
  ["rseq_shared", "shared"],
  ["rseq_sched_state", "shared"],
  ["rseq_cs", "descriptor"],
  ["rseq_abi_cs", "descriptor"],
  ["rseq_slice_ctrl", "part"],
]);

/** The words after `role=` in a comment or a configuration. */
const NAMED_ROLES: readonly Role[] = ["private", "shared", "split", "descriptor", "part", "other"];

/** Roles that a configuration gives, by tag or typedef name. */
export type ConfiguredRoles = ReadonlyMap<string, Role>;

/** A role's name as comments and configurations spell it; undefined for another word. */
export function parseRole(word: string): Role | undefined {
  return NAMED_ROLES.find((role) => role === word);
}

/** The role of a struct of the unit. */
export function roleOf(record: RecordType, unit: CUnit, configured: ConfiguredRoles): Role {
  const base = configuredRole(record, configured) ?? commentedRole(record, unit) ?? tagRole(record);
  if (base !== "private") return base;
  return sharedPartsOf(record, unit, configured).length > 0 ? "split" : "private";
}

/** The role that a comment before or behind the span gives, with the place of the comment. */
export function commentRole(
  comments: readonly Comment[],
): { readonly role: Role; readonly comment: Comment } | undefined {
  for (const comment of comments) {
    const word = /\brseq:\s*(?:role|class)\s*=\s*([\w-]+)/.exec(comment.text)?.[1];
    const role = word === undefined ? undefined : parseRole(word);
    if (role !== undefined) return { role, comment };
  }
  return undefined;
}

function configuredRole(record: RecordType, configured: ConfiguredRoles): Role | undefined {
  return configured.get(record.tag ?? record.typedefName ?? recordName(record));
}

function commentedRole(record: RecordType, unit: CUnit): Role | undefined {
  return (
    commentRole(unit.commentsBefore(record.span)) ?? commentRole(unit.commentsBehind(record.span))
  )?.role;
}

function tagRole(record: RecordType): Role {
  const role = ROLE_OF_TAG.get(record.tag ?? record.typedefName ?? "");
  if (role === undefined || record.isUnion) return "other";
  return record.tag === "rseq" && !hasAbiField(record) ? "other" : role;
}

/** Names of the fields of `struct rseq` in any profile, nested and reserved ones left out. */
const ABI_FIELD_NAMES: ReadonlySet<string> = new Set(
  PROFILES.flatMap((profile) => profile.structs)
    .filter((struct) => struct.tag === "rseq")
    .flatMap((struct) => struct.fields)
    .filter((field) => field.class !== "reserved" && !field.name.includes("."))
    .map((field) => field.name),
);

/** Many programs call a struct of theirs `rseq`; ours has at least one field of the kernel's. */
function hasAbiField(record: RecordType): boolean {
  return record.members.some((member) => {
    const type = resolve(member.type);
    if (type.kind === "record")
      return (member.name !== undefined && ABI_FIELD_NAMES.has(member.name)) || hasAbiField(type);
    return member.name !== undefined && ABI_FIELD_NAMES.has(member.name);
  });
}

/** Whether struct `record` has members that are structs of the shared role: then it is split. */
function sharedPartsOf(
  record: RecordType,
  unit: CUnit,
  configured: ConfiguredRoles,
): readonly RecordType[] {
  return record.members.flatMap((member) => {
    const type = resolve(member.type);
    return type.kind === "record" && roleOf(type, unit, configured) === "shared" ? [type] : [];
  });
}
