// Reads the machine's words into the plain values of machine/view.ts.
import { armedDescriptor, peekByte, peekNumber } from "../machine/armed.ts";
import { areaOffset, byteIndex, classOf } from "../machine/memory.ts";
import { frameAddress, registersOf } from "../machine/frame.ts";
import { instructionAddress } from "../machine/ip.ts";
import type { Machine } from "../machine/machine.ts";
import { queueHead, runningThread } from "../machine/scheduling.ts";
import { evaluateRoutine } from "../machine/routine.ts";
import type {
  ArmedSection,
  BlockReason,
  ByteOwner,
  CpuView,
  Evaluation,
  FrameView,
  MachineView,
  PageView,
  Registration,
  ThreadState,
  ThreadView,
} from "../machine/view.ts";
import {
  C_TIMER,
  EVENT_IDS_CHANGED,
  EVENT_SCHED_SWITCH,
  EVENT_USER_IRQ,
  FRAME_CALL,
  FRAME_WORDS,
  F_BAD_HI,
  F_BAD_LO,
  F_FUNCTION,
  F_KIND,
  F_PREVIOUS,
  F_RETURN,
  MASK_MIGRATE,
  MASK_PREEMPT,
  MASK_SIGNAL,
  PAGE_ABSENT,
  PAGE_EXECUTE,
  PAGE_MAPPED,
  PAGE_READ,
  PAGE_WRITE,
  STATE_BLOCKED,
  STATE_EXITED,
  STATE_KILLED,
  STATE_RUNNING,
  T_ABORTS,
  T_AREA_HI,
  T_AREA_LO,
  T_BLOCKED,
  T_COMMITS,
  T_CPU,
  T_EVENT,
  T_EXIT,
  T_FRAME,
  T_LENGTH,
  T_MASK,
  T_MM_CID,
  T_NEXT,
  T_NOTIFY,
  T_OPTIMISED,
  T_PC,
  T_PENDING,
  T_PENDING_COUNT,
  T_REGISTERED,
  T_RSEQ_HI,
  T_RSEQ_LO,
  T_RSEQ_SHARED_HI,
  T_RSEQ_SHARED_LO,
  T_SHARED_HI,
  T_SHARED_LO,
  T_SIGNAL,
  T_SIGNATURE,
  T_SLICE_ENABLED,
  T_SLICE_GRANTED,
  T_STATE,
  T_TOOK_SIGNAL,
  T_WAIT_HI,
  T_WAIT_LO,
} from "../machine/words.ts";
import type { Routine } from "../program/instruction.ts";
import { PAGE_BYTES } from "../program/program.ts";
import type { Protection } from "../program/program.ts";
import { highOf, lowOf, toBigInt, toNumber } from "../support/word64.ts";
import { signalName } from "./names.ts";

const STATES: readonly ThreadState[] = ["runnable", "running", "blocked", "exited", "killed"];
const REASONS: readonly (BlockReason | undefined)[] = [
  undefined,
  "futex",
  "sleep",
  "fault",
  "other",
];

/** The view of a machine; it stays valid as the machine moves. */
export function viewOf(m: Machine): MachineView {
  const indices = m.program.threads.map((_, index) => index);
  return {
    thread: (index) => readThread(m, index),
    threads: () => indices.map((index) => readThread(m, index)),
    instructionOf: (thread) => {
      const pc = m.words[m.thread(thread) + T_PC]!;
      return pc < 0 ? undefined : pc;
    },
    frames: (thread) => readFrames(m, thread),
    readRegister: (thread, frame, slot) => {
      const at = registersOf(m, frameAt(m, thread, frame)) + 2 * slot;
      return toBigInt(m.words[at] ?? 0, m.words[at + 1] ?? 0);
    },
    isRegisterWritten: (thread, frame, slot) => isWritten(m, frameAt(m, thread, frame), slot),
    readMemory: (address, size) => readMemory(m, address, size),
    readWord: (address, size) => readWord(m, address, size),
    page: (address) => readPage(m, address),
    owner: (address) => readOwner(m, address),
    cpu: (index) => readCpu(m, index),
    cpus: () => Array.from({ length: m.cpuCount }, (_, index) => readCpu(m, index)),
    mmCids: () => readMmCids(m),
    evaluate: (routine, thread, frame) => evaluateAt(m, routine, thread, frame),
  };
}

/** `frame` counts from 0, the innermost; undefined selects none. */
export function evaluateAt(
  m: Machine,
  routine: Routine,
  thread: number | undefined,
  frame: number | undefined,
): Evaluation {
  const selected = thread === undefined || frame === undefined ? 0 : frameAt(m, thread, frame);
  return evaluateRoutine(m, routine, thread ?? -1, selected);
}

