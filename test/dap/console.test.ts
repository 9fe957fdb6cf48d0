// The debug console: commands as a schedule says them, questions, assignments, completion.
import { expect, test } from "vitest";
import { compileScenario } from "../../server/engine/scenario/compile.ts";
import { splitAssignment } from "../../server/dap/expression.ts";
import { Client } from "./client.ts";
import { COUNTER, LINE } from "./scenarios.ts";

async function stopped(options: object = {}): Promise<Client> {
  const client = new Client({ "/counter.rseq": COUNTER });
  await client.launch({ program: "/counter.rseq", ...options });
  return client;
}

async function say(client: Client, expression: string): Promise<unknown> {
  const frameId = (await client.stack(1))[0]?.id;
  return (await client.request("evaluate", { expression, frameId, context: "repl" }))["result"];
}

/** Says a command that moves the run, and answers the stop. */
async function sayMove(client: Client, expression: string): Promise<unknown> {
  const stop = client.next("stopped");
  await say(client, expression);
  return (await stop)["description"];
}

test("a thread is dispatched, run, migrated and aborted by hand", async () => {
  const client = await stopped({ schedule: "manual" });
  await sayMove(client, "run worker[0] 7");
  expect((await client.threadNames())[0]).toBe("worker[0] · cpu 0 · in section increment");
  expect(await sayMove(client, "migrate worker[0] to 1")).toBe(
    "Migrated: worker[0] from CPU 0 to CPU 1",
  );
  await sayMove(client, "dispatch worker[0]");
  expect(await sayMove(client, "run worker[0]")).toBe(
    "Aborted: worker[0] was migrated from CPU 0 to CPU 1 inside increment",
  );
  expect((await client.values(1, "Kernel"))["aborts"]).toBe("1");
});

