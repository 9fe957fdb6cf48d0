// Takes a run by the hand: "dispatch this thread", "until it stands before that instruction". For tests that decide every event.
import {
  EVENT_DISPATCH,
  EVENT_EXIT,
  EVENT_INSTRUCTION,
  EVENT_MEMBARRIER,
  EVENT_MIGRATE,
  EVENT_PREEMPT,
  EVENT_SIGNAL,
  EVENT_WAKE,
  packEvent,
} from "../../server/engine/machine/event.ts";
import type { Program } from "../../server/engine/program/program.ts";
import { createRun } from "../../server/engine/run/machine-run.ts";
import type { MachineRun } from "../../server/engine/run/machine-run.ts";
import {
  STATE_BLOCKED,
  STATE_EXITED,
  STATE_RUNNABLE,
  STATE_RUNNING,
  T_CPU,
  T_EXIT,
  T_PC,
  T_STATE,
} from "../../server/engine/machine/words.ts";
import { runningThread } from "../../server/engine/machine/scheduling.ts";

const OFF = {
  private_access: "off",
  deadlock: "off",
  livelock: "off",
  segv: "off",
  unmapped: "off",
  uninitialised: "off",
  misaligned_atomic: "off",
} as const;

export class Driver {
  readonly run: MachineRun;

  constructor(program: Program) {
    this.run = createRun(program, { schedule: { kind: "manual" }, checks: OFF, history: false });
  }

  take(kind: number, subject: number, argument = 0): void {
    const outcome = this.run.take(packEvent(kind, subject, argument));
    if (outcome.kind !== "step")
      throw new Error(`cannot take ${kind} of ${subject}: ${JSON.stringify(outcome)}`);
  }

  word(thread: number, offset: number): number {
    const m = this.run.machine;
    return m.words[m.thread(thread) + offset]!;
  }

  isLive(thread: number): boolean {
    return this.word(thread, T_STATE) < STATE_EXITED;
  }

  isRunning(thread: number): boolean {
    return this.word(thread, T_STATE) === STATE_RUNNING;
  }

  pc(thread: number): number {
    return this.word(thread, T_PC);
  }

  /** On its CPU and in user space: whoever runs there is preempted, a sleeper is woken. */
  enter(thread: number): void {
    while (this.isLive(thread)) {
      const state = this.word(thread, T_STATE);
      if (state === STATE_BLOCKED) this.take(EVENT_WAKE, thread);
      else if (state === STATE_RUNNABLE) {
        const other = runningThread(this.run.machine, this.word(thread, T_CPU));
        if (other >= 0) this.take(EVENT_PREEMPT, other);
        else this.take(EVENT_DISPATCH, thread);
      } else if (this.word(thread, T_EXIT) === 1) this.take(EVENT_EXIT, thread);
      else return;
    }
  }

  instruction(thread: number): void {
    this.enter(thread);
    if (this.isLive(thread)) this.take(EVENT_INSTRUCTION, thread);
  }

  preempt(thread: number): void {
    if (this.isRunning(thread)) this.take(EVENT_PREEMPT, thread);
  }

  migrate(thread: number, cpu: number): void {
    this.take(EVENT_MIGRATE, thread, cpu);
  }

  signal(thread: number, handler: number): void {
    this.take(EVENT_SIGNAL, thread, handler);
  }

  /** -1: all CPUs. */
  membarrier(cpu: number): void {
    this.take(EVENT_MEMBARRIER, 0, cpu + 1);
  }

  poke32(address: number, value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
    this.run.poke(address, bytes);
  }

  poke64(address: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    this.run.poke(address, bytes);
  }

  /** Until the thread is in user space before instruction `target`, has ended, or has done `count` instructions. */
  until(thread: number, target: number, count = 1000): void {
    for (let done = 0; done < count; done++) {
      this.enter(thread);
      if (!this.isLive(thread) || this.pc(thread) === target) return;
      this.take(EVENT_INSTRUCTION, thread);
    }
  }

  u32(address: number): number {
    return Number(this.run.state.readWord(address, 4) ?? -1n);
  }

  u64(address: number): bigint {
    return this.run.state.readWord(address, 8) ?? -1n;
  }

  signalOf(thread: number): string | null {
    return this.run.state.thread(thread).signal ?? null;
  }
}