/** Header of a frame counted from the innermost, or 0. */
export function frameAt(m: Machine, thread: number, frame: number): number {
  let at = m.words[m.thread(thread) + T_FRAME]!;
  for (let index = 0; index < frame && at !== 0; index++) at = m.words[at + F_PREVIOUS]!;
  return at;
}

function readThread(m: Machine, index: number): ThreadView {
  const at = m.thread(index);
  const { words } = m;
  const state = words[at + T_STATE]!;
  const blocked = state === STATE_BLOCKED;
  const pc = words[at + T_PC]!;
  const event = words[at + T_EVENT]!;
  const cpu = words[at + T_CPU]!;
  const mmCid = words[at + T_MM_CID]!;
  return {
    index,
    name: m.program.threads[index]!.name,
    state: STATES[state]!,
    cpu,
    pc: instructionAddress(m, at),
    instruction: pc < 0 ? undefined : pc,
    signal: state === STATE_KILLED ? signalName(words[at + T_SIGNAL]!) : undefined,
    tookSignal: words[at + T_TOOK_SIGNAL] === 1,
    blockedOn: blocked ? REASONS[words[at + T_BLOCKED]!] : undefined,
    blockedAddress: blocked ? toNumber(words[at + T_WAIT_LO]!, words[at + T_WAIT_HI]!) : undefined,
    exitPending: words[at + T_EXIT] === 1,
    notify: words[at + T_NOTIFY] === 1,
    mask: maskNames(words[at + T_MASK]!),
    userInterrupt: (event & EVENT_USER_IRQ) !== 0,
    idsChanged: (event & EVENT_IDS_CHANGED) !== 0,
    schedSwitch: (event & EVENT_SCHED_SWITCH) !== 0,
    pendingSignals: [
      ...words.subarray(at + T_PENDING, at + T_PENDING + words[at + T_PENDING_COUNT]!),
    ],
    registration: readRegistration(m, at),
    rseqAddress: toNumber(words[at + T_RSEQ_LO]!, words[at + T_RSEQ_HI]!),
    sharedAddress: toNumber(words[at + T_RSEQ_SHARED_LO]!, words[at + T_RSEQ_SHARED_HI]!),
    aborts: words[at + T_ABORTS]!,
    commits: words[at + T_COMMITS]!,
    armed: readArmed(m, index),
    mmCid: mmCid === 0 ? undefined : mmCid - 1,
    slice: {
      enabled: words[at + T_SLICE_ENABLED] === 1,
      granted: words[at + T_SLICE_GRANTED] === 1,
      remaining: state === STATE_RUNNING ? Math.max(0, words[m.cpu(cpu) + C_TIMER]!) : 0,
    },
  };
}

function maskNames(mask: number): ("preempt" | "signal" | "migrate")[] {
  const names: ("preempt" | "signal" | "migrate")[] = [];
  if ((mask & MASK_PREEMPT) !== 0) names.push("preempt");
  if ((mask & MASK_SIGNAL) !== 0) names.push("signal");
  if ((mask & MASK_MIGRATE) !== 0) names.push("migrate");
  return names;
}

function readRegistration(m: Machine, at: number): Registration | undefined {
  const { words } = m;
  if (words[at + T_REGISTERED] === 0) return undefined;
  const shared = toNumber(words[at + T_SHARED_LO]!, words[at + T_SHARED_HI]!);
  return {
    address: toNumber(words[at + T_AREA_LO]!, words[at + T_AREA_HI]!),
    length: words[at + T_LENGTH]! >>> 0,
    signature: words[at + T_SIGNATURE]! >>> 0,
    mode: words[at + T_OPTIMISED] === 1 ? "optimised" : "legacy",
    shared: shared === 0 ? undefined : shared,
  };
}

function readArmed(m: Machine, thread: number): ArmedSection | undefined {
  const descriptor = armedDescriptor(m, thread);
  if (descriptor === undefined) return undefined;
  const index = m.program.sections.findIndex((section) => section.descriptorAddress === descriptor);
  const start = peekNumber(m, descriptor + 8, 8);
  const length = peekNumber(m, descriptor + 16, 8);
  const abort = peekNumber(m, descriptor + 24, 8);
  const known = start !== undefined && length !== undefined && abort !== undefined;
  const bounds = known ? { start, end: start + length, abort } : undefined;
  const ip = instructionAddress(m, m.thread(thread));
  const inside = bounds !== undefined && bounds.start <= ip && ip < bounds.end;
  return { descriptor, section: index < 0 ? undefined : index, bounds, inside };
}

