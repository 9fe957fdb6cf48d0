// Finds the kernel's fields in the struct rseq that is in force, as rule L06 does: by their own name, as a scalar or as an
// aggregate of the field's size, in a split struct inside its part. Also each byte's class: private or shared.
import type { Profile, ProfileField, ProfileStruct } from "../abi/profile.ts";
import type { RecordType } from "../c/types.ts";
import { resolve } from "../c/types.ts";
import type { Field } from "../layout/layout.ts";
import { layoutRecord } from "../layout/layout.ts";
import type { FieldPlace, RseqStruct, SharedStruct } from "../program/program.ts";
import type { ScenarioReport } from "./codes.ts";

export interface FoundArea {
  readonly rseq: Omit<RseqStruct, "type">;
  /** Fields that are there with another size than the kernel's; each has been reported. */
  readonly misfits: ReadonlySet<string>;
  readonly shared: Omit<SharedStruct, "type"> | undefined;
  /** The record of the shared part or area. */
  readonly sharedRecord: RecordType | undefined;
}

const SHARED_TAGS = new Set(["rseq_shared", "rseq_sched_state"]);

export function findArea(
  rseq: RecordType,
  separateShared: RecordType | undefined,
  profile: Profile,
  report: ScenarioReport,
): FoundArea {
  const layout = layoutRecord(rseq);
  const sharedPart = layout.fields.find((field) => isPart(field, SHARED_TAGS));
  const isSplit = profile.behaviour.schedState === "split" || sharedPart !== undefined;
  const misfits = new Set<string>();
  const find = (name: string, isShared: boolean): FieldPlace | undefined => {
    const known = profileField(profile, name);
    const field = layout.fields.find(
      (one) => one.name === name && (!isSplit || isInPart(one, sharedPart) === isShared),
    );
    if (field === undefined) return undefined;
    if (known !== undefined && field.size !== known.size) {
      misfits.add(name);
      report(
        "K07",
        field.nameSpan,
        `'${name}' has ${field.size} bytes, and the kernel ${profile.name} writes ${known.size} bytes to it.`,
      );
      return undefined;
    }
    return { offset: field.offset, size: field.size };
  };
  const places = {
    cpuIdStart: find("cpu_id_start", false),
    cpuId: find("cpu_id", false),
    rseqCs: find("rseq_cs", false),
    flags: find("flags", false),
    nodeId: find("node_id", false),
    mmCid: find("mm_cid", false),
    sliceControl: find("slice_ctrl", false),
    schedState: isSplit ? undefined : find("sched_state", false),
    schedStatePointer: find("sched_state_ptr", false),
  };
  return {
    misfits,
    rseq: {
      size: rseq.size,
      align: rseq.align,
      ...places,
      classes: classesOf(rseq, layout.fields, sharedPart, profile),
    },
    ...sharedOf(sharedPart, separateShared, profile, (name) => find(name, true)),
  };
}

function sharedOf(
  part: Field | undefined,
  separate: RecordType | undefined,
  profile: Profile,
  find: (name: string) => FieldPlace | undefined,
): Pick<FoundArea, "shared" | "sharedRecord"> {
  const placement = profile.behaviour.schedState;
  const partRecord = part === undefined ? undefined : resolve(part.type);
  if (placement === "split" && part !== undefined && partRecord?.kind === "record") {
    const place = find("sched_state");
    const schedState =
      place === undefined ? undefined : { offset: place.offset - part.offset, size: place.size };
    const { size, align } = partRecord;
    return {
      shared: { placement: "split", offset: part.offset, size, align, schedState },
      sharedRecord: partRecord,
    };
  }
  if ((placement !== "shared-flag" && placement !== "pointer") || separate === undefined)
    return { shared: undefined, sharedRecord: undefined };
  // struct rseq_sched_state of RFC v2 calls it `state`.
  const name = placement === "pointer" ? "state" : "sched_state";
  const field = layoutRecord(separate).fields.find((one) => one.name === name);
  const schedState = field === undefined ? undefined : { offset: field.offset, size: field.size };
  return {
    shared: {
      placement: "separate",
      offset: 0,
      size: separate.size,
      align: separate.align,
      schedState,
    },
    sharedRecord: separate,
  };
}

function profileField(profile: Profile, name: string): ProfileField | undefined {
  const struct = profile.structs.find((one: ProfileStruct) => one.tag === "rseq");
  const field = struct?.fields.find((one) => one.name === name);
  if (field !== undefined) return field;
  // `slice_ctrl.all` stands for the whole word.
  return struct?.fields.find((one) => one.name === `${name}.all`);
}

function isPart(field: Field, tags: ReadonlySet<string>): boolean {
  const record = resolve(field.type);
  return record.kind === "record" && record.tag !== undefined && tags.has(record.tag);
}

function isInPart(field: Field, part: Field | undefined): boolean {
  for (let outer = field.parent; outer !== undefined; outer = outer.parent)
    if (outer === part) return true;
  return false;
}

/** In a split struct a byte's class is its part's; in an undivided one fields that others may read by the profile are shared. */
function classesOf(
  rseq: RecordType,
  fields: readonly Field[],
  sharedPart: Field | undefined,
  profile: Profile,
): Uint8Array {
  const classes = new Uint8Array(rseq.size);
  if (sharedPart !== undefined) {
    classes.fill(1, sharedPart.offset, partEnd(rseq, fields, sharedPart));
    return classes;
  }
  const struct = profile.structs.find((one) => one.tag === "rseq");
  for (const known of struct?.fields ?? []) {
    if (known.class !== "shared") continue;
    const field = fields.find((one) => one.path === known.name || one.name === known.name);
    if (field !== undefined) classes.fill(1, field.offset, field.offset + field.size);
  }
  return classes;
}

/** Bytes between the shared part and the next member are the part's tail. */
function partEnd(rseq: RecordType, fields: readonly Field[], part: Field): number {
  const after = fields.filter((field) => field.depth === 0 && part.offset < field.offset);
  return Math.min(rseq.size, ...after.map((field) => field.offset));
}
