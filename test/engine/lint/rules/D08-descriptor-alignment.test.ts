import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

const members =
  "__u32 version; __u32 flags; __u64 start_ip; __u64 post_commit_offset; __u64 abort_ip;";
const settings = {
  path: "test.c",
  files: {
    "plain.h": `struct rseq_cs { ${members} };\n`,
    "sixteen.h": `struct rseq_abi_cs { ${members} } __attribute__((aligned(16)));\n`,
  },
};

test("a descriptor of a type that its header left unaligned", () => {
  checkLint(
    "D08",
    settings,
    `#include "plain.h"
static struct rseq_cs section = { .abort_ip = 8 };
                    //^^^^^^^ warning: 'section' is aligned to 8: the descriptor may cross a cache line.
`,
  );
});

test("half of the alignment, and inside a function", () => {
  checkLint(
    "D08",
    settings,
    `#include "sixteen.h"
void f(void) {
  static struct rseq_abi_cs here = { .abort_ip = 8 };
                          //^^^^ warning: 'here' is aligned to 16:
}
`,
  );
});

test("an attribute of the object that is too small", () => {
  checkLint(
    "D08",
    settings,
    `#include "plain.h"
static struct rseq_cs section __attribute__((aligned(16))) = { .abort_ip = 8 };
                    //^^^^^^^ warning: 'section' is aligned to 16:
`,
  );
});

test("an aligned object, the kernel's type, and a type of the file itself are silent", () => {
  checkSilent(
    settings,
    '#include "plain.h"\nstatic struct rseq_cs a __attribute__((aligned(32))) = { .abort_ip = 8 };\n',
    "D08",
  );
  checkSilent(
    settings,
    "#include <linux/rseq.h>\nstatic struct rseq_cs section = { .abort_ip = 8 };\n",
  );
  checkSilent(
    settings,
    `struct rseq_cs { ${members} };\nstatic struct rseq_cs a = { .abort_ip = 8 };\n`,
    "D08",
  );
});
