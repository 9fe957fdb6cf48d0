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

test.each(["0x1000", "0x1004", "0x100f"])("an abort_ip of %s is inside", (address) => {
  checkLint(
    "D06",
    inC,
    descriptor(`  .start_ip = 0x1000, .post_commit_offset = 16,
  .abort_ip = ${address},
            //^^^^^^ error: abort_ip is ${address}, inside the section from 0x1000 to 0x1010.`),
  );
});

test("before it, at its end, and what is no constant are silent", () => {
  const section = "  .start_ip = 0x1000, .post_commit_offset = 16, ";
  checkSilent(inC, descriptor(`${section}.abort_ip = 0xffc,`), "D06");
  checkSilent(inC, descriptor(`${section}.abort_ip = 0x1010,`), "D06");
  checkSilent(inC, descriptor(`${section}.abort_ip = HANDLER,`), "D06");
});
