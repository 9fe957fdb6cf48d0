import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

const x86 = { target: "x86_64-linux" };

test("padding before a field is reported on the field that it precedes", () => {
  checkLint(
    "L01",
    x86,
    `
struct rseq {
  __u32 cpu_id_start;
  __u64 rseq_cs;
      //^^^^^^^ error: 4 bytes of padding before 'rseq_cs' at offset 4. Kernel and user space may disagree about them; declare a reserved field.
} __attribute__((aligned(32)));`,
  );
});

test("each hole is a finding of its own, with its size and offset", () => {
  checkLint(
    "L01",
    x86,
    `
struct rseq_shared {
  __u8 state;
  __u16 waiters;
      //^^^^^^^ error: 1 byte of padding before 'waiters' at offset 1.
  __u8 kind;
  __u32 sched_state;
      //^^^^^^^^^^^ error: 3 bytes of padding before 'sched_state' at offset 5.
};`,
  );
});

test("a hole inside an anonymous struct counts from the start of the outer one", () => {
  checkLint(
    "L01",
    x86,
    `
struct rseq_shared {
  __u32 sched_state;
  struct { __u8 a; __u32 b; };
                       //^ error: 3 bytes of padding before 'b' at offset 5.
};`,
  );
});

test("the fix declares a reserved field of the hole's size", () => {
  checkFixes(
    "L01",
    x86,
    "struct rseq { __u32 cpu_id_start; __u64 rseq_cs; } __attribute__((aligned(32)));",
  );
  checkFixes(
    "L01",
    x86,
    `struct rseq_shared {
  uint8_t kind;
  /* What the scheduler says. */
  uint32_t sched_state;
};`,
  );
});

test("explicit padding, the tail of a part and structs that are not rseq's are silent", () => {
  checkSilent(x86, "struct rseq_shared { __u32 a; __u32 __reserved; __u64 b; };", "L01");
  checkSilent(x86, "struct rseq_user { __u32 a; __u64 b; };", "L01");
  checkSilent(
    { kernel: "proposal-split" },
    `struct rseq {
  struct rseq_local { __u32 cpu_id_start; } local __attribute__((aligned(256)));
  struct rseq_shared { __u32 sched_state; } shared __attribute__((aligned(256)));
} __attribute__((aligned(256)));`,
    "L01",
  );
});

test("a comment gives any struct a role", () => {
  checkLint(
    "L01",
    x86,
    `
// rseq: role=shared
struct waiters {
  __u32 count;
  __u64 head;
      //^^^^ error: 4 bytes of padding before 'head' at offset 4.
};`,
  );
});

test("a configuration gives any struct a role, or takes it", () => {
  const text = `
struct waiters {
  __u32 count;
  __u64 head;
      //^^^^ error: 4 bytes
};
/* rseq */`;
  checkLint("L01", { roles: { waiters: "shared" } }, text);
  checkSilent(
    { roles: { rseq_shared: "other" } },
    "struct rseq_shared { __u32 a; __u64 b; };",
    "L01",
  );
});

test("a macro that builds the declaration does not hide the hole", () => {
  checkLint(
    "L01",
    x86,
    `
#define FIELD(type, name) __##type name
struct rseq {
  FIELD(u32, cpu_id_start);
  FIELD(u64, rseq_cs);
           //^^^^^^^ error: 4 bytes of padding before 'rseq_cs' at offset 4.
} __attribute__((aligned(32)));`,
  );
});
