// R08: the plain `__rseq_size` is no length.
import type { Expression } from "../../c/ast.ts";
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const libcSizeAsLength: Rule = {
  code: "R08",
  name: "libc-size-as-length",
  severity: "error",
  rule: "__rseq_size is not passed as the length of a registration or unregistration.",
  why: "It is the number of active bytes: 20 with glibc 2.40, which every kernel refuses with EINVAL; the registered length is max(__rseq_size, 32).",
  fix: "Pass max(__rseq_size, 32).",
  sources: ["CRIU commit 089345f77", "glibc commit 2e456ccf0c"],
  home: "text",
  checkCode(code, _judge, report) {
    for (const body of code.bodies)
      for (const { length } of registrationCalls(code, body))
        if (isLibcSize(length))
          report(
            length.span,
            "'__rseq_size' is the number of active bytes, 20 with glibc 2.40; the kernel refuses lengths under 32 with EINVAL. Pass max(__rseq_size, 32).",
          );
  },
};

function isLibcSize(expression: Expression): boolean {
  if (expression.kind === "cast") return isLibcSize(expression.operand);
  return expression.kind === "identifier" && expression.name === "__rseq_size";
}
