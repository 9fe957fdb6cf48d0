// Names and sentences for threads and for what happened to them: the thread list, the stop banner, log lines.
// One place, so that the editor and the console say the same.
import type { ThreadView } from "../machine/view.ts";
import type { Program } from "../program/program.ts";
import type { StepEvent, StepInfo } from "../run/step-info.ts";
import type { Violation } from "../run/verdict.ts";
import type { AbortCause } from "./cause.ts";

/** Name of a thread in a sentence. */
export function threadName(program: Program, thread: number | undefined): string {
  return (thread === undefined ? undefined : program.threads[thread]?.name) ?? "the kernel";
}

/** `worker[0] · cpu 1 · in section increment`. */
export function threadLabel(program: Program, thread: ThreadView): string {
  return `${thread.name} · cpu ${thread.cpu} · ${stateWords(program, thread)}`;
}

/** `running`, `in section increment`, `blocked (futex)`, `killed by SIGSEGV`. */
export function stateWords(program: Program, thread: ThreadView): string {
  switch (thread.state) {
    case "exited":
      return "exited";
    case "killed":
      return thread.tookSignal
        ? `killed by ${thread.signal ?? "a signal"}`
        : `ended with the process (${thread.signal ?? "a signal"})`;
    case "blocked":
      return `blocked (${blockWords(thread)})`;
    case "runnable":
    case "running":
      return thread.armed?.inside === true
        ? `in section ${sectionName(program, thread.armed.section)}`
        : thread.state;
  }
}

function blockWords(thread: ThreadView): string {
  switch (thread.blockedOn) {
    case "futex":
      return "futex";
    case "sleep":
      return "sleeping";
    case "fault":
      return "page fault";
    case "other":
    case undefined:
      return "system call";
  }
}

/** Name of a section by its index; a descriptor that the compiler does not know has none. */
export function sectionName(program: Program, section: number | undefined): string {
  return (
    (section === undefined ? undefined : program.sections[section]?.name) ?? "(unknown section)"
  );
}

function descriptorName(program: Program, descriptor: number | undefined): string {
  const index = program.sections.findIndex((section) => section.descriptorAddress === descriptor);
  return sectionName(program, index < 0 ? undefined : index);
}

function startName(program: Program, start: number | undefined): string {
  const index = program.sections.findIndex((section) => section.start === start);
  return sectionName(program, index < 0 ? undefined : index);
}

/** What happened in a step that a debugger can stop on, as one sentence without a full stop; undefined for other events. */
export function eventSentence(
  program: Program,
  step: StepInfo,
  event: StepEvent,
  cause: AbortCause | undefined,
): string | undefined {
  const name = threadName(program, event.thread);
  switch (event.kind) {
    case "abort":
      return `Aborted: ${name} ${cause?.text ?? "was interrupted"} inside ${descriptorName(program, event.numbers["descriptor"])}`;
    case "commit":
      return `Committed: ${name} completed ${startName(program, event.numbers["start"])}${onCpu(step.cpu)}`;
    case "switch_out":
      return step.kind === "preempt" || step.kind === "tick"
        ? `Preempted: ${name} left ${cpuName(step.cpu)}`
        : undefined;
    case "migrate":
      return `Migrated: ${name} from ${cpuName(event.numbers["from"])} to ${cpuName(event.numbers["to"])}`;
    case "signal":
      return `Signalled: ${name}; ${event.text}`;
    case "kill":
      return `Killed: ${name} ${event.text}`;
    case "registration_error":
      return `Registration refused: ${name}; ${event.text}`;
    case "slice_grant":
    case "slice_revoke":
    case "slice_yield":
      return `Time slice: ${name} ${event.text}`;
    case "clear":
    case "ids":
    case "on_cpu":
    case "off_cpu":
    case "switch_in":
    case "block":
    case "wake":
    case "yield":
    case "signal_return":
    case "exit":
    case "register":
    case "unregister":
    case "membarrier":
    case "fault":
    case "violation":
      return undefined;
  }
}

function cpuName(cpu: number | undefined): string {
  return cpu === undefined ? "its CPU" : `CPU ${cpu}`;
}

function onCpu(cpu: number | undefined): string {
  return cpu === undefined ? "" : ` on CPU ${cpu}`;
}

/** `Violated: 'sum'. …` */
export function violationSentence(violation: Violation): string {
  return `Violated: '${violation.name}' at step ${violation.step}. ${violation.message}`;
}
