// The profiles' tables against a compiler: each struct's declaration, laid out by gcc, has the size, the alignment and the
// field offsets that the table says. And the names by which a profile is found.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { builtinHeader, scenarioPrelude } from "../../../server/engine/abi/headers.ts";
import type { Profile } from "../../../server/engine/abi/profile.ts";
import {
  findProfile,
  NEWEST_RELEASED,
  PROFILES,
} from "../../../server/engine/abi/profiles/index.ts";
import { requireTool } from "../../support/outside.ts";

/** Compiles and runs a C program; its output's lines. */
function runC(gcc: string, text: string): string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), "rseq-lab-"));
  try {
    const source = path.join(folder, "a.c");
    writeFileSync(source, text);
    const program = path.join(folder, "a");
    execFileSync(gcc, ["-w", "-o", program, source]);
    return execFileSync(program, { encoding: "utf8" }).trimEnd().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function factsOf(profile: Profile): string[] {
  return profile.structs.flatMap((struct) => [
    `${struct.tag} ${struct.size} ${struct.align}`,
    ...struct.fields.map(({ name, offset, size }) => `${struct.tag}.${name} ${offset} ${size}`),
    ...(struct.endOffset === undefined ? [] : [`${struct.tag}.end ${struct.endOffset}`]),
  ]);
}

function printFacts(profile: Profile): string {
  const lines = profile.structs.flatMap((struct) => {
    const type = `struct ${struct.tag}`;
    return [
      `printf("${struct.tag} %zu %zu\\n", sizeof(${type}), _Alignof(${type}));`,
      ...struct.fields.map(({ name }) => {
        const member = memberOf(profile, struct.tag, name);
        return `printf("${struct.tag}.${name} %zu %zu\\n", __builtin_offsetof(${type}, ${member}), sizeof(((${type} *)0)->${member}));`;
      }),
      ...(struct.endOffset === undefined
        ? []
        : [`printf("${struct.tag}.end %zu\\n", __builtin_offsetof(${type}, end));`]),
    ];
  });
  return `int printf(const char *, ...);\nint main(void) {\n${lines.join("\n")}\n}\n`;
}

/** In a split the table leaves the part's name out. */
function memberOf(profile: Profile, tag: string, name: string): string {
  const isSplitShared =
    profile.behaviour.schedState === "split" && tag === "rseq" && name === "sched_state";
  return isSplitShared ? `shared.${name}` : name;
}

describe.each(PROFILES.map((profile) => [profile.name, profile] as const))("%s", (_, profile) => {
  test("the tables are what gcc makes of the built-in header", (context) => {
    const gcc = requireTool(context, "gcc");
    const types = builtinHeader(profile, "linux/types.h") ?? "";
    const header = (builtinHeader(profile, "linux/rseq.h") ?? "").replace(/#include.*/, "");
    expect(runC(gcc, types + header + printFacts(profile))).toEqual(factsOf(profile));
  });

  test("the scenario prelude compiles and defines every constant with its value", (context) => {
    const gcc = requireTool(context, "gcc");
    const checks = profile.constants.map(
      ({ name, value }) => `_Static_assert(${name} == ${value}, "${name}");`,
    );
    const text = `${scenarioPrelude(profile, new Set())}${checks.join("\n")}\nint main(void) { return 0; }\n`;
    expect(runC(gcc, text)).toEqual([""]);
  });

  test("the feature size is the offset of `end`, and fields do not overlap", () => {
    for (const struct of profile.structs) {
      if (struct.tag === "rseq" && struct.endOffset !== undefined)
        expect(profile.featureSize).toBe(struct.endOffset);
      const flat = struct.fields.filter(
        (field) => !field.name.includes(".") && field.name !== "all",
      );
      for (const [index, field] of flat.entries()) {
        const next = flat[index + 1];
        if (next !== undefined && struct.tag !== "rseq_slice_ctrl")
          expect(field.offset + field.size).toBeLessThanOrEqual(next.offset);
      }
    }
  });
});

test("a struct that the file declares itself is left out of the prelude", () => {
  const prelude = scenarioPrelude(NEWEST_RELEASED, new Set(["rseq"]));
  expect(prelude).not.toMatch(/struct rseq \{/);
  expect(prelude).toMatch(/struct rseq_cs \{/);
});

test.each([
  ["linux-4.18", "linux-5.4"],
  ["linux-5.4", "linux-5.4"],
  ["linux-5.5", "linux-5.19"],
  ["linux-6.1.146", "linux-6.2"],
  ["linux-6.3", "linux-6.14"],
  ["linux-6.15", "linux-6.18"],
  ["linux-6.18.44", "linux-6.18"],
  ["linux-7.0", "linux-7.0"],
  ["linux-7.0.9", "linux-7.0"],
  ["linux-7.0.10", "linux-7.1"],
  ["linux-7.1", "linux-7.1"],
  ["shared-flag", "proposal-shared-flag"],
])("%s behaves as %s and keeps the name it was asked for", (name, expected) => {
  const found = findProfile(name);
  expect(found?.profile.name).toBe(expected);
  expect(found?.shownName).toBe(name);
});

test.each(["linux-4.17", "linux-9.9", "linux", "", "freebsd"])("%s is no profile", (name) => {
  expect(findProfile(name)).toBeUndefined();
});
