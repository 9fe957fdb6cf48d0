// One file, from text to findings: reads it for its target, judges it, and says which includes it wants. The editor and the command
// line both come here, so that they say the same.
import { builtinHeader } from "../abi/headers.ts";
import { type FoundProfile, findProfile, NEWEST_RELEASED } from "../abi/profiles/index.ts";
import { defaultTarget, targetNamed } from "../abi/targets/index.ts";
import type { Target } from "../abi/target.ts";
import type { ParserHooks } from "../c/parser.ts";
import { type CUnit, readUnit, type WantedInclude } from "../c/unit.ts";
import { type CompiledScenario, compileScenario } from "../scenario/compile.ts";
import type { ScenarioTree } from "../scenario/item.ts";
import { readScenario, type ScenarioInput } from "../scenario/reading.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { refusalOf } from "../text/refusal.ts";
import { bodiesOf, BodyCollector, type CodeBody, enterNamespace } from "./code.ts";
import type { Configuration } from "./configuration.ts";
import { isCPlusPlus, lintFile } from "./lint.ts";

export interface CheckRequest {
  readonly path: string;
  readonly text: string;
  /** Files that the host has loaded, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly configuration: Configuration;
  /** Replace a scenario's own kernel and target, as `--kernel` and `--target` do. */
  readonly kernelOverride?: string | undefined;
  readonly targetOverride?: string | undefined;
}

export interface Checked {
  /** What was read; of a file that is no text, an empty unit. */
  readonly unit: CUnit;
  /** Of a scenario. */
  readonly tree: ScenarioTree | undefined;
  /** The same with types of expressions and what lowering knows; of a C file undefined. */
  readonly scenario: CompiledScenario | undefined;
  /** Functions with their statements; of a C file those of the file itself, if it speaks of rseq. */
  readonly bodies: readonly CodeBody[];
  readonly target: Target;
  readonly kernel: FoundProfile;
  readonly diagnostics: readonly Diagnostic[];
  readonly wanted: readonly WantedInclude[];
}

/** Reads and judges a file: a scenario by its name's end, else C or C++. */
export function checkFile(request: CheckRequest): Checked {
  return request.path.endsWith(".rseq") ? checkScenario(request) : checkCFile(request);
}

/** Reads, compiles and judges a scenario. Its own kernel and target count, unless the configuration's caller replaced them. */
export function checkScenario(request: CheckRequest): Checked {
  const { path, text, files, configuration } = request;
  const refusal = refusalOf(path, text);
  const input = (target: string | undefined): ScenarioInput => ({
    path,
    text: refusal === undefined ? text : "",
    files,
    includePaths: configuration.includePath,
    defines: configuration.defines,
    overrides: { kernel: request.kernelOverride, target },
  });
  const compiled = compileScenario(input(request.targetOverride));
  const { unit, profile, profileName, isKernelNamed, target } = compiled.reading;
  const kernel = { profile, shownName: profileName };
  const bodies = bodiesOf(compiled.tree);
  const { diagnostics } = lintFile(unit, {
    kernel,
    isKernelNamed,
    bodies,
    reading: compiled.diagnostics,
    roles: configuration.roles,
    severities: configuration.severities,
    readFor: (name) =>
      targetNamed(name) === undefined ? undefined : readScenario(input(name)).unit,
  });
  return {
    unit,
    tree: compiled.tree,
    scenario: compiled,
    bodies,
    target,
    kernel,
    diagnostics: refusal === undefined ? diagnostics : [refusal],
    wanted: compiled.wanted,
  };
}

/** Reads and judges a C or C++ file. */
export function checkCFile(request: CheckRequest): Checked {
  const { path, text, configuration } = request;
  const target = targetOf(configuration);
  const named = configuration.kernel === undefined ? undefined : findProfile(configuration.kernel);
  const refusal = refusalOf(path, text);
  const collector = new BodyCollector(path, text);
  const read = (forTarget: Target, hooks: ParserHooks): CUnit =>
    readUnit({
      path,
      text: refusal === undefined ? text : "",
      target: forTarget,
      includePaths: configuration.includePath,
      defines: configuration.defines,
      files: request.files,
      builtinHeader: (name) => builtinHeader(named?.profile ?? NEWEST_RELEASED, name),
      prelude: "",
      hooks,
    });
  const namespaces: ParserHooks = isCPlusPlus(text) ? { externalItem: enterNamespace } : {};
  // Other people's functions are not read.
  const isOurs = /rseq/i.test(text);
  const unit = read(
    target,
    isOurs ? { ...namespaces, functionBody: collector.functionBody } : namespaces,
  );
  const { diagnostics, kernel } = lintFile(unit, {
    kernel: named,
    isKernelNamed: named !== undefined,
    bodies: collector.bodies,
    reading: unit.diagnostics,
    roles: configuration.roles,
    severities: configuration.severities,
    readFor: (name) => {
      const other = targetNamed(name);
      return other === undefined ? undefined : read(other, namespaces);
    },
  });
  return {
    unit,
    tree: undefined,
    scenario: undefined,
    bodies: collector.bodies,
    target,
    kernel,
    diagnostics: refusal === undefined ? diagnostics : [refusal],
    wanted: unit.wanted,
  };
}

/** The configured target; x86-64 where none is. */
export function targetOf(configuration: Configuration): Target {
  const { target } = configuration;
  return (target === undefined ? undefined : targetNamed(target)) ?? defaultTarget;
}
