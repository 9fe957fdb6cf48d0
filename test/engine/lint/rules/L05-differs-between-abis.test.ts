import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

test("a 64-bit field behind a hole is elsewhere on i386", () => {
  checkLint(
    "L05",
    {},
    `
struct rseq_shared {
  __u32 version;
  __u64 owner;
      //^^^^^ error: 'owner' is at offset 8 on x86_64-linux and 4 on i386-linux. Programs of both share it with one kernel; make the padding explicit.
};`,
  );
});

test("the tail of a nested struct moves what follows", () => {
  checkLint(
    "L05",
    {},
    `
struct rseq_shared {
  struct { __u64 a; __u32 b; } inner;
                             //^^^^^ error: 'inner' has size 16 on x86_64-linux and 12 on i386-linux.
  __u32 c;
};`,
  );
});

test("a field that only 64-bit programs have is found by what it moves", () => {
  checkLint(
    "L05",
    {},
    `
struct rseq_shared {
#ifdef __LP64__
  __u64 wide;
      //^^^^ error: 'wide' has size 8 on x86_64-linux and 4 on i386-linux.
#else
  __u32 wide;
#endif
  __u32 state;
  __u32 __reserved;
};`,
  );
});

test("explicit padding makes all ABIs agree", () => {
  checkSilent({}, "struct rseq_shared { __u32 version; __u32 padding1; __u64 owner; };", "L05");
});

test("what a type of changing size does is that rule's business", () => {
  checkSilent({}, "struct rseq_shared { void *head; __u32 state; __u32 tid; };", "L05");
});
