import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

test("an offset behind a field that is not its offset", () => {
  checkLint(
    "L20",
    {},
    `
struct rseq_shared {
  __u32 version; /* offset 0 */
  __u32 state; /* offset 8 */
                       //^ warning: The comment says 8, but the offset of 'state' is 4. Correct the number.
};`,
  );
});

test("a size above a field", () => {
  checkLint(
    "L20",
    {},
    `
struct rseq_shared {
  /* Size: 8 bytes. */
         //^ warning: The comment says 8, but the size of 'state' is 4.
  __u32 state;
};`,
  );
});

test("a sizeof in front of the struct that it speaks of", () => {
  checkLint(
    "L20",
    {},
    `
/* sizeof(struct rseq_shared) stays 64. */
                                  //^^ warning: The comment says 64, but the size of 'struct rseq_shared' is 96.
struct rseq_shared {
  __u64 words[12];
};`,
  );
});

test("right numbers, other structs and other words are silent", () => {
  checkSilent(
    {},
    `/* sizeof(struct rseq_cs) is 32, and the original size was 20 bytes. */
struct rseq_shared {
  __u32 version; // offset 0, size 4
  /* Offset from start_ip. Its offset is at 0x4. */
  __u32 state; /* offset 0x4 */
};`,
    "L20",
  );
});

test("the fix writes the number", () => {
  checkFixes("L20", {}, "struct rseq_shared {\n  __u32 state; /* offset 4 */\n};");
});
