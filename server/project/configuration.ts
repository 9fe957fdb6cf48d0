// The settings that hold for a file: those of the nearest `rseq-lab.json` above it, over those of the user.
import { dirname, isAbsolute, join } from "node:path";
import { NO_CONFIGURATION, readConfiguration } from "../engine/index.ts";
import type { Configuration, Diagnostic } from "../engine/index.ts";
import type { Host } from "../host/host.ts";

export const CONFIGURATION_NAME = "rseq-lab.json";
const FOLDERS_MAX = 128;

export interface ProjectConfiguration {
  /** Of the configuration file; undefined where there is none. */
  readonly path: string | undefined;
  readonly text: string;
  readonly configuration: Configuration;
  readonly diagnostics: readonly Diagnostic[];
}

const NONE: ProjectConfiguration = {
  path: undefined,
  text: "",
  configuration: NO_CONFIGURATION,
  diagnostics: [],
};

/** Reads the nearest `rseq-lab.json` in the folder of `path` (absolute) or above it. */
export async function projectConfiguration(
  host: Host,
  path: string,
): Promise<ProjectConfiguration> {
  let folder = dirname(path);
  for (let depth = 0; depth < FOLDERS_MAX; depth++) {
    const candidate = join(folder, CONFIGURATION_NAME);
    const file = await host.readFile(candidate);
    if (file.kind === "text") {
      const { configuration, diagnostics } = readConfiguration(candidate, file.text);
      const includePath = configuration.includePath.map((each) =>
        isAbsolute(each) ? each : join(folder, each),
      );
      return {
        path: candidate,
        text: file.text,
        configuration: { ...configuration, includePath },
        diagnostics,
      };
    }
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return NONE;
}

/** Settings of `upper` where it has them, else of `lower`; lists and maps are joined, `upper` first. */
export function mergeConfigurations(upper: Configuration, lower: Configuration): Configuration {
  return {
    kernel: upper.kernel ?? lower.kernel,
    target: upper.target ?? lower.target,
    includePath: [...upper.includePath, ...lower.includePath],
    defines: [...lower.defines, ...upper.defines],
    roles: new Map([...lower.roles, ...upper.roles]),
    severities: new Map([...lower.severities, ...upper.severities]),
  };
}
