// `rseq-lab lint PATH…`: findings in C and C++ files and in scenarios.
import { resolve } from "node:path";
import { checkFile, NO_CONFIGURATION } from "../../engine/index.ts";
import type { Configuration, Severity } from "../../engine/index.ts";
import { readWithIncludes } from "../../host/includes.ts";
import { nodeHost } from "../../host/node.ts";
import { mergeConfigurations, projectConfiguration } from "../../project/configuration.ts";
import type { ProjectConfiguration } from "../../project/configuration.ts";
import { withoutKnown, writeBaseline } from "../baseline.ts";
import { kernelOption, targetOption } from "../c-file.ts";
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
import { rangeOf } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { sarifLog } from "../sarif.ts";
import { expandPaths, readSource } from "../sources.ts";
import type { Json } from "../state-json.ts";
import { countText, formatDiagnostic } from "../terminal.ts";

const FAIL_ON = ["error", "warning", "info"] as const;
const FORMATS = ["text", "json", "sarif", "github"] as const;
const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export const lint: Command = {
  name: "lint",
  operands: "PATH…",
  description:
    "Lints C and C++ headers and sources and .rseq scenarios; folders are walked.\n" +
    "Exit status: 0 clean, 1 findings at or above --fail-on, 2 usage or unreadable files.",
  options: {
    "fail-on": {
      type: "string",
      value: FAIL_ON.join("|"),
      help: "least severity that fails (default error)",
    },
    kernel: KERNEL_OPTION,
    target: TARGET_OPTION,
    include: INCLUDE_OPTION,
    define: DEFINE_OPTION,
    baseline: {
      type: "string",
      value: "FILE",
      help: "stay silent about the findings that FILE lists",
    },
    "write-baseline": {
      type: "string",
      value: "FILE",
      help: "write FILE with all present findings, which are then silent",
    },
    format: { type: "string", value: FORMATS.join("|"), help: "form of the output" },
  },
  run: lintPaths,
};

async function lintPaths({ values, positionals, output }: Invocation): Promise<ExitCode> {
  if (positionals.length === 0) {
    throw new UsageError("lint needs a file or a folder. Try `rseq-lab lint --help`.");
  }
  const format = wordValue(values, "format", FORMATS);
  const failOn = wordValue(values, "fail-on", FAIL_ON);
  const options = optionConfiguration(values);
  const paths = await expandPaths(nodeHost, positionals);
  const all: Finding[] = [];
  const projects = new Set<string>();
  for (const path of paths) {
    const project = await projectConfiguration(nodeHost, resolve(path));
    const configuration = mergeConfigurations(options, project.configuration);
    all.push(...configurationFindings(project, projects), ...(await lintPath(path, configuration)));
  }
  const findings = await newFindings(all, values, output);
  await output.write(printed(findings, paths.length, format, output.colour));
  return findings.some(({ diagnostic }) => RANK[diagnostic.severity] <= RANK[failOn]) ? 1 : 0;
}

/** Those that no baseline silences; all are silenced by one that is written. */
async function newFindings(
  all: readonly Finding[],
  values: Values,
  output: Output,
): Promise<readonly Finding[]> {
  const written = stringValue(values, "write-baseline");
  if (written !== undefined) {
    await writeBaseline(written, all);
    output.complain(`'${written}' now lists ${countText(all.length, "finding")}.`);
    return [];
  }
  const baseline = stringValue(values, "baseline");
  return baseline === undefined ? all : withoutKnown(nodeHost, baseline, all);
}

function printed(
  findings: readonly Finding[],
  files: number,
  format: (typeof FORMATS)[number],
  colour: boolean,
): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(documentJson(findings, files))}\n`;
    case "sarif":
      return `${JSON.stringify(sarifLog(findings, process.cwd()))}\n`;
    case "github":
      return findings.map(githubLine).join("");
    case "text":
      return `${findings.map((each) => findingText(each, colour)).join("")}${summaryText(findings, files)}\n`;
  }
}

function findingText({ diagnostic, text }: Finding, colour: boolean): string {
  const textOf = (path: string): string | undefined =>
    path === diagnostic.span.path ? text : undefined;
  return formatDiagnostic(diagnostic, textOf, colour);
}

function optionConfiguration(values: Values): Configuration {
  const kernel = kernelOption(values);
  return {
    ...NO_CONFIGURATION,
    kernel,
    target: stringValue(values, "target") === undefined ? undefined : targetOption(values).name,
    includePath: stringValues(values, "include"),
    defines: stringValues(values, "define"),
  };
}

/** What is wrong with a configuration file is said once, however many files it holds for. */
function configurationFindings(
  project: ProjectConfiguration,
  seen: Set<string>,
): readonly Finding[] {
  const { path, text, diagnostics } = project;
  if (path === undefined || seen.has(path)) return [];
  seen.add(path);
  return diagnostics.map((diagnostic) => ({
    diagnostic,
    text,
    kernel: "",
    target: "",
    textOf: () => undefined,
  }));
}

async function lintPath(path: string, configuration: Configuration): Promise<readonly Finding[]> {
  const text = await readSource(nodeHost, path);
  const checked = await readWithIncludes(nodeHost, new Map(), (files) =>
    checkFile({
      path,
      text,
      files,
      configuration,
      kernelOverride: configuration.kernel,
      targetOverride: configuration.target,
    }),
  );
  const kernel = checked.kernel.shownName;
  const target = checked.target.name;
  const textOf = (name: string): string | undefined => checked.unit.textOf(name);
  return checked.diagnostics.map((diagnostic) => ({ diagnostic, text, kernel, target, textOf }));
}

function documentJson(findings: readonly Finding[], files: number): Json {
  return {
    version: 1,
    findings: findings.map((finding) => {
      const { diagnostic, kernel, target } = finding;
      const { start, end } = rangeOf(diagnostic.span, finding.text);
      return {
        code: diagnostic.code,
        name: diagnostic.name,
        severity: diagnostic.severity,
        message: diagnostic.message,
        file: diagnostic.span.path,
        range: {
          start: { line: start.line, column: start.column },
          end: { line: end.line, column: end.column },
        },
        target,
        kernel,
        fixes: diagnostic.fixes.map(({ title }) => ({ title })),
      };
    }),
    summary: { ...counts(findings), files },
  };
}

function counts(findings: readonly Finding[]): { errors: number; warnings: number; infos: number } {
  const count = (severity: Severity): number =>
    findings.filter(({ diagnostic }) => diagnostic.severity === severity).length;
  return { errors: count("error"), warnings: count("warning"), infos: count("info") };
}

function summaryText(findings: readonly Finding[], files: number): string {
  const { errors, warnings, infos } = counts(findings);
  const parts = [
    countText(errors, "error"),
    countText(warnings, "warning"),
    countText(infos, "note"),
  ];
  return `${parts.join(", ")} in ${countText(files, "file")}`;
}

const GITHUB_COMMAND: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
};

function githubLine(finding: Finding): string {
  const { diagnostic } = finding;
  const { start, end } = rangeOf(diagnostic.span, finding.text);
  const property = (text: string): string =>
    data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const data = (text: string): string =>
    text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const place = `file=${property(diagnostic.span.path)},line=${start.line},endLine=${end.line},col=${start.column},endColumn=${end.column}`;
  const title = property(`${diagnostic.code} ${diagnostic.name}`);
  return `::${GITHUB_COMMAND[diagnostic.severity]} ${place},title=${title}::${data(diagnostic.message)}\n`;
}
