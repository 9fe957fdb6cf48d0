import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

const settings = { path: "test.c" };

test.each(["470", "0x1d6", "469 + 1"])("syscall(%s) is listns", (number) => {
  checkLint(
    "X03",
    settings,
    `/* Gives the rseq slice back. */
void yield(void) {
  syscall(${number});
//        ${"^".repeat(number.length)} error: System call 470 is listns; rseq_slice_yield is 471.
}
`,
  );
});

test("471, and 470 in a program without slices, are silent", () => {
  checkSilent(settings, "/* rseq slice */ void yield(void) { syscall(471); }\n", "X03");
  checkSilent(settings, "/* rseq */ void list(void) { syscall(470); }\n", "X03");
});
