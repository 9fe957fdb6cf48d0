// A process of its own for measures of the engine alone: bundled to out/bench/, started by the bench, answers in JSON. A call in a
// fresh process is "cold"; after many of the same it is "warm".
//
//   node engine-program.cjs layout FILE | layout-warm FILE | compile FILE

import { readFileSync } from "node:fs";
import process from "node:process";
import {
  builtinHeader,
  compileScenario,
  layoutsOfFile,
  NEWEST_RELEASED,
  readUnit,
  targetNamed,
} from "../server/engine/index.ts";
import { median } from "./measure.ts";

const WARM_CALLS = 300;

function layOut(path: string, text: string): number {
  const target = targetNamed("x86_64-linux");
  if (target === undefined) throw new Error("x86_64-linux is no target");
  const unit = readUnit({
    path,
    text,
    target,
    includePaths: [],
    defines: [],
    files: new Map(),
    builtinHeader: (name) => builtinHeader(NEWEST_RELEASED, name),
    prelude: "",
    hooks: {},
  });
  return layoutsOfFile(unit, path, { all: true }).length;
}

function compile(path: string, text: string): number {
  const { program } = compileScenario({
    path,
    text,
    files: new Map(),
    includePaths: [],
    defines: [],
    overrides: {},
  });
  if (program === undefined) throw new Error(`${path} has errors`);
  return program.threads.length;
}

function time(call: () => number): number {
  const since = performance.now();
  call();
  return performance.now() - since;
}

/** The first call, and the median of the last third of many. */
function timeMany(call: () => number, calls: number): { cold: number; warm: number } {
  const times = Array.from({ length: calls }, () => time(call));
  return { cold: times[0] ?? 0, warm: median(times.slice(Math.floor((calls * 2) / 3))) };
}

const [mode, file = ""] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const call = mode === "compile" ? compile : layOut;
const calls = mode === "layout" ? 1 : mode === "compile" ? WARM_CALLS / 5 : WARM_CALLS;
process.stdout.write(JSON.stringify(timeMany(() => call(file, text), calls)));
