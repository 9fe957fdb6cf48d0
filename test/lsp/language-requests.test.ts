// What a person's writing and reading of code gets over the protocol.
import { describe, expect, test } from "vitest";
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  CompletionItem,
  CompletionList,
  DocumentHighlight,
  DocumentLink,
  FoldingRange,
  InlayHint,
  Location,
  SelectionRange,
  SemanticTokens,
  SemanticTokensDelta,
  SignatureHelp,
  SymbolInformation,
  WorkspaceEdit,
} from "vscode-languageserver/node";
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

describe("names", () => {
  const at = (marker: string): object => ({
    textDocument: { uri },
    position: positionOf(scenario, marker),
  });

  test("definition, declaration and type definition", async () => {
    const client = start();
    await client.open(uri, scenario);
    const definition: Location = await client.connection.sendRequest(
      "textDocument/definition",
      at("increment(); }"),
    );
    expect(definition).toEqual({
      uri,
      range: { start: { line: 3, character: 5 }, end: { line: 3, character: 14 } },
    });
    const type: Location = await client.connection.sendRequest(
      "textDocument/typeDefinition",
      at("hits[cpu].value;"),
    );
    expect(type.range.start).toEqual({ line: 1, character: 7 });
    expect(
      await client.connection.sendRequest("textDocument/declaration", at("cpu_id_start")),
    ).toBeNull();
  });

  test("highlights tell loads from stores", async () => {
    const client = start();
    await client.open(uri, scenario);
    const found: DocumentHighlight[] = await client.connection.sendRequest(
      "textDocument/documentHighlight",
      at("value;"),
    );
    expect(found.map(({ range, kind }) => [range.start.line, kind])).toEqual([
      [1, 3],
      [9, 2],
      [10, 3],
    ]);
  });

  test("references and rename reach every open document that means the same thing", async () => {
    const header = "struct state { u32 turn; };\n";
    const first = '#include "state.h"\nstruct state s;\nthread t { s.turn = 1; }\n';
    const second = '#include "state.h"\nstruct state z;\nthread u { z.turn = 2; }\n';
    const other = "struct state { u32 turn; };\n";
    const client = start({ "/project/state.h": header });
    for (const [name, text] of Object.entries({ first, second, other }))
      await client.open(`file:///project/${name}.rseq`, text);
    const place = {
      textDocument: { uri: "file:///project/first.rseq" },
      position: positionOf(first, "turn"),
    };
    const found: Location[] = await client.connection.sendRequest("textDocument/references", {
      ...place,
      context: { includeDeclaration: false },
    });
    expect(found.map((one) => one.uri)).toEqual([
      "file:///project/first.rseq",
      "file:///project/second.rseq",
    ]);
    const edit: WorkspaceEdit = await client.connection.sendRequest("textDocument/rename", {
      ...place,
      newName: "next",
    });
    expect(Object.keys(edit.changes ?? {}).toSorted()).toEqual([
      "file:///project/first.rseq",
      "file:///project/second.rseq",
      "file:///project/state.h",
    ]);
  });

  test("files of the workspace's folders count although they are not open", async () => {
    const header = "struct state { u32 turn; };\n";
    const user = '#include "../state.h"\nstruct state z;\nthread late { z.turn = 2; }\n';
    const client = start(
      {
        "/project/state.h": header,
        "/project/a/b.rseq": user,
        "/project/node_modules/c.h": header,
      },
      { folders: ["file:///project"] },
    );
    const first = '#include "state.h"\nstruct state s;\n';
    const file = "file:///project/first.rseq";
    await client.open(file, first);
    const edit: WorkspaceEdit = await client.connection.sendRequest("textDocument/rename", {
      textDocument: { uri: file },
      position: positionOf(first, "state s"),
      newName: "condition",
    });
    expect(Object.keys(edit.changes ?? {}).toSorted()).toEqual([
      "file:///project/a/b.rseq",
      file,
      "file:///project/state.h",
    ]);
    const symbols: SymbolInformation[] = await client.connection.sendRequest("workspace/symbol", {
      query: "late",
    });
    expect(symbols.map(({ location }) => location.uri)).toEqual(["file:///project/a/b.rseq"]);
  });

  test("a refused rename says why, and is no failure of ours", async () => {
    const client = start();
    await client.open(uri, scenario);
    await expect(
      client.connection.sendRequest("textDocument/prepareRename", at("cpu_id_start")),
    ).rejects.toThrow("belongs to the kernel profile linux-6.18");
    await expect(
      client.connection.sendRequest("textDocument/rename", {
        ...at("hits;"),
        newName: "increment",
      }),
    ).rejects.toThrow("already declared here as a function");
    expect(client.shown).toEqual([]);
    const range = await client.connection.sendRequest("textDocument/prepareRename", at("hits;"));
    expect(range).toMatchObject({ placeholder: "hits" });
  });

  test("the calls of a function lead to the threads that reach it", async () => {
    const client = start();
    const text = `${scenario}void twice(void) { increment(); u32 a = 1; increment(); }
void handler(void) { twice(); }
thread late signal handler { sched_yield(); }
`;
    await client.open(uri, text);
    const ask = <Result>(method: string, params: object): Promise<Result> =>
      client.connection.sendRequest(method, params);
    const [increment] = await ask<CallHierarchyItem[]>("textDocument/prepareCallHierarchy", {
      textDocument: { uri },
      position: positionOf(text, "increment(void)"),
    });
    const incoming = await ask<CallHierarchyIncomingCall[]>("callHierarchy/incomingCalls", {
      item: increment,
    });
    expect(incoming.map(({ from, fromRanges }) => [from.name, fromRanges.length])).toEqual([
      ["worker", 1],
      ["twice", 2],
    ]);
    const [late] = await ask<CallHierarchyItem[]>("textDocument/prepareCallHierarchy", {
      textDocument: { uri },
      position: positionOf(text, "late signal"),
    });
    const outgoing = await ask<CallHierarchyOutgoingCall[]>("callHierarchy/outgoingCalls", {
      item: late,
    });
    expect(outgoing.map(({ to }) => to.name)).toEqual(["handler"]);
  });

  test("workspace symbols come from all open documents, by letters of their names", async () => {
    const client = start();
    await client.open(uri, scenario);
    await client.open("file:///project/other.c", "struct incident { int a; };\n");
    const found: SymbolInformation[] = await client.connection.sendRequest("workspace/symbol", {
      query: "incr",
    });
    expect(found.map(({ name, location }) => [name, location.uri])).toEqual([["increment", uri]]);
  });
});

