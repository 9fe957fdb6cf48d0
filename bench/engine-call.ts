// Calls of the engine in a process that does nothing else: no start of a command line, no reading of files.

import path from "node:path";
import process from "node:process";
import { build } from "esbuild";
import { root } from "../test/harness/project.ts";
import { benchFile } from "./inputs.ts";
import { outputOf } from "./process.ts";

/** Milliseconds of the first call of a process, and of one after many. */
export interface EngineCall {
  readonly cold: number;
  readonly warm: number;
}

/** Bundles the program that calls the engine; the calls start it. */
export async function engineCaller(): Promise<
  (mode: "layout" | "layout-warm" | "compile", file: string) => EngineCall
> {
  const bundle = benchFile("engine-program.cjs");
  await build({
    entryPoints: [path.join(root, "bench", "engine-program.ts")],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "warning",
  });
  return (mode, file) => JSON.parse(outputOf([process.execPath, bundle, mode, file])) as EngineCall;
}
