// `rseq-lab lint PATH…`: findings in C and C++ files and in scenarios.
import { resolve } from "node:path";
import { checkFile, findProfile, NO_CONFIGURATION, PROFILES } from "../../engine/index.ts";
import type { Configuration, Diagnostic, Severity } from "../../engine/index.ts";
import { readWithIncludes } from "../../host/includes.ts";
import { nodeHost } from "../../host/node.ts";
import { mergeConfigurations, projectConfiguration } from "../../project/configuration.ts";
import type { ProjectConfiguration } from "../../project/configuration.ts";
import { targetOption } from "../c-file.ts";
import type { Command, ExitCode, Invocation, Values } from "../command.ts";
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
import { expandPaths, readSource } from "../sources.ts";
import type { Json } from "../state-json.ts";
import { countText, formatDiagnostic } from "../terminal.ts";
import { linesOf } from "../lines.ts";

const FAIL_ON = ["error", "warning", "info"] as const;
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
    format: { type: "string", value: "text|json|github", help: "form of the output" },
  },
  run: lintPaths,
};

/** One finding with what the JSON says besides: the kernel and the target that judged. */
interface Finding {
  readonly diagnostic: Diagnostic;
  readonly text: string;
  readonly kernel: string;
  readonly target: string;
}

async function lintPaths({ values, positionals, output }: Invocation): Promise<ExitCode> {
  if (positionals.length === 0) {
    throw new UsageError("lint needs a file or a folder. Try `rseq-lab lint --help`.");
  }
  const format = wordValue(values, "format", ["text", "json", "github"]);
  const failOn = wordValue(values, "fail-on", FAIL_ON);
  const options = optionConfiguration(values);
  const paths = await expandPaths(nodeHost, positionals);
  const findings: Finding[] = [];
  const projects = new Set<string>();
  for (const path of paths) {
    const project = await projectConfiguration(nodeHost, resolve(path));
    const configuration = mergeConfigurations(options, project.configuration);
    findings.push(
      ...configurationFindings(project, projects),
      ...(await lintPath(path, configuration)),
    );
  }
  if (format === "json") {
    await output.write(`${JSON.stringify(documentJson(findings, paths.length))}\n`);
  } else if (format === "github") {
    for (const finding of findings) await output.write(githubLine(finding));
  } else {
    for (const { diagnostic, text } of findings) {
      const textOf = (path: string): string | undefined =>
        path === diagnostic.span.path ? text : undefined;
      await output.write(formatDiagnostic(diagnostic, textOf, output.colour));
    }
    await output.write(`${summaryText(findings, paths.length)}\n`);
  }
  return findings.some(({ diagnostic }) => RANK[diagnostic.severity] <= RANK[failOn]) ? 1 : 0;
}

function optionConfiguration(values: Values): Configuration {
  const kernel = stringValue(values, "kernel");
  if (kernel !== undefined && findProfile(kernel) === undefined) {
    const names = PROFILES.map((profile) => profile.name).join(", ");
    throw new UsageError(`--kernel is '${kernel}'; it can be ${names}.`);
  }
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
  return diagnostics.map((diagnostic) => ({ diagnostic, text, kernel: "", target: "" }));
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
  return checked.diagnostics.map((diagnostic) => ({ diagnostic, text, kernel, target }));
}

function rangeOf({ diagnostic, text }: Finding): {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
} {
  const index = linesOf(text);
  return { start: index.at(diagnostic.span.start), end: index.at(diagnostic.span.end) };
}

function documentJson(findings: readonly Finding[], files: number): Json {
  return {
    version: 1,
    findings: findings.map((finding) => {
      const { diagnostic, kernel, target } = finding;
      const { start, end } = rangeOf(finding);
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
  const { start, end } = rangeOf(finding);
  const property = (text: string): string =>
    data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const data = (text: string): string =>
    text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const place = `file=${property(diagnostic.span.path)},line=${start.line},endLine=${end.line},col=${start.column},endColumn=${end.column}`;
  const title = property(`${diagnostic.code} ${diagnostic.name}`);
  return `::${GITHUB_COMMAND[diagnostic.severity]} ${place},title=${title}::${data(diagnostic.message)}\n`;
}
