// What no compiler checks: which folder may import which, and that nothing goes dark. `layers` is the authority on the
// arrows; ARCHITECTURE.md draws them and says why. A new arrow is a commit of its own, with its reason.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { VERSION } from "../server/version.ts";
import { root } from "./harness/project.ts";
import { importsOf } from "./support/imports.ts";

/** The arrows inside `server/engine/`. What a folder may import, those that it imports may import, too. */
const layers: Readonly<Record<string, readonly string[]>> = {
  support: [],
  text: ["support"],
  abi: ["text", "support"],
  c: ["abi", "text"],
  layout: ["c"],
  program: ["abi", "text"],
  scenario: ["layout", "program"],
  lint: ["scenario", "layout", "c", "abi"],
  compare: ["lint", "layout", "c", "abi"],
  machine: ["program"],
  schedule: ["machine"],
  property: ["machine"],
  run: ["schedule", "property", "machine"],
  inspect: ["scenario", "machine", "run", "program"],
  assist: ["lint", "scenario", "layout", "c", "abi"],
};

/** The arrows between the rooms outside; `engine` means its facade, `server/engine/index.ts`, alone. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "server/host": [],
  "server/project": ["server/host", "engine"],
  "server/lsp": ["server/host", "server/project", "engine"],
  "server/dap": ["server/host", "engine"],
  "server/cli": ["server/host", "server/project", "server/lsp", "server/dap", "engine"],
  extension: [],
};

/** May be imported by everybody outside the engine. */
const common = ["server/version.ts"];

/** The contracts between processes: the extension may import their types, and nothing else of the server. */
const protocols = ["server/lsp/protocol.ts", "server/dap/protocol.ts"];

/** All sources but this one, whose tables are full of what it forbids. */
const sources = ["server", "extension", "test", "scripts", "bench"]
  .flatMap((folder) => filesBelow(folder))
  .filter((file) => file !== "test/tidy.test.ts");

test("files import only what the arrows allow", () => {
  const violations = sources.flatMap((file) => violationsOf(file, read(file)));
  expect(violations).toEqual([]);
});

