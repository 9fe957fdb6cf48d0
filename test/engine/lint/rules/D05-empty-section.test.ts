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

test.each(["0", "4 - 4", "0x0ull"])("a length of %s protects nothing", (length) => {
  checkLint(
    "D05",
    inC,
    descriptor(
      `  .start_ip = 4096, .abort_ip = 8192,
  .post_commit_offset = ${length},
                      //${"^".repeat(length.length)} error: The section's length is 0: no instruction is inside,`
        .replace("                      //", "  //                    ")
        .replace(/\/\/ +(\^+)/, (_, carets: string) => `//${" ".repeat(20)}${carets}`),
    ),
  );
});

test("a length, and a difference of labels, are silent", () => {
  checkSilent(inC, descriptor("  .post_commit_offset = 12,"), "D05");
  checkSilent(inC, descriptor("  .start_ip = 4096,"), "D05");
});
