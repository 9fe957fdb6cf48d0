// Runs a scenario text to its end, or as far as a schedule goes.
import { createRun } from "../../server/engine/run/machine-run.ts";
import type { MachineRun } from "../../server/engine/run/machine-run.ts";
import type { RunOptions } from "../../server/engine/run/run.ts";
import type { CompileOptions } from "./compile-text.ts";
import { programOf } from "./compile-text.ts";

export interface RunTextOptions extends CompileOptions, Partial<RunOptions> {}

/** A run that stands where nothing comes next. */
export function runText(text: string, options: RunTextOptions = {}): MachineRun {
  const run = startText(text, options);
  while (run.forward().kind === "step");
  return run;
}

export function startText(text: string, options: RunTextOptions = {}): MachineRun {
  const { kernel, target, cpus, files, ...rest } = options;
  const program = programOf(text, {
    ...(kernel === undefined ? {} : { kernel }),
    ...(target === undefined ? {} : { target }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(files === undefined ? {} : { files }),
  });
  return createRun(program, { schedule: { kind: "default" }, maxSteps: 100_000, ...rest });
}

/** `aborts 1, commits 2`, and how it ended if it was killed. */
export function outcomeOf(run: MachineRun, thread = 0): string {
  const { aborts, commits, state, signal } = run.state.thread(thread);
  return state === "killed" ? `killed by ${signal}` : `aborts ${aborts}, commits ${commits}`;
}

/** A field of a thread's private area. */
export function fieldOf(
  run: MachineRun,
  field: "cpuIdStart" | "cpuId" | "rseqCs" | "flags" | "mmCid",
  thread = 0,
): number {
  const place = run.program.rseq[field]!;
  const address = run.state.thread(thread).rseqAddress + place.offset;
  return Number(run.state.readWord(address, place.size as 4 | 8)!);
}
