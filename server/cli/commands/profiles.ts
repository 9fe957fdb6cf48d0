// `rseq-lab profiles [NAME]`: the kernel profiles, or one with its fields and decisions.
import { findProfile, PROFILES } from "../../engine/index.ts";
import type { Profile } from "../../engine/index.ts";
import type { Command, ExitCode, Invocation } from "../command.ts";
import { UsageError, wordValue } from "../command.ts";
import type { Json } from "../state-json.ts";

export const profiles: Command = {
  name: "profiles",
  operands: "[NAME]",
  description:
    "Lists the kernel profiles, or shows one with its structs, fields, constants and decisions.",
  options: { format: { type: "string", value: "text|json", help: "form of the output" } },
  run: showProfiles,
};

async function showProfiles({ values, positionals, output }: Invocation): Promise<ExitCode> {
  const format = wordValue(values, "format", ["text", "json"]);
  const [name, ...others] = positionals;
  if (others.length > 0) throw new UsageError("profiles takes one name at most.");
  if (name === undefined) {
    const text =
      format === "json"
        ? `${JSON.stringify({ version: 1, profiles: PROFILES.map(summaryJson) })}\n`
        : PROFILES.map(summaryLine).join("");
    await output.write(text);
    return 0;
  }
  const found = findProfile(name);
  if (found === undefined) {
    const names = PROFILES.map((each) => each.name).join(", ");
    throw new UsageError(`there is no profile '${name}'; there are ${names}.`);
  }
  await output.write(
    format === "json"
      ? `${JSON.stringify({ version: 1, profile: profileJson(found.profile) })}\n`
      : profileText(found.profile),
  );
  return 0;
}

function summaryLine(profile: Profile): string {
  const size = profile.featureSize === undefined ? "" : `, feature size ${profile.featureSize}`;
  const align = profile.align === undefined ? "" : `, alignment ${profile.align}`;
  return `${profile.name.padEnd(22)} ${profile.title}${size}${align}\n`;
}

function summaryJson(profile: Profile): { [key: string]: Json } {
  return {
    name: profile.name,
    aliases: profile.aliases,
    title: profile.title,
    kind: profile.kind,
    featureSize: profile.featureSize ?? null,
    align: profile.align ?? null,
    sharedFeatureSize: profile.sharedFeatureSize ?? null,
  };
}

function profileJson(profile: Profile): Json {
  return {
    ...summaryJson(profile),
    structs: profile.structs.map((struct) => ({
      name: `struct ${struct.tag}`,
      size: struct.size,
      align: struct.align,
      fields: struct.fields.map((field) => ({
        path: field.name,
        type: field.type,
        offset: field.offset,
        size: field.size,
        class: field.class,
        writer: field.writer,
        readers: field.readers,
        since: field.since,
        description: field.description,
      })),
    })),
    constants: profile.constants.map((constant) => ({
      name: constant.name,
      value: Number(constant.value),
      description: constant.description,
    })),
    behaviour: Object.fromEntries(Object.entries(profile.behaviour)),
    decisions: profile.decisions,
    sources: profile.sources,
  };
}

function profileText(profile: Profile): string {
  const lines = [summaryLine(profile).trimEnd()];
  for (const struct of profile.structs) {
    lines.push("", `struct ${struct.tag}: ${struct.size} bytes, aligned to ${struct.align}`);
    lines.push("  offset  size  class     since         field");
    for (const field of struct.fields) {
      const offset = String(field.offset).padStart(6);
      const size = String(field.size).padStart(4);
      const about = `${field.type} ${field.name}: written by ${field.writer}; read by ${field.readers}`;
      lines.push(
        `  ${offset}  ${size}  ${field.class.padEnd(8)}  ${field.since.padEnd(12)}  ${about}`,
      );
    }
  }
  if (profile.decisions.length > 0) {
    lines.push("", "Decisions of the model, not of a kernel:");
    lines.push(...profile.decisions.map((each) => `  - ${each}`));
  }
  lines.push("", "Sources:", ...profile.sources.map((each) => `  - ${each}`));
  return `${lines.join("\n")}\n`;
}
