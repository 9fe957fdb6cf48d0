import { test } from "vitest";
import { checkLint, checkSilent } from "../../../support/check-lint.ts";

function struct(tag: string, extra: string): string {
  return `
struct ${tag} {
  __u32 cpu_id_start; __u32 cpu_id; __u64 rseq_cs; __u32 flags; __u32 node_id; __u32 mm_cid; __u32 __reserved;
${extra}  char end[];
} __attribute__((aligned(64)));`;
}

test.each([
  ["  __u64 a;\n", 40],
  ["  __u64 a[3];\n", 56],
  ["  __u64 a[4];\n", 64],
])("with%s the active bytes may cross a line where areas are 32-aligned", (extra, active) => {
  checkLint(
    "L14",
    { kernel: "linux-6.18" },
    struct("rseq", extra).replace(
      "struct rseq {",
      `struct rseq {\n     //^^^^ warning: 'struct rseq' has ${active} active bytes, and AT_RSEQ_ALIGN is 32 under linux-6.18: an area may cross a 64-byte line.`,
    ),
  );
});

test("64-aligned areas, more than a line, and up to 32 bytes are silent", () => {
  checkSilent({ kernel: "linux-7.1" }, struct("rseq", "  __u64 a;\n"), "L14");
  checkSilent({ kernel: "linux-6.18" }, struct("rseq", "  __u64 a[5];\n"), "L14");
  checkSilent({ kernel: "linux-6.18" }, struct("rseq", ""), "L14");
});
