// Every header below /usr/include/linux and /usr/include/asm-generic that gcc compiles on its own lays out as gcc says, without a finding
// that is an error.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { targetNamed } from "../../../server/engine/abi/targets/index.ts";
import { differences } from "../../support/compiler-layout.ts";
import { requireTool } from "../../support/outside.ts";
import { gccIncludePaths, headersBelow, readWithFiles } from "../../support/system-headers.ts";

const target = targetNamed("x86_64-linux")!;
const isX86 = process.arch === "x64" && process.platform === "linux";

const batchSize = 24;

describe.each([
  ["linux", 1000],
  ["asm-generic", 20],
])("/usr/include/%s", (folder, recordsMin) => {
  test("every header that gcc compiles reads without an error and lays out the same", (context) => {
    const gcc = requireTool(context, "gcc");
    if (!isX86) context.skip("gcc here does not compile for x86_64");
    const headers = headersBelow(folder);
    if (headers.length === 0) context.skip(`there is no /usr/include/${folder}`);
    const comparison = new Comparison(gcc);
    for (let start = 0; start < headers.length; start += batchSize)
      comparison.compare(headers.slice(start, start + batchSize));
    expect(comparison.problems.join("\n")).toBe("");
    expect(comparison.recordCount).toBeGreaterThan(recordsMin);
  }, 600_000);
});

/** Headers are compared many at a time; where gcc refuses them together, in halves, down to the single one that it refuses. */
class Comparison {
  readonly problems: string[] = [];
  recordCount = 0;
  readonly #gcc: string;
  readonly #includePaths: readonly string[];
  readonly #files = new Map<string, string>();

  constructor(gcc: string) {
    this.#gcc = gcc;
    this.#includePaths = gccIncludePaths(gcc);
  }

  compare(headers: readonly string[]): void {
    const source = headers.map((header) => `#include <${header}>\n`).join("");
    if (!compiles(this.#gcc, source)) {
      if (headers.length < 2) return;
      const middle = headers.length >> 1;
      this.compare(headers.slice(0, middle));
      this.compare(headers.slice(middle));
      return;
    }
    const unit = readWithFiles(source, target, this.#includePaths, this.#files);
    const own = new Set(headers.map((header) => `/usr/include/${header}`));
    const records = unit.records.filter(
      (record) => own.has(record.nameSpan.path) && hasName(record),
    );
    this.recordCount += records.length;
    for (const { severity, message, span } of unit.diagnostics) {
      if (severity === "error") this.problems.push(`${span.path}:${span.start}: ${message}`);
    }
    const difference = differences([this.#gcc], source, records, target);
    if (difference !== "") this.problems.push(difference);
  }
}

function hasName({
  tag,
  typedefName,
}: {
  readonly tag: string | undefined;
  readonly typedefName: string | undefined;
}): boolean {
  return tag !== undefined || typedefName !== undefined;
}

function compiles(gcc: string, source: string): boolean {
  return spawnSync(gcc, ["-w", "-fsyntax-only", "-xc", "-"], { input: source }).status === 0;
}
