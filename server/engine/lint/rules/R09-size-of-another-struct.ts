// R09: `&a` is not registered with `sizeof(struct b)`.
import type { Expression } from "../../c/ast.ts";
import { type CType, type RecordType, recordName } from "../../c/types.ts";
import { type Code, recordBehind } from "../code.ts";
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const sizeOfAnotherStruct: Rule = {
  code: "R09",
  name: "size-of-another-struct",
  severity: "error",
  rule: "The length is not the sizeof of another struct than the one that is registered.",
  why: "The kernel takes it for the area's length: it stores behind a smaller object, or refuses the call.",
  fix: "Pass the size of the registered struct, or max(AT_RSEQ_FEATURE_SIZE, 32).",
  sources: ["an example program that registers one struct with the sizeof of another"],
  home: "text",
  checkCode(code, _judge, report) {
    for (const body of code.bodies)
      for (const { address, length } of registrationCalls(code, body)) {
        const registered = code.recordOf(address);
        const measured = measuredRecord(code, length);
        if (registered === undefined || measured === undefined || registered === measured) continue;
        report(
          length.span,
          `The length is the size of '${recordName(measured)}', but a '${recordName(registered)}' is registered. The kernel would store beyond it or refuse the call; pass the size of '${recordName(registered)}'.`,
        );
      }
  },
};

/** The struct of a `sizeof` that is the whole length; a pointer's size is no struct's. */
function measuredRecord(code: Code, length: Expression): RecordType | undefined {
  if (length.kind === "cast") return measuredRecord(code, length.operand);
  if (length.kind !== "sizeof" || length.operator !== "sizeof") return undefined;
  const type: CType | undefined =
    length.type ?? (length.operand === undefined ? undefined : code.typeOf(length.operand));
  return type === undefined || type.kind === "pointer" ? undefined : recordBehind(type);
}
