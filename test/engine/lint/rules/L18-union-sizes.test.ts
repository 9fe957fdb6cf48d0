import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

test("a shorter alternative is reported with what it lacks", () => {
  checkLint(
    "L18",
    {},
    `
struct rseq_shared {
  union {
    __u64 word;
    __u32 state;
        //^^^^^ warning: 'state' has 4 bytes of the union's 8 at offset 0. The others keep old values; add 4 bytes of named padding.
  };
};`,
  );
});

test("a struct of bytes that does not fill the word", () => {
  checkLint(
    "L18",
    {},
    `
struct rseq_slice_ctrl {
  union {
    __u32 all;
    struct { __u8 request; __u8 granted; } bytes;
                                         //^^^^^ warning: 'bytes' has 2 bytes of the union's 4
  };
};`,
  );
});

test("an array alternative counts with all its elements", () => {
  checkLint(
    "L18",
    {},
    `
struct rseq_shared {
  __u64 owner;
  union { __u64 words[2]; __u8 bytes[8]; } payload;
                             //^^^^^ warning: 'bytes' has 8 bytes of the union's 16 at offset 8.
};`,
  );
});

test("equal sizes, by named padding too, are silent", () => {
  checkSilent(
    {},
    "struct rseq_shared { union { __u64 word; struct { __u32 state; __u32 __reserved; }; }; };",
    "L18",
  );
});
