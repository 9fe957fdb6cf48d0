// A client that sends anything in any order: each request is answered exactly once, in the protocol's own terms, and the
// session stays usable. RSEQ_LAB_WALKS=20 makes it a hundred thousand requests.
import { expect, test } from "vitest";
import { Client } from "./client.ts";
import { makeRandom, seeds } from "./random.ts";
import { COUNTER, LINE, PRYING, SHARED } from "./scenarios.ts";

const FILES = {
  "/counter.rseq": COUNTER,
  "/shared.rseq": SHARED,
  "/prying.rseq": PRYING,
  "/broken.rseq": "thread t { u32 a = ; }",
};
const REQUESTS = 250;

type Random = (bound: number) => number;
type Make = (random: Random, ids: Ids) => object;

/** Ids that the adapter gave out, some of them stale. */
class Ids {
  readonly #known: Record<"frameId" | "variablesReference" | "id", number[]> = {
    frameId: [1],
    variablesReference: [1],
    id: [0],
  };

  learn(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) this.learn(each);
    else if (typeof value === "object" && value !== null) {
      const { variablesReference, id, line } = value as Readonly<Record<string, unknown>>;
      if (typeof variablesReference === "number")
        this.#add("variablesReference", variablesReference);
      if (typeof id === "number") this.#add(line === undefined ? "id" : "frameId", id);
      for (const each of Object.values(value)) this.learn(each);
    }
  }

  #add(kind: "frameId" | "variablesReference" | "id", value: number): void {
    this.#known[kind] = [...this.#known[kind].slice(-60), value];
  }

  pick(kind: "frameId" | "variablesReference" | "id", random: Random): number {
    const list = this.#known[kind];
    return list[random(list.length)] ?? 0;
  }
}

const one = <Value>(random: Random, ...values: readonly Value[]): Value =>
  values[random(values.length)] as Value;
const thread: Make = (random) => ({
  threadId: 1 + random(4),
  ...one(random, {}, {}, { granularity: one(random, "statement", "line", "instruction") }),
  ...one(random, {}, {}, { singleThread: true }),
});
const source = { path: "/counter.rseq" };
const guard: Make = (random) =>
  one(
    random,
    {},
    { condition: "self == 1" },
    { hitCondition: one(random, "2", "% 2", "nonsense") },
    { logMessage: "{v} {" },
    { condition: "(((" },
  );

const VALID: Readonly<Record<string, Make>> = {
  initialize: () => ({ adapterID: "rseq" }),
  launch: (random) => ({
    program: one(random, ...Object.keys(FILES), "/missing.rseq"),
    seed: random(9),
  }),
  configurationDone: () => ({}),
  restart: () => ({}),
  threads: () => ({}),
  continue: thread,
  next: thread,
  stepIn: thread,
  stepOut: thread,
  stepBack: thread,
  reverseContinue: thread,
  pause: thread,
  cancel: () => ({}),
  stackTrace: (random) => ({ threadId: 1 + random(4), startFrame: random(2), levels: random(3) }),
  scopes: (random, ids) => ({ frameId: ids.pick("frameId", random) }),
  variables: (random, ids) => ({
    variablesReference: ids.pick("variablesReference", random),
    ...one(random, {}, { start: random(3), count: random(3), format: { hex: true } }),
  }),
  evaluate: (random, ids) => ({
    expression: one(
      random,
      "rseq->cpu_id",
      "hits[0]",
      "v +",
      "worker[0].in(increment)",
      "self",
      "hits[99].value",
      "",
    ),
    context: one(random, "hover", "watch", "repl"),
    ...one(random, {}, { frameId: ids.pick("frameId", random) }),
  }),
  setVariable: (random, ids) => ({
    variablesReference: ids.pick("variablesReference", random),
    name: one(random, "v", "cpu", "value", "cpu_id", "hits", "seen"),
    value: one(random, "1", "0x10", "nonsense"),
  }),
  setExpression: (random, ids) => ({
    expression: one(random, "hits[0].value", "v", "self", "rseq->cpu_id", "nobody"),
    value: one(random, "1", "self + 1", "*"),
    ...one(random, {}, { frameId: ids.pick("frameId", random) }),
  }),
  writeMemory: (random) => ({
    memoryReference: one(random, "0x20000000", "0x18000f80", "0x1"),
    data: one(random, "AAAA", "!", ""),
    ...one(random, {}, { allowPartial: true }),
  }),
  completions: (random) => ({
    text: one(random, "pre", "rseq->", "hits[0].", "worker[0]."),
    column: random(9),
  }),
  stepInTargets: (random, ids) => ({ frameId: ids.pick("frameId", random) }),
  gotoTargets: (random) => ({ source, line: random(30) }),
  goto: (random) => ({ threadId: 1, targetId: random(5) }),
  terminateThreads: (random) => ({ threadIds: [1 + random(4)] }),
  setBreakpoints: (random, _) => ({
    source,
    breakpoints: Array.from({ length: random(3) }, () => ({
      line: random(40),
      ...guard(random, _),
    })),
  }),
  setFunctionBreakpoints: (random, _) => ({
    breakpoints: Array.from({ length: random(2) }, () => ({
      name: one(random, "increment", "worker", "/in.*/", "nobody", "/(/"),
      ...guard(random, _),
    })),
  }),
  setExceptionBreakpoints: (random) => ({
    filters: one<readonly string[]>(
      random,
      [],
      ["abort"],
      ["commit", "violation"],
      ["preempt", "nonsense"],
    ),
    filterOptions: one<readonly object[]>(
      random,
      [],
      [{ filterId: "abort", condition: "self == 0" }],
    ),
  }),
  setDataBreakpoints: (random) => ({
    breakpoints: one<readonly object[]>(
      random,
      [],
      [{ dataId: "0x20000000+32", accessType: "write" }],
    ),
  }),
  setInstructionBreakpoints: (random) => ({
    breakpoints: one<readonly object[]>(random, [], [{ instructionReference: "0x400010" }]),
  }),
  dataBreakpointInfo: (random, ids) => ({
    name: one(random, "v", "value", "cpu_id"),
    variablesReference: ids.pick("variablesReference", random),
  }),
  breakpointLocations: (random) => ({ source, line: LINE.cpu, endLine: LINE.cpu + random(9) }),
  exceptionInfo: thread,
  restartFrame: (random, ids) => ({ frameId: ids.pick("frameId", random) }),
  source: () => ({ source, sourceReference: 0 }),
  loadedSources: () => ({}),
  readMemory: (random) => ({
    memoryReference: one(random, "0x20000000", "0x1", "what"),
    count: random(64),
  }),
  disassemble: (random) => ({
    memoryReference: "0x400010",
    instructionOffset: random(20) - 10,
    instructionCount: random(30),
  }),
  "rseq/seek": (random) => ({ step: random(80) }),
  "rseq/position": () => ({}),
  "rseq/transitions": () => ({}),
  "rseq/take": (random, ids) => ({ id: ids.pick("id", random) }),
  "rseq/reverse": (random) => ({
    threadId: 1 + random(2),
    depth: one(random, "over", "into", "out"),
  }),
  "rseq/timeline": () => ({}),
  modules: () => ({}),
  terminate: () => ({}),
};
const COMMANDS = Object.keys(VALID);
/** They end the run, so they come seldom. */
const RARE: ReadonlySet<string> = new Set([
  "terminate",
  "terminateThreads",
  "restart",
  "initialize",
  "launch",
]);

