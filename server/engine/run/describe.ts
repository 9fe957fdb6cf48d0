// A step in full: the machine's notes and accesses of the step that was just taken, in words and plain values.
import {
  EVENT_NAMES,
  EVENT_EXIT,
  EVENT_INSTRUCTION,
  SIGNAL_IGNORED,
  eventArgument,
  eventKind,
  eventSubject,
  EVENT_TICK,
  EVENT_MEMBARRIER,
  EVENT_PAGEOUT,
  EVENT_SET,
  EVENT_MIGRATE,
  EVENT_SIGNAL,
} from "../machine/event.ts";
import { ACCESS_NUMBERS, NOTE_NUMBERS } from "../machine/machine.ts";
import type { Machine } from "../machine/machine.ts";
import {
  A_KERNEL,
  A_OUTSIDE,
  A_WRITE,
  N_ABORT,
  N_BLOCK,
  N_CLEAR,
  N_COMMIT,
  N_EXIT,
  N_FAULT,
  N_IDS,
  N_KILL,
  N_MEMBARRIER,
  N_MIGRATE,
  N_OFF_CPU,
  N_ON_CPU,
  N_QUEUED,
  N_REGISTER,
  N_REGISTRATION_ERROR,
  N_SIGNAL,
  N_SIGNAL_RETURN,
  N_SLICE_GRANT,
  N_SLICE_REVOKE,
  N_SLICE_YIELD,
  N_SWITCH_IN,
  N_SWITCH_OUT,
  N_UNREGISTER,
  N_VIOLATION,
  N_WAKE,
  N_YIELD,
} from "../machine/notes.ts";
import type { Program } from "../program/program.ts";
import { toBigInt, toNumber } from "../support/word64.ts";
import { deathText, errnoName } from "./death.ts";
import {
  codeName,
  hexadecimal,
  placeName,
  registerName,
  sectionName,
  signalName,
} from "./names.ts";
import type { Access, StepEvent, StepInfo, StepKind } from "./step-info.ts";

/** Where the thread of the coming step stands; taken before the step. */
export interface Before {
  readonly pc: number;
  readonly instruction: number;
  readonly cpu: number;
}

export function describeStep(
  m: Machine,
  position: number,
  event: number,
  scheduled: boolean,
  before: Before,
): StepInfo {
  const kind = eventKind(event);
  const thread = subjectThread(event);
  const hasThread = thread !== undefined;
  const instruction = before.instruction < 0 ? undefined : before.instruction;
  return {
    step: position,
    kind: returnsFromHandler(m) ? "syscall" : stepKind(m, kind, instruction),
    event,
    scheduled,
    cpu: kind === EVENT_TICK ? eventSubject(event) : hasThread ? before.cpu : undefined,
    thread,
    pc: hasThread ? before.pc : undefined,
    instruction: hasThread ? instruction : undefined,
    text: stepText(m, event, instruction),
    reads: accesses(m, false),
    writes: accesses(m, true),
    events: stepEvents(m),
  };
}

/** A handler's return is a system call (sigreturn), whatever the instruction is. */
function returnsFromHandler(m: Machine): boolean {
  for (let note = 0; note < m.noteCount; note++) {
    if (m.notes[note * NOTE_NUMBERS] === N_SIGNAL_RETURN) return true;
  }
  return false;
}

/** The thread that an event is about; undefined for ticks, membarrier, pageout and writes from outside. */
export function subjectThread(event: number): number | undefined {
  const kind = eventKind(event);
  const none =
    kind === EVENT_TICK ||
    kind === EVENT_MEMBARRIER ||
    kind === EVENT_PAGEOUT ||
    kind === EVENT_SET;
  return none ? undefined : eventSubject(event);
}

export function stepKind(m: Machine, kind: number, instruction: number | undefined): StepKind {
  if (kind !== EVENT_INSTRUCTION) return EVENT_NAMES[kind] as StepKind;
  const is = instruction === undefined ? undefined : m.program.instructions[instruction]?.kind;
  return is === "system-call" ? "syscall" : "op";
}

/** As `eventText`, with the kind of instruction that a thread executed: `worker[0]: load`. */
function stepText(m: Machine, event: number, instruction: number | undefined): string {
  if (eventKind(event) !== EVENT_INSTRUCTION || instruction === undefined)
    return eventText(m, event);
  const executed = m.program.instructions[instruction]!;
  const what = executed.kind === "system-call" ? executed.service : executed.kind;
  return `${m.program.threads[eventSubject(event)]!.name}: ${what}`;
}

