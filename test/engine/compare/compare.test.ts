import { expect, test } from "vitest";
import {
  builtinHeader,
  compareDeclarations,
  NEWEST_RELEASED,
  readUnit,
  targetNamed,
} from "../../../server/engine/index.ts";
import type { Comparison, Declarations, LayoutChange } from "../../../server/engine/index.ts";

function declarations(path: string, text: string): Declarations {
  const target = targetNamed("x86_64-linux");
  if (target === undefined) throw new Error("no such target");
  const unit = readUnit({
    path,
    text: `#include <linux/types.h>\n${text}`,
    target,
    includePaths: [],
    defines: [],
    files: new Map(),
    builtinHeader: (name) => builtinHeader(NEWEST_RELEASED, name),
    prelude: "",
    hooks: {},
  });
  return { unit, roles: new Map(), kernel: undefined, isProfile: false };
}

function compare(old: string, now: string, ...wanted: string[]): Comparison {
  return compareDeclarations(declarations("old.h", old), declarations("new.h", now), wanted);
}

/** `struct rseq` of 6.3 with something behind mm_cid and before the end marker. */
function area(behind: string, align = 32): string {
  return `struct rseq {
  __u32 cpu_id_start;
  __u32 cpu_id;
  __u64 rseq_cs;
  __u32 flags;
  __u32 node_id;
  __u32 mm_cid;
  ${behind}
  char end[];
} __attribute__((aligned(${align})));`;
}

function changesOf(comparison: Comparison): readonly LayoutChange[] {
  return comparison.structs.flatMap((each) => each.changes);
}

function onlyChange(comparison: Comparison, kind: LayoutChange["kind"]): LayoutChange {
  const found = changesOf(comparison).filter((each) => each.kind === kind);
  expect(found).toHaveLength(1);
  const [change] = found;
  if (change === undefined) throw new Error(`no change of kind ${kind}`);
  return change;
}

test("the same declaration has no changes, whatever its comments and reserved names are", () => {
  const comparison = compare(area("__u32 __reserved;"), `/* v2 */ ${area("__u32 padding1;")}`);
  expect(comparison).toMatchObject({ verdict: "compatible", structs: [{ changes: [] }] });
});

test("a field behind the feature size is compatible in both directions, and the message names the size to test", () => {
  const comparison = compare(area(""), area("__u32 __reserved;\n  __u64 prev_sum;"));
  expect(comparison).toMatchObject({
    verdict: "compatible",
    oldUserOnNewKernel: "compatible",
    newUserOnOldKernel: "compatible",
  });
  const added = onlyChange(comparison, "added");
  expect(added.field).toBe("prev_sum");
  expect(added.message).toContain("AT_RSEQ_FEATURE_SIZE is at least 40; older kernels publish 28");
});

test("a field in padding that the feature size already covers cannot be told apart by new programs", () => {
  const comparison = compare(
    area("__u32 padding1;\n  __u64 sched_state_ptr;"),
    area("__u32 sched_state;\n  __u64 sched_state_ptr;"),
  );
  expect(onlyChange(comparison, "padding-reused")).toMatchObject({
    code: "L07",
    field: "sched_state",
    verdict: "ambiguous",
    oldUserOnNewKernel: "compatible",
    newUserOnOldKernel: "ambiguous",
  });
});

test("the byte that keeps the feature size off 32 may be replaced by a larger field", () => {
  const comparison = compare(
    area("__u32 slice_ctrl;\n  __u8 __reserved;"),
    area("__u32 slice_ctrl;\n  __u32 more;"),
  );
  expect(onlyChange(comparison, "padding-reused")).toMatchObject({
    field: "more",
    verdict: "compatible",
  });
  const tooSmall = compare(
    area("__u32 slice_ctrl;\n  __u8 __reserved;"),
    area("__u32 slice_ctrl;\n  __u8 more;"),
  );
  expect(tooSmall.newUserOnOldKernel).toBe("ambiguous");
});

test("a field that moved breaks both directions, with both offsets", () => {
  const comparison = compare(
    area(""),
    area("").replace("__u32 node_id;", "__u32 mine; __u32 node_id;"),
  );
  expect(comparison).toMatchObject({
    verdict: "break",
    oldUserOnNewKernel: "break",
    newUserOnOldKernel: "break",
  });
  const moved = changesOf(comparison).filter(({ kind }) => kind === "moved");
  expect(moved.map(({ field, code }) => [field, code])).toEqual([
    ["node_id", "L06"],
    ["mm_cid", "L06"],
  ]);
  expect(moved[0]?.message).toContain("from offset 20 to 24");
  expect(onlyChange(comparison, "reused")).toMatchObject({ field: "mine", code: "L07" });
});

test("a field that grew in place breaks", () => {
  const comparison = compare(area("__u32 mine;"), area("__u32 mine[2];"));
  expect(onlyChange(comparison, "resized")).toMatchObject({ field: "mine", verdict: "break" });
  expect(onlyChange(comparison, "resized").message).toContain("from 4 to 8 bytes");
});

