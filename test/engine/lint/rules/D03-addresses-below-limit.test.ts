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

test.each(["0x7ffffffff000", "0xffffffff81000000", "-4096ll"])(
  "%s is not user space",
  (address) => {
    const hexadecimal = BigInt.asUintN(64, BigInt(address.replace("ll", ""))).toString(16);
    checkLint(
      "D03",
      inC,
      descriptor(`  .start_ip = ${address},
//            ${"^".repeat(address.length)} error: start_ip is 0x${hexadecimal}, not below TASK_SIZE, 0x7ffffffff000.`),
    );
  },
);

test("the abort handler too", () => {
  checkLint(
    "D03",
    inC,
    descriptor(`  .abort_ip = 0x800000000000,
            //^^^^^^^^^^^^^^ error: abort_ip is 0x800000000000,`),
  );
});

test("the last address of user space, and targets whose limit is not known, are silent", () => {
  checkSilent(inC, descriptor("  .start_ip = 0x7fffffffefff, .abort_ip = 4096,"), "D03");
  checkSilent(
    { ...inC, target: "aarch64-linux" },
    descriptor("  .start_ip = 0x7ffffffff000,"),
    "D03",
  );
});
