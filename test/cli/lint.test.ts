import { join } from "node:path";
import { expect, test } from "vitest";
import { filesIn, runCli } from "./run-cli.ts";

const BROKEN = `struct rseq {
  __u32 cpu_id_start;
  __u64 rseq_cs;
} __attribute__((aligned(32)));
`;

test("a finding is one JSON document with code, range from 1, kernel, target and fixes, and exit status 1", async () => {
  const folder = filesIn({ "a.h": BROKEN });
  const { code, json, err } = await runCli("lint", "--format", "json", join(folder, "a.h"));
  expect({ code, err }).toEqual({ code: 1, err: "" });
  const { version, findings, summary } = json() as {
    version: number;
    findings: { code: string; name: string; file: string; fixes: object[]; target: string }[];
    summary: { files: number; errors: number };
  };
  expect(version).toBe(1);
  expect(summary.files).toBe(1);
  expect(summary.errors).toBeGreaterThan(0);
  const hole = findings.find((finding) => finding.code === "L01");
  expect(hole).toMatchObject({
    name: "implicit-hole",
    severity: "error",
    range: { start: { line: 3, column: 9 }, end: { line: 3, column: 16 } },
    target: "x86_64-linux",
    fixes: [{ title: expect.any(String) as string }],
  });
});

test("--fail-on decides which severities fail", async () => {
  const folder = filesIn({
    "a.h": "struct rseq_cs { __u32 version; __u32 flags; __u64 start_ip; };",
  });
  const path = join(folder, "a.h");
  const severities = (await runCli("lint", "--format", "json", path)).json() as {
    summary: { errors: number; warnings: number; infos: number };
  };
  const { code: onError } = await runCli("lint", path);
  expect(onError).toBe(severities.summary.errors > 0 ? 1 : 0);
  const all = severities.summary.errors + severities.summary.warnings + severities.summary.infos;
  expect((await runCli("lint", "--fail-on", "info", path)).code).toBe(all > 0 ? 1 : 0);
});

test("folders are walked, and a clean tree exits with 0", async () => {
  const folder = filesIn({
    "a.h": "struct other { char c; long l; };",
    "notes.txt": "struct rseq {",
  });
  const { code, json } = await runCli("lint", "--format", "json", folder);
  expect(code).toBe(0);
  expect(json()).toMatchObject({ findings: [], summary: { files: 1 } });
});

test("rseq-lab.json above the file chooses the kernel, and the command line wins over it", async () => {
  const folder = filesIn({ "a.h": BROKEN, "rseq-lab.json": '{ "kernel": "linux-6.2" }' });
  const kernelOf = async (...options: string[]): Promise<unknown> => {
    const { json } = await runCli("lint", "--format", "json", ...options, join(folder, "a.h"));
    return (json() as { findings: { kernel: string }[] }).findings[0]?.kernel;
  };
  expect(await kernelOf()).toBe("linux-6.2");
  expect(await kernelOf("--kernel", "linux-6.18")).toBe("linux-6.18");
});

test("an unreadable file, an unknown option and an unknown kernel are errors on standard error with exit status 2", async () => {
  const folder = filesIn({ "a.h": BROKEN });
  const missing = await runCli("lint", join(folder, "none.h"));
  expect(missing).toMatchObject({ code: 2, out: "" });
  expect(missing.err).toContain("no such file");
  const option = await runCli("lint", "--colour", join(folder, "a.h"));
  expect(option).toMatchObject({ code: 2, out: "" });
  expect(option.err).toContain("--colour");
  const kernel = await runCli("lint", "--kernel", "linux-9.9", join(folder, "a.h"));
  expect(kernel).toMatchObject({ code: 2, out: "" });
  expect(kernel.err).toContain("linux-6.18");
});

test("a binary file gives one finding that says so", async () => {
  const folder = filesIn({ "a.h": new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff]) });
  const { code, json } = await runCli("lint", "--format", "json", join(folder, "a.h"));
  expect(code).toBe(1);
  expect(json()).toMatchObject({ findings: [{ code: "N11" }] });
});

test("an empty file is clean", async () => {
  const folder = filesIn({ "a.h": "", "a.rseq": "" });
  expect((await runCli("lint", join(folder, "a.h"))).code).toBe(0);
});

test("the system's own linux/rseq.h gives no finding", async () => {
  const { code, json } = await runCli(
    "lint",
    "--format",
    "json",
    "--fail-on",
    "info",
    "/usr/include/linux/rseq.h",
  );
  expect(code).toBe(0);
  expect(json()).toMatchObject({ findings: [] });
});

test("text output shows the source line with a caret and ends with the summary", async () => {
  const folder = filesIn({ "a.h": BROKEN });
  const { out } = await runCli("lint", join(folder, "a.h"));
  expect(out).toContain("    3 |   __u64 rseq_cs;\n      |         ^~~~~~~\n");
  expect(out.trimEnd().split("\n").at(-1)).toMatch(
    /^\d+ errors?, \d+ warnings?, \d+ notes? in 1 file$/,
  );
});

test("explain prints the page of a code and lists all codes", async () => {
  expect((await runCli("explain", "L01")).out).toContain("# L01 implicit-hole");
  expect((await runCli("explain", "S03")).out).toContain("unclosed-attribute");
  const list = (await runCli("explain", "--list")).out;
  for (const code of ["L01", "P02", "K01", "S03", "T10", "N11"])
    expect(list).toContain(`${code}  `);
  expect((await runCli("explain", "Z99")).code).toBe(2);
});
