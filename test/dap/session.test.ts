// A debug session as an editor sees it, over the session core.
import { expect, test } from "vitest";
import { Client } from "./client.ts";
import { COUNTER, ENDLESS, LINE, PRYING, SHARED, UNREACHABLE } from "./scenarios.ts";

const FILES = {
  "/counter.rseq": COUNTER,
  "/shared.rseq": SHARED,
  "/prying.rseq": PRYING,
  "/endless.rseq": ENDLESS,
  "/unreachable.rseq": UNREACHABLE,
};

async function launched(program: string, options: object = {}): Promise<Client> {
  const client = new Client(FILES);
  await client.launch({ program, ...options });
  return client;
}

const counter = (options: object = {}): Promise<Client> => launched("/counter.rseq", options);

async function setLines(client: Client, ...lines: (number | object)[]): Promise<readonly object[]> {
  const { breakpoints } = await client.request("setBreakpoints", {
    source: { path: "/counter.rseq" },
    breakpoints: lines.map((line) => (typeof line === "number" ? { line } : line)),
  });
  return breakpoints as readonly object[];
}

test("a session stops on entry, before any thread has run, and lists the threads and the kernel", async () => {
  const client = new Client(FILES);
  const stop = await client.launch({ program: "/counter.rseq" });
  expect(stop).toMatchObject({ reason: "entry", threadId: 1, allThreadsStopped: true });
  expect(await client.threadNames()).toEqual([
    "worker[0] · cpu 0 · runnable",
    "worker[1] · cpu 1 · runnable",
    "kernel",
  ]);
  expect(await client.line(1)).toBe(LINE.first);
});

test("stepping in enters the called function, over passes it, out leaves it", async () => {
  const client = await counter();
  await client.move("stepIn", { threadId: 1 });
  expect((await client.stack(1)).map(({ name, line }) => [name, line])).toEqual([
    ["increment", LINE.cpu],
    ["worker", LINE.first],
  ]);
  await client.move("stepOut", { threadId: 1 });
  expect((await client.stack(1)).map(({ name }) => name)).toEqual(["worker"]);
  expect(await client.values(1, "Machine")).toMatchObject({ schedule: "lost_update" });
});

test("the private area shows raw numbers with their meaning, before and after the thread's first exit to user", async () => {
  const client = await counter();
  expect(await client.values(1, "Private")).toMatchObject({
    cpu_id_start: "0",
    cpu_id: "4294967295 (not registered, or not updated yet)",
    rseq_cs: "0x0 (no critical section)",
  });
  await client.move("stepIn", { threadId: 1 });
  expect(await client.values(1, "Private")).toMatchObject({ cpu_id: "0", mm_cid: "0" });
});

test("inside of a section the thread, its frame and rseq_cs say so, and the scope tells what would happen here", async () => {
  const client = await counter();
  await setLines(client, LINE.load);
  await client.move("continue", { threadId: 1 });
  expect((await client.threadNames())[0]).toBe("worker[0] · cpu 0 · in section increment");
  expect((await client.stack(1))[0]?.name).toBe("increment · in section increment");
  expect((await client.values(1, "Private"))["rseq_cs"]).toMatch(
    /^0x[\da-f]+ → increment_cs \(in section\)$/,
  );
  expect(await client.values(1, "Critical section")).toMatchObject({
    "a preemption here": "would abort to retry",
    "a migration here": "would abort to retry",
    "a signal here": "would abort to retry",
  });
});

test("a stop on an abort names the thread, the cause and the section", async () => {
  const client = await counter();
  await client.request("setExceptionBreakpoints", { filters: ["abort"] });
  const stop = await client.move("continue", { threadId: 1 });
  expect(stop).toMatchObject({
    reason: "exception",
    threadId: 1,
    description: "Aborted: worker[0] was migrated from CPU 0 to CPU 1 inside increment",
  });
  const info = await client.request("exceptionInfo", { threadId: 1 });
  expect(info).toMatchObject({ exceptionId: "abort", breakMode: "always" });
  expect(JSON.stringify(info)).toContain("Migrated: worker[0] from CPU 0 to CPU 1");
});

test("a step that was aborted on its way says so", async () => {
  const client = await counter();
  const stop = await client.move("next", { threadId: 1 });
  expect(stop["description"]).toMatch(/^(Aborted|Committed): worker\[0\]/);
});