const WRONG: readonly unknown[] = [
  null,
  4711,
  "text",
  [],
  {},
  -1,
  1e300,
  true,
  { a: { b: [] } },
  "\u0000",
];

/** A request with some of its arguments replaced by something else, or with arguments of another command. */
function spoil(args: object, random: Random): unknown {
  const entries = Object.entries(args).map(([name, value]): [string, unknown] => [
    name,
    random(2) === 0 ? WRONG[random(WRONG.length)] : value,
  ]);
  return one<unknown>(random, Object.fromEntries(entries), WRONG[random(WRONG.length)], undefined);
}

async function walk(seed: number): Promise<Client> {
  const random = makeRandom(seed);
  const client = new Client(FILES);
  const ids = new Ids();
  if (random(4) > 0)
    await client.launch({ program: one(random, "/counter.rseq", "/shared.rseq"), maxSteps: 5000 });
  for (let count = 0; count < REQUESTS; count++) {
    const command = COMMANDS[random(COMMANDS.length)] ?? "threads";
    if (RARE.has(command) && random(20) > 0) continue;
    const args = VALID[command]?.(random, ids) ?? {};
    const sent = random(8) === 0 ? spoil(args, random) : args;
    const answer = await client.send(command, sent as object);
    expect(answer.command, `seed ${seed}`).toBe(command);
    if (!answer.success) {
      expect(answer.message, `seed ${seed}: ${command}`).toMatch(/^.{10,}\.$/s);
      expect(answer.message, `seed ${seed}: ${command} ${JSON.stringify(sent)}`).not.toContain(
        "failed inside",
      );
    }
    ids.learn(answer.body);
  }
  expect(client.console, `seed ${seed}`).not.toContain("failed inside");
  return client;
}

test("whatever is sent is answered, and a session can still be paused, looked at and left", async () => {
  for (const seed of seeds(20)) {
    const client = await walk(seed);
    const isLaunched = (await client.send("threads")).success;
    if (isLaunched) {
      await client.request("pause", { threadId: 1 });
      await new Promise((done) => {
        setTimeout(done, 2);
      });
      expect((await client.send("stackTrace", { threadId: 1 })).success, `seed ${seed}`).toBe(true);
    }
    await client.request("disconnect");
    expect(client.isClosed).toBe(true);
  }
});

test("after any requests, going to the start and back changes nothing that can be seen", async () => {
  for (const seed of seeds(8)) {
    const client = await walk(seed + 1000);
    const position = await client.send("rseq/position");
    if (!position.success) continue;
    const { step } = position.body as { step: number };
    const look = async (): Promise<string> => {
      const seen: unknown[] = [];
      for (const threadId of [1, 2]) {
        for (const name of await client.scopeNames(threadId))
          seen.push(await client.values(threadId, name));
      }
      return JSON.stringify(seen);
    };
    const before = await look();
    if (!(await client.send("rseq/seek", { step: 0 })).success) continue;
    await client.send("rseq/seek", { step });
    expect(await look(), `seed ${seed + 1000}`).toBe(before);
  }
});

test("messages that are no requests are answered with an error", () => {
  const client = new Client(FILES);
  for (const message of WRONG) client.sendRaw(message);
  client.sendRaw({ type: "request", command: "threads" });
  client.sendRaw({ type: "request", seq: 3 });
  client.sendRaw({ type: "nonsense", seq: 4, command: "threads" });
  expect(client.messages).toHaveLength(WRONG.length + 3);
  for (const message of client.messages)
    expect(message).toMatchObject({ type: "response", success: false });
});
