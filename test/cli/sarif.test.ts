import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { sarifLog } from "../../server/cli/sarif.ts";
import { filesIn, runCli } from "./run-cli.ts";

const BROKEN = `struct rseq {
  __u32 cpu_id_start;
  __u64 rseq_cs;
} __attribute__((aligned(32)));
`;

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
interface ArtifactLocation {
  readonly uri: string;
  readonly uriBaseId?: string;
}
interface Place {
  readonly artifactLocation: ArtifactLocation;
  readonly region: Region;
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly { readonly physicalLocation: Place }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly fixes?: readonly {
    readonly description: { readonly text: string };
    readonly artifactChanges: readonly {
      readonly artifactLocation: ArtifactLocation;
      readonly replacements: readonly {
        readonly deletedRegion: Region;
        readonly insertedContent: { readonly text: string };
      }[];
    }[];
  }[];
}
interface Rule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly defaultConfiguration: { readonly level: string };
}
interface Log {
  readonly version: string;
  readonly $schema: string;
  readonly runs: readonly {
    readonly columnKind: string;
    readonly originalUriBaseIds: Readonly<Record<string, { readonly uri: string }>>;
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Rule[] } };
    readonly results: readonly Result[];
  }[];
}

async function sarifOf(...paths: string[]): Promise<{ code: number; log: Log }> {
  const { code, json } = await runCli("lint", "--format", "sarif", ...paths);
  return { code, log: json() as unknown as Log };
}

/** The text with the fix's replacements made, as a consumer of SARIF makes them. */
function applied(text: string, fix: NonNullable<Result["fixes"]>[number]): string {
  const lines = text.split("\n");
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  return fix.artifactChanges
    .flatMap(({ replacements }) => replacements)
    .toSorted((left, right) => right.deletedRegion.startLine - left.deletedRegion.startLine)
    .reduce((result, { deletedRegion: region, insertedContent }) => {
      const start = offset(region.startLine, region.startColumn);
      return (
        result.slice(0, start) +
        insertedContent.text +
        result.slice(offset(region.endLine, region.endColumn))
      );
    }, text);
}

