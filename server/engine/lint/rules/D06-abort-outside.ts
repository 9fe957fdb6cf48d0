// D06: abort_ip is outside of the section, where both are constants or labels of the same function.
import { eachDescriptor } from "../descriptor.ts";
import { eachLabelledSection } from "../section-labels.ts";
import type { Rule } from "../rule.ts";

export const abortOutside: Rule = {
  code: "D06",
  name: "abort-outside",
  severity: "error",
  rule: "abort_ip is not inside the section.",
  why: "Up to 6.18, and in debug mode, the thread is killed; else it would be aborted again and again.",
  fix: "Place the abort handler outside of the section.",
  sources: ["Linux 6.18 kernel/rseq.c"],
  home: "text",
  checkCode(code, _judge, report) {
    eachDescriptor(code, ({ values }) => {
      const abort = values.get("abort_ip");
      const address = code.valueOf(abort);
      const start = code.valueOf(values.get("start_ip"));
      const length = code.valueOf(values.get("post_commit_offset"));
      if (abort === undefined || address === undefined || start === undefined) return;
      if (length === undefined || address < start || address >= start + length) return;
      report(
        abort.span,
        `abort_ip is 0x${address.toString(16)}, inside the section from 0x${start.toString(16)} to 0x${(start + length).toString(16)}. The kernel kills the thread up to 6.18; place the handler outside.`,
      );
    });
    eachLabelledSection(code, ({ abort, abortAddress, start, end, statements }) => {
      const position = statements.indexOf(abort);
      // A label at the end has the end's address, which is outside.
      const isInside = statements.slice(position).some(({ kind }) => kind !== "label");
      if (position < 0 || start === undefined || end === undefined || !isInside) return;
      report(
        abortAddress.span,
        `The abort handler '${abort.name}' stands inside the section from '${start.name}' to '${end.name}'. The kernel kills the thread up to 6.18; place the handler outside.`,
        { notes: [{ message: "the handler is here", span: abort.nameSpan }] },
      );
    });
  },
};