test("stepping back shows what was before, to the first step and not beyond", async () => {
  const client = await counter();
  const shown: string[] = [];
  const look = async (): Promise<string> =>
    JSON.stringify([
      await client.line(1),
      await client.values(1, "Private"),
      await client.values(1, "Locals"),
      await client.values(1, "Per-CPU"),
    ]);
  for (let count = 0; count < 7; count++) {
    shown.push(await look());
    await client.move("stepIn", { threadId: 1 });
  }
  for (const expected of shown.toReversed()) {
    const stop = await client.move("stepBack", { threadId: 1 });
    expect(await look()).toBe(expected);
    expect(stop["description"]).toMatch(/ · step \d+ of \d+$/);
  }
  const stop = await client.move("stepBack", { threadId: 1 });
  expect(stop["description"]).toMatch(/^worker\[0\] is at the beginning/);
});

test("a call that was stepped over is stepped back over", async () => {
  const client = await counter();
  await client.move("next", { threadId: 1 });
  expect(await client.line(1)).toBe(LINE.second);
  await client.move("stepBack", { threadId: 1 });
  expect(await client.line(1)).toBe(LINE.first);
  expect(await client.request("rseq/position")).toMatchObject({ step: 0 });
});

test("reverse continue stops at the breakpoints that continue stopped at", async () => {
  const client = await counter();
  await setLines(client, LINE.commit);
  const positions: unknown[] = [];
  for (let count = 0; count < 3; count++) {
    const stop = await client.move("continue", { threadId: 1 });
    expect(stop).toMatchObject({ reason: "breakpoint" });
    positions.push((await client.request("rseq/position"))["step"]);
  }
  await client.move("reverseContinue", { threadId: 1 });
  expect((await client.request("rseq/position"))["step"]).toBe(positions[1]);
  await client.move("reverseContinue", { threadId: 1 });
  expect((await client.request("rseq/position"))["step"]).toBe(positions[0]);
  const stop = await client.move("reverseContinue", { threadId: 1 });
  expect(stop["description"]).toMatch(/at the beginning/);
});

test("a breakpoint on a line without a statement moves to the next one, and is verified at once", async () => {
  const client = await counter();
  const [moved, behind] = await setLines(client, 8, 200);
  expect(moved).toMatchObject({ verified: true, line: LINE.cpu });
  expect(behind).toMatchObject({ verified: false, message: "No statement follows this line." });
});

test("conditions, hit counts and log messages do what they say", async () => {
  const client = await counter();
  await setLines(client, { line: LINE.load, condition: "self == 1" });
  expect(await client.move("continue", { threadId: 1 })).toMatchObject({ threadId: 2 });
  await client.move("rseq/seek", { step: 0 });
  await setLines(
    client,
    { line: LINE.load, hitCondition: "3" },
    { line: LINE.commit, logMessage: "v is {v} on {cpu}" },
  );
  await client.move("continue", { threadId: 1 });
  expect(client.console).toMatch(/worker\[0\] · cpu 0 · step \d+: v is 0 on 0/);
});

test("a condition that does not compile is answered as such", async () => {
  const client = await counter();
  const [breakpoint] = await setLines(client, { line: LINE.load, condition: "nobody == 1" });
  expect(breakpoint).toMatchObject({ verified: false });
  expect(JSON.stringify(breakpoint)).toMatch(/condition is not valid: .*nobody/);
});

test("functions and sections can be stopped at by name", async () => {
  const client = await counter();
  const { breakpoints } = await client.request("setFunctionBreakpoints", {
    breakpoints: [{ name: "increment" }, { name: "increment_cs" }, { name: "nobody" }],
  });
  expect(breakpoints).toMatchObject([{ verified: true }, { verified: true }, { verified: false }]);
  const stop = await client.move("continue", { threadId: 1 });
  expect(stop).toMatchObject({
    reason: "function breakpoint",
    description: "worker[0] entered increment",
  });
});

