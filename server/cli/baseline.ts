// `--baseline FILE` and `--write-baseline FILE`: findings that were there when a project began to lint are known and stay silent;
// new ones are told. The file names each finding for its readers, and its fingerprint counts.
import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Host } from "../host/host.ts";
import { UsageError } from "./command.ts";
import type { Finding } from "./finding.ts";
import { fingerprintsOf, pathFrom } from "./finding.ts";
import { readSource } from "./sources.ts";

/** The findings that the baseline does not know. Throws `UsageError` if the file is no baseline. */
export async function withoutKnown(
  host: Host,
  path: string,
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  const known = readBaseline(path, await readSource(host, path));
  const fingerprints = fingerprintsOf(findings, dirname(resolve(path)));
  return findings.filter((_, index) => !known.has(fingerprints[index] ?? ""));
}

/** Writes a baseline that knows all these findings; paths are those from its own folder, so that it can be committed. */
export async function writeBaseline(path: string, findings: readonly Finding[]): Promise<void> {
  const folder = dirname(resolve(path));
  const fingerprints = fingerprintsOf(findings, folder);
  const entries = findings.map(({ diagnostic }, index) => ({
    fingerprint: fingerprints[index] ?? "",
    code: diagnostic.code,
    file: pathFrom(folder, diagnostic.span.path),
    message: diagnostic.message,
  }));
  const text = `${JSON.stringify({ version: 1, findings: entries }, undefined, 2)}\n`;
  await writeFile(path, text).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot write '${path}': ${reason}.`);
  });
}

function readBaseline(path: string, text: string): ReadonlySet<string> {
  const entries = entriesOf(text);
  if (entries === undefined) {
    throw new UsageError(`'${path}' is no baseline; make one with \`lint --write-baseline\`.`);
  }
  return new Set(entries);
}

/** The fingerprints of a baseline; undefined if the text is none. */
function entriesOf(text: string): readonly string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value["version"] !== 1) return undefined;
  const { findings } = value;
  if (!Array.isArray(findings)) return undefined;
  const fingerprints = findings.map((each: unknown) =>
    isObject(each) ? each["fingerprint"] : undefined,
  );
  return fingerprints.every((each) => typeof each === "string") ? fingerprints : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
