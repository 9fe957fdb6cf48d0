// D03: constant addresses of a descriptor are in user space. Judged on x86-64, whose limit is known; labels are.
import { eachDescriptor } from "../descriptor.ts";
import type { Rule } from "../rule.ts";

export const addressesBelowLimit: Rule = {
  code: "D03",
  name: "addresses-below-limit",
  severity: "error",
  rule: "start_ip, start_ip + post_commit_offset and abort_ip are below TASK_SIZE.",
  why: "The kernel kills the thread for an address that is not user space's.",
  fix: "Use addresses of the program's own code.",
  sources: ["measured on 6.18: 0x7ffffffff000 is fatal on x86-64"],
  home: "text",
  checkCode(code, judge, report) {
    if (judge.target.name !== "x86_64-linux") return;
    eachDescriptor(code, ({ values }) => {
      for (const name of ["start_ip", "abort_ip"]) {
        const expression = values.get(name);
        const value = code.valueOf(expression);
        if (expression === undefined || value === undefined) continue;
        const address = BigInt.asUintN(64, value);
        if (address < TASK_SIZE) continue;
        report(
          expression.span,
          `${name} is 0x${address.toString(16)}, not below TASK_SIZE, 0x${TASK_SIZE.toString(16)}. The kernel kills the thread; use an address of the program's code.`,
        );
      }
    });
  },
};

/** x86-64 with 4-level page tables. */
const TASK_SIZE = 0x7ffffffff000n;
