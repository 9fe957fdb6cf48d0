import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

test("a packed struct puts a 64-bit field at offset 4", () => {
  checkLint(
    "L04",
    {},
    `
struct rseq {
  __u32 cpu_id_start;
  __u64 rseq_cs;
      //^^^^^^^ error: 'rseq_cs' has 8 bytes and is at offset 4 on x86_64-linux, which is no multiple of 8.
} __attribute__((packed, aligned(32)));`,
  );
});

test("on i386 the compiler itself does so", () => {
  const text = `
struct rseq_shared {
  __u32 version;
  __u64 owner;
      //^^^^^ error: 'owner' has 8 bytes and is at offset 4 on i386-linux, which is no multiple of 8.
};`;
  checkLint("L04", { target: "i386-linux" }, text);
  checkSilent({ target: "arm-linux" }, text.replace(/\n.*\^.*/, ""), "L04");
});

test("members of nested structs and elements of arrays count singly", () => {
  checkLint(
    "L04",
    {},
    `
struct rseq_shared {
  __u8 kind;
  struct { __u16 a; } __attribute__((packed)) inner;
               //^ error: 'a' has 2 bytes and is at offset 1
  __u8 c;
  __u32 table[2] __attribute__((packed));
  __u16 last;
} ;`,
  );
  checkLint(
    "L04",
    {},
    `
struct rseq_shared {
  __u16 kind;
  __u32 table[2] __attribute__((packed));
      //^^^^^ error: 'table' has 4 bytes and is at offset 2
};`,
  );
});

test("the empty array at the end lies anywhere, and aligned fields are silent", () => {
  checkSilent({}, "struct rseq_shared { __u8 a; char end[]; };", "L04");
  checkSilent({}, "struct rseq_shared { __u8 a; __u64 end[]; } __attribute__((packed));", "L04");
  checkSilent({}, "struct rseq_shared { __u32 a; __u32 b; __u64 c; };", "L04");
});
