// Reads a file that `run --trace` wrote, line by line, so that its size does not matter. What is no trace is wrong usage, with the line.
import { open } from "node:fs/promises";
import { UsageError } from "./command.ts";

/** A line as it was written; keys that are not known here are kept. */
export type TraceLine = Readonly<Record<string, unknown>>;

/** The steps of a trace in order. Throws `UsageError` if the file cannot be read or a line is no step. */
export async function* traceLines(path: string): AsyncGenerator<TraceLine> {
  const file = await open(path).catch((error: unknown) => {
    throw new UsageError(`cannot read '${path}': ${reasonOf(error)}.`);
  });
  try {
    let number = 0;
    for await (const text of file.readLines()) {
      number++;
      if (text.trim() === "") continue;
      yield lineOf(path, number, text);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read '${path}': ${reasonOf(error)}.`);
  } finally {
    await file.close();
  }
}

function lineOf(path: string, number: number, text: string): TraceLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`line ${number} of '${path}' is not JSON; \`run --trace\` writes traces.`);
  }
  if (!isObject(value) || !Number.isInteger(value["step"]) || !Number.isInteger(value["event"])) {
    throw new UsageError(
      `line ${number} of '${path}' is no step of a trace: it lacks 'step' or 'event'. \`run --trace\` writes traces.`,
    );
  }
  return value;
}

export function isObject(value: unknown): value is TraceLine {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
