// textDocument/definition, declaration, typeDefinition; and documentLink for includes. In files that are not rseq's a C server answers.
import type { DocumentLink, Location, Position } from "vscode-languageserver";
import {
  declarationAt,
  definitionAt,
  includeLinks,
  isRseqBusiness,
  type Span,
  typeDefinitionAt,
} from "../engine/index.ts";
import { Ranges } from "./to-lsp.ts";
import { toUri } from "./uri.ts";
import type { Judgement } from "./workspace.ts";

export function isOurs({ checked, settings }: Judgement): boolean {
  return isRseqBusiness(checked, settings.configuration.roles);
}

export function definition(judgement: Judgement, position: Position): Location | null {
  const { checked, document, settings } = judgement;
  if (!isOurs(judgement)) return null;
  const { includePath } = settings.configuration;
  return toLocation(judgement, definitionAt(checked, includePath, document.offsetAt(position)));
}

export function declaration(judgement: Judgement, position: Position): Location | null {
  const { checked, document, settings } = judgement;
  if (!isOurs(judgement)) return null;
  const { includePath } = settings.configuration;
  return toLocation(judgement, declarationAt(checked, includePath, document.offsetAt(position)));
}

export function typeDefinition(judgement: Judgement, position: Position): Location | null {
  const { checked, document } = judgement;
  if (!isOurs(judgement)) return null;
  return toLocation(judgement, typeDefinitionAt(checked, document.offsetAt(position)));
}

export function documentLinks(judgement: Judgement): DocumentLink[] {
  if (!isOurs(judgement)) return [];
  const ranges = new Ranges(judgement.textOf);
  const { includePath } = judgement.settings.configuration;
  return includeLinks(judgement.checked.unit, includePath).map(({ span, target }) => ({
    range: ranges.of(span),
    target: toUri(target),
  }));
}

function toLocation({ textOf }: Judgement, span: Span | undefined): Location | null {
  return span === undefined ? null : { uri: toUri(span.path), range: new Ranges(textOf).of(span) };
}
