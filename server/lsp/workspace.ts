// What the server knows of the documents: their texts, the files that they include, their settings, and for each the last judgement.
// A judgement belongs to the versions of all documents and to the files that were read; any change drops what depended on it.
import type { Connection, TextDocuments } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Checked, checkFile } from "../engine/index.ts";
import type { FileText, FolderEntry, Host } from "../host/host.ts";
import { readWithIncludes } from "../host/includes.ts";
import { ProjectFiles } from "./project-files.ts";
import { type Settings, settingsFor } from "./settings.ts";
import { toPath, toUri } from "./uri.ts";

export interface Judgement {
  readonly document: TextDocument;
  readonly version: number;
  readonly checked: Checked;
  readonly settings: Settings;
  /** Text of any source that was read for it. */
  readonly textOf: (path: string) => string | undefined;
}

export class Workspace {
  readonly #connection: Connection;
  readonly #documents: TextDocuments<TextDocument>;
  readonly #disk: Host;
  readonly #host: CachingHost;
  readonly #judgements = new Map<string, Promise<Judgement>>();
  /** Paths that a document's last judgement read, or looked for in vain. */
  readonly #readPaths = new Map<string, ReadonlySet<string>>();
  /** Settings of the client by document; asked for once. */
  readonly #clientSettings = new Map<string, Promise<unknown>>();
  /** Sources on the disk, in the folders that the client has opened. */
  readonly projectFiles: ProjectFiles;
  /** The client answers workspace/configuration. */
  canAskForSettings = false;
  /** Completions may hold places to fill in. */
  takesSnippets = false;
  /** Where the client shows the page of a code; undefined: codes have no link. */
  explainUri: string | undefined;
  /** What a client that cannot be asked has sent. */
  pushedSettings: unknown;

  constructor(connection: Connection, documents: TextDocuments<TextDocument>, host: Host) {
    this.#connection = connection;
    this.#documents = documents;
    this.#disk = host;
    this.#host = new CachingHost(host, (path) => this.#openText(path));
    this.projectFiles = new ProjectFiles(host);
  }

  get documents(): readonly TextDocument[] {
    return this.#documents.all();
  }

  documentOf(uri: string): TextDocument | undefined {
    return this.#documents.get(uri);
  }

  /** The judgement of an open document; undefined if it is not open. */
  judge(uri: string): Promise<Judgement> | undefined {
    const document = this.#documents.get(uri);
    if (document === undefined) return undefined;
    let judgement = this.#judgements.get(uri);
    if (judgement === undefined) {
      judgement = this.#judge(document);
      this.#judgements.set(uri, judgement);
      // A failed one is not kept: the next request tries again.
      judgement.catch(() => this.#judgements.delete(uri));
    }
    return judgement;
  }

  /**
   * Judgements of the open documents, and of the project's other sources that satisfy the test: one after the other, so that a large
   * project does not fill the memory.
   */
  async *judgeAll(isWanted: (text: string, path: string) => boolean): AsyncGenerator<Judgement> {
    for (const { uri } of this.#documents.all()) {
      const judgement = await this.judge(uri);
      if (judgement !== undefined) yield judgement;
    }
    for (const path of await this.projectFiles.paths()) {
      if (this.#openText(path) !== undefined) continue;
      const read = await this.#disk.readFile(path);
      if (read.kind !== "text" || !isWanted(read.text, path)) continue;
      const document = TextDocument.create(toUri(path), "", 0, read.text);
      yield await this.#judge(document);
      this.#readPaths.delete(document.uri);
    }
  }

  /** A document changed: its judgement, and those of the documents that read it, are void. Returns all of them. */
  documentChanged(uri: string): readonly string[] {
    const path = toPath(uri);
    const readers = [...this.#readPaths].flatMap(([other, paths]) =>
      paths.has(path) && other !== uri ? [other] : [],
    );
    const changed = [uri, ...readers];
    for (const one of changed) this.#judgements.delete(one);
    this.#host.forget(path);
    return changed;
  }

  /** Returns the documents that read it, which now read the disk. */
  documentClosed(uri: string): readonly string[] {
    const changed = this.documentChanged(uri);
    this.#clientSettings.delete(uri);
    this.#readPaths.delete(uri);
    return changed.slice(1);
  }

  /** Files on the disk changed: everything is read again. */
  filesChanged(): void {
    this.projectFiles.forget();
    this.#host.forgetAll();
    this.#judgements.clear();
  }

  settingsChanged(): void {
    this.#clientSettings.clear();
    this.#judgements.clear();
  }

  async #judge(document: TextDocument): Promise<Judgement> {
    const path = toPath(document.uri);
    const { version } = document;
    const text = document.getText();
    const settings = await settingsFor(
      this.#host,
      path,
      await this.#clientSettingsOf(document.uri),
    );
    const files = new Map<string, string>();
    const checked = await readWithIncludes(this.#host, files, (loaded) =>
      checkFile({
        path,
        text,
        files: loaded,
        configuration: settings.configuration,
      }),
    );
    const wanted = checked.wanted.flatMap(({ paths }) => paths);
    this.#readPaths.set(document.uri, new Set([...files.keys(), ...wanted]));
    return {
      document,
      version,
      checked,
      settings,
      textOf: (name) => (name === path ? text : (files.get(name) ?? checked.unit.textOf(name))),
    };
  }

  #clientSettingsOf(uri: string): Promise<unknown> {
    if (!this.canAskForSettings) return Promise.resolve(this.pushedSettings);
    let settings = this.#clientSettings.get(uri);
    if (settings === undefined) {
      settings = Promise.resolve(
        this.#connection.workspace.getConfiguration({ scopeUri: uri, section: "rseqLab" }),
      ).catch(() => undefined);
      this.#clientSettings.set(uri, settings);
    }
    return settings;
  }

  #openText(path: string): string | undefined {
    return this.#documents
      .all()
      .find((document) => toPath(document.uri) === path)
      ?.getText();
  }
}

/** Open buffers first, then the disk, each file read once until it changes. */
class CachingHost implements Host {
  readonly #host: Host;
  readonly #openText: (path: string) => string | undefined;
  readonly #texts = new Map<string, Promise<FileText>>();

  constructor(host: Host, openText: (path: string) => string | undefined) {
    this.#host = host;
    this.#openText = openText;
  }

  readFile(path: string): Promise<FileText> {
    const open = this.#openText(path);
    if (open !== undefined) return Promise.resolve({ kind: "text", text: open });
    let text = this.#texts.get(path);
    if (text === undefined) {
      text = this.#host.readFile(path);
      this.#texts.set(path, text);
      // A host that failed is asked again.
      text.catch(() => this.#texts.delete(path));
    }
    return text;
  }

  listFolder(path: string): Promise<readonly FolderEntry[] | undefined> {
    return this.#host.listFolder(path);
  }

  forget(path: string): void {
    this.#texts.delete(path);
  }

  forgetAll(): void {
    this.#texts.clear();
  }
}
