// The headers of this machine, for comparing how we read them with how its compiler does. Include paths are asked of gcc.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Target } from "../../server/engine/abi/target.ts";
import { type CUnit, readUnit } from "../../server/engine/c/unit.ts";

/** Names below /usr/include, such as `linux/rseq.h`; empty where the folder is missing. */
export function headersBelow(folder: string): readonly string[] {
  const root = path.join("/usr/include", folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".h"))
    .map((name) => `${folder}/${name}`)
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Folders in which gcc looks for `<…>`, in order. */
export function gccIncludePaths(gcc: string): readonly string[] {
  const { stderr: listed } = spawnSync(gcc, ["-E", "-Wp,-v", "-xc", "/dev/null"], {
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter((line) => line.startsWith(" /"))
    .map((line) => path.normalize(line.trim()));
}

/** Reads a text, loading what it includes until nothing more is wanted, as a host does. */
export function readWithFiles(
  text: string,
  target: Target,
  includePaths: readonly string[],
  files: Map<string, string>,
  name: string = "/test.c",
): CUnit {
  for (;;) {
    const unit = readUnit({
      path: name,
      text,
      target,
      includePaths,
      defines: [],
      files,
      builtinHeader: () => undefined,
      prelude: "",
      hooks: {},
    });
    const found = unit.wanted.flatMap(
      ({ paths }) => paths.find((each) => !files.has(each) && isFile(each)) ?? [],
    );
    if (found.length === 0) return unit;
    for (const each of found) files.set(each, readFileSync(each, "utf8"));
  }
}

function isFile(name: string): boolean {
  return existsSync(name) && statSync(name).isFile();
}