/** `worker[0]: run`, `migrate worker[0] to 1`. */
export function eventText(m: Machine, event: number): string {
  const kind = eventKind(event);
  const subject = eventSubject(event);
  const argument = eventArgument(event);
  const name = m.program.threads[subject]?.name ?? "";
  switch (kind) {
    case EVENT_INSTRUCTION:
      return `${name}: run`;
    case EVENT_EXIT:
      return `${name}: exit to user`;
    case EVENT_TICK:
      return `tick ${subject}`;
    case EVENT_MEMBARRIER:
      return argument === 0 ? "membarrier" : `membarrier ${argument - 1}`;
    case EVENT_PAGEOUT:
      return `pageout ${hexadecimal(m.pageAddresses[argument] ?? 0)}`;
    case EVENT_SET:
      return "set";
    case EVENT_MIGRATE:
      return `migrate ${name} to ${argument}`;
    case EVENT_SIGNAL: {
      const handler = m.program.functions[argument]?.name ?? "ignored";
      return `signal ${name} ${argument === SIGNAL_IGNORED ? "ignored" : handler}`;
    }
    default:
      return `${EVENT_NAMES[kind]} ${name}`;
  }
}

function accesses(m: Machine, writes: boolean): Access[] {
  const list: Access[] = [];
  for (let index = 0; index < m.accessCount; index++) {
    const at = index * ACCESS_NUMBERS;
    const how = m.accesses[at + 5]!;
    if (((how & A_WRITE) !== 0) !== writes) continue;
    const size = m.accesses[at + 2]!;
    const word = toBigInt(m.accesses[at + 3]!, m.accesses[at + 4]!);
    const by = (how & A_KERNEL) !== 0 ? "kernel" : (how & A_OUTSIDE) !== 0 ? "outside" : "user";
    list.push({
      address: toNumber(m.accesses[at]!, m.accesses[at + 1]!),
      size,
      value: BigInt.asUintN(size * 8, word),
      by,
    });
  }
  return list;
}

/** Did the step that was just taken write one of these bytes? */
export function wroteTo(m: Machine, address: number, size: number): boolean {
  for (let index = 0; index < m.accessCount; index++) {
    const at = index * ACCESS_NUMBERS;
    if ((m.accesses[at + 5]! & A_WRITE) === 0) continue;
    const start = toNumber(m.accesses[at]!, m.accesses[at + 1]!);
    if (start < address + size && address < start + m.accesses[at + 2]!) return true;
  }
  return false;
}

/** What happened in the step that was just taken, in words. */
export function stepEvents(m: Machine): StepEvent[] {
  const events: StepEvent[] = [];
  for (let index = 0; index < m.noteCount; index++) {
    const at = index * NOTE_NUMBERS;
    const [kind, thread, a, b, c, d] = [...m.notes.subarray(at, at + NOTE_NUMBERS)];
    const event = noteEvent(m, kind!, thread!, a!, b!, c!, d!);
    if (event !== undefined) events.push(event);
  }
  return events;
}