test("a removed field breaks old programs as long as the feature size says that it is there", () => {
  const kept = compare(
    area("__u32 mine;\n  __u64 next;"),
    area("__u32 __reserved;\n  __u64 next;"),
  );
  expect(onlyChange(kept, "removed")).toMatchObject({
    field: "mine",
    oldUserOnNewKernel: "break",
    newUserOnOldKernel: "compatible",
  });
  const last = compare(area("__u32 mine;\n  __u64 next;"), area("__u32 mine;"));
  expect(onlyChange(last, "removed")).toMatchObject({
    field: "next",
    oldUserOnNewKernel: "ambiguous",
  });
});

test("the bytes of the original ABI are missed by everybody, whatever the feature size is", () => {
  const comparison = compare(area(""), area("").replace("__u32 flags;", "__u32 __reserved;"));
  expect(onlyChange(comparison, "removed")).toMatchObject({ field: "flags", verdict: "break" });
});

test("another name for the same bytes is ambiguous; another type is a reuse, L07", () => {
  const renamed = compare(area("__u32 wait_count;"), area("__u32 wait_counter;"));
  expect(onlyChange(renamed, "renamed")).toMatchObject({ verdict: "ambiguous", code: "L07" });
  const reused = compare(area("__u32 count;"), area("__s32 delta;"));
  expect(onlyChange(reused, "reused")).toMatchObject({ verdict: "break", code: "L07" });
  const known = compare(area("__u32 sched_state;"), area("__u32 slice_ctrl;"));
  expect(onlyChange(known, "reused")).toMatchObject({ verdict: "break", code: "L07" });
});

test("a feature size of 32 is ambiguous, 33 is not", () => {
  const ambiguous = compare(area(""), area("__u32 sched_state;"));
  expect(onlyChange(ambiguous, "feature-size")).toMatchObject({
    code: "L09",
    verdict: "ambiguous",
  });
  const good = compare(area(""), area("__u32 sched_state;\n  __u8 __reserved;"));
  expect(onlyChange(good, "feature-size").verdict).toBe("compatible");
});

test("an alignment below 32 breaks new programs; a larger one keeps registrations of 32 bytes", () => {
  const lower = compare(area(""), area("", 16));
  expect(onlyChange(lower, "alignment")).toMatchObject({
    code: "L13",
    oldUserOnNewKernel: "compatible",
    newUserOnOldKernel: "break",
  });
  expect(onlyChange(compare(area(""), area("", 64)), "alignment").verdict).toBe("compatible");
});

test("a scalar in place of the union of the first kernels is no change", () => {
  const union = area("").replace("__u64 rseq_cs;", "union { __u64 ptr64; __u64 ptr; } rseq_cs;");
  expect(changesOf(compare(union, area("")))).toEqual([]);
  expect(changesOf(compare(area(""), union))).toEqual([]);
});

test("libc's name of the struct is compared with the kernel's", () => {
  const comparison = compare(area(""), area("").replace("struct rseq", "struct rseq_abi"));
  expect(comparison.structs).toMatchObject([{ name: "struct rseq_abi", verdict: "compatible" }]);
});

test("a descriptor has a fixed size", () => {
  const descriptor = (more: string): string =>
    `struct rseq_cs { __u32 version; __u32 flags; __u64 start_ip; __u64 post_commit_offset; __u64 abort_ip; ${more} } __attribute__((aligned(32)));`;
  const comparison = compare(descriptor(""), descriptor("__u64 more;"));
  expect(onlyChange(comparison, "size")).toMatchObject({ verdict: "break", code: "L16" });
});

test("bit-fields are compared by bits", () => {
  const before = "struct mine { unsigned int low : 2, high : 3; };";
  const moved = compare(before, "struct mine { unsigned int low : 3, high : 3; };");
  expect(moved.structs[0]?.changes.map(({ kind, field }) => [kind, field])).toEqual([
    ["resized", "low"],
    ["moved", "high"],
  ]);
  expect(onlyChange(moved, "moved").message).toContain("from bit 2 to bit 3");
});

test("structs that are none of rseq's count where there is no other, or where they are named", () => {
  const old = `${area("")} struct mine { int x; };`;
  const now = `${area("")} struct mine { long x; };`;
  expect(compare(old, now).verdict).toBe("compatible");
  expect(compare(old, now, "mine").verdict).toBe("break");
  expect(compare("struct mine { int x; };", "struct mine { long x; };").verdict).toBe("break");
});

test("structs without a counterpart are named and not judged", () => {
  const comparison = compare(`${area("")} struct rseq_shared { int x; };`, area(""));
  expect(comparison).toMatchObject({
    verdict: "compatible",
    onlyInOld: ["struct rseq_shared"],
    onlyInNew: [],
  });
});