test("expressions are evaluated where the frame stands, without changing anything", async () => {
  const client = await counter();
  await setLines(client, LINE.commit);
  await client.move("continue", { threadId: 1 });
  const frameId = (await client.stack(1))[0]?.id;
  const value = async (expression: string): Promise<unknown> =>
    (await client.request("evaluate", { expression, frameId, context: "watch" }))["result"];
  expect(await value("v + 1")).toBe("1");
  expect(await value("hits[cpu].value")).toBe("0");
  expect(await value("rseq->cpu_id")).toBe("0");
  expect(await value("worker[1].aborts")).toBe("0");
  expect(await value("hits[1]")).toBe("{value = 0}");
  expect(
    await client.refusal("evaluate", { expression: "nobody", frameId, context: "hover" }),
  ).toMatch(/nobody/);
});

test("a written variable counts from then on", async () => {
  const client = await counter();
  await setLines(client, LINE.commit);
  await client.move("continue", { threadId: 1 });
  const { scopes } = await client.request("scopes", { frameId: (await client.stack(1))[0]?.id });
  const locals = (scopes as { name: string; variablesReference: number }[])[0];
  const answer = await client.request("setVariable", {
    variablesReference: locals?.variablesReference,
    name: "v",
    value: "41",
  });
  expect(answer["value"]).toBe("41");
  expect(await client.values(1, "Locals")).toMatchObject({ v: "41" });
});

test("the shared scope shows sched_state by name, the other thread's too", async () => {
  const client = await launched("/shared.rseq");
  await client.move("stepIn", { threadId: 1 });
  expect(await client.values(1, "Shared")).toMatchObject({ sched_state: "1 (ON_CPU)" });
  expect(await client.values(2, "Other threads")).toMatchObject({
    holder: expect.stringContaining("sched_state = 1 (ON_CPU)") as string,
  });
});

test("a private access is a violation that the session stops on, and continue then ends it", async () => {
  const client = await launched("/prying.rseq");
  const stop = await client.move("continue", { threadId: 1 });
  expect(stop).toMatchObject({ reason: "exception", threadId: 2 });
  expect(stop["description"]).toMatch(/^Violated: 'private_access'/);
  // The load that did it, not what comes next.
  expect(PRYING.split("\n")[(await client.line(2)) - 1]).toContain("stolen = other->cpu_id");
  const ended = client.next("terminated");
  await client.request("continue", { threadId: 2 });
  await ended;
  expect(client.events.find(({ event }) => event === "exited")?.body).toEqual({ exitCode: 1 });
});

test("the run to its end prints the verdict and gives the exit code", async () => {
  const client = await counter();
  const ended = client.next("terminated");
  await client.request("continue", { threadId: 1 });
  await ended;
  expect(client.console).toMatch(
    /Passed: 2 threads, \d+ steps, \d aborts?, 4 commits \(linux-6\.18, schedule lost_update\)\./,
  );
  expect(client.events.find(({ event }) => event === "exited")?.body).toEqual({ exitCode: 0 });
  expect(await client.threadNames()).toEqual([
    expect.stringContaining("exited"),
    expect.stringContaining("exited"),
    "kernel",
  ]);
  expect(await client.refusal("next", { threadId: 1 })).toBe(
    "The run has ended; restart it to go on.",
  );
  const entry = client.next("stopped");
  await client.request("restart");
  expect(await entry).toMatchObject({ reason: "entry" });
});

test("a schedule that asks for something impossible stops there, and then ends with the error", async () => {
  const client = await launched("/unreachable.rseq");
  const stop = await client.move("continue", { threadId: 1 });
  expect(stop["text"]).toMatch(/^Line 4 of the schedule cannot be done: .*a:again/);
  const ended = client.next("terminated");
  await client.request("continue", { threadId: 1 });
  await ended;
  expect(client.console).toMatch(/^Error: line 4: /m);
  expect(client.events.find(({ event }) => event === "exited")?.body).toEqual({ exitCode: 2 });
});

test("without debugging it runs to the end and nothing stops it", async () => {
  const client = new Client(FILES);
  await client.request("initialize", { adapterID: "rseq" });
  const ended = client.next("terminated");
  await client.request("launch", { program: "/counter.rseq", noDebug: true });
  await setLines(client, LINE.load);
  await client.request("configurationDone");
  await ended;
  expect(client.events.some(({ event }) => event === "stopped")).toBe(false);
  expect(client.console).toMatch(/^Passed: /m);
});

