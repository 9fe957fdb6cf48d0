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

test.each([0, 1, 3])("an abort_ip of %d has no room for the signature", (value) => {
  checkLint(
    "D12",
    inC,
    descriptor(`  .start_ip = 4096, .post_commit_offset = 16,
  .abort_ip = ${value},
            //^ error: abort_ip is ${value}: the signature in the 4 bytes before it cannot be read,`),
  );
});

test("an address, and a label, are silent", () => {
  checkSilent(inC, descriptor("  .abort_ip = 4,"), "D12");
  checkSilent(inC, descriptor("  .version = 0,"), "D12");
});
