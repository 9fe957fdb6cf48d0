// X03: syscall 470 in a file that deals with slice extensions is the draft's number.
import { LISTNS_CALL_NUMBER, SLICE_YIELD_CALL_NUMBER } from "../../abi/system-call-number.ts";
import { calleeName } from "../code.ts";
import type { Rule } from "../rule.ts";

export const sliceYieldNumber: Rule = {
  code: "X03",
  name: "slice-yield-number",
  severity: "error",
  rule: "rseq_slice_yield is called by its number, 471.",
  why: "Drafts of the extension used 470, which became listns: the call does something else, and the slice runs out.",
  fix: "Use __NR_rseq_slice_yield of <asm/unistd.h>.",
  sources: ["Linux 7.0 arch/x86/entry/syscalls/syscall_64.tbl", "a Wine patch that used 470"],
  home: "text",
  checkCode(code, _judge, report) {
    const text = code.unit.textOf(code.unit.path) ?? "";
    if (!/slice/i.test(text)) return;
    for (const body of code.bodies)
      code.eachExpression(body, (expression) => {
        if (expression.kind !== "call" || calleeName(expression) !== "syscall") return;
        const number = expression.arguments[0];
        if (number === undefined || code.valueOf(number) !== BigInt(LISTNS_CALL_NUMBER)) return;
        report(
          number.span,
          `System call ${LISTNS_CALL_NUMBER} is listns; rseq_slice_yield is ${SLICE_YIELD_CALL_NUMBER}. The extension is not given back; use __NR_rseq_slice_yield.`,
          {
            fixes: [
              {
                title: "Use `__NR_rseq_slice_yield`",
                edits: [{ span: number.span, newText: "__NR_rseq_slice_yield" }],
                safe: false,
              },
            ],
          },
        );
      });
  },
};
