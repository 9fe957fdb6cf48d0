// L03: no member whose size or alignment depends on the ABI: pointers, `long` and what is defined by it, bool, enums without a
// fixed type. Fixed-width types, `unsigned int`, `unsigned long long` and aggregates of such are fine.
import { type CType, type PlainType, RANK_INT128, RANK_BOOL, RANK_LONG } from "../../c/types.ts";
import type { Field } from "../../layout/layout.ts";
import { listed, replaceType, unsignedType } from "../fixes.ts";
import type { Rule } from "../rule.ts";
import { elementType, type StructSubject } from "../struct-subject.ts";

export const abiDependentType: Rule = {
  code: "L03",
  name: "abi-dependent-type",
  severity: "error",
  rule: "No member's size or alignment differs between Linux ABIs: no pointer, long, size_t, enum or bool.",
  why: "A 32-bit program on a 64-bit kernel shares the struct with it: a pointer or long has 4 bytes on one side and 8 on the other, and every field behind it moves. The size of an enum or a bool is not fixed either.",
  fix: "Use fixed-width types: `__u64` for pointers and sizes (32-bit programs store to its low half), `__u32` for enums, `__u8` for bool.",
  sources: [
    "commit 'rseq: Use __u64 for rseq_cs fields, validate user inputs' (2018-07-10)",
    "commit 'rseq: Remove broken uapi field layout on 32-bit little endian' (2022-02-02)",
  ],
  home: "text",
  checkStruct(subject, _judge, report) {
    for (const field of subject.layout.fields) {
      if (field.bitOffset !== undefined) continue;
      const found = dependence(field.type);
      if (found === undefined) continue;
      const type = unsignedType(subject, found.bytes);
      report(
        field.nameSpan,
        `'${field.name ?? field.typeText}' ${found.why}. Kernel and user space must agree on its size; declare it as \`${type}\`.`,
        { fixes: listed(sameSizeFix(subject, field, type, found.bytes)) },
      );
    }
  },
};

/** True for members that this rule reports; other rules leave their consequences to it. */
export function isAbiDependent(type: CType): boolean {
  return dependence(type) !== undefined;
}

/** Typedef names whose size is fixed, whatever they are defined by (`__u64` is `unsigned long` on some targets). */
const FIXED_NAMES =
  /^(?:__)?(?:[us]|le|be)(?:8|16|32|64)$|^u?int(?:8|16|32|64)_t$|^__aligned_[ulb]e?64$/;
/** Typedef names whose size is the pointer's, also where they are defined by `int`. */
const WORD_NAMES =
  /^(?:size_t|ssize_t|ptrdiff_t|u?intptr_t|off_t|time_t|clock_t|__kernel_u?long_t|__kernel_s?size_t|__kernel_ptrdiff_t|pthread_t)$/;

interface Dependence {
  /** Completes "'name' …". */
  readonly why: string;
  /** Of the fixed-width type to use instead. */
  readonly bytes: number;
}

function dependence(type: CType): Dependence | undefined {
  for (let current: CType = type; ;) {
    if (current.kind === "typedef") {
      if (FIXED_NAMES.test(current.name)) return undefined;
      if (WORD_NAMES.test(current.name))
        return { why: `has type ${current.name}: 8 bytes on 64-bit ABIs, 4 on others`, bytes: 8 };
      current = current.type;
    } else if (current.kind === "qualified" || current.kind === "atomic") current = current.type;
    else if (current.kind === "array") current = current.element;
    else return plainDependence(current);
  }
}

function plainDependence(type: PlainType): Dependence | undefined {
  switch (type.kind) {
    case "pointer":
      return { why: "is a pointer: 8 bytes on 64-bit ABIs, 4 on others", bytes: 8 };
    case "enum":
      if (type.hasFixedType) return undefined;
      return { why: "is an enum, whose size the compiler chooses", bytes: type.size };
    case "integer":
      if (type.isBitInt) return undefined;
      if (type.rank === RANK_LONG)
        return { why: `has type ${type.name}: 8 bytes on 64-bit ABIs, 4 on others`, bytes: 8 };
      if (type.rank === RANK_BOOL)
        return { why: "is a bool, whose size is the compiler's choice", bytes: 1 };
      if (type.rank === RANK_INT128)
        return { why: `has type ${type.name}, which 32-bit ABIs do not have`, bytes: 8 };
      return undefined;
    case "float":
      if (type.name !== "long double") return undefined;
      return { why: "is a long double, whose size differs between ABIs", bytes: 8 };
    case "void":
    case "complex":
    case "vector":
    case "record":
    case "function":
    case "error":
    case "array":
    case "atomic":
      return undefined;
  }
}

/** Widening would move the fields behind it: then it is the author's decision. */
function sameSizeFix(
  subject: StructSubject,
  field: Field,
  type: string,
  bytes: number,
): ReturnType<typeof replaceType> {
  const element = elementType(field.type);
  return element.size === bytes ? replaceType(subject.unit, field, type) : undefined;
}
