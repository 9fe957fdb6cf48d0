// The instruction pointer: an instruction index while one starts there, else an address at which the thread will die.
import type { Word64 } from "../support/word64.ts";
import { highOf, lowOf, toNumber } from "../support/word64.ts";
import type { Machine } from "./machine.ts";
import { N_COMMIT } from "./notes.ts";
import { T_ARMED_END, T_ARMED_START, T_BAD_HI, T_BAD_LO, T_COMMITS, T_PC } from "./words.ts";

export function instructionPointer(m: Machine, at: number, out: Word64): void {
  const pc = m.words[at + T_PC]!;
  if (pc < 0) {
    out.lo = m.words[at + T_BAD_LO]!;
    out.hi = m.words[at + T_BAD_HI]!;
    return;
  }
  const address = m.textLow + 4 * pc;
  out.lo = lowOf(address);
  out.hi = highOf(address);
}

/** The address as a number; addresses that are no user addresses lose precision, which only messages see. */
export function instructionAddress(m: Machine, at: number): number {
  const pc = m.words[at + T_PC]!;
  if (pc >= 0) return m.textLow + 4 * pc;
  return toNumber(m.words[at + T_BAD_LO]!, m.words[at + T_BAD_HI]!);
}

export function setInstructionPointer(m: Machine, at: number, lo: number, hi: number): void {
  const index = (toNumber(lo, hi) - m.textLow) / 4;
  if (Number.isInteger(index) && index >= 0 && index < m.code.programCount) {
    m.put(at + T_PC, index);
    return;
  }
  m.put(at + T_PC, -1);
  m.put(at + T_BAD_LO, lo);
  m.put(at + T_BAD_HI, hi);
}

/** Moves the instruction pointer by the program's own flow: here commits are counted. */
export function moveTo(m: Machine, thread: number, at: number, from: number, to: number): void {
  const { words } = m;
  m.put(at + T_PC, to);
  if (to !== words[at + T_ARMED_END]) return;
  if (from < words[at + T_ARMED_START]! || from >= to) return;
  m.put(at + T_COMMITS, words[at + T_COMMITS]! + 1);
  m.note(N_COMMIT, thread, words[at + T_ARMED_START]!, to);
}
