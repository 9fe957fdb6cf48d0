// What a measure is. Each has a file of its own; scripts/tasks/bench.ts holds the list.

export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** The value has to be below it. */
  readonly bound: number;
  readonly measure: () => Promise<{ readonly value: number; readonly note: string }>;
}

/** The middle of a sample. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
