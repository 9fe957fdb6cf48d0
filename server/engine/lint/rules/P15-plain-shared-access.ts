// P15: plain loads and stores of shared fields in C. In a scenario every aligned access of up to 8 bytes is atomic; a field whose address is
// taken is somebody else's, and stores before the registration in the same function initialise the area.
import type { Expression } from "../../c/ast.ts";
import { calleeName, type Code, type CodeBody } from "../code.ts";
import { registrationCalls } from "../registration.ts";
import type { Rule } from "../rule.ts";

export const plainSharedAccess: Rule = {
  code: "P15",
  name: "plain-shared-access",
  severity: "error",
  rule: "C code accesses fields of shared structs with relaxed atomics of the field's width.",
  why: "Another thread loads or stores them at the same time: the compiler may tear, repeat or invent a plain access.",
  fix: "Use READ_ONCE(), or __atomic_load_n(&field, __ATOMIC_RELAXED).",
  sources: ["rseq(2) of librseq"],
  home: "text",
  checkCode(code, _judge, report) {
    if (code.isScenario) return;
    for (const body of code.bodies) {
      const atomic = atomicOperands(code, body);
      const first = registrationCalls(code, body)[0]?.call.span.start ?? 0;
      code.eachExpression(body, (expression) => {
        if (expression.kind !== "member" || atomic.has(expression)) return;
        const field = code.areaField(expression);
        if (field?.role !== "shared" || expression.span.start < first) return;
        report(
          field.span,
          `'${field.name}' is shared with other threads and is accessed plainly. The compiler may tear or repeat the access; use READ_ONCE() or __atomic_load_n(…, __ATOMIC_RELAXED), or their stores.`,
        );
      });
    }
  },
};

/** Expressions in READ_ONCE(…) and WRITE_ONCE(…), and those whose address is taken. */
function atomicOperands(code: Code, body: CodeBody): ReadonlySet<Expression> {
  const found = new Set<Expression>();
  code.eachExpression(body, (expression) => {
    if (expression.kind === "unary" && expression.operator === "&") found.add(expression.operand);
    if (expression.kind !== "call") return;
    const name = calleeName(expression);
    const [first] = expression.arguments;
    if (first !== undefined && (name === "READ_ONCE" || name === "WRITE_ONCE")) found.add(first);
  });
  return found;
}
