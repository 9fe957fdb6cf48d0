// `rseq-lab diff OLD NEW`: what changed between two declarations, and whether programs of each live with the kernel of the other.
import { resolve } from "node:path";
import {
  builtinHeader,
  checkFile,
  compareDeclarations,
  findProfile,
  NO_CONFIGURATION,
  PROFILES,
  readUnit,
} from "../../engine/index.ts";
import type {
  Comparison,
  Compatibility,
  CUnit,
  Declarations,
  LayoutChange,
  PlacedField,
  Profile,
  Side,
  StructComparison,
  Target,
} from "../../engine/index.ts";
import { readWithIncludes } from "../../host/includes.ts";
import { nodeHost } from "../../host/node.ts";
import { mergeConfigurations, projectConfiguration } from "../../project/configuration.ts";
import { targetOption } from "../c-file.ts";
import type { Command, ExitCode, Invocation, Output, Values } from "../command.ts";
import {
  DEFINE_OPTION,
  INCLUDE_OPTION,
  KERNEL_OPTION,
  stringValue,
  stringValues,
  TARGET_OPTION,
  UsageError,
  wordValue,
} from "../command.ts";
import { readSource } from "../sources.ts";
import type { Json } from "../state-json.ts";
import { countText, formatDiagnostic, paint } from "../terminal.ts";

const PROFILE_PREFIX = "profile:";

export const diff: Command = {
  name: "diff",
  operands: "OLD NEW",
  description:
    "Compares the declarations of two files; `profile:NAME` stands for a kernel's own header.\n" +
    "Judged in both directions: programs of OLD on a kernel of NEW, and the reverse.\n" +
    "Exit status: 0 compatible or ambiguous, 1 ABI break (with --fail-on ambiguous: 1 for both), 2 usage or unreadable files.",
  options: {
    struct: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "only this one (default: the structs of rseq)",
    },
    "fail-on": {
      type: "string",
      value: "break|ambiguous",
      help: "least verdict that fails (default break)",
    },
    kernel: { ...KERNEL_OPTION, help: "kernel profile of a file (default: by its fields)" },
    target: TARGET_OPTION,
    include: INCLUDE_OPTION,
    define: DEFINE_OPTION,
    format: { type: "string", value: "text|json", help: "form of the output" },
  },
  run: compareFiles,
};

async function compareFiles({ values, positionals, output }: Invocation): Promise<ExitCode> {
  const [oldName, newName, ...others] = positionals;
  if (oldName === undefined || newName === undefined || others.length > 0) {
    throw new UsageError("diff takes two files or profiles. Try `rseq-lab diff --help`.");
  }
  const format = wordValue(values, "format", ["text", "json"]);
  const failOn = wordValue(values, "fail-on", ["break", "ambiguous"]);
  const target = targetOption(values);
  const before = await declarationsOf(oldName, target, values);
  const after = await declarationsOf(newName, target, values);
  const wanted = stringValues(values, "struct");
  const comparison = compareDeclarations(before, after, wanted);
  if (comparison.structs.length === 0)
    throw new UsageError(nothingCommon(oldName, newName, wanted));
  if (format === "json") {
    const document = comparisonJson(comparison, { oldName, newName, target });
    await output.write(`${JSON.stringify(document)}\n`);
  } else {
    for (const { unit } of [before, after]) complainErrors(unit, output);
    await output.write(comparisonText(comparison, { oldName, newName, target }, output.colour));
  }
  const failing: readonly Compatibility[] = failOn === "break" ? ["break"] : ["break", "ambiguous"];
  return failing.includes(comparison.verdict) ? 1 : 0;
}

interface Names {
  readonly oldName: string;
  readonly newName: string;
  readonly target: Target;
}

function nothingCommon(oldName: string, newName: string, wanted: readonly string[]): string {
  return wanted.length === 0
    ? `'${oldName}' and '${newName}' have no struct in common; name the files that declare it.`
    : `'${oldName}' and '${newName}' do not both declare '${wanted.join("', '")}'.`;
}

async function declarationsOf(name: string, target: Target, values: Values): Promise<Declarations> {
  if (name.startsWith(PROFILE_PREFIX)) {
    const profile = profileNamed(name.slice(PROFILE_PREFIX.length), name);
    const unit = readProfile(name, profile, target);
    return { unit, roles: new Map(), kernel: profile, isProfile: true };
  }
  return fileDeclarations(name, target, values);
}

function profileNamed(name: string, shown: string): Profile {
  const found = findProfile(name);
  if (found !== undefined) return found.profile;
  const names = PROFILES.map((profile) => profile.name).join(", ");
  throw new UsageError(`there is no profile '${shown}'; there are ${names}.`);
}

function readProfile(path: string, profile: Profile, target: Target): CUnit {
  const header = (name: string): string | undefined => builtinHeader(profile, name);
  return readUnit({
    path,
    text: header("linux/rseq.h") ?? "",
    target,
    includePaths: [],
    defines: [],
    files: new Map(),
    builtinHeader: header,
    prelude: "",
    hooks: {},
  });
}

