// The state at step 0: threads in their queues, their bodies' frames, and with glibc the registration as if each had been switched out
// inside it (language.md section 7): an event recorded, work due, ids not yet stored.
import type { ProgramThread } from "../program/program.ts";
import { highHalf, highOf, lowHalf, lowOf } from "../support/word64.ts";
import { pushFrame } from "./frame.ts";
import { Machine } from "./machine.ts";
import type { Program } from "../program/program.ts";
import { enqueue } from "./queue.ts";
import { FLAG_SHARED, systemRseq } from "./registration.ts";
import { storeField, storeIdFields } from "./rseq-work.ts";
import {
  FRAME_CALL,
  MASK_PREEMPT,
  P_LIVE,
  T_AFFINITY_HI,
  T_AFFINITY_LO,
  T_AREA_HI,
  T_AREA_LO,
  T_ARMED_END,
  T_ARMED_START,
  T_CPU,
  T_MASK,
  T_PC,
  T_RESULT,
  T_RSEQ_HI,
  T_RSEQ_LO,
  T_RSEQ_SHARED_HI,
  T_RSEQ_SHARED_LO,
} from "./words.ts";

export function startMachine(program: Program): Machine {
  const m = new Machine(program);
  m.put(P_LIVE, program.threads.length);
  program.threads.forEach((thread, index) => startThread(m, thread, index));
  m.noteCount = 0;
  m.accessCount = 0;
  return m;
}

function startThread(m: Machine, thread: ProgramThread, index: number): void {
  const at = m.thread(index);
  const fn = m.code.functions[thread.function]!;
  m.put(at + T_CPU, thread.cpu);
  m.put(at + T_ARMED_START, -1);
  m.put(at + T_ARMED_END, -1);
  m.put(at + T_RESULT, -1);
  m.put(at + T_AFFINITY_LO, lowHalf(thread.affinity));
  m.put(at + T_AFFINITY_HI, highHalf(thread.affinity));
  pushFrame(m, index, thread.function, fn, FRAME_CALL, 0, -1, 0);
  m.put(at + T_PC, fn.start);
  enqueue(m, index);
  if (m.program.machine.libc === "glibc") registerByLibc(m, thread, index);
}

/** What glibc does before the first statement, seen from the switch-out inside of it. */
function registerByLibc(m: Machine, thread: ProgramThread, index: number): void {
  const area = thread.privateArea;
  if (area === undefined) return;
  const at = m.thread(index);
  const shared = m.behaviour.schedState === "shared-flag" ? thread.sharedArea : undefined;
  const result = systemRseq(m, index, {
    lo: lowOf(area.address),
    hi: highOf(area.address),
    length: m.program.machine.rseqLength | 0,
    flags: shared === undefined ? 0 : FLAG_SHARED,
    signature: m.program.machine.signature | 0,
    sharedLo: lowOf(shared?.address ?? 0),
    sharedHi: highOf(shared?.address ?? 0),
  });
  if (result < 0) {
    // libc marks the area where the kernel refuses: RSEQ_CPU_ID_REGISTRATION_FAILED.
    writeCpuId(m, index, area.address, -2);
    return;
  }
  if (m.behaviour.idsAtRegistration === "exit-to-user") storeIdFields(m, at, 0, -1, 0, 0);
  if (m.behaviour.eventAt === "switch-out") m.put(at + T_MASK, MASK_PREEMPT);
  if (shared === undefined && thread.sharedArea !== undefined) {
    m.put(at + T_RSEQ_SHARED_LO, lowOf(thread.sharedArea.address));
    m.put(at + T_RSEQ_SHARED_HI, highOf(thread.sharedArea.address));
  }
}

function writeCpuId(m: Machine, index: number, address: number, value: number): void {
  const place = m.rseq.cpuId;
  if (place === undefined) return;
  const scratch = m.thread(m.threadCount);
  m.put(scratch + T_AREA_LO, lowOf(address));
  m.put(scratch + T_AREA_HI, highOf(address));
  storeField(m, scratch, place, value);
  m.put(scratch + T_AREA_LO, 0);
  m.put(scratch + T_AREA_HI, 0);
  m.put(m.thread(index) + T_RSEQ_LO, lowOf(address));
  m.put(m.thread(index) + T_RSEQ_HI, highOf(address));
}
