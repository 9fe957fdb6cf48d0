// C16: a file that uses the command registers for it somewhere. Judged in scenarios, which are whole programs.
import { calleeName } from "../code.ts";
import type { CallExpression } from "../../c/ast.ts";
import type { Rule } from "../rule.ts";

export const membarrierRegistered: Rule = {
  code: "C16",
  name: "membarrier-registered",
  severity: "error",
  rule: "membarrier for critical sections is used after the process registered for it.",
  why: "Without MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ the command fails with EPERM, and the sections of other threads go on.",
  fix: "Call membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0) once at the start.",
  sources: ["Linux kernel/sched/membarrier.c"],
  home: "text",
  checkCode(code, _judge, report) {
    if (!code.isScenario) return;
    const uses: CallExpression[] = [];
    let isRegistered = false;
    for (const body of code.bodies)
      code.eachExpression(body, (expression) => {
        if (expression.kind !== "call" || calleeName(expression) !== "membarrier") return;
        const command = code.valueOf(expression.arguments[0]);
        if (command === 0x80n) uses.push(expression);
        if (command === 0x100n || command === undefined) isRegistered = true;
      });
    if (isRegistered) return;
    for (const use of uses)
      report(
        use.span,
        "The process never registers for MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ: the call fails with EPERM, and other threads' sections go on. Call membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0) first.",
      );
  },
};
