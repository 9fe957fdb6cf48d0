// The exception filters: what happens in a run that an editor's Breakpoints view may stop on, and which event is which.
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { StepEvent, StepInfo, Violation } from "../engine/index.ts";

export type FilterName =
  | "abort"
  | "commit"
  | "preempt"
  | "migrate"
  | "signal"
  | "private_access"
  | "violation"
  | "kill"
  | "registration_error"
  | "slice";

interface Filter {
  readonly label: string;
  readonly description: string;
  /** On before the user has chosen. */
  readonly isDefault: boolean;
}

export const FILTERS: Readonly<Record<FilterName, Filter>> = {
  abort: {
    label: "Aborts",
    description: "The kernel moves a thread out of a critical section to its abort handler.",
    isDefault: false,
  },
  commit: {
    label: "Commits",
    description: "A thread leaves a critical section over its post-commit address.",
    isDefault: false,
  },
  preempt: {
    label: "Preemptions",
    description: "A thread is switched out although it could go on.",
    isDefault: false,
  },
  migrate: {
    label: "Migrations",
    description: "A thread is moved to another CPU.",
    isDefault: false,
  },
  signal: {
    label: "Signals",
    description: "A signal is queued for a thread, or delivered.",
    isDefault: false,
  },
  private_access: {
    label: "Private accesses",
    description: "A thread's code loads or stores a private byte of another thread's area.",
    isDefault: true,
  },
  violation: {
    label: "Violations",
    description: "An assertion, an invariant or a built-in property fails.",
    isDefault: true,
  },
  kill: {
    label: "Fatal signals",
    description: "A thread is killed, and the process with it.",
    isDefault: true,
  },
  registration_error: {
    label: "Refused registrations",
    description: "sys_rseq answers with an error.",
    isDefault: false,
  },
  slice: {
    label: "Time-slice extensions",
    description: "An extension is granted, revoked or yielded.",
    isDefault: false,
  },
};

export const FILTER_NAMES: readonly FilterName[] = [
  "abort",
  "commit",
  "preempt",
  "migrate",
  "signal",
  "private_access",
  "violation",
  "kill",
  "registration_error",
  "slice",
];

export const EXCEPTION_FILTERS: readonly DebugProtocol.ExceptionBreakpointsFilter[] =
  FILTER_NAMES.map((filter) => ({
    filter,
    label: FILTERS[filter].label,
    description: FILTERS[filter].description,
    default: FILTERS[filter].isDefault,
    supportsCondition: true,
    conditionDescription: "An expression of the scenario language, such as self == 0",
  }));

const FILTER_OF_EVENT: Readonly<Partial<Record<StepEvent["kind"], FilterName>>> = {
  abort: "abort",
  commit: "commit",
  migrate: "migrate",
  signal: "signal",
  kill: "kill",
  registration_error: "registration_error",
  slice_grant: "slice",
  slice_revoke: "slice",
  slice_yield: "slice",
};

/** The filter that an event falls under; undefined for events that nobody can stop on. */
export function eventFilter(step: StepInfo, event: StepEvent): FilterName | undefined {
  if (event.kind === "switch_out") {
    return step.kind === "preempt" || step.kind === "tick" ? "preempt" : undefined;
  }
  return FILTER_OF_EVENT[event.kind];
}

export function violationFilter(violation: Violation): FilterName {
  return violation.kind === "private_access" ? "private_access" : "violation";
}
