import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

test("bytes behind the last field that only the compiler put there are reported on it", () => {
  checkLint(
    "L02",
    {},
    `
struct rseq_shared {
  __u64 owner;
  __u32 len;
      //^^^ error: 4 bytes of padding behind 'len' at offset 12, up to the size of 16.
};`,
  );
});

test("the declared alignment covers only what it rounds up", () => {
  checkLint(
    "L02",
    {},
    `
struct rseq_shared {
  __u64 owner;
  __u8 kind;
     //^^^^ error: 7 bytes of padding behind 'kind' at offset 9, up to the size of 16.
} __attribute__((aligned(4)));`,
  );
  checkSilent(
    {},
    "struct rseq_shared { __u64 owner; __u8 kind; } __attribute__((aligned(16)));",
    "L02",
  );
});

test("one reserved byte less leaves one byte", () => {
  checkLint(
    "L02",
    {},
    `
struct rseq_sched_state {
  __u32 version;
  __u16 state;
  __u8 tid;
     //^^^ error: 1 byte of padding behind 'tid' at offset 7, up to the size of 8.
};`,
  );
});

test("a declared end, a declared alignment and a full struct are silent", () => {
  checkSilent({}, "struct rseq_shared { __u64 owner; __u32 len; char end[]; };", "L02");
  checkSilent(
    {},
    "struct rseq_shared { __u64 owner; __u32 len; } __attribute__((aligned(8)));",
    "L02",
  );
  checkSilent({}, "struct rseq_shared { __u64 owner; __u32 len; __u32 __reserved; };", "L02");
});

test("the fix declares the bytes", () => {
  checkFixes("L02", {}, "struct rseq_shared { __u64 owner; __u32 len; };");
  checkFixes("L02", {}, "struct rseq_shared {\n  u64 owner;\n  u8 kind;\n};");
});
