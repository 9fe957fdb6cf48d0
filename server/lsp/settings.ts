// The settings that hold for a document: the nearest rseq-lab.json, over what the editor's configuration says.
import {
  type Configuration,
  configurationOf,
  type HoverInC,
  type InlayHintSettings,
} from "../engine/index.ts";
import type { Host } from "../host/host.ts";
import {
  mergeConfigurations,
  projectConfiguration,
  type ProjectConfiguration,
} from "../project/configuration.ts";

export interface Settings {
  readonly configuration: Configuration;
  readonly hoverInC: HoverInC;
  readonly codeLens: boolean;
  readonly inlayHints: InlayHintSettings;
  /** The configuration file that was read, with what is wrong in it. */
  readonly project: ProjectConfiguration;
}

/** What the client keeps under `rseqLab`; unknown shapes count as nothing. */
export async function settingsFor(host: Host, path: string, client: unknown): Promise<Settings> {
  const project = await projectConfiguration(host, path);
  const record = isRecord(client) ? client : {};
  return {
    configuration: mergeConfigurations(project.configuration, configurationOf(knownPart(record))),
    hoverInC: hoverInCOf(record["hoverInC"]),
    codeLens: record["codeLens"] !== false,
    inlayHints: inlayHintsOf(record["inlayHints"]),
    project,
  };
}

/** Only what has a value: clients send null and empty strings for settings that nobody set. */
function knownPart(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const key of ["kernel", "target", "includePath", "defines", "severity", "roles"]) {
    const value = record[key];
    if (value !== undefined && value !== null && value !== "") known[key] = value;
  }
  return known;
}

function hoverInCOf(value: unknown): HoverInC {
  return value === "always" || value === "off" ? value : "contract";
}

/** Holes unless they are switched off, offsets if they are switched on. */
function inlayHintsOf(value: unknown): InlayHintSettings {
  const record = isRecord(value) ? value : {};
  return { holes: record["holes"] !== false, offsets: record["offsets"] === true };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
