// Values of operands: constants, registers, addresses, and what routines may see of other threads. Results are left in
// `machine.lo` and `machine.hi`.
import { SELECTED_THREAD } from "../program/instruction.ts";
import { add64, highOf, lowOf, multiply64 } from "../support/word64.ts";
import {
  K_ADDRESS,
  K_AREA,
  K_BASE,
  K_CHECKED,
  K_CONSTANT,
  K_CONVERTED,
  K_FOREIGN_FRAME,
  K_FOREIGN_REGISTER,
  K_INDEX,
  K_IN_SECTION,
  K_OBSERVE,
  K_REGISTER,
  K_SPECIAL,
} from "./code.ts";
import { convertedHigh, convertedLow } from "./convert.ts";
import { frameAddress, registersOf } from "./frame.ts";
import type { Machine } from "./machine.ts";
import { N_VIOLATION, V_UNINITIALISED } from "./notes.ts";
import {
  FRAME_WORDS,
  F_FUNCTION,
  F_PREVIOUS,
  STATE_RUNNING,
  T_ABORTS,
  T_COMMITS,
  T_CPU,
  T_FRAME,
  T_PC,
  T_RSEQ_HI,
  T_RSEQ_LO,
  T_RSEQ_SHARED_HI,
  T_RSEQ_SHARED_LO,
  T_STATE,
} from "./words.ts";

/** Index of `rseq` among the special names (code.ts). */
const RSEQ = 2;

/** Evaluates the operand at `offset` for a thread (or for a routine: the pseudo-thread). */
export function fetch(m: Machine, thread: number, registers: number, offset: number): void {
  const { operands } = m.code;
  switch (operands[offset]!) {
    case K_CONSTANT:
      m.lo = operands[offset + 1]!;
      m.hi = operands[offset + 2]!;
      return;
    case K_REGISTER: {
      const at = registers + operands[offset + 1]!;
      m.lo = m.words[at]!;
      m.hi = m.words[at + 1]!;
      return;
    }
    case K_CONVERTED: {
      const at = registers + operands[offset + 1]!;
      convert(m, operands[offset + 2]!, m.words[at]!, m.words[at + 1]!);
      return;
    }
    case K_BASE: {
      const at = registers + operands[offset + 3]!;
      add64(m, operands[offset + 1]!, operands[offset + 2]!, m.words[at]!, m.words[at + 1]!);
      truncate(m);
      return;
    }
    case K_AREA: {
      if (thread >= m.threadCount) {
        fetchSpecial(m, thread, RSEQ);
        add64(m, operands[offset + 1]!, operands[offset + 2]!, m.lo, m.hi);
      } else {
        const at = m.thread(thread);
        const lo = m.words[at + T_RSEQ_LO]!;
        add64(m, operands[offset + 1]!, operands[offset + 2]!, lo, m.words[at + T_RSEQ_HI]!);
      }
      truncate(m);
      return;
    }
    case K_INDEX:
      fetchIndexed(m, registers, offset);
      return;
    case K_ADDRESS:
      fetchAddress(m, thread, registers, offset);
      return;
    case K_CHECKED:
      fetchChecked(m, thread, registers, offset);
      return;
    case K_SPECIAL:
      fetchSpecial(m, thread, operands[offset + 1]!);
      return;
    case K_OBSERVE:
      observe(m, operands[offset + 1]!, operands[offset + 2]!);
      return;
    case K_IN_SECTION:
      m.lo = isInSection(m, operands[offset + 1]!, operands[offset + 2]!) ? 1 : 0;
      m.hi = 0;
      return;
    default:
      fetchForeign(m, offset);
  }
}

function convert(m: Machine, conversion: number, lo: number, hi: number): void {
  if (conversion === 0) {
    m.lo = lo;
    m.hi = hi;
    return;
  }
  m.lo = convertedLow(conversion, lo, hi);
  m.hi = convertedHigh(conversion, m.lo);
}

/** Addresses wrap at the target's pointer size. */
function truncate(m: Machine): void {
  if (m.pointerIs32) m.hi = 0;
}

/** Constant + register × scale. */
function fetchIndexed(m: Machine, registers: number, offset: number): void {
  const { operands } = m.code;
  const at = registers + operands[offset + 3]!;
  convert(m, operands[offset + 4]!, m.words[at]!, m.words[at + 1]!);
  const scale = operands[offset + 5]!;
  const isSmall = m.hi === 0 && m.lo >= 0 && m.lo < 0x100000 && scale > 0 && scale < 0x400;
  // Both factors small: the product fits in 30 bits.
  if (isSmall) m.lo = Math.imul(m.lo, scale);
  else if (scale !== 1) multiply64(m, m.lo, m.hi, scale, scale >> 31);
  add64(m, operands[offset + 1]!, operands[offset + 2]!, m.lo, m.hi);
  truncate(m);
}