test("every folder of the engine is in the table and on the map", () => {
  const folders = readdirSync(path.join(root, "server/engine"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && filesBelow(`server/engine/${entry.name}`).length > 0)
    .map((entry) => entry.name);
  const map = read("ARCHITECTURE.md");
  expect(folders.filter((folder) => layers[folder] === undefined)).toEqual([]);
  expect(folders.filter((folder) => !map.includes(`server/engine/${folder}/`))).toEqual([]);
});

test("the arrows have no cycle", () => {
  expect(Object.keys(layers).filter((folder) => reachableFrom(folder).has(folder))).toEqual([]);
});

test("no test is switched off", () => {
  const switchedOff = sources
    .filter((file) => file.startsWith("test/"))
    .flatMap((file) => darkTestsOf(file, read(file)));
  expect(switchedOff).toEqual([]);
});

test("every lint rule has its test and its place in the list", () => {
  const rules = "server/engine/lint/rules";
  const names = filesBelow(rules)
    .map((file) => path.basename(file, ".ts"))
    .filter((name) => name !== "index");
  const list = names.length === 0 ? "" : read(`${rules}/index.ts`);
  expect(names.filter((name) => !list.includes(`"./${name}.ts"`))).toEqual([]);
  expect(
    names.filter((name) => !existsSync(path.join(root, `test/engine/lint/rules/${name}.test.ts`))),
  ).toEqual([]);
});

test("the version that programs print is the package's", () => {
  expect(VERSION).toBe((JSON.parse(read("package.json")) as { version: string }).version);
});

test("the project stands alone: no file names a place of the machine it was written on", () => {
  const places = /\/(work|tmp\/helpers)\/|\.\.\/(shared)\//;
  const documents = readdirSync(root).filter((file) => /\.(md|json|mjs|ts)$/.test(file));
  const examined = [...sources, ...filesBelow("examples"), ...filesBelow("syntaxes"), ...documents];
  expect(examined.filter((file) => places.test(read(file)))).toEqual([]);
});

// The tests of the tests above.

test.each([
  ['import { a } from "./a.ts";', "./a.ts", false],
  ['import type { A } from "../c/a.ts";', "../c/a.ts", true],
  ['import { type A } from "./a.ts";', "./a.ts", false],
  ['import type from "./a.ts";', "./a.ts", false],
  ['import a, { b } from "./a.ts";', "./a.ts", false],
  ['import * as fs from "node:fs";', "node:fs", false],
  ['const x = 1; import { a } from "./a.ts"; const y = 2;', "./a.ts", false],
  ['import {\n  a,\n  b,\n} from "./a.ts";', "./a.ts", false],
  ['export { a } from "./a.ts";', "./a.ts", false],
  ['export type { A } from "./a.ts";', "./a.ts", true],
  ['export * from "./a.ts";', "./a.ts", false],
  ["import './a.ts';", "./a.ts", false],
  ['const a = await import("./a.ts");', "./a.ts", false],
  ["const a = import(`./a.ts`);", "./a.ts", false],
  ['let a: import("vscode").Uri;', "vscode", false],
  ['const a = require("vscode");', "vscode", false],
])("the import in %j is seen", (code, specifier, isTypeOnly) => {
  expect(importsOf(code)).toEqual([{ specifier, isTypeOnly }]);
});

test.each([
  ["server/engine/machine/step.ts", 'import type { Layout } from "../layout/layout.ts";'],
  ["server/engine/text/source.ts", 'import { Rule } from "../lint/rule.ts";'],
  ["server/engine/c/parser.ts", 'import { readFileSync } from "node:fs";'],
  ["server/engine/c/parser.ts", 'import type { Diagnostic } from "vscode-languageserver";'],
  ["server/engine/run/run.ts", 'import { read } from "../../host/node.ts";'],
  ["server/engine/run/run.ts", 'import { everything } from "../index.ts";'],
  ["server/lsp/hover.ts", 'import { layoutOf } from "../engine/layout/layout.ts";'],
  ["server/lsp/hover.ts", 'import type { Uri } from "vscode";'],
  ["server/host/node.ts", 'import { lint } from "../engine/index.ts";'],
  ["server/dap/session.ts", 'import { hover } from "../lsp/hover.ts";'],
  ["extension/main.ts", 'import { lint } from "../server/engine/index.ts";'],
  ["extension/main.ts", 'import { status } from "../server/lsp/protocol.ts";'],
  ["test/engine/c/parser.test.ts", 'import * as vscode from "vscode";'],
])("in %s, %s is refused", (file, code) => {
  expect(violationsOf(file, code)).toHaveLength(1);
});

test.each([
  ["server/engine/run/run.ts", 'import type { Program } from "../program/program.ts";'],
  ["server/engine/index.ts", 'export { lint } from "./lint/lint.ts";'],
  ["server/engine/lint/rules/L01-implicit-hole.ts", 'import type { Rule } from "../rule.ts";'],
  ["server/lsp/hover.ts", 'import { hover } from "../engine/index.ts";'],
  ["server/lsp/main-node.ts", 'import { createConnection } from "vscode-languageserver/node";'],
  ["server/cli/commands/lsp.ts", 'import { serve } from "../../lsp/main-node.ts";'],
  ["extension/main.ts", 'import type { Status } from "../server/lsp/protocol.ts";'],
  ["extension/main.ts", 'import * as vscode from "vscode";'],
  ["test/e2e/host/smoke.ts", 'import * as vscode from "vscode";'],
])("in %s, %s is allowed", (file, code) => {
  expect(violationsOf(file, code)).toEqual([]);
});

test.each([
  "test.skip('x', f)",
  "describe.only('x', f)",
  "it.todo('x')",
  "test.skipIf(true)('x', f)",
  "xit('x', f)",
])("%s is a test switched off", (code) => {
  expect(darkTestsOf("test/a.test.ts", code)).toHaveLength(1);
});

function violationsOf(file: string, code: string): string[] {
  return importsOf(code)
    .filter((imported) => !isAllowed(file, imported.specifier, imported.isTypeOnly))
    .map((imported) => `${file} imports ${imported.specifier}`);
}

function isAllowed(file: string, specifier: string, isTypeOnly: boolean): boolean {
  if (specifier === "vscode")
    return file.startsWith("extension/") || file.startsWith("test/e2e/host/");
  const isEngine = file.startsWith("server/engine/");
  if (!specifier.startsWith(".")) return !isEngine;
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (isEngine) return isEngineArrow(file, target);
  const room = roomOf(file);
  if (room === undefined || roomOf(target) === room || common.includes(target)) return true;
  if (room === "extension") return isTypeOnly && protocols.includes(target);
  const destination = target === "server/engine/index.ts" ? "engine" : (roomOf(target) ?? target);
  return rooms[room]?.includes(destination) === true;
}

function isEngineArrow(file: string, target: string): boolean {
  const [source, destination] = [file, target].map(
    (name) => /^server\/engine\/([^/]+)\//.exec(name)?.[1],
  );
  if (!target.startsWith("server/engine/")) return false;
  if (source === undefined) return true; // the facade itself
  return (
    destination !== undefined && (destination === source || reachableFrom(source).has(destination))
  );
}

function reachableFrom(folder: string, seen = new Set<string>()): Set<string> {
  for (const next of layers[folder] ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachableFrom(next, seen);
  }
  return seen;
}

/** Tests, scripts and benches are no room: they may import anything but `vscode`. */
function roomOf(file: string): string | undefined {
  return Object.keys(rooms).find((room) => file.startsWith(`${room}/`));
}

function darkTestsOf(file: string, code: string): string[] {
  const dark =
    /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|skipIf|runIf|fails)\b|\b(?:x|f)(?:it|describe|test)\(/g;
  return Array.from(code.matchAll(dark), (match) => `${file}: ${match[0]}`);
}

/** The TypeScript (or other) sources of a folder, as paths from the project's root. */
function filesBelow(folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|json|rseq|h|c|md)$/.test(entry.name))
    .map((entry) =>
      path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
    )
    .filter((file) => folder === "examples" || folder === "syntaxes" || /\.(ts|mjs)$/.test(file));
}

function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}
