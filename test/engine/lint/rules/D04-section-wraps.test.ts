import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

function descriptor(members: string): string {
  return `#include <linux/rseq.h>
static struct rseq_cs section = {
${members}
};
`;
}

const inC = { path: "test.c" };

test.each([
  ["-16", "fffffffffffffff0"],
  ["0xffffffffffffffff", "ffffffffffffffff"],
  ["0xfffffffffffff000", "fffffffffffff000"],
])("a length of %s wraps around", (length, hexadecimal) => {
  checkLint(
    "D04",
    inC,
    descriptor(`  .start_ip = 4096, .post_commit_offset = ${length},
//                                        ${"^".repeat(length.length)} error: The section's length is 0x${hexadecimal}: its end wraps around.`),
  );
});

test("a length in bytes is silent", () => {
  checkSilent(inC, descriptor("  .start_ip = 4096, .post_commit_offset = 16,"), "D04");
  checkSilent(inC, descriptor("  .post_commit_offset = LENGTH,"), "D04");
});
