// `--format perfetto`: a run as a trace in the Chrome trace event format, which the Perfetto UI opens. A step takes one microsecond, so
// that a time is the number of the step. CPUs and threads are tracks, fields are counters.
import type { Program, Run, StepEvent, StepInfo } from "../engine/index.ts";
import { areaLeaves, leafInteger, listGlobals } from "./state-json.ts";
import type { Json, Leaf } from "./state-json.ts";

/** One entry of `traceEvents`. */
export type TimelineEvent = Readonly<Record<string, Json>>;

/** The tracks are grouped as if CPUs, threads and memory were processes. */
const CPUS = 1;
const THREADS = 2;
const MEMORY = 3;
/** Scalars that become counters; the areas come first, then the variables in their order. */
const COUNTERS_MAX = 1000;

/** Not shown as instants: slices and counters tell them. */
const QUIET: ReadonlySet<StepEvent["kind"]> = new Set([
  "ids",
  "on_cpu",
  "off_cpu",
  "switch_out",
  "switch_in",
  "violation",
]);

/** A slice whose end is not known yet. */
interface OpenSlice {
  readonly name: string;
  readonly start: number;
  /** What it is about: a thread's index, or the address of a descriptor. */
  readonly key: number;
}

/** Tells what happens to `emit`, step by step. Call `step` after each step and `end` after the last. */
export class Timeline {
  readonly #run: Run;
  readonly #emit: (event: TimelineEvent) => void;
  readonly #counters: CounterTracks;
  /** By CPU: the thread that runs. */
  readonly #running = new Map<number, OpenSlice>();
  /** By thread: the section that it is in. */
  readonly #sections = new Map<number, OpenSlice>();

  constructor(run: Run, emit: (event: TimelineEvent) => void) {
    this.#run = run;
    this.#emit = emit;
    this.#counters = new CounterTracks(run, emit);
    for (const event of trackNames(run.program, run.state.cpus().length)) emit(event);
  }

  step(): void {
    const step = this.#run.lastStep();
    if (step === undefined) return;
    const time = step.step - 1;
    this.#kernelEvent(step, time);
    for (const event of step.events) this.#threadEvent(event, step, time);
    this.#updateCpus(step.step);
    for (const thread of new Set([step.thread, ...step.events.map((event) => event.thread)])) {
      if (thread !== undefined) this.#updateSection(thread, step);
    }
    this.#counters.update(step, time);
  }

  end(): void {
    const time = this.#run.position;
    for (const [cpu, open] of this.#running) this.#close(CPUS, cpu, open, time, "sched", {});
    for (const [thread, open] of this.#sections) {
      this.#close(THREADS, thread, open, time, "rseq", { outcome: "unfinished" });
    }
    const { violation } = this.#run.verdict();
    if (violation !== undefined) {
      const about = { message: violation.message, step: violation.step };
      const track = violation.thread === undefined ? [CPUS, 0] : [THREADS, violation.thread];
      this.#instant(`violation ${violation.name}`, track, Math.max(0, time - 1), "g", about);
    }
  }

  /** What the kernel or the schedule did to a CPU: preempt, migrate, tick. */
  #kernelEvent({ kind, cpu, text, step }: StepInfo, time: number): void {
    if (kind === "op" || kind === "syscall" || kind === "exit_to_user" || kind === "dispatch")
      return;
    this.#instant(kind, [CPUS, cpu ?? 0], time, cpu === undefined ? "p" : "t", { text, step });
  }

