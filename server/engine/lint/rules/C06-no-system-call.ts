// C06: kernel services are not called inside a section.
import { services } from "../../scenario/builtins.ts";
import { calleeName } from "../code.ts";
import { eachCallInSection } from "../section.ts";
import type { Rule } from "../rule.ts";

export const noSystemCall: Rule = {
  code: "C06",
  name: "no-system-call",
  severity: "error",
  rule: "No system call stands inside a critical section.",
  why: "Up to 6.18 the section aborts after the call if it slept; 6.19 and later go on with stale assumptions; in debug mode the kernel kills the thread.",
  fix: "Call before or behind the section.",
  sources: ["Linux kernel/rseq.c: rseq_syscall()"],
  home: "text",
  checkCode(code, judge, report) {
    const names = new Set<string>(services.map((service) => service.name));
    eachCallInSection(code, (call) => {
      const name = calleeName(call);
      if (name === undefined || !names.has(name)) return;
      const isEvaluated = judge.profile.behaviour.sectionAfterSystemCall;
      report(
        call.span,
        `'${name}' is a system call inside a critical section. ${isEvaluated ? "If it sleeps the section aborts after it took effect" : `${judge.kernel} does not abort the section, even if the call slept`}; call it outside.`,
      );
    });
  },
};