test("an endless run can be paused, stops at its bound, where one can look and go back, and ends behind it", async () => {
  const client = await launched("/endless.rseq", { maxSteps: 60_000 });
  const stopped = client.next("stopped");
  await client.request("continue", { threadId: 1 });
  expect(await client.refusal("stackTrace", { threadId: 1 })).toBe(
    "The run is moving; pause it first.",
  );
  await client.request("pause", { threadId: 1 });
  expect(await stopped).toMatchObject({ reason: "pause" });
  const atBound = await client.move("continue", { threadId: 1 });
  expect(atBound).toMatchObject({ reason: "pause", description: "Stopped after 60,000 steps" });
  expect(atBound["text"]).toContain("maxSteps");
  await client.move("stepBack", { threadId: 1 });
  await client.move("continue", { threadId: 1 });
  const ended = client.next("terminated");
  await client.request("continue", { threadId: 1 });
  await ended;
  expect(client.console).toMatch(/60,000 steps/);
  expect(client.events.find(({ event }) => event === "exited")?.body).toEqual({ exitCode: 3 });
});

test("a file that does not compile is refused with its first error, and the session stays usable", async () => {
  const files: Record<string, string> = {
    "/bad.rseq": "thread t {\n  u32 a = cpuid;\n}\n",
    ...FILES,
  };
  const client = new Client(files);
  await client.request("initialize", { adapterID: "rseq" });
  const refusal = await client.refusal("launch", { program: "/bad.rseq" });
  expect(refusal).toMatch(/^bad\.rseq has 1 error: line 2, 'cpuid' is not declared/);
  const printed = client.events.find(({ event }) => event === "output")?.body;
  expect(printed).toMatchObject({ category: "stderr", line: 2, source: { path: "/bad.rseq" } });
  expect(await client.refusal("launch", { program: "/nowhere.rseq" })).toBe(
    "There is no file '/nowhere.rseq'.",
  );
  await client.request("launch", { program: "/counter.rseq" });
});

test("requests out of order, of unknown kinds or with wrong arguments are refused in words", async () => {
  const client = new Client(FILES);
  expect(await client.refusal("threads")).toBe("'threads' came before 'initialize'.");
  await client.request("initialize", { adapterID: "rseq" });
  expect(await client.refusal("initialize", { adapterID: "rseq" })).toBe(
    "'initialize' came twice.",
  );
  expect(await client.refusal("next", { threadId: 1 })).toBe("No scenario has been launched.");
  expect(await client.refusal("attach", {})).toMatch(/use 'launch'/);
  await client.request("launch", { program: "/counter.rseq" });
  expect(await client.refusal("next", { threadId: 1 })).toMatch(/'configurationDone' is missing/);
  await client.request("configurationDone");
  expect(await client.refusal("fly")).toBe("The request 'fly' is not supported.");
  expect(await client.refusal("next", {})).toBe("'next' needs 'threadId', a whole number.");
  expect(await client.refusal("next", { threadId: "one" })).toBe(
    "'next.threadId' must be a whole number.",
  );
  expect(await client.refusal("next", { threadId: 77 })).toBe("There is no thread with id 77.");
  expect(await client.refusal("scopes", { frameId: 4711 })).toMatch(
    /^There is no frame with id 4711/,
  );
  expect(await client.refusal("modules", {})).toBe("A scenario has no modules.");
  await client.request("disconnect");
  expect(client.isClosed).toBe(true);
});

test("a client that counts from 0 and speaks URIs is answered in kind", async () => {
  const client = new Client(FILES);
  await client.request("initialize", {
    adapterID: "rseq",
    linesStartAt1: false,
    columnsStartAt1: false,
    pathFormat: "uri",
  });
  const entry = client.next("stopped");
  await client.request("launch", { program: "file:///counter.rseq" });
  const { breakpoints } = await client.request("setBreakpoints", {
    source: { path: "file:///counter.rseq" },
    breakpoints: [{ line: LINE.load - 1 }],
  });
  expect(breakpoints).toMatchObject([{ verified: true, line: LINE.load - 1, column: 8 }]);
  await client.request("configurationDone");
  await entry;
  const { stackFrames } = await client.request("stackTrace", { threadId: 1 });
  expect(stackFrames).toMatchObject([
    { line: LINE.first - 1, source: { path: "file:///counter.rseq" } },
  ]);
});