test("SARIF has what version 2.1.0 requires: version, tool, rules with help, results that point at them", async () => {
  const folder = filesIn({ "a.h": BROKEN });
  const { code, log } = await sarifOf(join(folder, "a.h"));
  expect(code).toBe(1);
  expect(log.version).toBe("2.1.0");
  expect(log.$schema).toContain("sarif-schema-2.1.0.json");
  expect(log.runs).toHaveLength(1);
  const [run] = log.runs;
  expect(run?.columnKind).toBe("utf16CodeUnits");
  expect(run?.originalUriBaseIds["%SRCROOT%"]?.uri).toBe(`${pathToFileURL(process.cwd()).href}/`);
  const rules = run?.tool.driver.rules ?? [];
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const rule of rules) {
    expect(rule.shortDescription.text).not.toMatch(/^$|\*\*|^#/);
    expect(rule.help.text).not.toMatch(/^$|\*\*|^#/);
    expect(rule.help.markdown).toContain(`# ${rule.id} ${rule.name}`);
    expect(["error", "warning", "note"]).toContain(rule.defaultConfiguration.level);
  }
  const results = run?.results ?? [];
  expect(results.length).toBeGreaterThan(0);
  for (const result of results) {
    expect(rules[result.ruleIndex]?.id).toBe(result.ruleId);
    expect(["error", "warning", "note"]).toContain(result.level);
    expect(result.message.text).not.toBe("");
    expect(result.locations).toHaveLength(1);
    expect(Object.values(result.partialFingerprints)).toHaveLength(1);
  }
});

test("a file below the root has a relative, escaped path; another one an absolute", () => {
  const placeOf = (path: string): object => {
    const diagnostic = {
      code: "L01",
      name: "implicit-hole",
      severity: "error",
      message: "4 bytes of padding.",
      span: { path, start: 0, end: 1 },
      notes: [],
      fixes: [],
    } as const;
    const finding = { diagnostic, text: "x", kernel: "", target: "", textOf: () => undefined };
    const log = sarifLog([finding], "/project") as unknown as Log;
    return log.runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation ?? {};
  };
  expect(placeOf("/project/sub folder/ä.h")).toEqual({
    uri: "sub%20folder/%C3%A4.h",
    uriBaseId: "%SRCROOT%",
  });
  expect(placeOf("/projects/a b.h")).toEqual({ uri: "file:///projects/a%20b.h" });
});

test("columns count UTF-16 units: a character outside the basic plane counts as two", async () => {
  const folder = filesIn({ "a.h": BROKEN.replace("  __u64", "/* 🧵 */ __u64") });
  const { log } = await sarifOf(join(folder, "a.h"));
  const hole = log.runs[0]?.results.find(({ ruleId }) => ruleId === "L01");
  expect(hole?.locations[0]?.physicalLocation.region).toEqual({
    startLine: 3,
    startColumn: 16,
    endLine: 3,
    endColumn: 23,
  });
});

test("the replacements of a fix, made by hand, take the finding away", async () => {
  const folder = filesIn({ "a.h": BROKEN });
  const { log } = await sarifOf(join(folder, "a.h"));
  const fix = log.runs[0]?.results.find(({ ruleId }) => ruleId === "L01")?.fixes?.[0];
  if (fix === undefined) throw new Error("the finding has no fix");
  expect(fix.description.text).not.toBe("");
  writeFileSync(join(folder, "a.h"), applied(BROKEN, fix));
  const after = (await sarifOf(join(folder, "a.h"))).log.runs[0]?.results ?? [];
  expect(after.map(({ ruleId }) => ruleId)).not.toContain("L01");
});

test("a fingerprint outlives lines that are inserted above, and two equal lines have two", async () => {
  const folder = filesIn({ "a.h": BROKEN });
  const fingerprints = async (): Promise<string[]> =>
    ((await sarifOf(join(folder, "a.h"))).log.runs[0]?.results ?? []).flatMap((each) =>
      Object.values(each.partialFingerprints),
    );
  const before = await fingerprints();
  writeFileSync(join(folder, "a.h"), `/* one */\n/* two */\n${BROKEN}`);
  expect(await fingerprints()).toEqual(before);
  writeFileSync(join(folder, "a.h"), `${BROKEN}${BROKEN.replace("rseq {", "rseq_abi {")}`);
  const twice = await fingerprints();
  expect(new Set(twice).size).toBe(twice.length);
});

test("a baseline silences what was there when it was written, and nothing else", async () => {
  const folder = filesIn({ "a.h": BROKEN });
  const path = join(folder, "a.h");
  const baseline = join(folder, "known.json");
  const written = await runCli("lint", "--write-baseline", baseline, path);
  expect(written.code).toBe(0);
  expect(written.err).toContain("known.json");
  const silent = await runCli("lint", "--format", "json", "--baseline", baseline, path);
  expect(silent.code).toBe(0);
  expect(silent.json()).toMatchObject({ findings: [] });
  writeFileSync(path, `// moved\n${BROKEN.replace("rseq_cs;", "rseq_cs;\n  char a;\n  __u32 b;")}`);
  const worse = await runCli("lint", "--format", "json", "--baseline", baseline, path);
  expect(worse.code).toBe(1);
  const lines = (
    worse.json() as { findings: { range: { start: { line: number } } }[] }
  ).findings.map(({ range }) => range.start.line);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.every((line) => line > 4)).toBe(true);
});

test("a baseline holds paths from its own folder, so that it is good for everybody's copy", async () => {
  const one = filesIn({ "a.h": BROKEN });
  const other = filesIn({ "a.h": BROKEN });
  await runCli("lint", "--write-baseline", join(one, "known.json"), join(one, "a.h"));
  const text = readFileSync(join(one, "known.json"), "utf8");
  expect(text).not.toContain(one);
  writeFileSync(join(other, "known.json"), text);
  const there = await runCli("lint", "--baseline", join(other, "known.json"), join(other, "a.h"));
  expect(there.code).toBe(0);
});

test("a file that is no baseline, or cannot be written, is an error of the call", async () => {
  const folder = filesIn({ "a.h": BROKEN, "known.json": "[]" });
  mkdirSync(join(folder, "taken"));
  const path = join(folder, "a.h");
  const wrong = await runCli("lint", "--baseline", join(folder, "known.json"), path);
  expect(wrong).toMatchObject({ code: 2, out: "" });
  expect(wrong.err).toContain("no baseline");
  const missing = await runCli("lint", "--baseline", join(folder, "none.json"), path);
  expect(missing).toMatchObject({ code: 2, out: "" });
  const taken = await runCli("lint", "--write-baseline", join(folder, "taken"), path);
  expect(taken).toMatchObject({ code: 2, out: "" });
});