function readFrames(m: Machine, thread: number): FrameView[] {
  const at = m.thread(thread);
  const frames: FrameView[] = [];
  if ((m.words[at + T_STATE] ?? 0) === STATE_EXITED) return frames;
  let pc = m.words[at + T_PC]!;
  let address = instructionAddress(m, at);
  for (let frame = m.words[at + T_FRAME]!; frame !== 0; frame = m.words[frame + F_PREVIOUS]!) {
    frames.push({
      function: m.words[frame + F_FUNCTION]!,
      kind: m.words[frame + F_KIND] === FRAME_CALL ? "call" : "signal",
      pc: address,
      instruction: pc < 0 ? undefined : pc,
      frameAddress: frameAddress(m, thread, frame),
      base: frame,
    });
    pc = m.words[frame + F_RETURN]!;
    address =
      pc < 0
        ? toNumber(m.words[frame + F_BAD_LO]!, m.words[frame + F_BAD_HI]!)
        : m.textLow + 4 * pc;
  }
  return frames;
}

function isWritten(m: Machine, frame: number, slot: number): boolean {
  const fn = m.code.functions[m.words[frame + F_FUNCTION]!];
  if (fn === undefined || !fn.tracked.has(slot)) return true;
  return ((m.words[frame + FRAME_WORDS + (slot >> 5)]! >>> (slot & 31)) & 1) === 1;
}

function readMemory(
  m: Machine,
  address: number,
  size: number,
): { bytes: Uint8Array; mapped: Uint8Array } {
  const bytes = new Uint8Array(size);
  const mapped = new Uint8Array(size);
  for (let from = 0; from < size;) {
    const at = address + from;
    const length = Math.min(size - from, PAGE_BYTES - (at % PAGE_BYTES));
    const slot = m.slotOf(lowOf(at), highOf(at));
    if (slot >= 0 && (m.words[m.pageBase + slot]! & PAGE_MAPPED) !== 0) {
      const start = byteIndex(m, lowOf(at), highOf(at));
      bytes.set(m.bytes.subarray(start, start + length), from);
      mapped.fill(1, from, from + length);
    }
    from += length;
  }
  return { bytes, mapped };
}

/** The value of 1 to 8 bytes in the target's order; undefined if one is not mapped. */
export function readWord(m: Machine, address: number, size: number): bigint | undefined {
  let value = 0n;
  for (let index = 0; index < size; index++) {
    const byte = peekByte(m, address + (m.program.machine.bigEndian ? index : size - 1 - index));
    if (byte === undefined) return undefined;
    value = (value << 8n) | BigInt(byte);
  }
  return value;
}

function readPage(m: Machine, address: number): PageView | undefined {
  const slot = m.slotOf(lowOf(address), highOf(address));
  const flags = slot < 0 ? 0 : m.words[m.pageBase + slot]!;
  if ((flags & PAGE_MAPPED) === 0) return undefined;
  return { protection: protectionOf(flags), present: (flags & PAGE_ABSENT) === 0 };
}

function protectionOf(flags: number): Protection {
  if ((flags & PAGE_WRITE) !== 0) return "read-write";
  if ((flags & PAGE_EXECUTE) !== 0) return "execute";
  return (flags & PAGE_READ) === 0 ? "none" : "read";
}

/** The registered thread whose area holds the byte; libc's areas also where nothing is registered. */
function readOwner(m: Machine, address: number): ByteOwner | undefined {
  for (let thread = 0; thread < m.threadCount; thread++) {
    const offset = areaOffset(m, thread, lowOf(address), highOf(address));
    if (offset >= 0) {
      const shared = classOf(m, thread, offset) === 1;
      return { thread, class: shared ? "shared" : "private", offset, area: "private" };
    }
    const { sharedArea, privateArea } = m.program.threads[thread]!;
    if (sharedArea !== undefined && m.program.shared?.placement === "separate") {
      const place = address - sharedArea.address;
      if (place >= 0 && place < sharedArea.size) {
        return { thread, class: "shared", offset: place, area: "shared" };
      }
    }
    if (privateArea === undefined) continue;
    const place = address - privateArea.address;
    if (place < 0 || place >= privateArea.size) continue;
    const shared = classOf(m, thread, place) === 1;
    return { thread, class: shared ? "shared" : "private", offset: place, area: "private" };
  }
  return undefined;
}

function readCpu(m: Machine, index: number): CpuView {
  const running = runningThread(m, index);
  const queue: number[] = [];
  for (let thread = queueHead(m, index); thread >= 0;) {
    queue.push(thread);
    thread = m.words[m.thread(thread) + T_NEXT]! - 1;
  }
  const node = m.program.machine.nodes[index] ?? 0;
  return { index, node, running: running < 0 ? undefined : running, queue };
}

function readMmCids(m: Machine): { mmCid: number; thread: number }[] {
  const held: { mmCid: number; thread: number }[] = [];
  for (let cpu = 0; cpu < m.cpuCount; cpu++) {
    const thread = runningThread(m, cpu);
    if (thread >= 0) held.push({ mmCid: m.words[m.thread(thread) + T_MM_CID]! - 1, thread });
  }
  return held.sort((a, b) => a.mmCid - b.mmCid);
}
