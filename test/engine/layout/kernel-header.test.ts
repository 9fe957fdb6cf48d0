// The running kernel's whole type information as one C header: every named struct has the size and as many holes as pahole
// finds in what gcc compiles of it, and every member lies where gcc says.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { targetNamed } from "../../../server/engine/abi/targets/index.ts";
import type { RecordType } from "../../../server/engine/c/types.ts";
import { layoutRecord } from "../../../server/engine/layout/layout.ts";
import { differences, readSource } from "../../support/compiler-layout.ts";
import { requireTool } from "../../support/outside.ts";

const TYPE_INFORMATION = "/sys/kernel/btf/vmlinux";
const target = targetNamed("x86_64-linux")!;
const folder = mkdtempSync(path.join(tmpdir(), "rseq-lab-kernel-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the running kernel's structs are laid out as gcc and pahole have them", (context) => {
  const gcc = requireTool(context, "gcc");
  const pahole = requireTool(context, "pahole");
  const bpftool = requireTool(context, "bpftool");
  // Not a tool that could be installed: a kernel without BTF is compared by the headers of /usr/include alone.
  if (!existsSync(TYPE_INFORMATION) || process.arch !== "x64") {
    expect(existsSync("/usr/include/linux")).toBe(true);
    return;
  }
  const header = output(bpftool, ["btf", "dump", "file", TYPE_INFORMATION, "format", "c"]);
  const source = `#define BPF_NO_PRESERVE_ACCESS_INDEX\n${header}`;
  const unit = readSource(source, target);
  expect(unit.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);

  const object = compile(gcc, source);
  const records = namedRecords(unit.records);
  const ours = new Map(records.map((record) => [record.tag, summary(record)]));
  // pahole counts what a bit-field leaves of its unit in bits, we in whole bytes: there only the sizes are compared.
  const hasBits = new Set(records.filter(hasBitFields).map(({ tag }) => tag));
  const wrong = output(pahole, ["-s", object])
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"))
    .filter(([name, size, holes]) =>
      hasBits.has(name)
        ? !ours.get(name)?.startsWith(`${size} bytes,`)
        : ours.get(name) !== `${size} bytes, ${holes} holes`,
    )
    .map(
      ([name, size, holes]) =>
        `${name}: ${size} bytes, ${holes} holes; we: ${ours.get(name ?? "")}`,
    );
  expect(wrong.join("\n")).toBe("");
  expect(ours.size).toBeGreaterThan(1000);
  expect(differences([gcc, "-w"], source, records, target)).toBe("");
}, 300_000);

function namedRecords(records: readonly RecordType[]): readonly RecordType[] {
  return records.filter(({ tag }) => tag !== undefined);
}

function hasBitFields({ members }: RecordType): boolean {
  return members.some(({ bitWidth, name }) => bitWidth !== undefined && name !== undefined);
}

function summary(record: RecordType): string {
  const { size, holes } = layoutRecord(record);
  return `${size} bytes, ${holes.length} holes`;
}

function compile(gcc: string, source: string): string {
  const file = path.join(folder, "kernel.c");
  const object = path.join(folder, "kernel.o");
  writeFileSync(file, source);
  output(gcc, ["-w", "-g", "-fno-eliminate-unused-debug-types", "-c", file, "-o", object]);
  return object;
}

function output(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return stdout;
}