test("what was done by hand can be pasted into the file, and does the same there", async () => {
  const client = await stopped({ schedule: "manual" });
  await sayMove(client, "run worker[0] 7");
  await sayMove(client, "migrate worker[0] to 1");
  await sayMove(client, "run worker[1] 3");
  const text = String(await say(client, "schedule"));
  expect(text).toMatch(/^schedule so_far \{\n/);
  const file = `${COUNTER}\n${text}`;
  const { program } = compileScenario({
    path: "/counter.rseq",
    text: file,
    files: new Map(),
    includePaths: [],
    defines: [],
    overrides: {},
  });
  expect(program?.schedules.map(({ name }) => name)).toContain("so_far");
  const again = new Client({ "/counter.rseq": file });
  await again.launch({ program: "/counter.rseq", schedule: "so_far" });
  const stop = again.next("stopped");
  await again.request("continue", { threadId: 1 });
  await stop;
  expect(await again.threadNames()).toEqual(await client.threadNames());
  expect(await again.values(1, "Private")).toEqual(await client.values(1, "Private"));
});

test("why tells who wrote a value last: the kernel, the thread, or you", async () => {
  const client = await stopped();
  await client.request("setBreakpoints", {
    source: { path: "/counter.rseq" },
    breakpoints: [{ line: LINE.commit }],
  });
  await client.move("continue", { threadId: 1 });
  expect(await say(client, "why rseq->cpu_id")).toMatch(
    /^rseq->cpu_id = 0: written by the kernel, for worker\[0\] in step 2 \(.*: ids stored/,
  );
  expect(await say(client, "why rseq->rseq_cs")).toMatch(/written by worker\[0\] in step \d+/);
  expect(await say(client, "why hits[0].value")).toBe("hits[0].value = 0: no step has written it.");
  await say(client, "hits[0].value = 7");
  expect(await say(client, "why hits[0].value")).toMatch(/^hits\[0\]\.value = 7: written by you/);
});

test("assignments write locals, globals and fields, and warn where only the kernel writes", async () => {
  const client = await stopped();
  await client.request("setBreakpoints", {
    source: { path: "/counter.rseq" },
    breakpoints: [{ line: LINE.commit }],
  });
  await client.move("continue", { threadId: 1 });
  expect(await say(client, "v = 40 + 2")).toBe("42");
  expect(await say(client, "v += 1;")).toBe("43");
  expect(await say(client, "v == 43")).toBe("1");
  expect(await say(client, "worker[1].rseq->flags = 0")).toBe("0");
  expect(await say(client, "rseq->node_id = 5")).toBe("5");
  expect(client.console).toContain("Only the kernel writes 'rseq->node_id'");
  const { value } = await client.request("setExpression", {
    expression: "hits[1].value",
    value: "9",
  });
  expect(value).toBe("9");
});

test.each([
  ["a = 1", "a", " 1"],
  ["p->x[2].y = a == b", "p->x[2].y", " a == b"],
  ["x <<= 2", "x", "(x) << ( 2)"],
])("'%s' is an assignment", (text, target, value) => {
  expect(splitAssignment(text)).toEqual({ target, value });
});

test.each(["a == 1", "a >= b", "a != b", "a <= b", "f(a)", "a < b == c", "a ="])(
  "'%s' is none",
  (text) => {
    expect(splitAssignment(text)).toBeUndefined();
  },
);

test("help lists the commands; a command that cannot be done says so", async () => {
  const client = await stopped();
  expect(await say(client, "help")).toMatch(/^help +this list\n/);
  expect(await say(client, "threads")).toBe(
    "worker[0] · cpu 0 · runnable\nworker[1] · cpu 1 · runnable",
  );
  expect(
    await client.refusal("evaluate", { expression: "preempt worker[0]", context: "repl" }),
  ).toBe("'preempt worker[0]' is not possible here; 'help' lists the commands.");
  expect(await client.refusal("evaluate", { expression: "run nobody", context: "repl" })).toBe(
    "There is no thread 'nobody'; there are worker[0], worker[1].",
  );
});

test("commands, threads, variables and members are completed", async () => {
  const client = await stopped();
  await client.move("stepIn", { threadId: 1 });
  const frameId = (await client.stack(1))[0]?.id;
  const labels = async (text: string): Promise<readonly string[]> => {
    const { targets } = await client.request("completions", {
      text,
      column: text.length + 1,
      frameId,
    });
    return (targets as { label: string }[]).map(({ label }) => label);
  };
  expect(await labels("pre")).toEqual(["preempt"]);
  expect(await labels("preempt wor")).toEqual(["worker[0]", "worker[1]"]);
  expect(await labels("cp")).toEqual(["cpu"]);
  expect(await labels("rseq->cpu")).toEqual(["cpu_id_start", "cpu_id"]);
  expect(await labels("hits[0].")).toEqual(["value"]);
  expect(await labels("worker[1].ab")).toEqual(["aborts"]);
});

test("a line's other times and the last abort can be gone to", async () => {
  const client = await stopped();
  await client.request("setExceptionBreakpoints", { filters: [] });
  await client.move("next", { threadId: 1 });
  const source = { path: "/counter.rseq" };
  const { targets } = await client.request("gotoTargets", { source, line: LINE.load });
  const list = targets as { id: number; label: string }[];
  const previous = list.find(({ label }) => label.startsWith("previous time that worker[0]"));
  const stop = await client.move("goto", { threadId: 1, targetId: previous?.id });
  expect(stop).toMatchObject({ reason: "goto", threadId: 1 });
  expect(await client.line(1)).toBe(LINE.load);
  expect(list.some(({ label }) => label.startsWith("last abort"))).toBe(true);
});

test("a step can enter a call, or let the kernel strike here", async () => {
  const client = await stopped();
  await client.request("setBreakpoints", {
    source: { path: "/counter.rseq" },
    breakpoints: [{ line: LINE.commit }],
  });
  await client.move("continue", { threadId: 1 });
  const frameId = (await client.stack(1))[0]?.id;
  const { targets } = await client.request("stepInTargets", { frameId });
  const list = targets as { id: number; label: string }[];
  expect(list.map(({ label }) => label)).toEqual(
    expect.arrayContaining(["preempt worker[0] here", "migrate worker[0] to 1 here"]),
  );
  const migrate = list.find(({ label }) => label.startsWith("migrate worker[0] to 1"));
  await client.move("stepIn", { threadId: 1, targetId: migrate?.id });
  expect((await client.threadNames())[0]).toMatch(/^worker\[0\] · cpu 1/);
});

test("memory can be written, and a thread can be ended", async () => {
  const client = await stopped();
  const [first] = await client.scope(1, "Per-CPU");
  const { memoryReference } = first as unknown as { memoryReference: string };
  const answer = await client.request("writeMemory", { memoryReference, data: "BQAAAAAAAAA=" });
  expect(answer).toEqual({ bytesWritten: 8 });
  expect((await client.values(1, "Per-CPU"))["hits"]).toBe("{{value = 5}, {value = 0}}");
  expect(await client.refusal("writeMemory", { memoryReference: "0x10", data: "BQ==" })).toBe(
    "Nothing is mapped at 0x10.",
  );
  await client.move("terminateThreads", { threadIds: [2] });
  expect((await client.threadNames())[1]).toMatch(/exited/);
  expect(await client.refusal("terminateThreads", { threadIds: [2] })).toBe(
    "worker[1] has ended already.",
  );
});

test("all threads' fields are answered side by side, and a field's writes one after another", async () => {
  const client = await stopped();
  await client.move("next", { threadId: 1 });
  const { fields, threads } = (await client.request("rseq/matrix")) as {
    fields: { name: string; class: string }[];
    threads: { name: string; values: string[] }[];
  };
  expect(fields[1]).toEqual({ name: "cpu_id", class: "private" });
  expect(threads.map(({ name, values }) => [name, values.length])).toEqual([
    ["worker[0]", fields.length],
    ["worker[1]", fields.length],
  ]);
  const cpuId = (await client.scope(1, "Private"))[1] as unknown as { memoryReference: string };
  const { writes } = await client.request("rseq/history", {
    memoryReference: cpuId.memoryReference,
    size: 4,
  });
  expect(writes).toMatchObject([
    { by: "kernel", value: "1", threadId: 1 },
    { by: "kernel", value: "0", threadId: 1 },
  ]);
  const { text } = await client.request("rseq/scheduleText", { name: "again" });
  expect(text).toMatch(/^schedule again \{\n {4}dispatch worker\[0\];\n/);
});

test("a step from where the other thread stopped is stepped back to the thread's own boundary", async () => {
  const client = await stopped({ schedule: "round_robin" });
  await client.move("stepIn", { threadId: 1 });
  await client.move("stepIn", { threadId: 2 });
  await client.move("stepBack", { threadId: 2 });
  expect(await client.request("rseq/position")).toMatchObject({ step: 0 });
});
