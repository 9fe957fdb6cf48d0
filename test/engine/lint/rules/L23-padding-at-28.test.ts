import { test } from "vitest";
import { checkFixes, checkLint, checkSilent } from "../../../support/check-lint.ts";

const fields =
  "__u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid;";

test.each(["__u64 sched_state_ptr;", "unsigned long long mine;", "__u64 table[3];"])(
  "%s behind mm_cid needs padding first",
  (declaration) => {
    const name = /(\w+)(?:\[\d\])?;$/.exec(declaration)?.[1] ?? "";
    const at = declaration.indexOf(name) + 2;
    checkLint(
      "L23",
      {},
      `
struct rseq {
  ${fields}
  ${declaration}
//${" ".repeat(at - 2)}${"^".repeat(name.length)} warning: '${name}' has 64 bits and follows offset 28 without explicit padding.
} __attribute__((aligned(32)));`,
    );
  },
);

test("explicit padding and 32-bit fields are silent", () => {
  checkSilent(
    {},
    `struct rseq { ${fields} __u32 padding1; __u64 mine; } __attribute__((aligned(32)));`,
    "L23",
  );
  checkSilent(
    {},
    `struct rseq { ${fields} __u32 mine; __u64 more; } __attribute__((aligned(32)));`,
    "L23",
  );
});

test("the fix is the padding", () => {
  checkFixes(
    "L23",
    {},
    `struct rseq {\n  ${fields}\n  __u64 mine;\n  char end[];\n} __attribute__((aligned(32)));`,
  );
});

test("the message says where the field is: a packed struct has it at 28 everywhere", () => {
  checkLint(
    "L23",
    {},
    `
struct rseq {
  ${fields}
  void *mine;
      //^^^^ warning: 'mine' has 64 bits and follows offset 28 without explicit padding. Packed it is at 28 on every target, which is no multiple of 8, so accesses may be torn;
} __attribute__((packed, aligned(32)));`,
  );
  checkLint(
    "L23",
    {},
    `
struct rseq {
  ${fields}
  void *mine;
      //^^^^ warning: 'mine' has 64 bits and follows offset 28 without explicit padding. It is at 28 on 32-bit ABIs and at 32 on 64-bit ones;
} __attribute__((aligned(32)));`,
  );
  checkLint(
    "L23",
    {},
    `
struct rseq {
  ${fields}
  __u64 mine;
      //^^^^ warning: 'mine' has 64 bits and follows offset 28 without explicit padding. It is at 28 on i386 and at 32 elsewhere;
} __attribute__((aligned(32)));`,
  );
});
