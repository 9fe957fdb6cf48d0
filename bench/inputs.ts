// The files that both sides read: the running kernel's types as one header, two headers of the system, one file that includes all
// of linux/*.h that compile together. They are made anew for each run of the bench, under out/bench/.

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { toolPath } from "../test/support/outside.ts";
import { root } from "../test/harness/project.ts";

/** A file of the bench's own. */
export function benchFile(name: string): string {
  const folder = path.join(root, "out", "bench");
  mkdirSync(folder, { recursive: true });
  return path.join(folder, name);
}

/** Writes a file of the bench's own; its path. */
export function writeBenchFile(name: string, text: string): string {
  const file = benchFile(name);
  writeFileSync(file, text);
  return file;
}

export type Input = { readonly file: string } | { readonly missing: string };

/** The types of the running kernel: differs per kernel, so rows print its size. */
export function kernelHeader(): Input {
  const bpftool = toolPath("bpftool") ?? "/usr/sbin/bpftool";
  if (!existsSync(bpftool)) return { missing: "bpftool is not installed" };
  const types = "/sys/kernel/btf/vmlinux";
  const { status, stdout } = spawnSync(bpftool, ["btf", "dump", "file", types, "format", "c"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) return { missing: `bpftool cannot dump ${types}` };
  return { file: writeBenchFile("vmlinux.h", stdout) };
}

/** A copy of a header below /usr/include, which may be edited. */
export function systemHeader(name: string): Input {
  const original = path.join("/usr/include", name);
  if (!existsSync(original)) return { missing: `${original} is not installed` };
  const file = benchFile(path.basename(name));
  copyFileSync(original, file);
  return { file };
}

/** One file with those of linux/*.h that clang compiles together: what breaks the file is taken out until nothing does. */
export function userApi(clang: string): Input {
  const folder = "/usr/include/linux";
  if (!existsSync(folder)) return { missing: `${folder} is not installed` };
  let names = readdirSync(folder).filter((name) => name.endsWith(".h"));
  for (let round = 0; round < 20; round++) {
    const file = writeBenchFile(
      "uapi.c",
      names.map((name) => `#include <linux/${name}>\n`).join(""),
    );
    const { status, stderr } = spawnSync(
      clang,
      ["-w", "-fsyntax-only", "-ferror-limit=0", "-fno-caret-diagnostics", file],
      { encoding: "utf8", maxBuffer: 1 << 28 },
    );
    if (status === 0) return { file };
    const places = stderr.matchAll(/(?:In file included from )?uapi\.c:(\d+)|\/uapi\.c:(\d+)/g);
    const bad = new Set(Array.from(places, (match) => Number(match[1] ?? match[2]) - 1));
    names = names.filter((_, index) => !bad.has(index));
  }
  return { missing: "no set of linux/*.h compiles together" };
}
