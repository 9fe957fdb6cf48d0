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

/** A section of the raw form; `inside` and `outside` stand before and behind its end. */
function labelled(inside: string, outside: string): string {
  return `kernel "linux-6.18";
u64 value;
void increment(void)
{
    static struct rseq_cs increment_cs = {
        .start_ip = (u64)&&start,
        .post_commit_offset = (u64)&&done - (u64)&&start,
        .abort_ip = (u64)&&aborted,
                  //^^^^^^^^^^^^^^ error: The abort handler 'aborted' stands inside the section from 'start' to 'done'.
    };
    rseq->rseq_cs = (u64)&increment_cs;
start:
    value = value + 1;
${inside}
done:
    return;
${outside}
}
thread worker { increment(); }
`;
}

const handler = "aborted: __attribute__((rseq_signature(RSEQ_SIG)))";

test("a handler between the section's labels is inside", () => {
  checkLint("D06", { path: "test.rseq" }, labelled(`${handler} value = 0;`, ""));
});

test("a handler behind the section, or at its very end, is outside", () => {
  const path = { path: "test.rseq" };
  checkSilent(path, labelled("", `${handler} return;`), "D06");
  checkSilent(path, labelled(handler, ""), "D06");
});
