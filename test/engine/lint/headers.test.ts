// The headers of every era, laid out by gcc and by us, and judged: the kernel's own are clean under the profile that they belong to,
// and under the one that their declaration chooses. The RFCs are what they are: their known defects are the findings.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { defaultTarget, targets } from "../../../server/engine/abi/targets/index.ts";
import { builtinHeader } from "../../../server/engine/abi/headers.ts";
import { linux71 } from "../../../server/engine/abi/profiles/linux-7.1.ts";
import { readUnit } from "../../../server/engine/c/unit.ts";
import { type Layout, layoutsOfFile } from "../../../server/engine/layout/layout.ts";
import { lintText } from "../../support/check-lint.ts";
import { requireTool } from "../../support/outside.ts";

const folder = path.join(import.meta.dirname, "../../golden/headers");

function read(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

/** Header, its own profile, the profile that its declaration chooses. */
const MAINLINE = [
  ["linux-4.18.h", "linux-5.4", "linux-5.4"],
  ["linux-5.17.h", "linux-6.2", "linux-5.4"],
  ["linux-6.3.h", "linux-6.18", "linux-6.14"],
  ["linux-7.0.h", "linux-7.0", "linux-7.0"],
  ["linux-7.1.h", "linux-7.1", "linux-7.0"],
  ["proposal-split.h", "proposal-split", "proposal-split"],
  ["proposal-shared-flag.h", "proposal-shared-flag", "proposal-shared-flag"],
] as const;

function findings(text: string, kernel?: string): string[] {
  const { diagnostics } = lintText(text, kernel === undefined ? {} : { kernel });
  return diagnostics.map((one) => `${one.code}: ${one.message}`);
}

describe.each(MAINLINE)("%s", (name, own, chosen) => {
  test(`is clean under ${own}`, () => {
    expect(findings(read(name), own)).toEqual([]);
  });

  test(`is clean where nothing says which kernel, and is judged by ${chosen}`, () => {
    expect(findings(read(name))).toEqual([]);
    expect(lintText(read(name)).kernel.profile.name).toBe(chosen);
  });
});

test("the first sched_state RFC has an ambiguous feature size and a shared field beside rseq_cs", () => {
  const { diagnostics, kernel } = lintText(read("sched-state-v1.h"));
  expect(kernel.profile.name).toBe("sched-state-v1");
  expect(diagnostics.map((one) => one.code)).toEqual(["P01", "L09"]);
  expect(diagnostics[0]?.message).toBe(
    "'sched_state' (shared) is at offset 28, in the 64-byte line of 'rseq_cs' (private). Waiters that poll it slow every critical section of the owner; move it to the shared part or at least 64 bytes away.",
  );
});

test("the second sched_state RFC only advises to give its struct a cache line", () => {
  const { diagnostics, kernel } = lintText(read("sched-state-v2.h"));
  expect(kernel.profile.name).toBe("sched-state-v2");
  expect(diagnostics.map((one) => one.code)).toEqual(["P11"]);
});

test.each([
  ["linux-6.14", "6.19"],
  ["linux-6.19", "6.19"],
])("the header of 6.3 is clean under %s too", (kernel) => {
  expect(findings(read("linux-6.3.h"), kernel)).toEqual([]);
});

test.each(targets.map((target) => target.name))("librseq's header is clean on %s", (target) => {
  const { diagnostics } = lintText(read("librseq-abi.h"), { target });
  expect(diagnostics.map((one) => `${one.code}: ${one.message}`)).toEqual([]);
});

test.each(targets.map((target) => target.name))(
  "the kernel's headers are clean on %s",
  (target) => {
    for (const name of ["linux-5.17.h", "linux-6.3.h", "linux-7.0.h", "linux-7.1.h"]) {
      const { diagnostics } = lintText(read(name), { target });
      expect(diagnostics.map((one) => `${name} ${one.code}: ${one.message}`)).toEqual([]);
    }
  },
);

test.each([
  ["i386-linux", ["L19"]],
  ["x86_64-linux", []],
  ["mips-linux", []],
] as const)("the kernel's union of 4.18 on %s", (target, codes) => {
  const { diagnostics } = lintText(read("linux-4.18.h"), { target });
  expect(diagnostics.map((one) => one.code)).toEqual(codes);
});

test("glibc's header is clean", (context) => {
  const file = "/usr/include/x86_64-linux-gnu/sys/rseq.h";
  if (!existsSync(file)) context.skip(`skipped: there is no ${file}; libc6-dev brings it`);
  expect(findings(readFileSync(file, "utf8"))).toEqual([]);
});

test("the system's own header is clean", (context) => {
  const file = "/usr/include/linux/rseq.h";
  if (!existsSync(file)) context.skip(`skipped: there is no ${file}; linux-libc-dev brings it`);
  expect(findings(readFileSync(file, "utf8"))).toEqual([]);
});

/** Size, alignment and offsets of the named members, as gcc computes them. */
function gccFacts(gcc: string, header: string, layouts: readonly Layout[]): string[] {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "rseq-lab-"));
  try {
    const prints = layouts.flatMap((layout) => [
      `printf("${layout.name} %zu %zu\\n", sizeof(${layout.name}), _Alignof(${layout.name}));`,
      ...layout.fields
        .filter((field) => field.name !== undefined)
        .map(
          (field) =>
            `printf("${field.path} %zu\\n", __builtin_offsetof(${layout.name}, ${field.path}));`,
        ),
    ]);
    const source = path.join(scratch, "a.c");
    writeFileSync(
      source,
      `#include "${header}"\nint printf(const char *, ...);\nint main(void) {\n${prints.join("\n")}\n}\n`,
    );
    const program = path.join(scratch, "a");
    execFileSync(gcc, ["-w", "-o", program, source]);
    return execFileSync(program, { encoding: "utf8" }).trimEnd().split("\n");
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

for (const name of [...MAINLINE.map(([name]) => name), "sched-state-v1.h", "sched-state-v2.h"])
  test(`gcc lays ${name} out as we do`, (context) => {
    const text = read(name);
    const unit = readUnit({
      path: name,
      text,
      target: defaultTarget,
      includePaths: [],
      defines: [],
      files: new Map(),
      builtinHeader: (header) => builtinHeader(linux71, header),
      prelude: "",
      hooks: {},
    });
    const layouts = layoutsOfFile(unit, name, { all: false });
    const ours = layouts.flatMap((layout) => [
      `${layout.name} ${layout.size} ${layout.align}`,
      ...layout.fields
        .filter((field) => field.name !== undefined)
        .map((field) => `${field.path} ${field.offset}`),
    ]);
    const gcc = requireTool(context, "gcc");
    expect(layouts.length).toBeGreaterThan(1);
    expect(ours).toEqual(gccFacts(gcc, path.join(folder, name), layouts));
  });