test("variables come in pages, and in base 16 where that is asked for", async () => {
  const files = { "/many.rseq": "u32 many[1000] = { 10, 11, 12 };\nthread t { many[0] = 17; }\n" };
  const client = new Client(files);
  await client.launch({ program: "/many.rseq" });
  const many = (await client.scope(1, "Globals"))[0];
  const page = { filter: "indexed", start: 1, count: 2, format: { hex: true } };
  const rows = await client.children(many?.variablesReference ?? 0, page);
  expect(rows.map(({ name, value }) => [name, value])).toEqual([
    ["[1]", "0xb"],
    ["[2]", "0xc"],
  ]);
});

test("memory and code can be read at their references", async () => {
  const client = await counter();
  const pointer = (await client.request("stackTrace", { threadId: 1 }))["stackFrames"] as {
    instructionPointerReference: string;
  }[];
  const reference = pointer[0]?.instructionPointerReference;
  const { instructions } = await client.request("disassemble", {
    memoryReference: reference,
    instructionOffset: -100,
    instructionCount: 120,
  });
  const rows = instructions as { instruction: string }[];
  expect(rows).toHaveLength(120);
  expect(rows[100]?.instruction).toBe("call increment()");
  expect(rows.some(({ instruction }) => instruction.includes("start_ip of increment"))).toBe(true);
  const [first] = await client.scope(1, "Private");
  const { memoryReference } = first as unknown as { memoryReference: string };
  const memory = await client.request("readMemory", { memoryReference, offset: 4, count: 4 });
  expect(memory["data"]).toBe("/////w==");
});

test("a variable can be watched for writes, and the stop tells both values", async () => {
  const client = await counter();
  const hits = (await client.scope(1, "Per-CPU"))[0];
  const element = (await client.children(hits?.variablesReference ?? 0))[1];
  const info = await client.request("dataBreakpointInfo", {
    variablesReference: element?.variablesReference,
    name: "value",
  });
  await client.request("setDataBreakpoints", {
    breakpoints: [{ dataId: info["dataId"], accessType: "write" }],
  });
  const stop = await client.move("continue", { threadId: 1 });
  expect(stop).toMatchObject({ reason: "data breakpoint" });
  expect(stop["description"]).toMatch(/^worker\[0\] wrote hits\+64: 0 → 1/);
});

test("another transition can be taken at a past step", async () => {
  const client = await counter({ schedule: "manual" });
  const take = async (name: string): Promise<unknown> => {
    const { transitions } = await client.request("rseq/transitions");
    const found = (transitions as { id: number; name: string }[]).find(
      (each) => each.name === name,
    );
    return (await client.move("rseq/take", { id: found?.id }))["description"];
  };
  expect(await take("dispatch worker[1]")).toBe("Taken: dispatch worker[1]");
  expect(await client.threadNames()).toContain("worker[1] · cpu 1 · running");
  await client.move("rseq/seek", { step: 0 });
  await take("dispatch worker[0]");
  expect(await client.threadNames()).toContain("worker[0] · cpu 0 · running");
  expect(await client.request("rseq/position")).toMatchObject({
    step: 1,
    length: 1,
    schedule: "manual",
  });
});

test("a frame is restarted by going back to its entry", async () => {
  const client = await counter();
  await setLines(client, LINE.commit);
  await client.move("continue", { threadId: 1 });
  await client.move("restartFrame", { frameId: (await client.stack(1))[0]?.id });
  expect((await client.stack(1)).map(({ name, line }) => [name, line])).toEqual([
    ["increment", LINE.cpu],
    ["worker", LINE.first],
  ]);
});

test("a run that is ended in its middle is not said to have passed", async () => {
  const client = await counter();
  await client.move("stepIn", { threadId: 1 });
  const ended = client.next("terminated");
  await client.request("terminate");
  await ended;
  expect(client.console).toMatch(
    /^Not finished: ended at step \d+ \(linux-6\.18, schedule lost_update\)\.$/m,
  );
});

test("a client that shows memory is told when it may have changed", async () => {
  const client = new Client(FILES);
  const entry = client.next("stopped");
  await client.request("initialize", {
    adapterID: "rseq",
    supportsMemoryReferences: true,
    supportsMemoryEvent: true,
  });
  await client.request("launch", { program: "/counter.rseq" });
  await client.request("configurationDone");
  await entry;
  await client.request("readMemory", { memoryReference: "0x20000000", count: 32 });
  await client.move("stepIn", { threadId: 1 });
  const told = client.events.filter(({ event }) => event === "memory");
  expect(told.map(({ body }) => body)).toEqual([
    { memoryReference: "0x20000000", offset: 0, count: 32 },
  ]);
});

