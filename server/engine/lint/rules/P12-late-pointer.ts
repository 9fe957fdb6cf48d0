// P12: no store to sched_state_ptr behind the registration in the same function.
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const latePointer: Rule = {
  code: "P12",
  name: "late-pointer",
  severity: "error",
  rule: "A pointer field that the kernel reads only at registration is set before the call.",
  why: "A later store is ignored without a word: the feature is never there.",
  fix: "Store the pointer, then register.",
  sources: ["RFC v2 of sched_state, 2023-05-29"],
  home: "text",
  checkCode(code, _judge, report) {
    for (const body of code.bodies) {
      const registration = registrationCalls(code, body).find(
        (one) => one.isUnregistration === false,
      );
      if (registration === undefined) continue;
      code.eachStore(body, (target, _value, span) => {
        const field = code.areaField(target);
        if (field?.role !== "private" || !field.name.endsWith("_ptr")) return;
        if (span.start < registration.call.span.end) return;
        report(
          field.span,
          `'${field.name}' is stored behind the registration; the kernel reads it only there. The store has no effect; move it before the call.`,
          { notes: [{ message: "the registration is here", span: registration.call.span }] },
        );
      });
    }
  },
};
