// The same file under the same schedule gives the same run, byte for byte, on every host. The proof without a browser: the engine,
// bundled for no platform, in a JavaScript context that has nothing but the language.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { root } from "./harness/project.ts";
import { fullTrace } from "./support/full-trace.ts";

const scenarios = readdirSync(path.join(root, "examples"))
  .filter((file) => file.endsWith(".rseq"))
  .map((file) => `examples/${file}`);
const seeds = [1, 2, 3];

let context: vm.Context;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "test/support/full-trace.ts")],
    bundle: true,
    write: false,
    platform: "neutral",
    format: "iife",
    globalName: "engine",
    target: "es2023",
  });
  context = vm.createContext(Object.create(null) as object);
  vm.runInContext(outputFiles[0]?.text ?? "", context);
});

test("the empty context has no clock, no timer and no process", () => {
  const kinds = ["process", "setTimeout", "performance", "require", "fetch"].map((name) =>
    String(vm.runInContext(`typeof ${name}`, context)),
  );
  expect(new Set(kinds)).toEqual(new Set(["undefined"]));
});

test.each(scenarios)("%s runs alike twice, and alike in an empty context", (file) => {
  const text = readFileSync(path.join(root, file), "utf8");
  for (const seed of seeds) {
    const here = fullTrace(file, text, seed);
    expect(here.split("\n").length).toBeGreaterThan(5);
    expect(fullTrace(file, text, seed)).toBe(here);
    const call = `engine.fullTrace(${JSON.stringify(file)}, ${JSON.stringify(text)}, ${seed})`;
    expect(vm.runInContext(call, context)).toBe(here);
  }
});
