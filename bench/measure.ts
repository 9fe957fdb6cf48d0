// What a measure is, and how its samples become a row: ours and the peer in turn, ratio pair by pair, median, minimum, maximum.
// Each family of rows has a file of its own; scripts/tasks/bench.ts holds the list.

/** Rows that are measured together. */
export interface Family {
  /** For `npm run bench -- NAME`. */
  readonly name: string;
  readonly title: string;
  readonly measure: () => Promise<readonly Row[]>;
}

export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The value of a row has to keep to it; "×" bounds a ratio to the peer. */
export interface Goal {
  readonly relation: "≤" | "≥";
  readonly bound: number;
}

export interface Row {
  readonly name: string;
  /** Unit of the value: "×" for a ratio. */
  readonly unit: string;
  readonly value?: Spread;
  readonly goal?: Goal;
  /** What was measured, as texts with their units: ours, and the peer's. */
  readonly ours?: string;
  readonly peer?: string;
  /** Why there is no value: a peer is missing, or the two did not do the same work. */
  readonly skipped?: string;
  readonly failed?: string;
  readonly note?: string;
}

/** A run under 0.1 s is repeated more often. */
export const PAIRS = { short: 15, long: 5 } as const;

/** The middle of a sample. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[], share: number): number {
  const index = Math.min(values.length - 1, Math.floor(values.length * share));
  return values.toSorted((a, b) => a - b)[index] ?? Number.NaN;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

export interface Comparison {
  readonly name: string;
  /** Unit of the samples. */
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly peerName: string;
  readonly goal?: Goal;
  readonly note?: string;
}

/** The ratio of ours to the peer's, of the pairs that were measured one after the other. */
export function ratioRow({ name, unit, ours, peer, peerName, goal, note }: Comparison): Row {
  const ratios = ours.map((value, index) => value / (peer[index] ?? Number.NaN));
  return {
    name,
    unit: "×",
    value: spreadOf(ratios),
    ours: spreadText(spreadOf(ours), unit),
    peer: `${peerName} ${spreadText(spreadOf(peer), unit)}`,
    ...(goal === undefined ? {} : { goal }),
    ...(note === undefined ? {} : { note }),
  };
}

/** A value of ours that has no peer. */
export function valueRow(
  name: string,
  unit: string,
  values: readonly number[],
  goal?: Goal,
  note?: string,
): Row {
  return {
    name,
    unit,
    value: spreadOf(values),
    ...(goal === undefined ? {} : { goal }),
    ...(note === undefined ? {} : { note }),
  };
}

export function skippedRow(name: string, skipped: string): Row {
  return { name, unit: "", skipped };
}

export function failedRow(name: string, failed: string): Row {
  return { name, unit: "", failed };
}

export function atMost(bound: number): Goal {
  return { relation: "≤", bound };
}

export function atLeast(bound: number): Goal {
  return { relation: "≥", bound };
}

/** `155 ms [150–172]`. */
export function spreadText({ median, lowest, highest }: Spread, unit: string): string {
  const isExact = lowest === highest;
  const range = isExact ? "" : ` [${numberText(lowest)}–${numberText(highest)}]`;
  return `${numberText(median)}${unit === "×" ? "" : ` ${unit}`}${range}`;
}

/** Three figures that count. */
export function numberText(value: number): string {
  const digits =
    Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

export function verdictOf({ skipped, failed, value, goal }: Row): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  if (failed !== undefined) return `failed: ${failed}`;
  if (value === undefined || goal === undefined) return "–";
  const isMet = goal.relation === "≤" ? value.median <= goal.bound : value.median >= goal.bound;
  return isMet ? "yes" : "below goal";
}
