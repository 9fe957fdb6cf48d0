// `--trace FILE`: one JSON object a line for each step, with names for the addresses it touched.
import { open } from "node:fs/promises";
import { disassembleInstruction } from "../engine/index.ts";
import type { Program, Run, StepInfo } from "../engine/index.ts";
import { UsageError } from "./command.ts";
import { areaLeaves, jsonInteger, listGlobals } from "./state-json.ts";
import type { Json, LineOf } from "./state-json.ts";

export interface TraceWriter {
  /** Writes the step that was just taken. */
  writeStep(): Promise<void>;
  /** Writes the last step if it has not been written: the one that violated a property. */
  writeLast(): Promise<void>;
  close(): Promise<void>;
}

const BUFFER_UNITS = 1 << 16;

/** What was run, on the first line of a trace under the key `run`: a replay asks for the same. */
export interface RunRecord {
  readonly kernel: string;
  readonly target: string;
  readonly schedule: string;
  /** The file of `--schedule-file`; null without one. */
  readonly scheduleFile: string | null;
  /** What `--check` chose. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Throws `UsageError` if the file cannot be written. */
export async function traceWriter(
  path: string,
  run: Run,
  lineOf: LineOf,
  record: RunRecord,
): Promise<TraceWriter> {
  const file = await open(path, "w").catch((error: unknown) => {
    throw new UsageError(
      `cannot write '${path}': ${error instanceof Error ? error.message : String(error)}.`,
    );
  });
  const lastLine = stepLines(run, lineOf);
  let buffered = "";
  let written = 0;
  async function writeStep(): Promise<void> {
    const line = lastLine();
    if (line === undefined) return;
    buffered += `${JSON.stringify(written === 0 ? { ...line, run: record } : line)}\n`;
    written = run.position;
    if (buffered.length >= BUFFER_UNITS) await flush();
  }
  async function flush(): Promise<void> {
    await file.write(buffered);
    buffered = "";
  }
  return {
    writeStep,
    writeLast: async () => {
      if (run.position > written) await writeStep();
    },
    close: async () => {
      await flush();
      await file.close();
    },
  };
}

/** The line of the step that was taken last. */
export type StepLine = Readonly<Record<string, Json>>;

/** A function that answers the line of the step that `run` took last; undefined before the first. */
export function stepLines(run: Run, lineOf: LineOf): () => StepLine | undefined {
  const nameOf = addressNames(run.program);
  return () => stepJson(run, nameOf, lineOf);
}

function stepJson(
  run: Run,
  nameOf: (address: number) => string | undefined,
  lineOf: LineOf,
): StepLine | undefined {
  const step = run.lastStep();
  if (step === undefined) return undefined;
  const { program } = run;
  const instruction =
    step.instruction === undefined ? undefined : program.instructions[step.instruction];
  const owner = instruction?.function;
  const access = ({ address, size, value, by }: StepInfo["reads"][number]): Json => ({
    address,
    size,
    value: jsonInteger(value),
    name: nameOf(address) ?? null,
    by,
  });
  return {
    step: step.step,
    cpu: step.cpu ?? null,
    thread: step.thread === undefined ? null : (program.threads[step.thread]?.name ?? null),
    kind: step.kind,
    event: step.event,
    pc: step.pc ?? null,
    function: owner === undefined ? null : (program.functions[owner]?.name ?? null),
    line: instruction?.span === undefined ? null : (lineOf(instruction.span) ?? null),
    text:
      instruction === undefined || (step.kind !== "op" && step.kind !== "syscall")
        ? step.text
        : disassembleInstruction(program, step.instruction ?? 0),
    reads: step.reads.map(access),
    writes: step.writes.map(access),
    events: step.events.map((event) => ({
      kind: event.kind,
      thread: event.thread === undefined ? null : (program.threads[event.thread]?.name ?? null),
      text: event.text,
      ...event.numbers,
    })),
  };
}

/** Names of scalars by address: variables, and the fields of the areas that libc provides. */
function addressNames(program: Program): (address: number) => string | undefined {
  const names = new Map<number, string>();
  for (const { address, name } of [...listGlobals(program).leaves, ...areaLeaves(program)]) {
    if (!names.has(address)) names.set(address, name);
  }
  return (address) => names.get(address);
}
