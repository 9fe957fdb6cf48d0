// Findings as SARIF 2.1.0 (OASIS): one run, every code that can be reported as a rule with its page as help, regions in UTF-16
// columns, and paths from the working folder, which `%SRCROOT%` stands for.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { codePages } from "../engine/index.ts";
import type { CodePage, Fix, Note, Severity, Span } from "../engine/index.ts";
import { VERSION } from "../version.ts";
import type { Finding } from "./finding.ts";
import { fingerprintsOf, pathFrom, rangeOf } from "./finding.ts";
import type { Json } from "./state-json.ts";

const SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT_ID = "%SRCROOT%";
const LEVEL: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

type TextOf = (path: string) => string | undefined;

/** The whole log; `folder` is the root of its relative paths. */
export function sarifLog(findings: readonly Finding[], folder: string): Json {
  const pages = codePages();
  const indexOf = new Map(pages.map(({ code }, index) => [code, index]));
  const fingerprints = fingerprintsOf(findings, folder);
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Rseq Lab",
            version: VERSION,
            semanticVersion: VERSION,
            rules: pages.map(ruleOf),
          },
        },
        invocations: [{ executionSuccessful: true }],
        originalUriBaseIds: { [ROOT_ID]: { uri: folderUri(folder) } },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding, index) =>
          resultOf(finding, folder, {
            ruleIndex: indexOf.get(finding.diagnostic.code),
            fingerprint: fingerprints[index] ?? "",
          }),
        ),
      },
    ],
  };
}

function folderUri(folder: string): string {
  const uri = pathToFileURL(folder).href;
  return uri.endsWith("/") ? uri : `${uri}/`;
}

function ruleOf({ code, name, severity, text }: CodePage): Json {
  const [, summary = "", ...rest] = text.trim().split("\n\n");
  return {
    id: code,
    name,
    shortDescription: { text: plainText(summary) },
    fullDescription: { text: plainText([summary, ...rest.slice(0, 1)].join(" ")) },
    help: { text: plainText([summary, ...rest].join("\n\n")), markdown: text },
    defaultConfiguration: { level: LEVEL[severity] },
  };
}

/** A page's Markdown without its marks. */
function plainText(markdown: string): string {
  return markdown.replaceAll(/\*\*|`/g, "");
}

function resultOf(
  { diagnostic, text, textOf, kernel, target }: Finding,
  folder: string,
  known: { readonly ruleIndex: number | undefined; readonly fingerprint: string },
): Json {
  const { code, severity, message, span, notes, fixes } = diagnostic;
  const texts: TextOf = (path) => (path === span.path ? text : textOf(path));
  const related = notes.flatMap((note) => relatedLocation(note, texts, folder));
  const replacements = fixes.flatMap((fix) => fixOf(fix, texts, folder));
  return {
    ruleId: code,
    ...(known.ruleIndex === undefined ? {} : { ruleIndex: known.ruleIndex }),
    level: LEVEL[severity],
    message: { text: message },
    locations: [{ physicalLocation: physicalLocation(span, text, folder) }],
    partialFingerprints: { "rseqLabFinding/v1": known.fingerprint },
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map((each, id) => ({ id: id + 1, ...each })) }),
    ...(replacements.length === 0 ? {} : { fixes: replacements }),
    properties: { kernel, target },
  };
}

function physicalLocation(span: Span, text: string, folder: string): Json {
  return {
    artifactLocation: artifactLocation(span.path, folder),
    region: regionOf(span, text),
  };
}

function regionOf(span: Span, text: string): Json {
  const { start, end } = rangeOf(span, text);
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/** From the root where the file is below it, else absolute. */
function artifactLocation(path: string, folder: string): { [key: string]: Json } {
  const relative = pathFrom(folder, path);
  if (/^(?:\.\.(?:\/|$)|\/|[A-Za-z]:)/.test(relative)) {
    return { uri: pathToFileURL(resolve(path)).href };
  }
  return { uri: relative.split("/").map(encodeURIComponent).join("/"), uriBaseId: ROOT_ID };
}

/** A place in a built-in header has no file to open: its message alone is told. */
function relatedLocation(
  { message, span }: Note,
  textOf: TextOf,
  folder: string,
): { [key: string]: Json }[] {
  const text = isFile(span.path) ? textOf(span.path) : undefined;
  const place =
    text === undefined ? {} : { physicalLocation: physicalLocation(span, text, folder) };
  return [{ message: { text: message }, ...place }];
}

function fixOf({ title, edits }: Fix, textOf: TextOf, folder: string): Json[] {
  const paths = [...new Set(edits.map(({ span }) => span.path))];
  const changes = paths.flatMap((path): Json[] => {
    const text = isFile(path) ? textOf(path) : undefined;
    if (text === undefined) return [];
    const own = edits.filter(({ span }) => span.path === path);
    return [
      {
        artifactLocation: artifactLocation(path, folder),
        replacements: own.map(({ span, newText }) => ({
          deletedRegion: regionOf(span, text),
          insertedContent: { text: newText },
        })),
      },
    ];
  });
  // A fix is applied whole or not at all.
  if (changes.length === 0 || changes.length < paths.length) return [];
  return [{ description: { text: title }, artifactChanges: changes }];
}

function isFile(path: string): boolean {
  return !path.startsWith("<");
}
