import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

/** A section of the raw form whose abort handler is written as given. */
function section(handler: string, thread = "increment();", machine = ""): string {
  return `kernel "linux-6.18";
machine { cpus = 1; ${machine} }
u64 value;
void increment(void)
{
    static struct rseq_cs increment_cs = {
        .start_ip = (u64)&&start,
        .post_commit_offset = (u64)&&done - (u64)&&start,
        .abort_ip = (u64)&&aborted,
    };
    rseq->rseq_cs = (u64)&increment_cs;
start:
    value = value + 1;
done:
    return;
${handler}
    return;
}
thread worker { ${thread} }
`;
}

const settings = { path: "test.rseq" };

test("another signature than the one that libc registers", () => {
  checkLint(
    "D07",
    settings,
    section(`    aborted: __attribute__((rseq_signature(0x53053054)))
  //^^^^^^^ error: The signature before the abort handler 'aborted' is 0x53053054, the registered one 0x53053053.`),
  );
});

test("no signature at all, and the fix puts it there", () => {
  const text = section("aborted:");
  checkFixes("D07", settings, text);
});

test("the target's own signature is silent, as is the one that the thread registers itself", () => {
  checkSilent(settings, section("aborted: __attribute__((rseq_signature(RSEQ_SIG)))"), "D07");
  const registers = "sys_rseq(value, 32, 0, 7); increment();";
  const own = section("aborted: __attribute__((rseq_signature(7)))", registers, "libc = none;");
  checkSilent(settings, own, "D07");
  const unknown = "sys_rseq(value, 32, 0, (u32)value); increment();";
  checkSilent(settings, section("aborted:", unknown, "libc = none;"), "D07");
});

test("in C the handler is assembly, which is not read", () => {
  checkSilent(
    { path: "test.c" },
    `#include <linux/rseq.h>
void f(void)
{
	static struct rseq_cs cs = { .abort_ip = (__u64)&&aborted };
aborted:
	return;
}
`,
    "D07",
  );
});
