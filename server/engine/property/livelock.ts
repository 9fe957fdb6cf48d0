// Livelock under a deterministic policy: the machine comes back to a state that it was in, with an abort in between and no commit, end,
// wake or injected event, while every live thread has stepped or stays blocked. Then it will go on like that forever.
// States are compared at aborts, against one that is kept at growing distances (Brent), so that the cost stays small.
import type { Checkpoint } from "../machine/checkpoint.ts";
import { isAtCheckpoint, takeCheckpoint } from "../machine/checkpoint.ts";
import {
  EVENT_INSTRUCTION,
  EVENT_MIGRATE,
  EVENT_PREEMPT,
  EVENT_SET,
  EVENT_SIGNAL,
  eventKind,
  eventSubject,
} from "../machine/event.ts";
import type { Machine } from "../machine/machine.ts";
import { NOTE_NUMBERS } from "../machine/machine.ts";
import { N_ABORT, N_COMMIT, N_EXIT, N_WAKE } from "../machine/notes.ts";
import { STATE_BLOCKED, STATE_EXITED, T_ABORTS, T_STATE, THREAD_WORDS } from "../machine/words.ts";

/** Words of state that are kept for the comparison; larger machines are not watched. */
const WORDS_MAX = 1 << 20;
/** Aborts in a row, without any progress, after which a first state is kept. */
const ABORTS_FIRST = 16;

export class LivelockWatch {
  readonly #adversarial: boolean;
  #kept: Checkpoint | undefined;
  #aborts = 0;
  #limit = ABORTS_FIRST;
  #stepped: Uint8Array = new Uint8Array(0);

  constructor(mode: "on" | "adversarial") {
    this.#adversarial = mode === "adversarial";
  }

  /** True if the step closed a cycle. */
  after(m: Machine, event: number): boolean {
    const kind = eventKind(event);
    if (kind === EVENT_INSTRUCTION) {
      if (this.#kept !== undefined) this.#stepped[eventSubject(event)] = 1;
      if (m.noteCount === 0) return false;
    }
    const injected = kind === EVENT_PREEMPT || kind === EVENT_MIGRATE || kind === EVENT_SIGNAL;
    if (kind === EVENT_SET || (injected && !this.#adversarial)) this.forget();
    let aborted = false;
    for (let note = 0; note < m.noteCount; note++) {
      const what = m.notes[note * NOTE_NUMBERS]!;
      if (what === N_COMMIT || what === N_EXIT || what === N_WAKE) this.forget();
      else if (what === N_ABORT) aborted = true;
    }
    return aborted && this.#atAbort(m);
  }

  forget(): void {
    this.#kept = undefined;
    this.#aborts = 0;
    this.#limit = ABORTS_FIRST;
  }

  #atAbort(m: Machine): boolean {
    if (m.controlWords > WORDS_MAX) return false;
    this.#aborts++;
    if (this.#kept !== undefined && this.#isSame(m, this.#kept) && this.#everybodyStepped(m)) {
      return true;
    }
    if (this.#aborts < this.#limit) return false;
    this.#aborts = 0;
    this.#limit *= 2;
    this.#kept = takeCheckpoint(m);
    this.#stepped = new Uint8Array(m.threadCount);
    return false;
  }

  #everybodyStepped(m: Machine): boolean {
    for (let thread = 0; thread < m.threadCount; thread++) {
      const state = m.words[m.thread(thread) + T_STATE]!;
      if (state >= STATE_EXITED || state === STATE_BLOCKED) continue;
      if (this.#stepped[thread] === 0) return false;
    }
    return true;
  }

  /** Equal but for the counters of aborts. */
  #isSame(m: Machine, kept: Checkpoint): boolean {
    for (let word = 0; word < kept.control.length; word++) {
      if (kept.control[word] !== m.words[word] && !isAbortCounter(m, word)) return false;
    }
    return isAtCheckpoint(m, kept);
  }
}

function isAbortCounter(m: Machine, word: number): boolean {
  const offset = word - m.threadBase;
  return offset >= 0 && word < m.policyBase && offset % THREAD_WORDS === T_ABORTS;
}
