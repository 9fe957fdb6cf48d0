// Reads a C file for a command: its text, the target, and everything it includes.
import {
  builtinHeader,
  findProfile,
  NEWEST_RELEASED,
  PROFILES,
  readUnit,
  targetNamed,
  targets,
} from "../engine/index.ts";
import type { CUnit, Target } from "../engine/index.ts";
import type { Host } from "../host/host.ts";
import { readWithIncludes } from "../host/includes.ts";
import { stringValue, stringValues, UsageError } from "./command.ts";
import type { Values } from "./command.ts";
import { readText } from "./sources.ts";

/** The kernel of `--kernel`, undefined without it. Throws `UsageError` for an unknown name. */
export function kernelOption(values: Values): string | undefined {
  const kernel = stringValue(values, "kernel");
  if (kernel !== undefined && findProfile(kernel) === undefined) {
    const names = PROFILES.map((profile) => profile.name).join(", ");
    throw new UsageError(`--kernel is '${kernel}'; it can be ${names}.`);
  }
  return kernel;
}

/** The target of `--target`, x86_64-linux without it. Throws `UsageError` for an unknown name. */
export function targetOption(values: Values): Target {
  const name = stringValue(values, "target") ?? "x86_64-linux";
  const target = targetNamed(name);
  if (target === undefined) {
    const names = targets.map((each) => each.name).join(", ");
    throw new UsageError(`--target is '${name}'; it can be ${names}.`);
  }
  return target;
}

/** Throws `UsageError` if the file cannot be read; anything in it is a finding of the unit. */
export async function readCFile(
  host: Host,
  path: string,
  target: Target,
  values: Values,
): Promise<CUnit> {
  const text = await readText(host, path);
  return readWithIncludes(host, new Map(), (files) =>
    readUnit({
      path,
      text,
      target,
      includePaths: stringValues(values, "include"),
      defines: stringValues(values, "define"),
      files,
      builtinHeader: (name) => builtinHeader(NEWEST_RELEASED, name),
      prelude: "",
      hooks: {},
    }),
  );
}
