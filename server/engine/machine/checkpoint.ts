// A copy of the whole state, without what was never written: control words, used parts of register stacks, and of touched pages the
// range of words that differs from the start of the run.
import { PAGE_WORDS } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { registerStack } from "./frame.ts";

const WRITTEN_WORDS = 128;
/** A page is five numbers: slot, first word and number of words that differ, and the same of its written bits. */
const PAGE_NUMBERS = 5;

export interface Checkpoint {
  readonly control: Int32Array;
  /** Per thread, from the start of its register stack. */
  readonly registers: readonly Int32Array[];
  readonly pages: Int32Array;
  /** For each page its words that differ, then its written bits. */
  readonly contents: Int32Array;
}

const initial = new Int32Array(PAGE_WORDS);
const blank = new Int32Array(PAGE_WORDS);

/** Contents at the start of the run; the array is shared and must not be written. */
function initialOf(m: Machine, slot: number): Int32Array {
  if (m.isBlankPage(slot)) return blank;
  m.initialPage(slot, initial);
  return initial;
}

/** Pages and their differing ranges, appended to `pages`; returns the words they take. */
function measurePages(m: Machine, pages: number[]): number {
  let total = 0;
  for (let slot = 0; slot < m.pageCount; slot++) {
    if (m.touchedPages[slot] === 0) continue;
    const start = m.memoryBase + slot * PAGE_WORDS;
    const source = initialOf(m, slot);
    let first = 0;
    while (first < PAGE_WORDS && m.words[start + first] === source[first]) first++;
    let last = PAGE_WORDS;
    while (last > first && m.words[start + last - 1] === source[last - 1]) last--;
    const bits = writtenBits(m, slot);
    let from = 0;
    let to = bits < 0 ? 0 : WRITTEN_WORDS;
    while (from < to && m.words[bits + from] === 0) from++;
    while (to > from && m.words[bits + to - 1] === 0) to--;
    if (last === first && to === from) continue;
    pages.push(slot, first, last - first, from, to - from);
    total += last - first + (to - from);
  }
  return total;
}

/** Word index of the written bits of a stack page, or -1. */
function writtenBits(m: Machine, slot: number): number {
  const stack = m.stackPages[slot]!;
  return stack < 0 ? -1 : m.writtenBase + stack * WRITTEN_WORDS;
}

export function takeCheckpoint(m: Machine): Checkpoint {
  const registers: Int32Array[] = [];
  for (let thread = 0; thread < m.threadCount; thread++) {
    const start = registerStack(m, thread);
    registers.push(m.words.slice(start, start + m.registerHigh[thread]!));
  }
  const pages: number[] = [];
  const contents = new Int32Array(measurePages(m, pages));
  let at = 0;
  for (let page = 0; page < pages.length; page += PAGE_NUMBERS) {
    const slot = pages[page]!;
    const count = pages[page + 2]!;
    const start = m.memoryBase + slot * PAGE_WORDS + pages[page + 1]!;
    contents.set(m.words.subarray(start, start + count), at);
    at += count;
    const bitCount = pages[page + 4]!;
    const bits = writtenBits(m, slot) + pages[page + 3]!;
    if (bitCount > 0) contents.set(m.words.subarray(bits, bits + bitCount), at);
    at += bitCount;
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
  for (let slot = 0; slot < m.pageCount; slot++) {
    if (m.touchedPages[slot] === 0) continue;
    m.words.set(initialOf(m, slot), m.memoryBase + slot * PAGE_WORDS);
    const bits = writtenBits(m, slot);
    if (bits >= 0) m.words.fill(0, bits, bits + WRITTEN_WORDS);
  }
  const { pages, contents } = checkpoint;
  let at = 0;
  for (let page = 0; page < pages.length; page += PAGE_NUMBERS) {
    const slot = pages[page]!;
    const count = pages[page + 2]!;
    const start = m.memoryBase + slot * PAGE_WORDS + pages[page + 1]!;
    m.words.set(contents.subarray(at, at + count), start);
    at += count;
    const bitCount = pages[page + 4]!;
    const bits = writtenBits(m, slot) + pages[page + 3]!;
    if (bitCount > 0) m.words.set(contents.subarray(at, at + bitCount), bits);
    at += bitCount;
  }
}

/** Are register stacks and memory as they were at the checkpoint? Control words are the caller's to compare. */
export function isAtCheckpoint(m: Machine, { registers, pages, contents }: Checkpoint): boolean {
  for (let thread = 0; thread < registers.length; thread++) {
    const stack = registers[thread]!;
    if (stack.length !== m.registerHigh[thread]) return false;
    if (!isEqualAt(m, registerStack(m, thread), stack, 0, stack.length)) return false;
  }
  const now: number[] = [];
  measurePages(m, now);
  if (now.length !== pages.length || now.some((value, index) => value !== pages[index]))
    return false;
  let at = 0;
  for (let page = 0; page < pages.length; page += PAGE_NUMBERS) {
    const slot = pages[page]!;
    const start = m.memoryBase + slot * PAGE_WORDS + pages[page + 1]!;
    if (!isEqualAt(m, start, contents, at, pages[page + 2]!)) return false;
    at += pages[page + 2]!;
    const bits = writtenBits(m, slot) + pages[page + 3]!;
    if (!isEqualAt(m, bits, contents, at, pages[page + 4]!)) return false;
    at += pages[page + 4]!;
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
  const { control, registers, pages, contents } = takeCheckpoint(m);
  const stacks = registers.flatMap((stack) => {
    let end = stack.length;
    while (end > 0 && stack[end - 1] === 0) end--;
    return [Int32Array.of(end), stack.subarray(0, end)];
  });
  return joined([control, ...stacks, Int32Array.of(pages.length), pages, contents]);
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
