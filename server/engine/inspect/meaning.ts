// What the number in a field of an rseq area means, by the profile's facts: special values, bits, and where rseq_cs leads.
import type { Profile, ProfileField } from "../abi/profile.ts";
import { findProfile } from "../abi/profiles/index.ts";
import type { ByteOwner } from "../machine/view.ts";
import type { FieldPlace, Program } from "../program/program.ts";
import { addressName, symbolName } from "./symbol.ts";
import type { Inspection } from "./value.ts";

export interface Meaning {
  /** The number is an address or a flag word. */
  readonly hex: boolean;
  /** Follows the number: ` (ON_CPU)`, ` → push_cs (in section)`, or nothing. */
  readonly text: string;
}

/** The field of the profile whose first byte is at an address inside an area, if it has the size of the access. */
export function fieldAt(
  inspection: Inspection,
  owner: ByteOwner,
  size: number,
): ProfileField | undefined {
  const { program } = inspection;
  const name =
    owner.area === "private"
      ? (privateField(program, owner.offset, size) ??
        (program.shared?.placement === "split"
          ? sharedField(program, owner.offset - program.shared.offset, size)
          : undefined))
      : sharedField(program, owner.offset, size);
  if (name === undefined) return undefined;
  // RFC v2 calls it `state`, in a struct of its own.
  return (
    profileField(program, name) ??
    (name === "sched_state" ? profileField(program, "state") : undefined)
  );
}

/** The profile's facts about a field, by the name that the kernel gives it. */
export function profileField(program: Program, name: string): ProfileField | undefined {
  const structs = profileOf(program)?.structs ?? [];
  const areas = structs.filter(({ tag }) => tag !== "rseq_cs");
  for (const { fields } of areas) {
    const found = fields.find((field) => field.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function profileOf(program: Program): Profile | undefined {
  return findProfile(program.kernel.profile)?.profile;
}

function privateField(program: Program, offset: number, size: number): string | undefined {
  const { rseq } = program;
  const places: readonly (readonly [string, FieldPlace | undefined])[] = [
    ["cpu_id_start", rseq.cpuIdStart],
    ["cpu_id", rseq.cpuId],
    ["rseq_cs", rseq.rseqCs],
    ["flags", rseq.flags],
    ["node_id", rseq.nodeId],
    ["mm_cid", rseq.mmCid],
    ["slice_ctrl.all", rseq.sliceControl],
    ["sched_state", rseq.schedState],
    ["sched_state_ptr", rseq.schedStatePointer],
  ];
  return places.find(([, place]) => isAt(place, offset, size))?.[0];
}

function sharedField(program: Program, offset: number, size: number): string | undefined {
  return isAt(program.shared?.schedState, offset, size) ? "sched_state" : undefined;
}

function isAt(place: FieldPlace | undefined, offset: number, size: number): boolean {
  return place !== undefined && place.offset === offset && place.size === size;
}

/** What a value at an address of an area means; undefined outside of the areas and for fields that the kernel does not know. */
export function fieldMeaning(
  inspection: Inspection,
  address: number,
  size: number,
  value: bigint,
): Meaning | undefined {
  const owner = inspection.state.owner(address);
  if (owner === undefined) return undefined;
  const field = fieldAt(inspection, owner, size);
  if (field === undefined) return undefined;
  const bare = BigInt.asUintN(size * 8, value);
  switch (field.name) {
    case "rseq_cs":
      return { hex: true, text: descriptorText(inspection, owner.thread, bare) };
    case "flags":
      return { hex: bare !== 0n, text: flagText(field, bare) };
    case "sched_state_ptr":
      return { hex: true, text: arrowText(inspection, bare) };
    case "sched_state":
    case "state":
      return { hex: false, text: specialText(field, bare) };
    default:
      return { hex: false, text: bare === 0n ? "" : specialText(field, bare) };
  }
}

/** ` → push_cs (in section)`: which descriptor, and whether the thread is inside. */
function descriptorText(inspection: Inspection, threadIndex: number, value: bigint): string {
  if (value === 0n) return " (no critical section)";
  const name = symbolName(inspection.program, Number(value));
  const armed = inspection.state.thread(threadIndex).armed;
  const arrow = name === undefined ? "" : ` → ${name}`;
  if (armed === undefined || BigInt(armed.descriptor) !== value) return arrow;
  if (armed.bounds === undefined) return `${arrow} (not readable)`;
  return `${arrow} (${armed.inside ? "in section" : "outside of the section"})`;
}

function arrowText(inspection: Inspection, value: bigint): string {
  const name = value === 0n ? undefined : addressName(inspection, Number(value));
  return name === undefined ? "" : ` → ${name}`;
}

function specialText(field: ProfileField, value: bigint): string {
  const special = field.specialValues.find((each) => numberOf(each.value) === value);
  return special === undefined ? "" : ` (${shortMeaning(special.meaning)})`;
}

function flagText(field: ProfileField, value: bigint): string {
  let rest = value;
  const names: string[] = [];
  for (const { value: text, meaning } of field.specialValues) {
    const bit = numberOf(text);
    if (bit === undefined || bit === 0n || (rest & bit) !== bit) continue;
    names.push(shortMeaning(meaning));
    rest &= ~bit;
  }
  if (names.length > 0 && rest === 0n) return ` (${names.join(" | ")})`;
  const other = field.specialValues.find((each) => each.value === "other");
  return value !== 0n && other !== undefined ? ` (${other.meaning})` : "";
}

/** The number that a special value starts with, as in `0xffffffff (-1)`. */
function numberOf(text: string): bigint | undefined {
  const digits = /^(?:0x[\da-f]+|\d+)(?= |$)/i.exec(text)?.[0];
  return digits === undefined ? undefined : BigInt(digits);
}

/** The name alone where a meaning starts with one: `ON_CPU` of `RSEQ_SCHED_STATE_ON_CPU: the thread …`. */
function shortMeaning(meaning: string): string {
  const name = /^(?:RSEQ_SCHED_STATE_(?:FLAG_)?|RSEQ_CS_FLAG_)?([A-Z][A-Z\d_]+)(?:$|:)/.exec(
    meaning,
  )?.[1];
  return name ?? meaning.split(";")[0] ?? meaning;
}

/** ` · private · kernel writes`-like words for the type column of a member at an offset of an area. */
export function memberWords(
  inspection: Inspection,
  address: number,
  size: number,
): string | undefined {
  const owner = inspection.state.owner(address);
  if (owner === undefined) return undefined;
  const field = fieldAt(inspection, owner, size);
  return field === undefined ? owner.class : `${owner.class} · written by ${field.writer}`;
}

/** True if only the kernel may store to the byte's field after registration. */
export function isKernelOnly(inspection: Inspection, address: number, size: number): boolean {
  const owner = inspection.state.owner(address);
  if (owner === undefined) return false;
  return fieldAt(inspection, owner, size)?.kernelOnly ?? false;
}
