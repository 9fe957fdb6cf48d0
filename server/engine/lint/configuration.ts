// The settings of a project, `rseq-lab.json`: kernel, target, include paths, defines, roles of structs and severities. What is wrong
// with the file is a finding in it, and the rest of it counts.
import { findProfile, PROFILES } from "../abi/profiles/index.ts";
import { targetNamed, targets } from "../abi/targets/index.ts";
import { readingCodes } from "../c/codes.ts";
import { scenarioCodes } from "../scenario/codes.ts";
import { nearest } from "../scenario/suggestion.ts";
import type { Diagnostic, Severity } from "../text/diagnostic.ts";
import type { Span } from "../text/source.ts";
import { NOTICE_PAGES, RULE_PAGES } from "./pages.ts";
import { parseRole, type Role } from "./role.ts";

export interface Configuration {
  /** A profile's name; undefined for `auto` and where it is not given. */
  readonly kernel: string | undefined;
  readonly target: string | undefined;
  readonly includePath: readonly string[];
  readonly defines: readonly string[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly severities: ReadonlyMap<string, Severity | "off">;
}

export const NO_CONFIGURATION: Configuration = {
  kernel: undefined,
  target: undefined,
  includePath: [],
  defines: [],
  roles: new Map(),
  severities: new Map(),
};

export interface ReadConfiguration {
  readonly configuration: Configuration;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the text of a `rseq-lab.json`. */
export function readConfiguration(path: string, text: string): ReadConfiguration {
  const reader = new Reader(path, text);
  const value = reader.parse();
  return { configuration: reader.configuration(value), diagnostics: reader.diagnostics };
}

/** Checks values that come from an editor's settings, where a wrong one is ignored without a place to say so. */
export function configurationOf(value: unknown): Configuration {
  return new Reader("", "").configuration(value);
}

/** Codes and names of all findings. */
const CODES: ReadonlySet<string> = new Set(
  [...RULE_PAGES, ...NOTICE_PAGES, ...readingCodes, ...scenarioCodes].flatMap(({ code, name }) => [
    code,
    name,
  ]),
);

const KEYS = [
  "kernel",
  "target",
  "includePath",
  "defines",
  "roles",
  "severity",
  "hoverInC",
  "inlayHints",
  "codeLens",
  "explore",
  "baseline",
  "trace",
  "$schema",
];

class Reader {
  readonly #path: string;
  readonly #text: string;
  readonly diagnostics: Diagnostic[] = [];

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  parse(): unknown {
    try {
      return JSON.parse(this.#text) as unknown;
    } catch (error) {
      // Not ours to judge: JSON.parse has no other way to say it.
      const message = error instanceof Error ? error.message : "not JSON";
      const at = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
      const start = Math.min(at, Math.max(0, this.#text.length - 1));
      this.#report(
        { path: this.#path, start, end: Math.min(start + 1, this.#text.length) },
        "The file is not JSON, so none of its settings count. Correct it here; comments and trailing commas are not JSON.",
      );
      return {};
    }
  }

  configuration(value: unknown): Configuration {
    if (!isRecord(value)) {
      if (value !== undefined && value !== null)
        this.#report(
          this.#spanOf(undefined),
          "The file holds no object. Write the settings in braces.",
        );
      return NO_CONFIGURATION;
    }
    for (const key of Object.keys(value))
      if (!KEYS.includes(key))
        this.#report(
          this.#spanOf(key),
          `'${key}' is no setting. There are ${KEYS.filter((one) => one !== "$schema").join(", ")}.`,
        );
    return {
      kernel: this.#kernel(value["kernel"]),
      target: this.#target(value["target"]),
      includePath: this.#words(value, "includePath"),
      defines: this.#words(value, "defines"),
      roles: this.#roles(value["roles"]),
      severities: this.#severities(value["severity"]),
    };
  }

  #kernel(value: unknown): string | undefined {
    if (value === undefined || value === "auto" || value === "") return undefined;
    if (typeof value === "string" && findProfile(value) !== undefined) return value;
    const names = PROFILES.map((profile) => profile.name).join(", ");
    this.#report(
      this.#spanOf("kernel"),
      `There is no kernel profile ${JSON.stringify(value)}. There are auto, ${names}.`,
    );
    return undefined;
  }

  #target(value: unknown): string | undefined {
    if (value === undefined || value === "") return undefined;
    if (typeof value === "string" && targetNamed(value) !== undefined) return value;
    const names = targets.map((target) => target.name).join(", ");
    this.#report(
      this.#spanOf("target"),
      `There is no target ${JSON.stringify(value)}. There are ${names}.`,
    );
    return undefined;
  }

  #words(record: Readonly<Record<string, unknown>>, key: string): readonly string[] {
    const value = record[key];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
    this.#report(this.#spanOf(key), `'${key}' is a list of strings.`);
    return [];
  }

  #roles(value: unknown): ReadonlyMap<string, Role> {
    const roles = new Map<string, Role>();
    for (const [tag, word] of this.#entries(value, "roles")) {
      const role = typeof word === "string" ? parseRole(word) : undefined;
      if (role !== undefined) roles.set(tag.replace(/^(?:struct|union)\s+/, ""), role);
      else
        this.#report(
          this.#spanOf(tag),
          `${JSON.stringify(word)} is no role. There are private, shared, split, descriptor, part and other.`,
        );
    }
    return roles;
  }

  #severities(value: unknown): ReadonlyMap<string, Severity | "off"> {
    const severities = new Map<string, Severity | "off">();
    for (const [code, word] of this.#entries(value, "severity")) {
      if (!CODES.has(code)) this.#unknownCode(code);
      const severity = severityOf(word);
      if (severity !== undefined) severities.set(code, severity);
      else
        this.#report(
          this.#spanOf(code),
          `${JSON.stringify(word)} is no severity. There are error, warning, information and off.`,
        );
    }
    return severities;
  }

  #unknownCode(code: string): void {
    const suggestion = nearest(code, CODES);
    // Every code is near to every other; only a name, or a code in small letters, says what was meant.
    const isMeant =
      suggestion !== undefined &&
      (3 < code.length || suggestion.toLowerCase() === code.toLowerCase());
    const hint = isMeant ? `; did you mean '${suggestion}'?` : ".";
    this.#report(
      this.#spanOf(code),
      `There is no finding ${JSON.stringify(code)}${hint} 'rseq-lab explain --list' lists their codes and names.`,
    );
  }

  #entries(value: unknown, key: string): readonly (readonly [string, unknown])[] {
    if (value === undefined) return [];
    if (isRecord(value)) return Object.entries(value);
    this.#report(this.#spanOf(key), `'${key}' is an object.`);
    return [];
  }

  /** The place of a key, or the first character. */
  #spanOf(key: string | undefined): Span {
    const at = key === undefined ? -1 : this.#text.indexOf(JSON.stringify(key));
    if (at < 0 || key === undefined)
      return { path: this.#path, start: 0, end: Math.min(1, this.#text.length) };
    return { path: this.#path, start: at, end: at + JSON.stringify(key).length };
  }

  #report(span: Span, message: string): void {
    this.diagnostics.push({
      code: "N10",
      name: "bad-configuration",
      severity: "warning",
      message,
      span,
      notes: [],
      fixes: [],
    });
  }
}

function severityOf(word: unknown): Severity | "off" | undefined {
  switch (word) {
    case "error":
    case "warning":
    case "info":
    case "off":
      return word;
    case "information":
      return "info";
    default:
      return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
