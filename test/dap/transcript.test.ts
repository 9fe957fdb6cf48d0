// Whole conversations as golden text: what a client sends and what it gets, in order. `vitest -u` writes them; they are read
// in the diff.
import { expect, test } from "vitest";
import { Client } from "./client.ts";
import { COUNTER, LINE } from "./scenarios.ts";

/** Members whose numbers mean nothing but "the same one". */
const IDS: ReadonlySet<string> = new Set(["id", "frameId", "variablesReference"]);

/** The messages as lines; ids are renumbered in the order in which they appear. */
function transcript(messages: readonly object[]): string {
  const numbers = new Map<string, string>();
  const normalise = (key: string, value: unknown): unknown => {
    if (!IDS.has(key) || typeof value !== "number" || value === 0) return value;
    const known = numbers.get(`${key}:${value}`) ?? `#${numbers.size + 1}`;
    numbers.set(`${key}:${value}`, known);
    return known;
  };
  const lines = messages.map((message) => {
    const {
      type,
      command,
      event,
      arguments: args,
      body,
      success,
    } = message as Record<string, unknown>;
    const content = JSON.stringify(args ?? body ?? {}, normalise).replaceAll('","', '", "');
    if (type === "request") return `→ ${String(command)} ${content}`;
    if (type === "event") return `   ← ${String(event)} ${content}`;
    return `← ${success === true ? "" : "refused "}${String(command)} ${content}`;
  });
  return `${lines.join("\n")}\n`;
}

test("from the launch to an abort, back before it, and to the end", async () => {
  const client = new Client({ "/counter.rseq": COUNTER });
  await client.launch({ program: "/counter.rseq" });
  const source = { path: "/counter.rseq" };
  await client.request("setBreakpoints", { source, breakpoints: [{ line: LINE.load }] });
  await client.request("setExceptionBreakpoints", { filters: ["abort"] });
  await client.move("continue", { threadId: 1 });
  await client.values(1, "Private");
  await client.values(1, "Critical section");
  await client.move("continue", { threadId: 1 });
  await client.values(1, "Private");
  await client.request("exceptionInfo", { threadId: 1 });
  await client.move("stepBack", { threadId: 1 });
  await client.values(1, "Private");
  await client.request("setExceptionBreakpoints", { filters: [] });
  await client.request("setBreakpoints", { source, breakpoints: [] });
  const ended = client.next("terminated");
  await client.request("continue", { threadId: 1 });
  await ended;
  await client.request("disconnect");
  // The capabilities are long, and no part of the conversation.
  const talk = client.messages.filter(
    (message) => !("command" in message && message.command === "initialize"),
  );
  await expect(transcript(talk)).toMatchFileSnapshot("../golden/dap/counter.txt");
});
