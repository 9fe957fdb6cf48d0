// textDocument/references, documentHighlight, prepareRename, rename: all places of one name, in the document, in the file that declares
// it, and in every open document that means the same thing by it.
import {
  type DocumentHighlight,
  DocumentHighlightKind,
  LSPErrorCodes,
  type Location,
  type Position,
  type Range,
  ResponseError,
  type WorkspaceEdit,
} from "vscode-languageserver";
import {
  type NameUse,
  type Entity,
  entityKey,
  newNameProblem,
  type Occurrence,
  occurrenceAt,
  occurrencesIn,
  renamableAt,
} from "../engine/index.ts";
import { isOurs } from "./navigation.ts";
import { Ranges, type TextOf } from "./to-lsp.ts";
import { toUri } from "./uri.ts";
import type { Judgement, Workspace } from "./workspace.ts";

const HIGHLIGHTS: Readonly<Record<NameUse, DocumentHighlightKind>> = {
  declaration: DocumentHighlightKind.Write,
  write: DocumentHighlightKind.Write,
  read: DocumentHighlightKind.Read,
  mention: DocumentHighlightKind.Text,
};

export function documentHighlights(judgement: Judgement, position: Position): DocumentHighlight[] {
  const what = entityAt(judgement, position);
  if (what === undefined) return [];
  const ranges = new Ranges(judgement.textOf);
  const { checked } = judgement;
  return placesIn(judgement, checked.unit.path, what).map(({ span, access }) => ({
    range: ranges.of(span),
    kind: HIGHLIGHTS[access],
  }));
}

export async function references(
  workspace: Workspace,
  judgement: Judgement,
  position: Position,
  includeDeclaration: boolean,
): Promise<Location[]> {
  const what = entityAt(judgement, position);
  if (what === undefined) return [];
  const files = await filesWith(workspace, judgement, what);
  return files.flatMap(({ uri, places, textOf }) => {
    const ranges = new Ranges(textOf);
    return places
      .filter(({ access }) => includeDeclaration || access !== "declaration")
      .map(({ span }) => ({ uri, range: ranges.of(span) }));
  });
}

/** What would be renamed; a refusal is an error with its reason, which clients show. */
export function prepareRename(
  judgement: Judgement,
  position: Position,
): { range: Range; placeholder: string } | null {
  const found = renamable(judgement, position);
  return found === undefined
    ? null
    : { range: new Ranges(judgement.textOf).of(found.span), placeholder: found.entity.name };
}

export async function rename(
  workspace: Workspace,
  judgement: Judgement,
  position: Position,
  newName: string,
): Promise<WorkspaceEdit | null> {
  const found = renamable(judgement, position);
  if (found === undefined) return null;
  const problem =
    newName === found.entity.name
      ? undefined
      : newNameProblem(judgement.checked, found.entity, newName);
  if (problem !== undefined) throw refused(problem);
  const changes: NonNullable<WorkspaceEdit["changes"]> = {};
  for (const { uri, places, textOf } of await filesWith(workspace, judgement, found.entity)) {
    const ranges = new Ranges(textOf);
    changes[uri] = places.map(({ span }) => ({ range: ranges.of(span), newText: newName }));
  }
  return { changes };
}

function renamable(judgement: Judgement, position: Position): Occurrence | undefined {
  if (!isOurs(judgement)) return undefined;
  const { checked, settings, document } = judgement;
  const found = renamableAt(checked, settings.configuration.roles, document.offsetAt(position));
  if (found?.kind === "refused") throw refused(found.reason);
  return found?.occurrence;
}

function refused(reason: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, reason);
}

function entityAt(judgement: Judgement, position: Position): Entity | undefined {
  if (!isOurs(judgement)) return undefined;
  const { checked, document } = judgement;
  return occurrenceAt(checked, checked.unit.path, document.offsetAt(position))?.entity;
}

function placesIn({ checked }: Judgement, path: string, what: Entity): readonly Occurrence[] {
  const key = entityKey(what);
  return occurrencesIn(checked, path).filter(({ entity }) => entityKey(entity) === key);
}

interface FilePlaces {
  readonly uri: string;
  readonly places: readonly Occurrence[];
  readonly textOf: TextOf;
}

async function filesWith(
  workspace: Workspace,
  judgement: Judgement,
  what: Entity,
): Promise<readonly FilePlaces[]> {
  const files = new Map<string, FilePlaces>();
  const add = (from: Judgement, path: string): void => {
    const places = files.has(path) ? [] : placesIn(from, path, what);
    if (places.length > 0) files.set(path, { uri: toUri(path), places, textOf: from.textOf });
  };
  add(judgement, judgement.checked.unit.path);
  const isLocal = what.scope !== undefined || what.kind === "label";
  if (!isLocal && !what.nameSpan.path.startsWith("<"))
    for await (const other of workspace.judgeAll((text) => text.includes(what.name)))
      add(other, other.checked.unit.path);
  // The declaring file may not be open: what the judgement read of it counts.
  if (!what.nameSpan.path.startsWith("<")) add(judgement, what.nameSpan.path);
  return [...files.values()];
}
