// R03: an object of C that is registered is declared with enough alignment. An address that comes from elsewhere says nothing.
import type { DeclaredObject } from "../code.ts";
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const areaAlignment: Rule = {
  code: "R03",
  name: "area-alignment",
  severity: "error",
  rule: "The registered object is aligned as the kernel demands: to 32 for a length of 32, else to AT_RSEQ_ALIGN.",
  why: "A plain object has the alignment of its type, which may be less than AT_RSEQ_ALIGN; the call then fails with EINVAL, or succeeds by luck.",
  fix: "Declare the object with `__attribute__((aligned(N)))`, or allocate it with AT_RSEQ_ALIGN.",
  sources: ["Linux kernel/rseq.c: sys_rseq", "CRIU pull request 3007"],
  home: "text",
  checkCode(code, judge, report) {
    for (const body of code.bodies)
      for (const { address, lengthValue, isUnregistration } of registrationCalls(code, body)) {
        if (lengthValue === undefined || isUnregistration !== false || lengthValue < 32n) continue;
        const object = code.objectBehind(address);
        if (object === undefined) continue;
        const wanted = lengthValue === 32n ? 32 : judge.profile.behaviour.extendedAlign;
        const align = alignOf(object);
        if (align === undefined || align >= wanted) continue;
        const name = object.declarator.name ?? "";
        report(
          address.span,
          `'${name}' is aligned to ${align}; ${judge.kernel} wants ${wanted} for a length of ${lengthValue}. The call fails with EINVAL unless the object happens to lie well; declare it with \`__attribute__((aligned(${wanted})))\`.`,
          { notes: [{ message: `'${name}' is declared here`, span: object.declarator.nameSpan }] },
        );
      }
  },
};

/** Declared alignment of an object; undefined for pointers and for types that are not known. */
function alignOf({ declaration, declarator }: DeclaredObject): number | undefined {
  const { type } = declarator;
  if (type.kind === "pointer" || type.kind === "error" || type.size === 0) return undefined;
  const asked = [...declaration.attributes, ...declarator.attributes]
    .filter((attribute) => attribute.name === "aligned" || attribute.name === "alignas")
    .map((attribute) => Number(attribute.value ?? 16n));
  return Math.max(type.align, ...asked);
}
