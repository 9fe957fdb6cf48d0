// L05: the same declaration has the same offsets and sizes on 32-bit and 64-bit ABIs. Compared are x86-64, i386 (which aligns
// 64-bit integers to 4 in structs) and 32-bit ARM (which does not). The first difference is reported; members that
// are different by their type are L03's.
import { resolve } from "../../c/types.ts";
import type { Field, Layout } from "../../layout/layout.ts";
import type { Rule } from "../rule.ts";
import { endMarker, type StructSubject } from "../struct-subject.ts";
import { isAbiDependent } from "./L03-abi-dependent-type.ts";

export const differsBetweenAbis: Rule = {
  code: "L05",
  name: "differs-between-abis",
  severity: "error",
  rule: "A shared struct has the same offsets and sizes on 32-bit and 64-bit ABIs, i386's 4-byte alignment of 64-bit integers included.",
  why: "A 32-bit program hands the struct to a 64-bit kernel; there is no translation in between.",
  fix: "Make every gap explicit, put 64-bit fields at multiples of 8, and keep `#if` out of the layout.",
  sources: ["commit 'rseq: Remove broken uapi field layout on 32-bit little endian' (2022-02-02)"],
  home: "text",
  checkStruct(subject, judge, report) {
    if (subject.isInner) return;
    if (subject.layout.fields.some((field) => isAbiDependent(field.type))) return;
    const own = subject.layout;
    for (const name of COMPARED) {
      const other = name === judge.target.name ? undefined : judge.layoutOn(subject, name);
      if (other === undefined) continue;
      const difference = firstDifference(subject, other);
      if (difference === undefined) continue;
      const { field, what, here, there } = difference;
      report(
        field?.nameSpan ?? own.nameSpan,
        `${field === undefined ? `'${own.name}'` : `'${field.path}'`} ${what} ${here} on ${judge.target.name} and ${there} on ${name}. Programs of both share it with one kernel; make the padding explicit.`,
      );
      return;
    }
  },
};

const COMPARED = ["x86_64-linux", "i386-linux", "arm-linux"];

interface Difference {
  readonly field: Field | undefined;
  readonly what: string;
  readonly here: number;
  readonly there: number;
}

function firstDifference(subject: StructSubject, other: Layout): Difference | undefined {
  const own = subject.layout;
  const others = new Map(
    // Unnamed members have the path of what they lie in.
    other.fields.flatMap((field) => (field.name === undefined ? [] : [[field.path, field]])),
  );
  for (const field of own.fields) {
    const same = others.get(field.path);
    if (same === undefined || field.name === undefined || isInUnion(field)) continue;
    if (same.offset !== field.offset)
      return { field, what: "is at offset", here: field.offset, there: same.offset };
    // The tail of a part of a split is free.
    const isPart = subject.parts.some((part) => part.field.member === field.member);
    if (same.size !== field.size && !isPart)
      return { field, what: "has size", here: field.size, there: same.size };
  }
  // How much a tail is rounded up is L13's where it asks for an alignment, and nobody's behind `end`.
  const isTailJudged = subject.role === "private" && own.align < 32;
  if (own.size === other.size || isTailJudged || endMarker(subject) !== undefined) return undefined;
  return { field: undefined, what: "has size", here: own.size, there: other.size };
}

/** Alternatives of a union are views of the same bytes, often by word size; where the union lies is compared. */
function isInUnion(field: Field): boolean {
  for (let parent = field.parent; parent !== undefined; parent = parent.parent) {
    const record = resolve(parent.type);
    if (record.kind === "record" && record.isUnion) return true;
  }
  return false;
}