/** One note in words. `a` to `d` are explained at its constant in machine/notes.ts. */
function noteEvent(
  m: Machine,
  note: number,
  thread: number,
  a: number,
  b: number,
  c: number,
  d: number,
): StepEvent | undefined {
  const { program } = m;
  const make = (
    kind: StepEvent["kind"],
    text: string,
    numbers: Record<string, number> = {},
  ): StepEvent => ({ kind, thread: thread < 0 ? undefined : thread, text, numbers });
  switch (note) {
    case N_ABORT:
      return make("abort", `aborted ${sectionName(program, a)} to ${codeName(program, b)}`, {
        descriptor: a,
        target: b,
        from: c,
      });
    case N_COMMIT:
      return make("commit", `committed ${commitName(program, a)}`, { start: a, end: b });
    case N_CLEAR:
      return make("clear", `rseq_cs was cleared outside of ${sectionName(program, a)}`, {
        descriptor: a,
      });
    case N_IDS:
      return make("ids", `ids stored: cpu ${a}, node ${b}, mm_cid ${c}`, {
        cpu_id_start: a,
        cpu_id: a,
        node_id: b,
        mm_cid: c,
      });
    case N_ON_CPU:
      return make("on_cpu", "sched_state became ON_CPU");
    case N_OFF_CPU:
      return make("off_cpu", "sched_state became 0");
    case N_SWITCH_OUT:
      return make("switch_out", `left CPU ${a}`, { cpu: a, why: b });
    case N_SWITCH_IN:
      return make("switch_in", `was dispatched on CPU ${a}`, { cpu: a, mm_cid: b });
    case N_MIGRATE:
      return make("migrate", `migrated from CPU ${a} to CPU ${b}`, { from: a, to: b });
    case N_BLOCK:
      return make("block", blockText(m, a, b), { reason: a, address: b });
    case N_WAKE:
      return make("wake", "was woken", { result: a });
    case N_YIELD:
      return make("yield", "yielded its CPU");
    case N_SIGNAL:
      return make(
        "signal",
        `handler ${program.functions[a]?.name ?? ""} interrupted it at ${codeName(program, b)}`,
        { function: a, interrupted: b },
      );
    case N_SIGNAL_RETURN:
      return make("signal_return", `returned from handler ${program.functions[a]?.name ?? ""}`, {
        function: a,
      });
    case N_KILL:
      return make("kill", `was killed by ${signalName(a)}: ${deathText(m, b, c)}`, {
        signal: a,
        reason: b,
        detail: c,
      });
    case N_EXIT:
      return make("exit", "ended");
    case N_REGISTER:
      return make("register", `registered ${b} bytes at ${hexadecimal(a)}`, {
        address: a,
        length: b,
        signature: c,
      });
    case N_UNREGISTER:
      return make("unregister", "unregistered its area");
    case N_REGISTRATION_ERROR:
      return make("registration_error", `sys_rseq failed with ${errnoName(a)}`, { errno: a });
    case N_SLICE_GRANT:
      return make("slice_grant", "was granted a slice extension");
    case N_SLICE_REVOKE:
      return make("slice_revoke", "lost its slice extension");
    case N_SLICE_YIELD:
      return make("slice_yield", "gave its slice extension back");
    case N_MEMBARRIER:
      return make("membarrier", a < 0 ? "membarrier on all CPUs" : `membarrier on CPU ${a}`, {
        cpu: a,
      });
    case N_FAULT:
      return make("fault", `its page ${hexadecimal(a)} is absent`, { page: a });
    case N_QUEUED: {
      const handler = a < 0 ? "an ignored signal" : `handler ${program.functions[a]?.name ?? ""}`;
      return make("signal", a < 0 ? "got an ignored signal" : `${handler} was queued`, {
        function: a,
      });
    }
    case N_VIOLATION:
      return make("violation", violationText(m, a, b, c, d, -1), { kind: a, b, c, d });
    default:
      return undefined;
  }
}

function commitName(program: Program, start: number): string {
  return program.sections.find((section) => section.start === start)?.name ?? "its section";
}

function blockText(m: Machine, reason: number, address: number): string {
  if (reason === 1) return `waits for the futex ${placeName(m, address) ?? hexadecimal(address)}`;
  if (reason === 2) return "sleeps";
  return reason === 3 ? `waits for the page of ${hexadecimal(address)}` : "waits in a system call";
}

/** What was violated, as the rest of a sentence that begins with the thread's name. */
export function violationText(
  m: Machine,
  kind: number,
  a: number,
  b: number,
  c: number,
  instruction: number,
): string {
  const place = placeName(m, a) ?? hexadecimal(a);
  switch (kind) {
    case 0: {
      const owner = m.program.threads[b]?.name ?? "";
      return `${c === 1 ? "stored to" : "loaded"} ${place}, a private byte of ${owner}'s area`;
    }
    case 1:
      return `${c === 1 ? "stored to" : "loaded from"} ${place}, where ${b === 1 ? "1 byte" : `${b} bytes`} cannot be accessed`;
    case 2:
      return a < 0
        ? `read ${registerName(m.program, instruction, b) ?? "a local"}, which was never written`
        : `read ${place}, which was never written`;
    case 3:
      return `made an atomic access of ${b} bytes at ${hexadecimal(a)} (${place}), which is not a multiple of ${b}`;
    default:
      return `failed the assertion: ${m.code.messages[a] ?? ""}`;
  }
}
