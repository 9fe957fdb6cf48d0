// The recorded rows of test/oracle, decoded.
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

/** cpu_id_start, cpu_id, rseq_cs, flags, node_id, mm_cid (and the word at 28 where recorded). */
export type AreaRow = readonly (number | string)[];

export interface RegistrationRow {
  readonly id: number;
  readonly group: string;
  readonly fill: "ee_cs0" | "ee" | "zero" | "ff";
  readonly died: string | null;
  readonly steps: readonly RegistrationStep[];
}

export interface RegistrationStep {
  readonly op: string;
  readonly addr: string;
  readonly len?: number;
  readonly flags?: number;
  readonly sig?: string;
  readonly off?: number;
  readonly val?: string | number;
  readonly result: string | null;
  readonly after?: AreaRow;
  readonly changed?: readonly (readonly [number, number])[];
}

export interface SectionRow {
  readonly id: number;
  readonly group: string;
  readonly in: {
    readonly method: string;
    readonly stop: string;
    readonly event: string;
    readonly len: number;
    readonly sig: string;
    readonly rseq_flags: number;
    readonly ptr: string;
    readonly desc: {
      readonly at: string;
      readonly version: number;
      readonly flags: number;
      readonly start: string;
      readonly post_commit_offset: string;
      readonly abort: string;
    };
    readonly segv_handler: number;
    readonly area_page: string;
  };
  readonly out: {
    readonly register: string;
    readonly reached_stop: boolean | null;
    readonly stop_rip?: string;
    readonly at_stop?: AreaRow;
    readonly path_before: readonly string[];
    readonly path_after: readonly string[];
    readonly commits: number;
    readonly aborts: number;
    readonly resumed_at?: string | null;
    readonly final: AreaRow | null;
    readonly handler?: Readonly<Record<string, number | string>>;
    readonly segv_handler_runs?: number;
    readonly segv_saved_rip?: string;
    readonly segv_rseq_cs?: string;
    readonly died: string | null;
    readonly rseq_cs_at_death?: string;
  };
}

export interface PlanRow {
  readonly name: string;
  readonly mem: readonly number[];
  readonly threads: readonly {
    readonly cpu: number;
    readonly regs: readonly number[];
    readonly ops: readonly (readonly (string | number | null)[])[];
    readonly register: { readonly len: number; readonly sig: string } | false;
    readonly area_flags?: number;
    readonly handler?: string;
  }[];
  readonly descs: readonly {
    readonly name: string;
    readonly thread: number;
    readonly start: string;
    readonly end: string;
    readonly abort: string;
    readonly version?: number;
    readonly flags?: number;
  }[];
  readonly schedule: readonly PlanItem[];
  readonly trace: readonly PlanRecord[];
}

export interface PlanItem {
  readonly run?: number;
  readonly k?: number;
  readonly preempt?: number;
  readonly signal?: number;
  readonly kind?: string;
  readonly migrate?: number;
  readonly cpu?: number;
  readonly membarrier?: string;
  readonly poke?: {
    readonly thread?: number;
    readonly field?: string;
    readonly mem?: number;
    readonly value: number;
  };
}

export interface PlanRecord {
  readonly ev: string;
  readonly t?: number;
  readonly op?: number;
  readonly regs?: readonly number[];
  readonly mem?: Readonly<Record<string, number>>;
  readonly rseq?: Readonly<Record<string, number | string | null>>;
  readonly signal?: string;
  readonly threads?: readonly {
    readonly t: number;
    readonly op: number;
    readonly running: boolean;
  }[];
}

export interface OtherRow {
  readonly probe: string;
  readonly id?: number;
  readonly group?: string;
  readonly case: string;
  readonly prior?: string;
  readonly registered?: boolean;
  readonly outcome?: string | null;
  readonly rseq_cs_after?: string;
  readonly handlers?: readonly {
    readonly sig: string;
    readonly saved_rip: string;
    readonly rseq_cs: string;
  }[];
  readonly event_result?: string;
  readonly syscall_result?: string;
  readonly segv_handler?: { readonly runs: number; readonly saved_rip: string };
  readonly died?: string | null;
  readonly obs?: readonly Readonly<Record<string, unknown>>[];
}

interface Files {
  registration: RegistrationRow;
  section: SectionRow;
  other: OtherRow;
  "plans-ptrace": PlanRow;
  "plans-live": PlanRow;
}

export function oracleRows<Name extends keyof Files>(name: Name): Files[Name][] {
  const file = new URL(`../oracle/${name}.jsonl.br`, import.meta.url);
  const text = brotliDecompressSync(readFileSync(file)).toString();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Files[Name]);
}
