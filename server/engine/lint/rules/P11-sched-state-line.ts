// P11: a separately allocated rseq_sched_state has a cache line of its own.
import { alignRecord, listed } from "../fixes.ts";
import type { Rule } from "../rule.ts";

const LINE = 64;

export const schedStateLine: Rule = {
  code: "P11",
  name: "sched-state-line",
  severity: "warning",
  rule: "A separately allocated struct rseq_sched_state is aligned to the cache line and padded to it.",
  why: "The struct has 12 bytes: an allocator puts something else into the rest of its line, and waiters that poll it slow whoever stores there.",
  fix: "Add `__attribute__((aligned(64)))`, which pads the size too.",
  sources: ["RFC v2 of sched_state, 2023-05-29 (advice in its text)"],
  home: "text",
  checkStruct(subject, _judge, report) {
    const { layout, record } = subject;
    if (subject.tag !== "rseq_sched_state" || subject.isInner) return;
    if (record.align % LINE === 0 && record.size % LINE === 0) return;
    report(
      layout.nameSpan,
      `'${layout.name}' has ${record.size} bytes and is aligned to ${record.align}: other data may share its ${LINE}-byte line. Waiters slow whoever stores there; align it to ${LINE}.`,
      { fixes: listed(alignRecord(subject.unit, record, LINE)) },
    );
  },
};
