// The past of a run: its events (4 bytes a step), checkpoints at growing distances with a bounded total, and an undo log of the
// latest stretch. Any position is reached from the nearest checkpoint by taking the same events again.
import { checkpointBytes, restoreCheckpoint, takeCheckpoint } from "../machine/checkpoint.ts";
import type { Checkpoint } from "../machine/checkpoint.ts";
import type { Machine } from "../machine/machine.ts";

const SPACING_FIRST = 4096;
const CHECKPOINTS_MAX = 256;
const CHECKPOINT_BYTES_MAX = 24 * 1024 * 1024;
const WINDOW_STEPS_MAX = 1 << 14;
const WINDOW_UNDO_MAX = 1 << 18;

interface Saved {
  readonly position: number;
  readonly checkpoint: Checkpoint;
}

export class History {
  #events: Int32Array = new Int32Array(1024);
  length = 0;
  #saved: Saved[] = [];
  #spacing = SPACING_FIRST;
  /** First position of the undo window, and the log's length before each of its steps. */
  #windowStart = 0;
  #windowSteps = 0;
  #marks: Int32Array = new Int32Array(1024);

  constructor(m: Machine) {
    this.#saved.push({ position: 0, checkpoint: takeCheckpoint(m) });
  }

  event(position: number): number {
    return this.#events[position]!;
  }

  events(): Int32Array {
    return this.#events.slice(0, this.length);
  }

  /** Forgets the future after `length` steps. */
  cut(length: number): void {
    this.length = length;
    while (this.#saved.at(-1)!.position > length) this.#saved.pop();
  }

  /** Called before the step from `position`: opens its undo entries. */
  beginStep(m: Machine, position: number): void {
    const steps = this.#windowSteps;
    const full = steps === WINDOW_STEPS_MAX || m.undoCount > WINDOW_UNDO_MAX;
    if (full || position !== this.#windowStart + steps) this.resetWindow(m, position);
    if (this.#windowSteps === this.#marks.length) {
      const larger = new Int32Array(this.#marks.length * 2);
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[this.#windowSteps] = m.undoCount;
  }

  /** The step was taken and led to `position`. */
  endStep(m: Machine, position: number, event: number): void {
    this.#windowSteps++;
    if (position <= this.length) return;
    if (this.length === this.#events.length) {
      const larger = new Int32Array(this.#events.length * 2);
      larger.set(this.#events);
      this.#events = larger;
    }
    this.#events[this.length++] = event;
    if (position - this.#saved.at(-1)!.position >= this.#spacing) this.#save(m, position);
  }

  /** No step was taken after `beginStep`: what the policy wrote is taken back. */
  cancelStep(m: Machine): void {
    m.undoTo(this.#marks[this.#windowSteps]!);
  }

  resetWindow(m: Machine, position: number): void {
    this.#windowStart = position;
    this.#windowSteps = 0;
    m.undoCount = 0;
  }

  /** Takes back the step that led to `position`; false if the window does not hold it. */
  undo(m: Machine, position: number): boolean {
    if (position <= this.#windowStart || position > this.#windowStart + this.#windowSteps)
      return false;
    this.#windowSteps--;
    m.undoTo(this.#marks[this.#windowSteps]!);
    return true;
  }

  /** Restores the latest checkpoint at or before `position`; answers its position. */
  restore(m: Machine, position: number): number {
    let index = this.#saved.length - 1;
    while (this.#saved[index]!.position > position) index--;
    const saved = this.#saved[index]!;
    restoreCheckpoint(m, saved.checkpoint);
    this.resetWindow(m, saved.position);
    return saved.position;
  }

  /** Position of the latest checkpoint at or before `position`. */
  checkpointBefore(position: number): number {
    let index = this.#saved.length - 1;
    while (this.#saved[index]!.position > position) index--;
    return this.#saved[index]!.position;
  }

  /** Bytes that the past takes: events, checkpoints, undo window. */
  bytes(m: Machine): number {
    let bytes = this.length * 4 + m.undo.byteLength + this.#marks.byteLength;
    for (const { checkpoint } of this.#saved) bytes += checkpointBytes(checkpoint);
    return bytes;
  }

  #save(m: Machine, position: number): void {
    const checkpoint = takeCheckpoint(m);
    this.#saved.push({ position, checkpoint });
    const size = Math.max(1, checkpointBytes(checkpoint));
    const most = Math.max(2, Math.min(CHECKPOINTS_MAX, Math.floor(CHECKPOINT_BYTES_MAX / size)));
    if (this.#saved.length <= most) return;
    this.#saved = this.#saved.filter((_, index) => index % 2 === 0);
    this.#spacing *= 2;
  }
}
