// A01: an object of C is as large as the length that it is registered with.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const objectSize: Rule = {
  code: "A01",
  name: "object-size",
  severity: "error",
  rule: "The registered object is at least as large as the registered length.",
  why: "The kernel stores into the area as far as it knows fields, and checks access over the whole length: it overwrites what lies behind a smaller object.",
  fix: "Make the object max(AT_RSEQ_FEATURE_SIZE, 32) bytes or more.",
  sources: ["rseq(2) of librseq"],
  home: "text",
  checkCode(code, _judge, report) {
    for (const body of code.bodies)
      for (const { address, lengthValue, isUnregistration } of registrationCalls(code, body)) {
        if (lengthValue === undefined || isUnregistration !== false) continue;
        const object = code.objectBehind(address);
        const type = object?.declarator.type;
        if (object === undefined || type === undefined || type.kind === "pointer") continue;
        if (type.size === 0 || BigInt(type.size) >= lengthValue) continue;
        const name = object.declarator.name ?? "";
        report(
          address.span,
          `'${name}' has ${type.size} bytes and is registered with a length of ${lengthValue}. The kernel may store behind it; make it at least as large.`,
          { notes: [{ message: `'${name}' is declared here`, span: object.declarator.nameSpan }] },
        );
      }
  },
};
