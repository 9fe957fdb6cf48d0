// Call frames on a thread's register stack: building one, leaving it, and where results of calls go.
import { STACK_BYTES } from "../program/program.ts";
import { highOf, lowOf } from "../support/word64.ts";
import type { FunctionCode } from "./code.ts";
import { convertedHigh, convertedLow } from "./convert.ts";
import type { Machine } from "./machine.ts";
import { routineStackAddress } from "./machine.ts";
import { clearWritten } from "./memory.ts";
import {
  FRAME_WORDS,
  F_FUNCTION,
  F_KIND,
  F_OFFSET,
  F_PREVIOUS,
  F_RESULT,
  F_RESULT_AS,
  F_RETURN,
  F_USED,
  REGISTER_STACK_WORDS,
  T_FRAME,
  T_REGISTERS,
  T_RESULT,
  T_RESULT_AS,
} from "./words.ts";

/** Lowest address of the thread's stack; of the routines' scratch stack for the pseudo-thread. */
export function stackAddress(m: Machine, thread: number): number {
  return thread < m.threadCount
    ? m.program.threads[thread]!.stackAddress
    : routineStackAddress(m.threadCount);
}

/** First word of the register stack of a thread. */
export function registerStack(m: Machine, thread: number): number {
  return m.registerBase + thread * REGISTER_STACK_WORDS;
}

/** Pushes an empty frame of `fn`; false if the stack limit is exceeded. */
export function pushFrame(
  m: Machine,
  thread: number,
  functionIndex: number,
  fn: FunctionCode,
  kind: number,
  returnTo: number,
  result: number,
  resultAs: number,
): boolean {
  const at = m.thread(thread);
  const previous = m.words[at + T_FRAME]!;
  const used =
    (previous === 0 ? 0 : m.words[previous + F_USED]!) +
    16 +
    fn.frameSizeBytes +
    8 * fn.registerCount;
  if (used > STACK_BYTES) return false;
  const base = previous === 0 ? registerStack(m, thread) : frameEnd(m, previous, at);
  const offset = (STACK_BYTES - used) & ~15;
  m.put(base + F_FUNCTION, functionIndex);
  m.put(base + F_PREVIOUS, previous);
  m.put(base + F_RETURN, returnTo);
  m.put(base + F_RESULT, result);
  m.put(base + F_RESULT_AS, resultAs);
  m.put(base + F_USED, used);
  m.put(base + F_KIND, kind);
  m.put(base + F_OFFSET, offset);
  for (let word = 0; word < fn.writtenWords; word++) m.put(base + FRAME_WORDS + word, 0);
  const registers = base + FRAME_WORDS + fn.writtenWords;
  m.put(at + T_FRAME, base);
  m.put(at + T_REGISTERS, registers);
  const high = registers + 2 * fn.registerCount - registerStack(m, thread);
  if (high > m.registerHigh[thread]!) m.registerHigh[thread] = high;
  if (fn.frameSizeBytes > 0 && thread < m.threadCount) {
    const address = stackAddress(m, thread) + offset;
    clearWritten(m, lowOf(address), highOf(address), fn.frameSizeBytes);
  }
  return true;
}

/** Word after the innermost frame. */
function frameEnd(m: Machine, frame: number, at: number): number {
  const fn = m.code.functions[m.words[frame + F_FUNCTION]!];
  return m.words[at + T_REGISTERS]! + 2 * (fn?.registerCount ?? m.routineRegisters);
}

/** Pops the innermost frame; the caller goes on with what is then innermost. */
export function popFrame(m: Machine, thread: number): void {
  const at = m.thread(thread);
  const previous = m.words[m.words[at + T_FRAME]! + F_PREVIOUS]!;
  m.put(at + T_FRAME, previous);
  m.put(at + T_REGISTERS, previous === 0 ? 0 : registersOf(m, previous));
}

/** Word index of a frame's registers. */
export function registersOf(m: Machine, frame: number): number {
  const fn = m.code.functions[m.words[frame + F_FUNCTION]!];
  return frame + FRAME_WORDS + (fn?.writtenWords ?? 0);
}

/** Address of a frame's memory locals. */
export function frameAddress(m: Machine, thread: number, frame: number): number {
  return stackAddress(m, thread) + m.words[frame + F_OFFSET]!;
}

/** Writes a register of the innermost frame: conversion in the low byte, slot + 1 above it if it has a written bit. */
export function setRegister(
  m: Machine,
  registers: number,
  frame: number,
  offset: number,
  as: number,
  lo: number,
  hi: number,
): void {
  const conversion = as & 255;
  if (conversion === 0) {
    m.put(registers + offset, lo);
    m.put(registers + offset + 1, hi);
  } else {
    const low = convertedLow(conversion, lo, hi);
    m.put(registers + offset, low);
    m.put(registers + offset + 1, convertedHigh(conversion, low));
  }
  if (as > 255) markWritten(m, frame, (as >> 8) - 1);
}

/** The slot of a tracked variable is written from here on. */
export function markWritten(m: Machine, frame: number, slot: number): void {
  const word = frame + FRAME_WORDS + (slot >> 5);
  m.put(word, m.words[word]! | (1 << (slot & 31)));
}

/** The result of a system call that blocked: a value or a negative errno. */
export function storeResult(m: Machine, thread: number, value: number): void {
  const at = m.thread(thread);
  const offset = m.words[at + T_RESULT]!;
  if (offset < 0) return;
  const frame = m.words[at + T_FRAME]!;
  const as = m.words[at + T_RESULT_AS]!;
  setRegister(m, m.words[at + T_REGISTERS]!, frame, offset, as, lowOf(value), highOf(value));
  m.put(at + T_RESULT, -1);
}
