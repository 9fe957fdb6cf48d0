// D09: no descriptor on the stack. Static storage is fine unless the text stores to it while it is armed, which a run shows.
import { eachDescriptor } from "../descriptor.ts";
import type { Rule } from "../rule.ts";

export const descriptorLifetime: Rule = {
  code: "D09",
  name: "descriptor-lifetime",
  severity: "error",
  rule: "A descriptor lives as long as any thread may still have its address in rseq_cs.",
  why: "The kernel reads the descriptor when it next evaluates rseq_cs, perhaps long after the function returned; up to 6.18 whatever lies there then kills the thread.",
  fix: "Declare the descriptor `static`.",
  sources: ["Linux 6.18 kernel/rseq.c: the descriptor is validated also outside of the section"],
  home: "text",
  checkCode(code, _judge, report) {
    eachDescriptor(code, ({ object }) => {
      const { declaration, declarator, isLocal } = object;
      if (!isLocal || declaration.storage === "static" || declaration.storage === "extern") return;
      if (declaration.isThreadLocal) return;
      report(
        declarator.nameSpan,
        `'${declarator.name ?? ""}' is on the stack. rseq_cs may still hold its address after the function returned, and up to 6.18 the kernel then kills the thread; declare it \`static\`.`,
        {
          fixes: [
            {
              title: "Declare it `static`",
              edits: [
                {
                  span: { ...declaration.span, end: declaration.span.start },
                  newText: "static ",
                },
              ],
              safe: false,
            },
          ],
        },
      );
    });
  },
};