test("a statement behind a system call that gives the CPU away can be stopped at", async () => {
  const text = `kernel "linux-6.18"; machine { cpus = 1; }
u32 x;
thread a {
    sched_yield();
    x = 1;
}
thread b { x = 2; }
`;
  const client = new Client({ "/yield.rseq": text });
  await client.launch({ program: "/yield.rseq" });
  await client.request("setBreakpoints", {
    source: { path: "/yield.rseq" },
    breakpoints: [{ line: 5 }],
  });
  const stop = await client.move("continue", { threadId: 1 });
  expect(stop).toMatchObject({ reason: "breakpoint", threadId: 1 });
  expect(await client.line(1)).toBe(5);
});

test("a condition that cannot be evaluated stops rather than being silent", async () => {
  const client = await counter();
  await setLines(client, { line: LINE.load, condition: "*(u32 *)0 == 1" });
  expect(await client.move("continue", { threadId: 1 })).toMatchObject({ reason: "breakpoint" });
});

test("conditions and log messages read what stands in memory, not where it stands", async () => {
  const text = `kernel "linux-6.18";
u32 flag;
u32 count;
thread a {
    for (u32 i = 0; i < 5; i++) {
        count = count + 1;
        flag = i == 3;
    }
}
`;
  const client = new Client({ "/flag.rseq": text });
  await client.launch({ program: "/flag.rseq" });
  await client.request("setBreakpoints", {
    source: { path: "/flag.rseq" },
    breakpoints: [
      { line: 6, condition: "flag" },
      { line: 7, logMessage: "count is {count}, at {&count}" },
    ],
  });
  await client.move("continue", { threadId: 1 });
  expect(await client.values(1, "Globals")).toMatchObject({ flag: "1", count: "4" });
  expect(client.console).toMatch(/count is 4, at 0x[\da-f]+ → count\n/);
});

test("a step of a thread that has ended does not carry the others to their end", async () => {
  const client = await counter();
  await setLines(client);
  for (let count = 0; count < 3; count++) await client.move("next", { threadId: 1 });
  const before = await client.request("rseq/position");
  const stop = await client.move("next", { threadId: 1 });
  expect(stop["text"]).toBe("worker[0] has exited");
  expect(await client.request("rseq/position")).toEqual(before);
});

test("steps alone reach the verdict as well", async () => {
  const client = await counter();
  const ended = client.next("terminated").then(() => true);
  for (let count = 0; count < 60; count++) {
    const stopped = client.next("stopped").then(() => false);
    const threadId = 1 + (count % 2);
    await client.request("next", { threadId });
    if (await Promise.race([ended, stopped])) break;
  }
  expect(client.console).toMatch(/^Passed: /m);
});

test("what the launch configuration says is heeded, and what it cannot say is refused", async () => {
  const client = new Client(FILES);
  await client.request("initialize", { adapterID: "rseq" });
  const refusal = (options: object): Promise<string> =>
    client.refusal("launch", { program: "/counter.rseq", ...options });
  expect(await client.refusal("launch", {})).toMatch(/^The launch configuration has no 'program'/);
  expect(await refusal({ schedule: "nobody" })).toBe(
    "There is no schedule 'nobody' in counter.rseq; it can run under lost_update, round_robin, random, manual.",
  );
  expect(await refusal({ cpus: 65 })).toBe("'cpus' is 65; it must be from 1 to 64.");
  expect(await refusal({ seed: "twelve" })).toBe(
    "'seed' is 'twelve'; it must be a whole number below 2^64.",
  );
  expect(await refusal({ check: { everything: "on" } })).toMatch(/^'check' has 'everything'/);
  expect(await refusal({ kernel: "linux-0.1" })).toMatch(
    /^counter\.rseq has 1 error: .*linux-0\.1/,
  );
  const entry = client.next("stopped");
  await client.request("launch", {
    program: "/counter.rseq",
    schedule: "random",
    seed: "18446744073709551615",
    kernel: "proposal-shared-flag",
    cpus: 4,
    check: { livelock: "off", segv: true },
  });
  await client.request("configurationDone");
  await entry;
  expect(await client.values(1, "Machine")).toMatchObject({
    schedule: "random",
    kernel: "proposal-shared-flag",
  });
  expect(
    (await client.children((await client.scope(1, "Per-CPU"))[0]?.variablesReference ?? 0)).length,
  ).toBe(4);
});

