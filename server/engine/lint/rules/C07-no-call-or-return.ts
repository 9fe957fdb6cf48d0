// C07: no call and no return inside a section; a jump out before the commit is an exit point, and fine.
import { calleeName } from "../code.ts";
import { eachCallInSection, eachSection, hasSection } from "../section.ts";
import type { Rule } from "../rule.ts";

export const noCallOrReturn: Rule = {
  code: "C07",
  name: "no-call-or-return",
  severity: "error",
  rule: "No function call and no return stands inside a critical section.",
  why: "In the called function, or behind the return, the instruction pointer is outside of the section: the kernel clears rseq_cs at the next event, and the rest runs without protection.",
  fix: "Expand the function in place; leave the section with `goto` before the commit.",
  sources: ["Linux 6.18 kernel/rseq.c: lazy clear"],
  home: "text",
  checkCode(code, _judge, report) {
    // Functions with a section of their own are C08's.
    const functions = new Set(
      code.bodies.filter((body) => !hasSection(code, body)).map((body) => body.name),
    );
    eachCallInSection(code, (call) => {
      const name = calleeName(call);
      if (name === undefined || !functions.has(name)) return;
      report(
        call.span,
        `'${name}' is called inside a critical section. In it the thread is outside, and the kernel clears rseq_cs at the next event; expand it in place or call it before.`,
      );
    });
    eachSection(code, (section) => {
      for (const statement of section.statements)
        if (statement.kind === "return")
          report(
            statement.span,
            "`return` leaves the critical section with rseq_cs still set. The kernel clears it at the next event; leave with `goto` before the commit.",
          );
    });
  },
};
