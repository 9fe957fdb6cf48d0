// One session of an editor with a language server: opens a file, types an x behind the name of its first and of its last member and
// takes it away again, hovers. Each answer is waited for, and timed.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { FramedProcess, type Message, within } from "./framed-process.ts";
import { type CommandLine, peakOfRunning } from "./process.ts";

/** Milliseconds, and megabytes. */
export interface LanguageSession {
  readonly open: number;
  readonly top: readonly number[];
  readonly end: readonly number[];
  readonly hover: readonly number[];
  readonly peakAfterOpen: number;
}

export interface Amount {
  /** At each of the two places. */
  readonly edits: number;
  readonly hovers: number;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

class LanguageServer {
  readonly #process: FramedProcess;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #published = new Map<number, () => void>();
  #id = 0;

  constructor(command: CommandLine) {
    this.#process = new FramedProcess(command, (message) => this.#receive(message));
  }

  get pid(): number {
    return this.#process.pid;
  }

  async request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#id;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#process.send({ jsonrpc: "2.0", id, method, params });
    const { error, result } = await within(method, answer);
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  notify(method: string, params: unknown): void {
    this.#process.send({ jsonrpc: "2.0", method, params });
  }

  /** The diagnostics of that version. */
  published(version: number): Promise<void> {
    const published = new Promise<void>((resolve) => this.#published.set(version, resolve));
    return within(`the diagnostics of version ${version}`, published);
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  #receive(message: Message): void {
    const { id, method, params } = message;
    if (method === undefined) {
      this.#answers.get(Number(id))?.(message);
      this.#answers.delete(Number(id));
    } else if (id !== undefined) {
      const items = (params as { items?: readonly unknown[] } | undefined)?.items;
      const result = method === "workspace/configuration" ? (items ?? []).map(() => null) : null;
      this.#process.send({ jsonrpc: "2.0", id, result });
    } else if (method === "textDocument/publishDiagnostics") {
      const { version } = params as { version?: number };
      this.#published.get(version ?? Number.NaN)?.();
    }
  }
}

/** Runs a session with a server that was just started. */
export async function languageSession(
  command: CommandLine,
  file: string,
  { edits, hovers }: Amount,
): Promise<LanguageSession> {
  const server = new LanguageServer(command);
  try {
    const text = readFileSync(file, "utf8");
    const uri = pathToFileURL(file).href;
    await server.request("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: { textDocument: { publishDiagnostics: { versionSupport: true } } },
      initializationOptions: { fallbackFlags: ["-xc"] },
    });
    server.notify("initialized", {});
    let version = 1;
    const open = await timed(async () => {
      const published = server.published(version);
      server.notify("textDocument/didOpen", {
        textDocument: { uri, languageId: "c", version, text },
      });
      await published;
    });
    const peakAfterOpen = peakOfRunning(server.pid);
    const edit = (at: Position, isTyping: boolean): Promise<number> =>
      timed(async () => {
        version++;
        const published = server.published(version);
        const end = { line: at.line, character: at.character + (isTyping ? 0 : 1) };
        server.notify("textDocument/didChange", {
          textDocument: { uri, version },
          contentChanges: [{ range: { start: at, end }, text: isTyping ? "x" : "" }],
        });
        await published;
      });
    const [first, last] = memberEnds(text);
    const editAt = (at: Position): Promise<number[]> =>
      repeat(edits, (index) => edit(at, index % 2 === 0));
    const top = await editAt(first);
    const end = await editAt(last);
    const hover = await repeat(hovers, (index) => {
      const at = index % 2 === 0 ? first : last;
      const position = { line: at.line, character: at.character - 1 };
      const request = { textDocument: { uri }, position };
      return timed(() => server.request("textDocument/hover", request));
    });
    return { open, top, end, hover, peakAfterOpen };
  } finally {
    await server.close();
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await act();
  return performance.now() - since;
}

/** The first of a session is cold and is not counted. */
async function repeat(count: number, act: (index: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) times.push(await act(index));
  return times.slice(1);
}

/** Behind the name of the first and of the last member of a struct that stands on a line of its own. */
function memberEnds(text: string): [first: Position, last: Position] {
  const lines = text.split("\n");
  const ends = lines.flatMap((line, index) => {
    const character = /^\t[\w\s*]+\b\w+(?=(?:\[\w*\])?;)/.exec(line)?.[0].length;
    return character === undefined ? [] : [{ line: index, character }];
  });
  const [first] = ends;
  const last = ends.at(-1);
  if (first === undefined || last === undefined) throw new Error("the header has no member");
  return [first, last];
}