describe("looks", () => {
  const header = `struct rseq {
	__u32 cpu_id_start;
	__u64 rseq_cs;
	__u32 mine;
} __attribute__((aligned(32)));
`;
  const headerUri = "file:///project/rseq.h";
  const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

  test("semantic tokens name the owner of a field; a delta has only what changed", async () => {
    const client = start();
    const { capabilities } = await client.initialized;
    const legend = capabilities.semanticTokensProvider?.legend;
    await client.open(headerUri, header);
    const textDocument = { uri: headerUri };
    const full: SemanticTokens = await client.connection.sendRequest(
      "textDocument/semanticTokens/full",
      { textDocument },
    );
    const modifiers = (bits: number): readonly string[] =>
      (legend?.tokenModifiers ?? []).filter((_, index) => ((bits >> index) & 1) === 1);
    expect(full.data.slice(0, 4)).toEqual([1, 7, 12, legend?.tokenTypes.indexOf("property")]);
    expect(modifiers(full.data[4] ?? 0)).toEqual(["declaration", "private", "kernelWritten"]);
    expect(modifiers(full.data[9] ?? 0)).toEqual(["declaration", "private"]);
    const range: SemanticTokens = await client.connection.sendRequest(
      "textDocument/semanticTokens/range",
      { textDocument, range: { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } } },
    );
    expect(range.data.length).toBe(5);
    await client.change(headerUri, header.replace("mine", "others"));
    const delta: SemanticTokensDelta = await client.connection.sendRequest(
      "textDocument/semanticTokens/full/delta",
      { textDocument, previousResultId: full.resultId },
    );
    expect(delta.edits).toEqual([{ start: 12, deleteCount: 1, data: [6] }]);
  });

  test("holes are shown, offsets only if the settings ask for them", async () => {
    const capabilities = { workspace: { configuration: true } };
    const texts = async (inlayHints: object): Promise<readonly unknown[]> => {
      const client = start({}, { capabilities, settings: { inlayHints } });
      await client.open(headerUri, header);
      const hints: InlayHint[] = await client.connection.sendRequest("textDocument/inlayHint", {
        textDocument: { uri: headerUri },
        range: whole,
      });
      return hints.map(({ position, label }) => [position.line, position.character, label]);
    };
    expect(await texts({})).toEqual([
      [1, 20, "hole: 4 bytes"],
      [3, 12, "padding: 12 bytes"],
    ]);
    expect(await texts({ holes: false, offsets: true })).toEqual([
      [1, 19, "@0"],
      [2, 14, "@8"],
      [3, 11, "@16"],
    ]);
  });

  test("a client that can is told when settings change what it shows", async () => {
    const capabilities = {
      workspace: {
        semanticTokens: { refreshSupport: true },
        inlayHint: { refreshSupport: true },
        codeLens: { refreshSupport: true },
      },
    };
    const client = start({}, { capabilities });
    const told: string[] = [];
    const all = new Promise<void>((resolve) => {
      for (const kind of ["semanticTokens", "inlayHint", "codeLens"])
        client.connection.onRequest(`workspace/${kind}/refresh`, () => {
          told.push(kind);
          if (told.length === 3) resolve();
          return null;
        });
    });
    await client.open(headerUri, header);
    await client.connection.sendNotification("workspace/didChangeConfiguration", {
      settings: { rseqLab: { inlayHints: { holes: false } } },
    });
    await all;
    const hints: InlayHint[] = await client.connection.sendRequest("textDocument/inlayHint", {
      textDocument: { uri: headerUri },
      range: whole,
    });
    expect(hints).toEqual([]);
  });

  test("folding, selection ranges and links to included files", async () => {
    const client = start({ "/project/state.h": "struct state { u32 turn; };\n" });
    const text = `// One\n// two\n#include "state.h"\n${scenario}`;
    await client.open(uri, text);
    const textDocument = { uri };
    const folds: FoldingRange[] = await client.connection.sendRequest("textDocument/foldingRange", {
      textDocument,
    });
    expect(folds).toEqual([
      { startLine: 0, endLine: 1, kind: "comment" },
      { startLine: 7, endLine: 14 },
      { startLine: 11, endLine: 13 },
    ]);
    const [selection]: SelectionRange[] = (await client.connection.sendRequest(
      "textDocument/selectionRange",
      { textDocument, positions: [positionOf(text, "v + 1")] },
    )) as SelectionRange[];
    const lines: string[] = [];
    for (let one = selection; one !== undefined; one = one.parent) {
      const { start: from, end } = one.range;
      const line = text.split("\n")[from.line] ?? "";
      lines.push(from.line === end.line ? line.slice(from.character, end.character) : "…");
    }
    expect(lines.slice(0, 3)).toEqual(["v", "v + 1", "commit hits[cpu].value = v + 1"]);
    expect(lines.length).toBeGreaterThan(6);
    const links: DocumentLink[] = await client.connection.sendRequest("textDocument/documentLink", {
      textDocument,
    });
    expect(links.map(({ target }) => target)).toEqual(["file:///project/state.h"]);
  });

  test("a C file that is not rseq's gets none of it", async () => {
    const client = start();
    const other = "file:///project/other.c";
    await client.open(
      other,
      "struct list {\n\tchar a;\n\tint b;\n} head;\nint f(void)\n{\n\treturn head.b;\n}\n",
    );
    const textDocument = { uri: other };
    const place = { textDocument, position: { line: 6, character: 14 } };
    const ask = (method: string, params: object): Promise<unknown> =>
      client.connection.sendRequest(`textDocument/${method}`, params);
    expect(await ask("definition", place)).toBeNull();
    expect(await ask("documentHighlight", place)).toEqual([]);
    expect(await ask("prepareRename", place)).toBeNull();
    expect(await ask("completion", place)).toMatchObject({ items: [] });
    expect(await ask("semanticTokens/full", { textDocument })).toMatchObject({ data: [] });
    expect(await ask("inlayHint", { textDocument, range: whole })).toEqual([]);
    expect(await ask("foldingRange", { textDocument })).toEqual([]);
  });
});