  #threadEvent({ kind, thread, text, numbers }: StepEvent, { step }: StepInfo, time: number): void {
    if (QUIET.has(kind) || thread === undefined) return;
    this.#instant(kind, [THREADS, thread], time, "t", { text, step, ...numbers });
  }

  #instant(
    name: string,
    [group = CPUS, track = 0]: readonly number[],
    time: number,
    scope: "t" | "p" | "g",
    about: Readonly<Record<string, Json>>,
  ): void {
    this.#emit({
      name,
      cat: group === CPUS ? "sched" : "rseq",
      ph: "i",
      s: scope,
      ts: time,
      pid: group,
      tid: track + 1,
      args: about,
    });
  }

  #updateCpus(now: number): void {
    for (const { index, running } of this.#run.state.cpus()) {
      const open = this.#running.get(index);
      if (open?.key === running) continue;
      if (open !== undefined) this.#close(CPUS, index, open, now, "sched", {});
      this.#running.delete(index);
      if (running === undefined) continue;
      const name = this.#run.program.threads[running]?.name ?? "a thread";
      // Slices of one track do not overlap: who is switched in by the step that ended another's turn begins behind it.
      const start = open === undefined ? now - 1 : now;
      this.#running.set(index, { name, start, key: running });
    }
  }

  /** Opens or closes the slice of a section as the thread's instruction pointer goes into it and leaves it. */
  #updateSection(thread: number, { step, events }: StepInfo): void {
    const { armed, state } = this.#run.state.thread(thread);
    const isInside = armed?.inside === true && state !== "exited" && state !== "killed";
    const open = this.#sections.get(thread);
    if (open !== undefined && isInside && armed.descriptor === open.key) return;
    if (open !== undefined) {
      const how = events.find((event) => event.thread === thread && OUTCOMES.has(event.kind));
      this.#close(THREADS, thread, open, step, "rseq", { outcome: how?.kind ?? "left" });
      this.#sections.delete(thread);
    }
    if (!isInside) return;
    const section =
      armed.section === undefined ? undefined : this.#run.program.sections[armed.section];
    const name = section?.name ?? `section of 0x${armed.descriptor.toString(16)}`;
    this.#sections.set(thread, {
      name,
      start: step,
      key: armed.descriptor,
    });
  }

  #close(
    group: number,
    track: number,
    { name, start }: OpenSlice,
    end: number,
    category: string,
    about: Readonly<Record<string, Json>>,
  ): void {
    this.#emit({
      name,
      cat: category,
      ph: "X",
      ts: start,
      dur: Math.max(0, end - start),
      pid: group,
      tid: track + 1,
      args: { from: start + 1, to: end, ...about },
    });
  }
}

/** Events that end a section. */
const OUTCOMES: ReadonlySet<StepEvent["kind"]> = new Set(["commit", "abort", "kill", "signal"]);

/** Counters of scalars; each begins with its value before the run at its first change. */
class CounterTracks {
  readonly #run: Run;
  readonly #emit: (event: TimelineEvent) => void;
  /** By 8-byte word of the address space. */
  readonly #byWord = new Map<number, Leaf[]>();
  readonly #values = new Map<Leaf, bigint | undefined>();
  readonly #shown = new Set<Leaf>();

  constructor(run: Run, emit: (event: TimelineEvent) => void) {
    this.#run = run;
    this.#emit = emit;
    const leaves = [...areaLeaves(run.program), ...listGlobals(run.program).leaves];
    for (const leaf of leaves.slice(0, COUNTERS_MAX)) {
      this.#values.set(leaf, leafInteger(run, leaf));
      for (const word of wordsOf(leaf)) {
        const there = this.#byWord.get(word);
        if (there === undefined) this.#byWord.set(word, [leaf]);
        else there.push(leaf);
      }
    }
  }

  update(step: StepInfo, time: number): void {
    const touched = new Set(
      step.writes.flatMap((access) =>
        wordsOf(access).flatMap((word) => this.#byWord.get(word) ?? []),
      ),
    );
    for (const leaf of touched) {
      const value = leafInteger(this.#run, leaf);
      const before = this.#values.get(leaf);
      if (value === before) continue;
      if (!this.#shown.has(leaf)) this.#tell(leaf, before, 0);
      this.#shown.add(leaf);
      this.#values.set(leaf, value);
      this.#tell(leaf, value, time);
    }
  }

  #tell({ name }: Leaf, value: bigint | undefined, time: number): void {
    if (value === undefined) return;
    // The format knows only numbers of JSON: values over 2^53 are drawn rounded.
    this.#emit({
      name,
      cat: "memory",
      ph: "C",
      ts: time,
      pid: MEMORY,
      args: { value: Number(value) },
    });
  }
}

function wordsOf({ address, size }: { readonly address: number; readonly size: number }): number[] {
  const first = Math.floor(address / 8);
  const last = Math.floor((address + size - 1) / 8);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Names and order of the tracks. */
function trackNames(program: Program, cpus: number): readonly TimelineEvent[] {
  const group = (pid: number, name: string): readonly TimelineEvent[] => [
    { name: "process_name", ph: "M", pid, tid: 0, args: { name } },
    { name: "process_sort_index", ph: "M", pid, tid: 0, args: { sort_index: pid } },
  ];
  const track = (pid: number, index: number, name: string): readonly TimelineEvent[] => [
    { name: "thread_name", ph: "M", pid, tid: index + 1, args: { name } },
    { name: "thread_sort_index", ph: "M", pid, tid: index + 1, args: { sort_index: index } },
  ];
  return [
    ...group(CPUS, "CPUs"),
    ...group(THREADS, "Threads"),
    ...group(MEMORY, "Fields"),
    ...Array.from({ length: cpus }, (_, index) => track(CPUS, index, `CPU ${index}`)).flat(),
    ...program.threads.flatMap(({ name }, index) => track(THREADS, index, name)),
  ];
}