function fetchAddress(m: Machine, thread: number, registers: number, offset: number): void {
  const { operands } = m.code;
  let lo = operands[offset + 1]!;
  let hi = operands[offset + 2]!;
  const count = operands[offset + 3]!;
  for (let term = 0; term < count; term++) {
    fetch(m, thread, registers, operands[offset + 4 + 2 * term]!);
    const scale = operands[offset + 5 + 2 * term]!;
    if (scale !== 1) multiply64(m, m.lo, m.hi, scale, scale >> 31);
    add64(m, lo, hi, m.lo, m.hi);
    lo = m.lo;
    hi = m.hi;
  }
  m.lo = lo;
  m.hi = hi;
  truncate(m);
}

/** A register whose write is not proven. */
function fetchChecked(m: Machine, thread: number, registers: number, offset: number): void {
  const { operands } = m.code;
  const slot = operands[offset + 3]!;
  const frame = m.words[m.thread(thread) + T_FRAME]!;
  if (((m.words[frame + FRAME_WORDS + (slot >> 5)]! >>> (slot & 31)) & 1) === 0) {
    m.note(N_VIOLATION, thread, V_UNINITIALISED, -1, slot, 0);
    m.violated = true;
  }
  const at = registers + operands[offset + 1]!;
  convert(m, operands[offset + 2]!, m.words[at]!, m.words[at + 1]!);
}

function fetchSpecial(m: Machine, thread: number, which: number): void {
  const subject = thread < m.threadCount ? thread : m.routineThread;
  if (which === 5) {
    setNumber(m, currentFrameAddress(m, thread));
    return;
  }
  if (subject < 0) {
    m.routineFailure = "it asks for a thread's own value, but no thread is selected";
    setNumber(m, 0);
    return;
  }
  const at = m.thread(subject);
  switch (which) {
    case 0:
      setNumber(m, m.program.threads[subject]!.self);
      return;
    case 1:
      setNumber(m, tidOf(subject));
      return;
    case 2:
      m.lo = m.words[at + T_RSEQ_LO]!;
      m.hi = m.words[at + T_RSEQ_HI]!;
      return;
    case 3:
      m.lo = m.words[at + T_RSEQ_SHARED_LO]!;
      m.hi = m.words[at + T_RSEQ_SHARED_HI]!;
      return;
    default:
      setNumber(m, m.program.threads[subject]!.tlsAddress);
  }
}

/** The process is 1000; threads follow it in file order. */
export function tidOf(thread: number): number {
  return 1001 + thread;
}

function setNumber(m: Machine, value: number): void {
  m.lo = lowOf(value);
  m.hi = highOf(value);
}

function currentFrameAddress(m: Machine, thread: number): number {
  return frameAddress(m, thread, m.words[m.thread(thread) + T_FRAME]!);
}

function observe(m: Machine, thread: number, what: number): void {
  const at = m.thread(thread);
  switch (what) {
    case 0:
      m.lo = m.words[at + T_RSEQ_LO]!;
      m.hi = m.words[at + T_RSEQ_HI]!;
      return;
    case 1:
      m.lo = m.words[at + T_RSEQ_SHARED_LO]!;
      m.hi = m.words[at + T_RSEQ_SHARED_HI]!;
      return;
    case 2:
      setNumber(m, m.words[at + T_CPU]!);
      return;
    case 3:
      setNumber(m, m.words[at + T_STATE] === STATE_RUNNING ? 1 : 0);
      return;
    case 4:
      setNumber(m, tidOf(thread));
      return;
    case 5:
      setNumber(m, m.words[at + T_ABORTS]!);
      return;
    default:
      setNumber(m, m.words[at + T_COMMITS]!);
  }
}

function isInSection(m: Machine, thread: number, section: number): boolean {
  const { start, end } = m.program.sections[section]!;
  const pc = m.words[m.thread(thread) + T_PC]!;
  return m.words[m.thread(thread) + T_FRAME] !== 0 && start <= pc && pc < end;
}

/** A register or the memory locals of the innermost frame of a function in some thread. */
function fetchForeign(m: Machine, offset: number): void {
  const { operands } = m.code;
  const named = operands[offset + 1]!;
  const thread = named === SELECTED_THREAD ? m.routineThread : named;
  const fn = operands[offset + 2]!;
  if (thread < 0) {
    m.routineFailure = "it asks for a thread's own variable, but no thread is selected";
    setNumber(m, 0);
    return;
  }
  let frame = m.words[m.thread(thread) + T_FRAME]!;
  // A selected frame of the function goes before the innermost one.
  const selected = m.routineFrame;
  if (thread === m.routineThread && selected !== 0 && m.words[selected + F_FUNCTION] === fn) {
    frame = selected;
  }
  while (frame !== 0 && m.words[frame + F_FUNCTION] !== fn) frame = m.words[frame + F_PREVIOUS]!;
  if (frame === 0) {
    const name = m.program.threads[thread]!.name;
    m.routineFailure = `${name} is not in ${m.program.functions[fn]?.name ?? "that function"}`;
    setNumber(m, 0);
    return;
  }
  if (operands[offset] === K_FOREIGN_FRAME) {
    setNumber(m, frameAddress(m, thread, frame));
    return;
  }
  const at = registersOf(m, frame) + operands[offset + 3]!;
  if (operands[offset] === K_FOREIGN_REGISTER) {
    convert(m, operands[offset + 4]!, m.words[at]!, m.words[at + 1]!);
  }
}