describe("formatting", () => {
  const options = { tabSize: 4, insertSpaces: true };
  const edits = (client: LanguageClient, method: string, params: object): Promise<unknown> =>
    client.connection.sendRequest(`textDocument/${method}`, { options, ...params });

  test("a scenario is indented, as a whole, in ranges and while typing", async () => {
    const client = start();
    await client.open(uri, "thread t {\nsched_yield();\n\tgetcpu();\n}\n");
    const textDocument = { uri };
    const first = {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
      newText: "    ",
    };
    const second = {
      range: { start: { line: 2, character: 0 }, end: { line: 2, character: 1 } },
      newText: "    ",
    };
    expect(await edits(client, "formatting", { textDocument })).toEqual([first, second]);
    const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 4 } };
    expect(await edits(client, "rangeFormatting", { textDocument, range })).toEqual([second]);
    expect(await edits(client, "rangesFormatting", { textDocument, ranges: [range] })).toEqual([
      second,
    ]);
    const line = { position: { line: 1, character: 14 }, ch: ";" };
    expect(await edits(client, "onTypeFormatting", { textDocument, ...line })).toEqual([first]);
    const brace = { position: { line: 3, character: 1 }, ch: "}" };
    expect(await edits(client, "onTypeFormatting", { textDocument, ...brace })).toEqual([
      first,
      second,
    ]);
  });

  test("a header is never touched", async () => {
    const client = start();
    const header = "file:///project/rseq.h";
    await client.open(header, "struct rseq {\n__u32 cpu_id;   \n};\n");
    const textDocument = { uri: header };
    expect(await edits(client, "formatting", { textDocument })).toEqual([]);
  });
});
