// What a person sees in an editor: findings while typing, a hover, fixes, an outline, lenses above a scenario; and what must not be seen.
import { expect, test } from "vitest";
import { LanguageClient, memoryHost, positionOf } from "../support/language-client.ts";

const uri = "file:///project/rseq.h";
const broken = `struct rseq {
	__u32 cpu_id_start;
	__u64 rseq_cs;
} __attribute__((aligned(32)));
`;
const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const scenario = `kernel "linux-6.18";
machine { cpus = 2; }
struct counter { u64 value; } __attribute__((aligned(64)));
percpu struct counter hits;
void increment(void)
{
    u32 cpu;
retry:
    cpu = rseq->cpu_id_start;
    critical (cpu) abort retry {
        u64 v = hits[cpu].value;
        commit hits[cpu].value = v + 1;
    }
}
thread worker[2] { increment(); }
schedule lost { run worker[0] 3; run all; }
finally { assert(hits[0].value + hits[1].value == 2); }
`;

function start(
  files: Readonly<Record<string, string>> = {},
  rest: Partial<ConstructorParameters<typeof LanguageClient>[0]> = {},
): LanguageClient {
  return new LanguageClient({ host: memoryHost(files), ...rest });
}

test("a broken header gets its findings, with code, range, severity and source", async () => {
  const client = start();
  await client.open(uri, broken);
  const found = await client.diagnostics(uri);
  expect(found.map((one) => one.code)).toContain("L01");
  const hole = found.find((one) => one.code === "L01");
  expect(hole?.message).toBe(
    "4 bytes of padding before 'rseq_cs' at offset 4. Kernel and user space may disagree about them; declare a reserved field.",
  );
  expect(hole?.range).toEqual({
    start: { line: 2, character: 7 },
    end: { line: 2, character: 14 },
  });
  expect(hole?.severity).toBe(1);
  expect(hole?.source).toBe("rseq-lab");
});

test("a code links to its page where the client says how", async () => {
  const client = start({}, { initializationOptions: { explainUri: "editor://explain/" } });
  await client.open(uri, broken);
  const [first] = await client.diagnostics(uri);
  expect(first?.codeDescription?.href).toBe(`editor://explain/${first?.code ?? ""}`);
  const page = await client.connection.sendRequest("rseq/explain", { code: "L01" });
  expect(page).toContain("# L01 implicit-hole");
});

test("findings follow the unsaved text, edit by edit", async () => {
  const client = start();
  await client.open(uri, broken);
  expect((await client.diagnostics(uri)).some((one) => one.code === "L01")).toBe(true);
  const place = { line: 2, character: 0 };
  await client.change(uri, "\t__u32 cpu_id;\n", { start: place, end: place });
  expect((await client.diagnostics(uri)).map((one) => one.code)).toEqual([]);
});

test("a C file that has nothing of rseq gets nothing at all", async () => {
  const client = start();
  const other = "file:///project/other.c";
  await client.open(other, "struct list { int a; struct list *next };\nint x = = 3;\n");
  expect(await client.diagnostics(other)).toEqual([]);
  expect(await client.hover(other, { line: 0, character: 8 })).toBeNull();
});

test("in a C file only what touches an rseq struct is said about its syntax", async () => {
  const client = start();
  const other = "file:///project/other.c";
  await client.open(
    other,
    `#include <sys/rseq.h>\nint x = = 3;\nstruct rseq_shared { __u32 a __u32 b; };\nint y = = 4;\n`,
  );
  const lines = (await client.diagnostics(other)).map((one) => one.range.start.line);
  expect(new Set(lines)).toEqual(new Set([2]));
});

test("an included header is taken from the open buffer, then from the disk", async () => {
  const client = start({ "/project/shared.h": "struct state { __u8 a; };\n" });
  const text = `#include "shared.h"\nstruct rseq_shared { struct state s; __u32 b; };\n`;
  await client.open(uri, text);
  expect((await client.diagnostics(uri)).map((one) => one.code)).toContain("L01");
  await client.open("file:///project/shared.h", "struct state { __u32 a; };\n");
  await client.change(uri, `${text}\n`);
  expect((await client.diagnostics(uri)).map((one) => one.code)).not.toContain("L01");
});

test("an edit of an included header reaches the open file that includes it", async () => {
  const client = start();
  const header = "file:///project/shared.h";
  await client.open(header, "struct state { __u32 a; };\n");
  await client.open(uri, `#include "shared.h"\nstruct rseq_shared { struct state s; __u32 b; };\n`);
  expect(await client.diagnostics(uri)).toEqual([]);
  await client.change(header, "struct state { __u8 a; };\n");
  await client.until(uri, (found) => found.some((one) => one.code === "L01"));
  await client.close(header);
  await client.until(uri, (found) => found.some((one) => one.code === "N01"));
});

test("a field's hover has its facts", async () => {
  const client = start();
  await client.open(uri, broken);
  const hover = await client.hover(uri, positionOf(broken, "rseq_cs;"));
  const text = JSON.stringify(hover?.contents);
  expect(text).toContain("| offset | 8 |");
  expect(text).toContain("| written by | owner; kernel clears |");
  expect(text).toContain("Linux 4.18");
  expect(hover?.range).toEqual({
    start: { line: 2, character: 7 },
    end: { line: 2, character: 14 },
  });
});

