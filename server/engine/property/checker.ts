// Properties as observers: after each step they look at what it reported and at the state, and answer the first violation. They see,
// they never steer. Built-in properties come from the machine's notes; invariants and `finally` are routines.
import type { Span } from "../text/source.ts";
import type { Machine } from "../machine/machine.ts";
import { NOTE_NUMBERS } from "../machine/machine.ts";
import {
  N_KILL,
  N_VIOLATION,
  V_ASSERT,
  V_MISALIGNED,
  V_PRIVATE,
  V_UNINITIALISED,
  V_UNMAPPED,
} from "../machine/notes.ts";
import { evaluateRoutine, isTrue } from "../machine/routine.ts";
import {
  BLOCKED_FUTEX,
  P_DEAD,
  P_LIVE,
  STATE_BLOCKED,
  STATE_EXITED,
  T_BLOCKED,
  T_STATE,
} from "../machine/words.ts";
import type { BuiltInProperty, Program } from "../program/program.ts";
import { LivelockWatch } from "./livelock.ts";

export type Checks = Readonly<Record<BuiltInProperty, "on" | "off" | "adversarial">>;

/** A violation as numbers; `run/` makes the sentence. */
export interface Finding {
  readonly kind: "assert" | "invariant" | "finally" | BuiltInProperty;
  readonly thread: number;
  /** The note's numbers for built-in properties. */
  readonly numbers: readonly [number, number, number, number];
  /** The assertion's text, the invariant's name, or why a routine failed. */
  readonly text: string;
  /** Index of the invariant. */
  readonly invariant: number;
  /** The assertion of `finally` that failed. */
  readonly span?: Span | undefined;
}

const PROPERTY_OF_VIOLATION: ReadonlyMap<number, BuiltInProperty | "assert"> = new Map([
  [V_PRIVATE, "private_access"],
  [V_UNMAPPED, "unmapped"],
  [V_UNINITIALISED, "uninitialised"],
  [V_MISALIGNED, "misaligned_atomic"],
  [V_ASSERT, "assert"],
]);

export class Checker {
  readonly #program: Program;
  readonly #checks: Checks;
  readonly #silencedKills: ReadonlySet<number>;
  readonly #livelock: LivelockWatch | undefined;

  /** `silencedKills`: threads whose kill the file expects. */
  constructor(program: Program, checks: Checks, silencedKills: ReadonlySet<number>) {
    this.#program = program;
    this.#checks = checks;
    this.#silencedKills = silencedKills;
    this.#livelock = checks.livelock === "off" ? undefined : new LivelockWatch(checks.livelock);
  }

  /** The first violation of the step that was just taken. */
  after(m: Machine, event: number): Finding | undefined {
    const { invariants } = this.#program;
    if (m.noteCount > 0) {
      const finding = this.#ofNotes(m) ?? this.#atTheEnd(m);
      if (finding !== undefined) return finding;
    }
    if (this.#livelock !== undefined && this.#livelock.after(m, event)) {
      return { kind: "livelock", thread: -1, numbers: [0, 0, 0, 0], text: "", invariant: -1 };
    }
    for (let index = 0; index < invariants.length; index++) {
      const finding = this.#ofInvariant(m, index);
      if (finding !== undefined) return finding;
    }
    return undefined;
  }

  /** The past was changed: what was observed of it no longer counts. */
  forget(): void {
    this.#livelock?.forget();
  }

  /** When the policy has nothing left to choose though threads live: is one of them stuck for good? */
  atStandstill(m: Machine): Finding | undefined {
    if (this.#checks.deadlock === "off") return undefined;
    const thread = deadlocked(m);
    if (thread < 0) return undefined;
    return { kind: "deadlock", thread, numbers: [0, 0, 0, 0], text: "", invariant: -1 };
  }

  #ofNotes(m: Machine): Finding | undefined {
    for (let note = 0; note < m.noteCount; note++) {
      const at = note * NOTE_NUMBERS;
      const kind = m.notes[at]!;
      if (kind === N_VIOLATION) {
        const finding = this.#ofViolation(m, at);
        if (finding !== undefined) return finding;
      } else if (kind === N_KILL) {
        const finding = this.#ofKill(m, at);
        if (finding !== undefined) return finding;
      }
    }
    return undefined;
  }

  #ofViolation(m: Machine, at: number): Finding | undefined {
    const { notes } = m;
    const kind = PROPERTY_OF_VIOLATION.get(notes[at + 2]!)!;
    if (kind !== "assert" && this.#checks[kind] === "off") return undefined;
    const text = kind === "assert" ? (m.code.messages[notes[at + 3]!] ?? "") : "";
    const numbers = [notes[at + 2]!, notes[at + 3]!, notes[at + 4]!, notes[at + 5]!] as const;
    return { kind, thread: notes[at + 1]!, numbers, text, invariant: -1 };
  }

  #ofKill(m: Machine, at: number): Finding | undefined {
    const thread = m.notes[at + 1]!;
    if (this.#checks.segv === "off" || this.#silencedKills.has(thread)) return undefined;
    const numbers = [m.notes[at + 2]!, m.notes[at + 3]!, m.notes[at + 4]!, 0] as const;
    return { kind: "segv", thread, numbers, text: "", invariant: -1 };
  }

  #ofInvariant(m: Machine, index: number): Finding | undefined {
    const { routine, name } = this.#program.invariants[index]!;
    const holds = isTrue(m, routine);
    if (holds === true) return undefined;
    const failure = m.routineFailure;
    const text = failure === undefined ? name : `${name}: ${failure}`;
    return { kind: "invariant", thread: -1, numbers: [0, 0, 0, 0], text, invariant: index };
  }

  /** `finally`, once, when every thread has ended by itself. */
  #atTheEnd(m: Machine): Finding | undefined {
    const { finally: routine } = this.#program;
    if (routine === undefined || m.words[P_LIVE] !== 0 || m.words[P_DEAD] !== 0) return undefined;
    const result = evaluateRoutine(m, routine, -1, 0);
    if (result.ok) return undefined;
    return {
      kind: "finally",
      thread: -1,
      numbers: [0, 0, 0, 0],
      text: result.message,
      invariant: -1,
      span: result.span,
    };
  }
}

/** A live thread that waits for a futex while nobody can ever wake it; -1 if somebody can still move. */
function deadlocked(m: Machine): number {
  let waiting = -1;
  for (let thread = 0; thread < m.threadCount; thread++) {
    const at = m.thread(thread);
    const state = m.words[at + T_STATE]!;
    if (state >= STATE_EXITED) continue;
    if (state !== STATE_BLOCKED || m.words[at + T_BLOCKED] !== BLOCKED_FUTEX) return -1;
    if (waiting < 0) waiting = thread;
  }
  return waiting;
}
