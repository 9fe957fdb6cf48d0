import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

function file(unregister: string): string {
  return `#include <sys/rseq.h>
#include <sys/syscall.h>
static struct rseq area, other;
void start(void) { syscall(__NR_rseq, &area, 32, 0, RSEQ_SIG); }
void stop(void) {
  ${unregister}
}
`;
}

const inC = { path: "test.c", kernel: "linux-6.18" };

test("another length", () => {
  checkLint(
    "R06",
    inC,
    file(`syscall(__NR_rseq, &area, 64, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
                          //^^ error: The length is 64, but 32 was registered. The call fails with EINVAL`),
  );
});

test("another signature", () => {
  checkLint(
    "R06",
    inC,
    file(`syscall(__NR_rseq, &area, 32, RSEQ_FLAG_UNREGISTER, 7);
                                                    //^ error: The signature is 0x7, but 0x53053053 was registered. The call fails with EPERM`),
  );
});

test("the active bytes instead of the registered length", () => {
  checkLint(
    "R06",
    inC,
    file(`syscall(__NR_rseq, &area, 20, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
                          //^^ error: The length is 20, but 32 was registered.`),
  );
});

test("the same values, another object, and what is no constant are silent", () => {
  checkSilent(inC, file("syscall(__NR_rseq, &area, 32, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);"), "R06");
  checkSilent(inC, file("syscall(__NR_rseq, &other, 64, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);"), "R06");
  checkSilent(inC, file("syscall(__NR_rseq, &area, length, RSEQ_FLAG_UNREGISTER, sig);"), "R06");
});
