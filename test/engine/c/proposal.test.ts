// The declaration of the mailing-list proposal of a private and a shared part, with its forgotten parentheses: exactly the findings that
// the mistakes deserve, and fixes that lead to what was meant.
import { expect, test } from "vitest";
import { applyFixes, checkReading, layoutLines, readText } from "../../support/check-reading.ts";

const proposal = `struct rseq {
  struct rseq_local {
    __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid; __u32 __reserved;
  } __attribute__((aligned((256));
  struct rseq_shared {
    __u32 sched_state; __u32 __reserved;
  } __attribute__((aligned(256)));
} __attribute__((aligned(256)));
`;

test("the unclosed attribute and the two parts without a name are found, and nothing else", () => {
  checkReading(`struct rseq {
  struct rseq_local {
//^^^^^^^^^^^^^^^^^ T10 A tagged struct without a member name declares no member in standard C
    __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid; __u32 __reserved;
  } __attribute__((aligned((256));
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ S03 The attribute is never closed before ';'
  struct rseq_shared {
//^^^^^^^^^^^^^^^^^^ T10 A tagged struct without a member name declares no member in standard C
    __u32 sched_state; __u32 __reserved;
  } __attribute__((aligned(256)));
} __attribute__((aligned(256)));
`);
});

test("before the fixes the struct has size 0, as gcc says", () => {
  expect(layoutLines(readText(proposal))).toContain("struct rseq: size 0 align 256");
});

test("the three fixes give two parts of 256 bytes", () => {
  const findings = readText(proposal).diagnostics;
  expect(findings.map(({ fixes }) => fixes[0]?.title ?? "").sort(byText)).toEqual([
    "Name the member",
    "Name the member",
    "Write '__attribute__((aligned(256)))'",
  ]);
  const unit = readText(
    applyFixes(
      proposal,
      findings.map(({ fixes }) => fixes[0]!),
    ),
  );
  expect(unit.diagnostics).toEqual([]);
  expect(layoutLines(unit)).toContain(`struct rseq: size 512 align 256
  0 local struct rseq_local 256`);
  expect(layoutLines(unit)).toContain("  256 shared struct rseq_shared 256");
});

test("the mail's own text gives three attribute findings and two for the names", () => {
  checkReading(`struct rseq {
  struct rseq_local {
//^^^^^^^^^^^^^^^^^ T10
    /* Fields accessed only from the local thread. */
  } __attribute__((aligned((256));
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ S03
  struct rseq_shared {
//^^^^^^^^^^^^^^^^^^ T10
    /* Fields accessed from remote threads. */
  } __attribute__((aligned(256));
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ S03
} __attribute__((aligned(256));
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^ S03
`);
});

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}
