// A copy of the whole state, without what was never written: control words, used parts of register stacks, touched pages.
import { PAGE_WORDS } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { registerStack } from "./frame.ts";

const WRITTEN_WORDS = 128;

export interface Checkpoint {
  readonly control: Int32Array;
  /** Per thread, from the start of its register stack. */
  readonly registers: readonly Int32Array[];
  readonly pages: Int32Array;
  /** Contents of `pages`, and then the written bits of those that are stack pages. */
  readonly contents: Int32Array;
}

export function takeCheckpoint(m: Machine): Checkpoint {
  const registers: Int32Array[] = [];
  for (let thread = 0; thread < m.threadCount; thread++) {
    const start = registerStack(m, thread);
    registers.push(m.words.slice(start, start + m.registerHigh[thread]!));
  }
  const pages: number[] = [];
  for (let slot = 0; slot < m.pageCount; slot++) if (m.touchedPages[slot] === 1) pages.push(slot);
  const stacks = pages.filter((slot) => m.stackPages[slot]! >= 0).length;
  const contents = new Int32Array(pages.length * PAGE_WORDS + stacks * WRITTEN_WORDS);
  let at = 0;
  for (const slot of pages) {
    const start = m.memoryBase + slot * PAGE_WORDS;
    contents.set(m.words.subarray(start, start + PAGE_WORDS), at);
    at += PAGE_WORDS;
    if (m.stackPages[slot]! < 0) continue;
    const bits = m.writtenBase + m.stackPages[slot]! * WRITTEN_WORDS;
    contents.set(m.words.subarray(bits, bits + WRITTEN_WORDS), at);
    at += WRITTEN_WORDS;
  }
  const control = m.words.slice(0, m.controlWords);
  return { control, registers, pages: Int32Array.from(pages), contents };
}

/** Puts the machine back, exactly; no undo log is kept across it. */
export function restoreCheckpoint(m: Machine, checkpoint: Checkpoint): void {
  m.undoCount = 0;
  m.words.set(checkpoint.control, 0);
  checkpoint.registers.forEach((words, thread) => {
    const start = registerStack(m, thread);
    m.words.set(words, start);
    m.words.fill(0, start + words.length, start + m.registerHigh[thread]!);
  });
  let at = 0;
  let next = 0;
  for (let slot = 0; slot < m.pageCount; slot++) {
    if (m.touchedPages[slot] === 0) continue;
    const stack = m.stackPages[slot]!;
    const bits = m.writtenBase + stack * WRITTEN_WORDS;
    if (checkpoint.pages[next] !== slot) {
      m.initialPage(
        slot,
        m.words.subarray(m.memoryBase + slot * PAGE_WORDS, m.memoryBase + (slot + 1) * PAGE_WORDS),
      );
      if (stack >= 0) m.words.fill(0, bits, bits + WRITTEN_WORDS);
      continue;
    }
    next++;
    m.words.set(
      checkpoint.contents.subarray(at, at + PAGE_WORDS),
      m.memoryBase + slot * PAGE_WORDS,
    );
    at += PAGE_WORDS;
    if (stack < 0) continue;
    m.words.set(checkpoint.contents.subarray(at, at + WRITTEN_WORDS), bits);
    at += WRITTEN_WORDS;
  }
}

/** Are register stacks and memory as they were at the checkpoint? Control words are the caller's to compare. */
export function isAtCheckpoint(m: Machine, { registers, pages, contents }: Checkpoint): boolean {
  for (let thread = 0; thread < registers.length; thread++) {
    const stack = registers[thread]!;
    if (stack.length !== m.registerHigh[thread]) return false;
    if (!isEqualAt(m, registerStack(m, thread), stack, 0, stack.length)) return false;
  }
  let at = 0;
  let next = 0;
  for (let slot = 0; slot < m.pageCount; slot++) {
    if (m.touchedPages[slot] === 0) continue;
    if (pages[next++] !== slot) return false;
    if (!isEqualAt(m, m.memoryBase + slot * PAGE_WORDS, contents, at, PAGE_WORDS)) return false;
    at += PAGE_WORDS;
    const stack = m.stackPages[slot]!;
    if (stack < 0) continue;
    const bits = m.writtenBase + stack * WRITTEN_WORDS;
    if (!isEqualAt(m, bits, contents, at, WRITTEN_WORDS)) return false;
    at += WRITTEN_WORDS;
  }
  return true;
}

function isEqualAt(
  m: Machine,
  start: number,
  words: Int32Array,
  from: number,
  count: number,
): boolean {
  for (let word = 0; word < count; word++) {
    if (m.words[start + word] !== words[from + word]) return false;
  }
  return true;
}

/**
 * The whole state in one canonical list of bytes: equal exactly if two machines of a program are in the same state. Pages as they were
 * at the start, and unused parts of register stacks, are left out, so that it does not depend on what was ever touched.
 */
export function stateBytes(m: Machine): Uint8Array {
  const parts: Int32Array[] = [m.words.slice(0, m.controlWords)];
  for (let thread = 0; thread < m.threadCount; thread++) {
    const start = registerStack(m, thread);
    let end = start + m.registerHigh[thread]!;
    while (end > start && m.words[end - 1] === 0) end--;
    parts.push(Int32Array.of(end - start), m.words.slice(start, end));
  }
  const initial = new Int32Array(PAGE_WORDS);
  for (let slot = 0; slot < m.pageCount; slot++) {
    if (m.touchedPages[slot] === 0) continue;
    const start = m.memoryBase + slot * PAGE_WORDS;
    const words = m.words.slice(start, start + PAGE_WORDS);
    m.initialPage(slot, initial);
    const stack = m.stackPages[slot]!;
    const bits = m.writtenBase + stack * WRITTEN_WORDS;
    const written = stack < 0 ? new Int32Array(0) : m.words.slice(bits, bits + WRITTEN_WORDS);
    const changed = words.some((word, index) => word !== initial[index]);
    if (changed || written.some((word) => word !== 0))
      parts.push(Int32Array.of(slot), words, written);
  }
  return joined(parts);
}

function joined(parts: readonly Int32Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const words = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return new Uint8Array(words.buffer);
}

export function checkpointBytes(checkpoint: Checkpoint): number {
  let words = checkpoint.control.length + checkpoint.contents.length + checkpoint.pages.length;
  for (const stack of checkpoint.registers) words += stack.length;
  return words * 4;
}
