// What a person's writing and reading of code gets over the protocol.
import { describe, expect, test } from "vitest";
import type { CompletionItem, CompletionList, SignatureHelp } from "vscode-languageserver/node";
import { LanguageClient, memoryHost, positionOf } from "../support/language-client.ts";

const uri = "file:///project/counter.rseq";
const scenario = `kernel "linux-6.18";
struct counter { u64 value; };
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
schedule lost { run worker[0] to increment:commit; run all; }
`;

function start(
  files: Readonly<Record<string, string>> = {},
  rest: Partial<ConstructorParameters<typeof LanguageClient>[0]> = {},
): LanguageClient {
  return new LanguageClient({ host: memoryHost(files), ...rest });
}

describe("completion", () => {
  const typed = scenario.replace("u64 v = hits[cpu].value;", "u64 v = hits[cpu].va;");
  const place = { textDocument: { uri }, position: positionOf(typed, "va;") };
  place.position.character += 2;

  test("replaces the word that is being typed, and its page comes on request", async () => {
    const client = start();
    await client.open(uri, typed);
    const list: CompletionList = await client.connection.sendRequest(
      "textDocument/completion",
      place,
    );
    expect(list.items.map(({ label }) => label)).toEqual(["value"]);
    expect(list.items[0]?.textEdit).toEqual({
      range: { start: { line: 9, character: 26 }, end: { line: 9, character: 28 } },
      newText: "value",
    });
    await client.change(uri, scenario);
    const all: CompletionList = await client.connection.sendRequest("textDocument/completion", {
      ...place,
      position: { line: 7, character: 4 },
    });
    const rseq = all.items.find(({ label }) => label === "rseq");
    expect(rseq?.documentation).toBeUndefined();
    const resolved: CompletionItem = await client.connection.sendRequest(
      "completionItem/resolve",
      rseq,
    );
    expect(JSON.stringify(resolved.documentation)).toContain("private area");
  });

  test("a client without snippets gets plain words", async () => {
    const completionItem = { snippetSupport: true };
    const capabilities = { textDocument: { completion: { completionItem } } };
    for (const [client, newText] of [
      [start(), "machine"],
      [start({}, { capabilities }), "machine { cpus = ${1:2}; }"],
    ] as const) {
      await client.open(uri, "");
      const list: CompletionList = await client.connection.sendRequest("textDocument/completion", {
        textDocument: { uri },
        position: { line: 0, character: 0 },
      });
      const machine = list.items.find(({ label }) => label === "machine");
      expect(machine?.textEdit).toMatchObject({ newText });
    }
  });
});

test("signature help shows the parameter at the cursor", async () => {
  const client = start();
  const text = `${scenario}thread late { sys_rseq(rseq, 32, `;
  await client.open(uri, text);
  const help: SignatureHelp = await client.connection.sendRequest("textDocument/signatureHelp", {
    textDocument: { uri },
    position: { line: 15, character: 33 },
  });
  expect(help.activeParameter).toBe(2);
  expect(help.signatures[0]?.label).toContain("sys_rseq(void *addr");
});
