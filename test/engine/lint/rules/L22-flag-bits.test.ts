import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

test("two flags with one bit", () => {
  checkLint(
    "L22",
    {},
    `
enum rseq_flags {
  RSEQ_FLAG_UNREGISTER = 1 << 0,
  RSEQ_FLAG_SHARED = 1 << 0,
//^^^^^^^^^^^^^^^^ info: 'RSEQ_FLAG_SHARED' (0x1) has a bit of 'RSEQ_FLAG_UNREGISTER'.
};`,
  );
});

test("an undocumented gap", () => {
  checkLint(
    "L22",
    { kernel: "linux-6.18" },
    `
enum rseq_flags {
  RSEQ_FLAG_UNREGISTER = 1 << 0,
  RSEQ_FLAG_SHARED = 1 << 2,
//^^^^^^^^^^^^^^^^ info: Bit 1 is free below 'RSEQ_FLAG_SHARED'.
};`,
  );
});

test("an overlap in the flags of sections", () => {
  checkLint(
    "L22",
    {},
    `
enum rseq_cs_flags {
  RSEQ_CS_FLAG_NO_RESTART_ON_PREEMPT = 1,
  RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL = 3,
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: 'RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL' (0x3) has a bit of
};`,
  );
});

test("the kernel's own gap and other enums are silent", () => {
  checkSilent({}, "enum rseq_cs_flags { A = 1, B = 2, C = 4, D = 0x10, E = 0x20 };", "L22");
  checkSilent({}, "enum rseq_other { A = 1, B = 1 };", "L22");
});
