import { join } from "node:path";
import { expect, test } from "vitest";
import { filesIn, runCli } from "./run-cli.ts";

const HEADER = `#include <linux/types.h>
struct rseq {
  __u32 cpu_id_start;
  __u32 cpu_id;
  __u64 rseq_cs;
  __u32 flags;
  __u32 node_id;
  __u32 mm_cid;
  char end[];
} __attribute__((aligned(32)));
`;

const ERAS = ["linux-4.18", "linux-5.17", "linux-6.2", "linux-6.3", "linux-6.18", "linux-7.1"];

test("each released kernel is compatible with the next, as history shows", async () => {
  for (const [index, name] of ERAS.slice(1).entries()) {
    const previous = ERAS[index] ?? "";
    const { code, json } = await runCli(
      "diff",
      "--format",
      "json",
      `profile:${previous}`,
      `profile:${name}`,
    );
    expect([previous, name, code]).toEqual([previous, name, 0]);
    expect(json()).toMatchObject({ version: 1, verdict: "compatible" });
  }
});

test("a header equal to a profile is compatible, one field off is a break with its numbers", async () => {
  const folder = filesIn({
    "good.h": HEADER,
    "bad.h": HEADER.replace("__u32 node_id;\n  __u32 mm_cid;", "__u32 mm_cid;\n  __u32 node_id;"),
  });
  const good = await runCli("diff", "profile:linux-6.3", join(folder, "good.h"));
  expect(good.code).toBe(0);
  expect(good.out.trimEnd().split("\n").at(-1)).toBe("Compatible: the layouts are equal.");
  const bad = await runCli("diff", join(folder, "good.h"), join(folder, "bad.h"));
  expect(bad.code).toBe(1);
  expect(bad.out).toContain("L06: 'node_id' moved from offset 20 to 24.");
  expect(bad.out.trimEnd().split("\n").at(-1)).toBe(
    "ABI break: 2 of 2 changes break compiled programs.",
  );
});

test("the JSON has both directions, both sides, and each change with its rule and places", async () => {
  const { code, json } = await runCli(
    "diff",
    "--format",
    "json",
    "profile:sched-state-v1",
    "profile:linux-7.0",
  );
  expect(code).toBe(1);
  expect(json()).toMatchObject({
    version: 1,
    target: "x86_64-linux",
    verdict: "break",
    oldUserOnNewKernel: "break",
    newUserOnOldKernel: "break",
  });
  const { structs } = json() as { structs: { name: string; changes: { code: string }[] }[] };
  const rseq = structs.find(({ name }) => name === "struct rseq");
  expect(rseq).toMatchObject({
    old: { size: 32, featureSize: 32, kernel: "sched-state-v1" },
    new: { size: 64, featureSize: 33, kernel: "linux-7.0" },
  });
  expect(rseq?.changes.find((change) => change.code === "L07")).toMatchObject({
    kind: "reused",
    field: "slice_ctrl",
    old: { path: "sched_state", offset: 28, size: 4, type: "__u32" },
    new: { path: "slice_ctrl", offset: 28, size: 4 },
  });
});

test("a length that one kernel refuses is ambiguous, and --fail-on decides whether that fails", async () => {
  const names = ["profile:linux-6.2", "profile:linux-7.1"];
  const told = await runCli("diff", ...names);
  expect(told.code).toBe(0);
  expect(told.out).toContain("New programs on the old kernel: ambiguous.");
  expect(told.out).toContain("refuses 64");
  expect((await runCli("diff", "--fail-on", "ambiguous", ...names)).code).toBe(1);
});

test("--target decides the layout: a pointer in the struct is another size on 32 bits", async () => {
  const folder = filesIn({
    "a.h": HEADER.replace("char end[]", "__u32 __reserved;\n  __u64 state;\n  char end[]"),
    "b.h": HEADER.replace("char end[]", "__u32 __reserved;\n  unsigned long state;\n  char end[]"),
  });
  const files = [join(folder, "a.h"), join(folder, "b.h")];
  expect((await runCli("diff", ...files)).code).toBe(0);
  expect((await runCli("diff", "--target", "arm-linux", ...files)).code).toBe(1);
});

test("wrong calls are told with exit status 2", async () => {
  const folder = filesIn({ "a.h": HEADER, "b.h": "int x;" });
  const path = join(folder, "a.h");
  const calls = [
    [path],
    [path, join(folder, "none.h")],
    [path, join(folder, "b.h")],
    [path, "profile:linux-9.9"],
    [path, path, "--struct", "nobody"],
    [path, path, "--kernel", "linux-9.9"],
  ];
  for (const call of calls) {
    const { code, out, err } = await runCli("diff", ...call);
    expect({ call, code, out }).toEqual({ call, code: 2, out: "" });
    expect(err).not.toContain("please report");
  }
});
