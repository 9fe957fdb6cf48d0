// A clean header with exactly one thing broken: exactly that rule fires.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { lintText } from "../../support/check-lint.ts";

const folder = path.join(import.meta.dirname, "../../golden/headers");

/** Header, what is replaced, by what, and the codes that follow; a kernel where one has to be named. */
const mutations: readonly (readonly [
  title: string,
  header: string,
  from: string | RegExp,
  to: string,
  codes: readonly string[],
  kernel?: string,
])[] = [
  ["a narrower flags field", "linux-6.3.h", /\t__u32 flags;\n\n/, "\t__u16 flags;\n\n", ["L01"]],
  [
    "a pointer for rseq_cs",
    "linux-6.3.h",
    "\t__u64 rseq_cs;",
    "\tstruct rseq_cs *rseq_cs;",
    ["L03"],
  ],
  ["a long for rseq_cs", "linux-5.17.h", "\t__u64 rseq_cs;", "\tunsigned long rseq_cs;", ["L03"]],
  ["an enum for mm_cid", "linux-6.3.h", "__u32 mm_cid;", "enum rseq_flags mm_cid;", ["L03"]],
  [
    "swapped ids",
    "linux-6.3.h",
    /cpu_id_start;([\s\S]*?)__u32 cpu_id;/,
    "cpu_id;$1__u32 cpu_id_start;",
    ["L06", "L06"],
  ],
  [
    "swapped node_id and mm_cid",
    "linux-6.3.h",
    /node_id;([\s\S]*?)__u32 mm_cid;/,
    "mm_cid;$1__u32 node_id;",
    ["L06", "L06"],
  ],
  ["no `end`", "linux-6.3.h", "\tchar end[];", "", ["L08"]],
  ["no `end` in 7.0", "linux-7.0.h", "\tchar end[];", "", ["L08"]],
  ["no reserved byte in 7.0", "linux-7.0.h", "\t__u8 __reserved;\n", "", ["L09"]],
  ["four bytes more", "linux-6.3.h", "\tchar end[];", "\t__u32 mine;\n\tchar end[];", ["L09"]],
  [
    "no alignment",
    "linux-6.3.h",
    /\} __attribute__\(\(aligned\(4 \* sizeof\(__u64\)\)\)\);\n\n#endif/,
    "};\n\n#endif",
    ["L13"],
  ],
  ["half of the alignment", "linux-7.0.h", "aligned(32)", "aligned(16)", ["L13"]],
  [
    "a descriptor without alignment",
    "linux-6.3.h",
    /(abort_ip;\n\}) __attribute__[^;]*;/,
    "$1;",
    ["L16"],
  ],
  [
    "a descriptor in another order",
    "linux-6.3.h",
    /post_commit_offset;\n\t__u64 abort_ip;/,
    "abort_ip;\n\t__u64 post_commit_offset;",
    ["L16", "L16"],
  ],
  ["a bit-field for request", "linux-7.0.h", "__u8	request;", "__u8	request : 8;", ["L17"]],
  ["a shorter alternative", "linux-7.0.h", "\t\t\t__u16	__reserved;\n", "", ["L18"]],
  [
    "a wrong offset in a comment",
    "linux-6.3.h",
    "\t__u32 mm_cid;",
    "\t__u32 mm_cid; /* offset 28 */",
    ["L20"],
  ],
  ["one bit for two flags", "linux-7.0.h", "(1 << 1)", "(1 << 0)", ["L22"]],
  [
    "a shared part at 128",
    "proposal-split.h",
    "shared __attribute__((aligned(256)))",
    "shared __attribute__((aligned(128)))",
    ["P02"],
    "proposal-split",
  ],
  [
    "a shared part that is too large",
    "proposal-split.h",
    /(sched_state;\n\t\t__u32 __reserved);/,
    "$1[80];",
    ["P02"],
    "proposal-split",
  ],
];

test.for(mutations)("%s in %s", ([_title, header, from, to, codes, kernel]) => {
  const text = readFileSync(path.join(folder, header), "utf8");
  const broken = text.replace(from, to);
  expect(broken).not.toBe(text);
  const { diagnostics } = lintText(broken, kernel === undefined ? {} : { kernel });
  expect(diagnostics.map((one) => one.code)).toEqual(codes);
});

test("the same text gives the same findings in the same order", () => {
  const text = readFileSync(path.join(folder, "linux-7.0.h"), "utf8").replaceAll("__u32", "long");
  expect(lintText(text).diagnostics).toEqual(lintText(text).diagnostics);
});
