// Turns a recorded section row into a scenario text: the descriptor written out in the raw form, the stop and the event as a schedule.
// Each label counts in an array, so that the path can be read back.
import type { MachineRun } from "../../server/engine/run/machine-run.ts";
import type { SectionRow } from "./oracle-rows.ts";
import { outcomeOf, runText } from "./run-text.ts";

const COUNTED = ["entry", "pre", "start", "i1", "i2", "commit", "post", "post2", "abort", "abort2"];
/** post_commit_offset of the recorded code, 4 bytes a label. */
const LENGTHS: Readonly<Record<string, string>> = {
  "0": "0",
  "4": "(u64)&&i1 - (u64)&&start",
  "8": "(u64)&&i2 - (u64)&&start",
  "12": "(u64)&&commit - (u64)&&start",
  "16": "(u64)&&post - (u64)&&start",
  "20": "(u64)&&post2 - (u64)&&start",
  "24": "(u64)&&done - (u64)&&start",
  "-1": "-1ull",
  "-16": "-16ull",
};
const EVENTS: Readonly<Record<string, string>> = {
  stop: "preempt t;",
  groupstop: "preempt t;",
  signal_ignored: "preempt t; signal t ignored;",
  signal_blocked: "preempt t; signal t blocked;",
  migrate: "preempt t; migrate t to 1;",
  signal: "preempt t; signal t handler;",
  "signal+migrate": "preempt t; migrate t to 1; signal t handler;",
  "stop+rseq_cs=NULL": "preempt t; set t.rseq->rseq_cs = 0;",
  none: "",
};

/** Rows that the language says in the same words: one stop by breakpoint, a descriptor at its usual place, labels and plain numbers. */
export function isSayable(row: SectionRow): boolean {
  const { method, stop, event, ptr, desc, len, sig, segv_handler, area_page } = row.in;
  const plain =
    method === "bp" &&
    !stop.startsWith("abort") &&
    event in EVENTS &&
    ptr === "DESC" &&
    desc?.at === "DESC";
  return (
    plain &&
    sig === "0x53053053" &&
    len === 32 &&
    segv_handler === 0 &&
    area_page === "rw" &&
    desc.post_commit_offset in LENGTHS &&
    // Other starts with numbers as lengths mean other bytes here.
    desc.start === "start" &&
    expressionOf(desc.abort) !== undefined
  );
}

function expressionOf(text: string): string | undefined {
  if (text === "NULL") return "0";
  if (text.startsWith("0x")) return `${text}ull`;
  const task = /^TASK_SIZE([+-]\d+)$/.exec(text);
  if (task !== null) return `0x7ffffffff000ull ${task[1]}`;
  const label = /^([a-z]+\d?)([+-]\d+)?$/.exec(text);
  if (label === null || ![...COUNTED, "arm", "done"].includes(label[1]!)) return undefined;
  return `(u64)&&${label[1]} ${label[2] ?? ""}`;
}

export function scenarioOf(row: SectionRow): string {
  const { stop, event, desc, rseq_flags } = row.in;
  const count = (label: string): string => `${label}: marks[${COUNTED.indexOf(label)}]++;`;
  const items = stop === "none" ? "" : `run t to section:${stop}; ${EVENTS[event]!}`;
  return `kernel "linux-6.18";
u32 marks[${COUNTED.length}];
u32 handled, handler_saw_section;
void handler(void) { handled++; if (rseq->rseq_cs) handler_saw_section++; }
void section(void)
{
    static struct rseq_cs descriptor = {
        .version = ${desc.version}u, .flags = ${desc.flags}u, .start_ip = (u64)&&start,
        .post_commit_offset = ${LENGTHS[desc.post_commit_offset]!}, .abort_ip = ${expressionOf(desc.abort)!},
    };
${count("entry")}
arm: rseq->rseq_cs = (u64)&descriptor;
${["pre", "start", "i1", "i2", "commit", "post", "post2"].map(count).join("\n")}
done: return;
abort: __attribute__((rseq_signature(0x53053053)))
    marks[8]++;
${count("abort2")}
    goto done;
}
thread t on 0 { cpu_relax(); rseq->flags = ${rseq_flags}u; section(); }
check { segv = off; unmapped = off; }
schedule s { run t 1; preempt t; ${items} run t; }`;
}

/** What differs from the recording; undefined if nothing does. */
export function differenceOfScenario(row: SectionRow): string | undefined {
  const run = runText(scenarioOf(row));
  const standing = run.standing();
  if (standing.kind === "error") return standing.error.message;
  const died = run.state.thread(0).signal ?? null;
  if (died !== row.out.died) return `${outcomeOf(run)}, recorded ${row.out.died}`;
  const path = pathOf(run).join();
  const recorded = [...row.out.path_before, ...row.out.path_after]
    .toSorted((a, b) => COUNTED.indexOf(a) - COUNTED.indexOf(b))
    .join();
  if (path !== recorded) return `ran ${path}, recorded ${recorded}`;
  const area = run.state.thread(0).rseqAddress;
  const final = row.out.final;
  if (final === null) return undefined;
  const [start, id, cs, flags] = [0, 4, 8, 16].map((offset) =>
    run.state.readWord(area + offset, offset === 8 ? 8 : 4),
  );
  const seen = [Number(start), Number(id), cs === 0n ? "NULL" : "kept", Number(flags)].join();
  return seen === final.slice(0, 4).join()
    ? undefined
    : `at the end ${seen}, recorded ${final.join()}`;
}

function pathOf(run: MachineRun): string[] {
  const marks = run.program.globals.find((variable) => variable.name === "marks")!;
  const address = marks.storage.kind === "static" ? marks.storage.address : 0;
  return COUNTED.flatMap((label, index) =>
    Array.from({ length: Number(run.state.readWord(address + 4 * index, 4)) }, () => label),
  );
}
