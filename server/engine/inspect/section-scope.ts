// The scope "Critical section": the descriptor that rseq_cs names, where the instruction pointer stands, and what a preemption,
// a migration or a signal would do at this point, without doing it. The rules are those of the profile's behaviour.
import type { ArmedSection, ThreadView } from "../machine/view.ts";
import { INSTRUCTION_BYTES } from "../program/program.ts";
import type { Program, Section } from "../program/program.ts";
import { addressName } from "./symbol.ts";
import type { Inspection, Row } from "./value.ts";
import { hexText, textRow, valueRow } from "./value.ts";

export function sectionRows(inspection: Inspection, thread: ThreadView): readonly Row[] {
  const { armed } = thread;
  if (armed === undefined) {
    return [textRow("armed", notArmedText(inspection, thread)), ...outcomeRows(inspection, thread)];
  }
  return [
    textRow("armed", armedText(inspection.program, thread, armed)),
    descriptorRow(inspection, armed),
    ...boundRows(inspection, armed),
    ...outcomeRows(inspection, thread),
  ];
}

function notArmedText(inspection: Inspection, thread: ThreadView): string {
  if (thread.registration === undefined) return "no: the thread is not registered";
  const section = sectionAt(inspection.program, thread);
  return section === undefined
    ? "no: rseq_cs is 0"
    : `no: rseq_cs is 0, although the instruction pointer is in the code of ${section.name}`;
}

function armedText(program: Program, thread: ThreadView, armed: ArmedSection): string {
  const known = armed.section === undefined ? undefined : program.sections[armed.section];
  const name = known?.name ?? "a section that is not in the program";
  if (armed.bounds === undefined) return `${name}: its descriptor cannot be read`;
  if (!armed.inside) return `${name}, the instruction pointer is outside`;
  const left = (armed.bounds.end - thread.pc) / INSTRUCTION_BYTES;
  const noun = left === 1 ? "instruction" : "instructions";
  return `${name}, inside, ${left} ${noun} before its end`;
}

function sectionAt(program: Program, thread: ThreadView): Section | undefined {
  const at = thread.instruction;
  if (at === undefined) return undefined;
  return program.sections.find(({ start, end }) => start <= at && at < end);
}

function descriptorRow(inspection: Inspection, armed: ArmedSection): Row {
  const name = addressName(inspection, armed.descriptor);
  const row = valueRow(
    inspection,
    {
      name: "descriptor",
      place: { kind: "memory", address: armed.descriptor },
      type: inspection.program.descriptorType,
      expression: undefined,
    },
    { hex: false },
  );
  return { ...row, text: addressText(armed.descriptor, name) };
}

function boundRows(inspection: Inspection, armed: ArmedSection): readonly Row[] {
  if (armed.bounds === undefined) return [];
  const { start, end, abort } = armed.bounds;
  const row = (name: string, address: number): Row => ({
    ...textRow(name, addressText(address, addressName(inspection, address))),
    address,
  });
  return [row("start_ip", start), row("post_commit_ip", end), row("abort_ip", abort)];
}

function addressText(address: number, name: string | undefined): string {
  return name === undefined ? hexText(address) : `${hexText(address)} → ${name}`;
}

function outcomeRows(inspection: Inspection, thread: ThreadView): readonly Row[] {
  const { cpus } = inspection.program.machine;
  const row = (name: string, event: Interruption): Row =>
    textRow(name, interruptionOutcome(inspection, thread, event));
  return [
    row("a preemption here", "preempt"),
    ...(cpus > 1 ? [row("a migration here", "migrate")] : []),
    row("a signal here", "signal"),
  ];
}

export type Interruption = "preempt" | "migrate" | "signal";

/** What an event would do to the thread's section at this point: `would abort to retry`. */
export function interruptionOutcome(
  inspection: Inspection,
  thread: ThreadView,
  event: Interruption,
): string {
  if (thread.state === "exited" || thread.state === "killed")
    return "nothing: the thread has ended";
  if (thread.registration === undefined) return "no rseq work: the thread is not registered";
  const { armed } = thread;
  if (armed === undefined) return "would abort nothing";
  const { validatesOutside } = inspection.program.kernel.behaviour;
  const fault =
    armed.inside || validatesOutside ? descriptorFault(inspection, thread, armed) : undefined;
  if (fault !== undefined) return `would kill with SIGSEGV: ${fault}`;
  if (!armed.inside) return "would abort nothing and clear rseq_cs";
  const flags = sectionFlags(inspection, thread, armed);
  const { sectionFlags: rule } = inspection.program.kernel.behaviour;
  if (rule === "fatal" && flags !== 0)
    return `would kill with SIGSEGV: flags are ${hexText(flags)}, not 0`;
  if (rule === "inhibit") {
    if ((flags & SIGNAL_BIT) !== 0 && (flags & ALL_BITS) !== ALL_BITS) {
      return "would kill with SIGSEGV: NO_RESTART_ON_SIGNAL without the two other flags";
    }
    if ((flags & INHIBIT_BIT[event]) !== 0) return `would not abort: flags are ${hexText(flags)}`;
  }
  return abortText(inspection, thread, armed);
}

// include/uapi/linux/rseq.h, enum rseq_cs_flags.
const SIGNAL_BIT = 2;
const ALL_BITS = 7;
const INHIBIT_BIT: Readonly<Record<Interruption, number>> = {
  preempt: 1,
  signal: SIGNAL_BIT,
  migrate: 4,
};

function abortText(inspection: Inspection, thread: ThreadView, armed: ArmedSection): string {
  const known =
    armed.section === undefined ? undefined : inspection.program.sections[armed.section];
  const abort = armed.bounds?.abort ?? 0;
  const label = known?.abortLabel ?? addressName(inspection, abort) ?? hexText(abort);
  const isDue = thread.state !== "running" && thread.notify;
  return isDue ? `already due: aborts to ${label} when it resumes` : `would abort to ${label}`;
}

/** Why the kernel refuses the descriptor; undefined if it does not. */
function descriptorFault(
  inspection: Inspection,
  thread: ThreadView,
  armed: ArmedSection,
): string | undefined {
  if (armed.bounds === undefined) return "the descriptor cannot be read";
  const { behaviour } = inspection.program.kernel;
  if (behaviour.validatesStructure) {
    const version = inspection.state.readWord(armed.descriptor, 4);
    if (version !== 0n) return `the descriptor's version is ${version ?? "unknown"}, not 0`;
    const { start, end, abort } = armed.bounds;
    if (abort >= start && abort < end) return "abort_ip is inside of the section";
  }
  const signature = inspection.state.readWord(armed.bounds.abort - 4, 4);
  const registered = thread.registration?.signature ?? 0;
  if (signature === undefined) return "the 4 bytes before abort_ip cannot be read";
  if (Number(signature) >>> 0 === registered >>> 0) return undefined;
  return `the signature before abort_ip is ${hexText(Number(signature))}, registered is ${hexText(registered >>> 0)}`;
}

function sectionFlags(inspection: Inspection, thread: ThreadView, armed: ArmedSection): number {
  const place = inspection.program.rseq.flags;
  const own =
    place === undefined ? 0n : inspection.state.readWord(thread.rseqAddress + place.offset, 4);
  const descriptor = inspection.state.readWord(armed.descriptor + 4, 4);
  return Number((own ?? 0n) | (descriptor ?? 0n));
}