async function fileDeclarations(
  path: string,
  target: Target,
  values: Values,
): Promise<Declarations> {
  const kernel = stringValue(values, "kernel");
  const named = kernel === undefined ? undefined : profileNamed(kernel, kernel);
  const project = await projectConfiguration(nodeHost, resolve(path));
  const options = {
    ...NO_CONFIGURATION,
    kernel,
    target: target.name,
    includePath: stringValues(values, "include"),
    defines: stringValues(values, "define"),
  };
  const configuration = mergeConfigurations(options, project.configuration);
  const text = await readSource(nodeHost, path);
  const { unit } = await readWithIncludes(nodeHost, new Map(), (files) =>
    checkFile({
      path,
      text,
      files,
      configuration,
      kernelOverride: kernel,
      targetOverride: target.name,
    }),
  );
  return { unit, roles: configuration.roles, kernel: named, isProfile: false };
}

function complainErrors(unit: CUnit, output: Output): void {
  for (const each of unit.diagnostics) {
    if (each.severity !== "error") continue;
    output.complain(formatDiagnostic(each, (path) => unit.textOf(path), false));
  }
}

function comparisonJson(comparison: Comparison, { oldName, newName, target }: Names): Json {
  return {
    version: 1,
    target: target.name,
    old: oldName,
    new: newName,
    verdict: comparison.verdict,
    oldUserOnNewKernel: comparison.oldUserOnNewKernel,
    newUserOnOldKernel: comparison.newUserOnOldKernel,
    structs: comparison.structs.map(structJson),
    onlyInOld: comparison.onlyInOld,
    onlyInNew: comparison.onlyInNew,
    summary: summaryText(comparison),
  };
}

function structJson(compared: StructComparison): Json {
  return {
    name: compared.name,
    verdict: compared.verdict,
    oldUserOnNewKernel: compared.oldUserOnNewKernel,
    newUserOnOldKernel: compared.newUserOnOldKernel,
    old: sideJson(compared.old),
    new: sideJson(compared.new),
    changes: compared.changes.map((change) => ({
      kind: change.kind,
      verdict: change.verdict,
      oldUserOnNewKernel: change.oldUserOnNewKernel,
      newUserOnOldKernel: change.newUserOnOldKernel,
      code: change.code ?? null,
      field: change.field ?? null,
      old: fieldJson(change.old),
      new: fieldJson(change.new),
      message: change.message,
    })),
  };
}

function sideJson({ name, size, align, featureSize, kernel }: Side): Json {
  return { name, size, align, featureSize: featureSize ?? null, kernel: kernel.name };
}

function fieldJson(field: PlacedField | undefined): Json {
  if (field === undefined) return null;
  return { path: field.name, offset: field.offset, size: field.size, type: field.typeText };
}

const COLOURS: Readonly<Record<Compatibility, string>> = {
  compatible: "32",
  ambiguous: "33",
  break: "31",
};

/** Plain sentences that can be pasted into a review. */
function comparisonText(comparison: Comparison, names: Names, colour: boolean): string {
  const lines = [`${names.oldName} -> ${names.newName} (${names.target.name})`];
  for (const each of comparison.structs) lines.push("", ...structLines(each, colour));
  lines.push("");
  for (const [list, side] of [
    [comparison.onlyInOld, "old"],
    [comparison.onlyInNew, "new"],
  ] as const) {
    if (list.length > 0) lines.push(`Only in the ${side} one: ${list.join(", ")}.`);
  }
  lines.push(
    `Old programs on the new kernel: ${comparison.oldUserOnNewKernel}.`,
    `New programs on the old kernel: ${comparison.newUserOnOldKernel}.`,
    summaryText(comparison),
  );
  return `${lines.join("\n")}\n`;
}

function structLines(compared: StructComparison, colour: boolean): readonly string[] {
  const { old, new: now, changes } = compared;
  const change = (before: number | undefined, after: number | undefined): string =>
    before === after ? `${before ?? "-"}` : `${before ?? "-"} -> ${after ?? "-"}`;
  const facts = [
    `size ${change(old.size, now.size)}`,
    `alignment ${change(old.align, now.align)}`,
    ...(old.featureSize === undefined && now.featureSize === undefined
      ? []
      : [`feature size ${change(old.featureSize, now.featureSize)}`]),
  ];
  const name = old.name === now.name ? now.name : `${old.name} -> ${now.name}`;
  const body =
    changes.length === 0 ? ["  nothing changed"] : changes.map((each) => line(each, colour));
  return [`${name}: ${facts.join(", ")}`, ...body];
}

function line({ verdict, code, message }: LayoutChange, colour: boolean): string {
  const rule = code === undefined || verdict === "compatible" ? "" : `${code}: `;
  return `  ${paint(verdict.padEnd(10), COLOURS[verdict], colour)}  ${rule}${message}`;
}

function summaryText({ verdict, structs }: Comparison): string {
  const changes = structs.flatMap((each) => each.changes);
  const count = (wanted: Compatibility): number =>
    changes.filter((each) => each.verdict === wanted).length;
  if (changes.length === 0) return "Compatible: the layouts are equal.";
  const share = `${count(verdict)} of ${countText(changes.length, "change")}`;
  switch (verdict) {
    case "compatible":
      return `Compatible: ${countText(changes.length, "change")}; programs that test the feature size run on both.`;
    case "ambiguous":
      return `Ambiguous: ${share} may break programs, depending on what they do.`;
    case "break":
      return `ABI break: ${share} ${count("break") === 1 ? "breaks" : "break"} compiled programs.`;
  }
}