test.each(["x86_64-linux", "s390x-linux", "mips-linux"])(
  "for %s every kernel's session steps, shows its scopes and passes",
  async (target) => {
    const kernels = [
      "linux-5.4",
      "linux-6.18",
      "linux-6.19",
      "linux-7.1",
      "sched-state-v2",
      "proposal-split",
    ];
    for (const kernel of kernels) {
      const client = await counter({ target, kernel });
      await setLines(client, LINE.commit);
      await client.move("continue", { threadId: 1 });
      for (const name of await client.scopeNames(1)) await client.scope(1, name);
      expect(await client.values(1, "Private"), kernel).toMatchObject({
        cpu_id: "0",
        rseq_cs: expect.stringContaining("→ increment_cs (in section)") as string,
      });
      await setLines(client);
      const ended = client.next("terminated");
      await client.request("continue", { threadId: 1 });
      await ended;
      expect(client.console, kernel).toMatch(/^Passed: 2 threads, \d+ steps, 1 abort, 4 commits/m);
    }
  },
);

test("a breakpoint in an included header works, whatever way the include goes", async () => {
  const client = new Client({
    "/project/scenarios/main.rseq":
      '#include "../lib/count.h"\nkernel "linux-6.18";\nthread t { count(); }\n',
    "/project/lib/count.h": "u32 total;\n\nvoid count(void)\n{\n    total = total + 1;\n}\n",
  });
  await client.launch({ program: "/project/scenarios/main.rseq" });
  const { breakpoints } = await client.request("setBreakpoints", {
    source: { path: "/project/lib/count.h" },
    breakpoints: [{ line: 4 }],
  });
  expect(breakpoints).toMatchObject([
    { verified: true, line: 5, source: { name: "count.h", path: "/project/lib/count.h" } },
  ]);
  expect(await client.move("continue", { threadId: 1 })).toMatchObject({ reason: "breakpoint" });
  const { content } = await client.request("source", {
    source: { path: "/project/lib/count.h" },
    sourceReference: 0,
  });
  expect(content).toContain("total = total + 1");
});

test("a value is copied whole, as a C initialiser that gives the same value again", async () => {
  const declaration = "struct point { u32 x; s32 y[8]; struct point *next; } here";
  const file = (initialiser: string): string =>
    `kernel "linux-6.18";\n${declaration}${initialiser};\nthread t { ; }\n`;
  const client = new Client({
    "/here.rseq": file(" = { 7, { 1, -2, 3, -4, 5, -6, 7, -8 } }"),
  });
  await client.launch({ program: "/here.rseq" });
  const copied = (await client.request("evaluate", { expression: "here", context: "clipboard" }))[
    "result"
  ];
  expect(copied).toBe("{.x = 7, .y = {1, -2, 3, -4, 5, -6, 7, -8}, .next = 0x0}");
  const again = new Client({
    "/here.rseq": file(` = ${String(copied)}`.replace("0x0", "(void *)0x0")),
  });
  await again.launch({ program: "/here.rseq" });
  const value = async (of: Client): Promise<unknown> =>
    (await of.request("evaluate", { expression: "here", context: "clipboard" }))["result"];
  expect(await value(again)).toBe(copied);
});

test("a file that is no text at all is refused in few words, and the next good one works", async () => {
  const bytes = Array.from({ length: 2000 }, (_, index) => (index * 7919) & 255);
  const client = new Client({ ...FILES, "/noise.rseq": String.fromCharCode(...bytes) });
  await client.request("initialize", { adapterID: "rseq" });
  expect(await client.refusal("launch", { program: "/noise.rseq" })).toMatch(
    /^noise\.rseq has 1 error: line 1, the file holds a zero byte/,
  );
  expect(client.console.split("\n").length).toBeLessThan(4);
  await client.request("launch", { program: "/counter.rseq" });
});
