// The declaration of the mailing-list proposal (Mathieu Desnoyers, 2023-05-30 10:25), as it was written: what the reader of C says about
// it, and that the rules add nothing. After the offered fixes it is a struct of two parts of 256 bytes.
import { expect, test } from "vitest";
import { targetNamed } from "../../../server/engine/abi/targets/index.ts";
import { readUnit } from "../../../server/engine/c/unit.ts";
import { layoutsOfFile } from "../../../server/engine/layout/layout.ts";
import type { Diagnostic } from "../../../server/engine/text/diagnostic.ts";
import { applyFix, lintText } from "../../support/check-lint.ts";

const proposal = `struct rseq {
  struct rseq_local {
    __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid; __u32 __reserved;
  } __attribute__((aligned((256));
  struct rseq_shared {
    __u32 sched_state; __u32 __reserved;
  } __attribute__((aligned(256)));
} __attribute__((aligned(256)));
`;

/** As it stands in the mail: no attribute is closed, and comments stand where the fields would be. */
const mail = `struct rseq {
  struct rseq_local {
    /* Fields accessed only by the local thread. */
  } __attribute__((aligned((256));
  struct rseq_shared {
    /* Fields accessed by any thread. */
  } __attribute__((aligned(256));
} __attribute__((aligned(256));
`;

function judge(text: string): readonly Diagnostic[] {
  return lintText(text, { kernel: "proposal-split" }).diagnostics;
}

function titles(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((one) => `${one.code} ${one.fixes.map((fix) => fix.title).join("; ")}`);
}

/** Applies the first fix of the first finding until none is left. */
function fixAll(text: string): { text: string; count: number } {
  let current = text;
  for (let count = 0; count < 10; count++) {
    const fix = judge(current).find((one) => one.fixes.length > 0)?.fixes[0];
    if (fix === undefined) return { text: current, count };
    current = applyFix(current, fix);
  }
  return { text: current, count: 10 };
}

test("the proposal with example fields has exactly three findings", () => {
  expect(titles(judge(proposal))).toEqual([
    "T10 Name the member",
    "S03 Write '__attribute__((aligned(256)))'",
    "T10 Name the member",
  ]);
});

test("after its three fixes nothing is left, and it has two parts of 256 bytes, aligned to 256", () => {
  const fixed = fixAll(proposal);
  expect(fixed.count).toBe(3);
  expect(judge(fixed.text)).toEqual([]);
  const target = targetNamed("x86_64-linux");
  if (target === undefined) throw new Error("x86_64-linux is gone");
  const unit = readUnit({
    path: "mail.h",
    text: fixed.text,
    target,
    includePaths: [],
    defines: [],
    files: new Map(),
    builtinHeader: () => undefined,
    prelude: "",
    hooks: {},
  });
  const layout = layoutsOfFile(unit, "mail.h", { all: false }).find(
    ({ name }) => name === "struct rseq",
  );
  expect([layout?.size, layout?.align]).toEqual([512, 256]);
  expect(layout?.fields.find((field) => field.name === "sched_state")?.offset).toBe(256);
});

test("the text of the mail itself has three attributes to close and two members to name", () => {
  expect(
    judge(mail)
      .map((one) => one.code)
      .toSorted(),
  ).toEqual(["S03", "S03", "S03", "T10", "T10"]);
});