test("a finding's fix is a quick fix, and the safe ones can be applied at once", async () => {
  const client = start();
  await client.open(uri, broken);
  const actions = await client.codeActions(uri, whole);
  const fix = actions.find((one) => one.title === "Add `__u32 __reserved;`");
  expect(fix?.kind).toBe("quickfix");
  expect(fix?.edit?.changes?.[uri]?.[0]?.newText).toBe("__u32 __reserved;\n\t");
  const all = await client.codeActions(uri, whole, ["source.fixAll"]);
  expect(all.map((one) => one.kind)).toEqual(["source.fixAll.rseq"]);
});

test("a scenario has Run and Debug above it and above its schedules", async () => {
  const client = start();
  const file = "file:///project/counter.rseq";
  await client.open(file, scenario);
  const lenses = await client.lenses(file);
  expect(lenses.map((one) => [one.range.start.line, one.command?.title])).toEqual([
    [0, "Run"],
    [0, "Debug"],
    [15, "Run"],
    [15, "Debug"],
  ]);
  expect(lenses[0]?.command).toEqual({
    title: "Run",
    command: "rseqLab.runScenario",
    arguments: [file],
  });
  expect(lenses[3]?.command?.arguments).toEqual([file, "lost"]);
  expect(await client.diagnostics(file)).toEqual([]);
});

test("the outline of a scenario names its items, sections and commits", async () => {
  const client = start();
  const file = "file:///project/counter.rseq";
  await client.open(file, scenario);
  const symbols = await client.symbols(file);
  expect(symbols.map((one) => one.name)).toEqual([
    "linux-6.18",
    "machine",
    "struct counter",
    "hits",
    "increment",
    "worker",
    "lost",
    "finally",
  ]);
  const increment = symbols.find((one) => one.name === "increment");
  expect(increment?.children?.map((one) => one.name)).toEqual(["retry", "critical"]);
});

test("the status says which kernel and target judge", async () => {
  const client = start();
  await client.open(uri, broken);
  await client.diagnostics(uri);
  const status = await client.connection.sendRequest("rseq/documentStatus", { uri });
  expect(status).toMatchObject({
    kernel: "linux-5.4",
    target: "x86_64-linux",
    isAutomatic: true,
    text: "linux-5.4 · x86_64",
  });
});

test("the settings of the client choose the kernel, and rseq-lab.json wins", async () => {
  const capabilities = { workspace: { configuration: true } };
  const settings = { kernel: "linux-7.0", severity: { L01: "off" } };
  const client = start({}, { capabilities, settings });
  await client.open(uri, broken);
  expect((await client.diagnostics(uri)).map((one) => one.code)).not.toContain("L01");
  const status = await client.connection.sendRequest("rseq/documentStatus", { uri });
  expect(status).toMatchObject({ kernel: "linux-7.0", isAutomatic: false });
  const project = start(
    { "/project/rseq-lab.json": '{ "kernel": "linux-6.15" }' },
    { capabilities, settings },
  );
  await project.open(uri, broken);
  await project.diagnostics(uri);
  expect(await project.connection.sendRequest("rseq/documentStatus", { uri })).toMatchObject({
    kernel: "linux-6.15",
  });
});

test("a wrong rseq-lab.json is a finding in that file, and the rest of it counts", async () => {
  const client = start({
    "/project/rseq-lab.json": '{\n  "kernel": "linux-9.9",\n  "severity": { "L01": "off" }\n}\n',
  });
  await client.open(uri, broken);
  expect((await client.diagnostics(uri)).map((one) => one.code)).not.toContain("L01");
  const found = await client.diagnosticsOfFile("file:///project/rseq-lab.json");
  expect(found.map((one) => one.range.start.line)).toEqual([1]);
  expect(found[0]?.message).toContain("linux-6.18");
});

test("a client that pulls is not pushed to", async () => {
  const client = start({}, { capabilities: { textDocument: { diagnostic: {} } } });
  const result = await client.initialized;
  expect(result.capabilities.diagnosticProvider).toBeDefined();
  await client.open(uri, broken);
  const report = await client.pull(uri);
  expect(report.kind).toBe("full");
  expect(report.items.map((one) => one.code)).toContain("L01");
});

test("bad input gets one clear message, and the next good text works", async () => {
  const client = start();
  await client.open(uri, "struct rseq {\0\0\u0001");
  expect((await client.diagnostics(uri)).map((one) => one.code)).toEqual(["N11"]);
  await client.change(uri, "");
  expect(await client.diagnostics(uri)).toEqual([]);
  await client.change(uri, broken);
  expect((await client.diagnostics(uri)).length).toBeGreaterThan(0);
});

test("a closed document keeps no findings", async () => {
  const client = start();
  await client.open(uri, broken);
  expect((await client.diagnostics(uri)).length).toBeGreaterThan(0);
  await client.close(uri);
  await client.open("file:///project/next.h", broken);
  await client.diagnostics("file:///project/next.h");
  expect(await client.diagnosticsOfFile(uri)).toEqual([]);
});

test("a failure of ours is said once, logged, and the next document works", async () => {
  let isBroken = true;
  const files = memoryHost({});
  const client = new LanguageClient({
    host: {
      ...files,
      readFile: (path) =>
        isBroken ? Promise.reject(new Error("the disk is on fire")) : files.readFile(path),
    },
  });
  await client.open(uri, broken);
  expect(await client.untilShown()).toEqual([
    "Rseq Lab failed inside diagnostics; the rest goes on.",
  ]);
  expect(client.logged.join("\n")).toContain("the disk is on fire");
  expect(await client.hover(uri, { line: 1, character: 9 })).toBeNull();
  isBroken = false;
  await client.open("file:///elsewhere/next.h", broken);
  expect((await client.diagnostics("file:///elsewhere/next.h")).length).toBeGreaterThan(0);
});
