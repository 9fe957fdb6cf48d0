// The machine: all of its state in one array of words (words.ts says where), the compiled program beside it, and the record of
// what the present step did. Only `put` writes state while the run goes on, so that every change can be undone.
import type { Program, Protection, RseqStruct } from "../program/program.ts";
import { PAGE_BYTES, STACK_BYTES } from "../program/program.ts";
import type { KernelBehaviour } from "../abi/profile.ts";
import { CODE_WORDS, Code, I_HOW, OP_DATA } from "./code.ts";
import {
  CPU_WORDS,
  PAGE_EXECUTE,
  PAGE_MAPPED,
  PAGE_READ,
  PAGE_STACK,
  PAGE_WRITE,
  POLICY_WORDS,
  PROCESS_WORDS,
  REGISTER_STACK_WORDS,
  THREAD_WORDS,
} from "./words.ts";

export const PAGE_WORDS: number = PAGE_BYTES / 4;
/** Words of written bits of a stack page, one bit a byte. */
const WRITTEN_WORDS = PAGE_BYTES / 32;
/** mmap's pages, where the program maps any: 16 MiB. */
export const MMAP_PAGES = 4096;
export const MMAP_ADDRESS = 0x7f0000000000;
/** Numbers of one note or access. */
export const NOTE_NUMBERS = 6;
export const ACCESS_NUMBERS = 6;
const NOTES_MAX = 256;
const ACCESSES_MAX = 256;

/** A write from outside, the argument of a `set` event. `write` makes it through the machine's logged writes. */
export type OutsideWrite = (machine: Machine) => void;

export class Machine {
  readonly program: Program;
  readonly behaviour: KernelBehaviour;
  readonly rseq: RseqStruct;
  readonly code: Code;
  readonly threadCount: number;
  readonly cpuCount: number;

  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** Bases, as word indices. */
  readonly cpuBase: number;
  readonly threadBase: number;
  readonly policyBase: number;
  readonly pageBase: number;
  readonly controlWords: number;
  /** Register stack of thread t (or of routines, t = threadCount) is at registerBase + t × REGISTER_STACK_WORDS. */
  readonly registerBase: number;
  readonly writtenBase: number;
  readonly memoryBase: number;
  readonly pageCount: number;
  /** Address of each page slot; slots of one segment are adjacent. */
  readonly pageAddresses: Float64Array;
  /** Ordinal among stack pages, or -1. */
  readonly stackPages: Int32Array;
  readonly firstMmapPage: number;
  readonly textLow: number;
  readonly textHigh: number;

  /** Undo log: (word index, old value) pairs, appended by `put` while `logging`. */
  logging = false;
  undo: Int32Array = new Int32Array(1 << 12);
  undoCount = 0;

  /** Pages and register words ever written: what a checkpoint must hold. Never shrinks; no part of the state. */
  readonly touchedPages: Uint8Array;
  readonly registerHigh: Int32Array;

  /** Result of the last evaluated operand. */
  lo = 0;
  hi = 0;
  /** What the present step did. */
  readonly notes: Float64Array = new Float64Array(NOTES_MAX * NOTE_NUMBERS);
  noteCount = 0;
  readonly accesses: Int32Array = new Int32Array(ACCESSES_MAX * ACCESS_NUMBERS);
  accessCount = 0;
  /** True if a violation was noted in the present step. */
  violated = false;
  /** Set while a routine is evaluated: why it failed, in words. */
  routineFailure: string | undefined;
  /** The thread whose frame a routine sees; the routine's own pseudo-thread is `threadCount`. */
  routineThread = -1;
  /** The frame that it sees, or 0; and how many registers it has itself. */
  routineFrame = 0;
  routineRegisters = 0;
  readonly pointerIs32: boolean;
  readonly hasSliceExtension: boolean;
  /** Sections whose descriptors stand in read-only memory, by the descriptor's address: nothing can change them but a person. */
  readonly constantSections: Map<number, { readonly start: number; readonly end: number }> =
    new Map();
  readonly outside: OutsideWrite[] = [];

  /** Contents of each page at the start, where they are not all zero. */
  readonly #pageSources: readonly (Uint8Array | undefined)[];
  readonly #hash: Int32Array;
  readonly #hashMask: number;

  constructor(program: Program) {
    this.program = program;
    this.behaviour = program.kernel.behaviour;
    this.rseq = program.rseq;
    this.hasSliceExtension = this.behaviour.sliceExtension;
    this.pointerIs32 = program.machine.pointerSize === 4;
    this.code = new Code(program);
    this.threadCount = program.threads.length;
    this.cpuCount = program.machine.cpus;
    this.textLow = program.textAddress;
    this.textHigh = program.textAddress + 4 * program.instructions.length;
    const pages = pageTable(program, this.threadCount);
    this.pageCount = pages.length;
    this.firstMmapPage = pages.findIndex((page) => page.mmap);
    if (this.firstMmapPage < 0) this.firstMmapPage = pages.length;
    for (const { descriptorAddress, start, end } of program.sections) {
      const isConstant = program.segments.some(
        ({ kind, address, size }) =>
          kind === "read-only" &&
          address <= descriptorAddress &&
          descriptorAddress < address + size,
      );
      if (isConstant && start < end) this.constantSections.set(descriptorAddress, { start, end });
    }
    this.pageAddresses = Float64Array.from(pages, (page) => page.address);
    let stackPages = 0;
    this.stackPages = Int32Array.from(pages, (page) => (page.stack ? stackPages++ : -1));
    this.cpuBase = PROCESS_WORDS;
    this.threadBase = this.cpuBase + this.cpuCount * CPU_WORDS;
    this.policyBase = this.threadBase + (this.threadCount + 1) * THREAD_WORDS;
    let handlers = 0;
    for (const thread of program.threads) handlers += thread.handlers.length;
    this.pageBase = this.policyBase + POLICY_WORDS + handlers;
    this.controlWords = this.pageBase + this.pageCount;
    this.registerBase = this.controlWords;
    this.writtenBase = this.registerBase + (this.threadCount + 1) * REGISTER_STACK_WORDS;
    this.memoryBase = this.writtenBase + stackPages * WRITTEN_WORDS;
    this.words = new Int32Array(this.memoryBase + this.pageCount * PAGE_WORDS);
    this.bytes = new Uint8Array(this.words.buffer);
    this.touchedPages = new Uint8Array(this.pageCount);
    this.registerHigh = new Int32Array(this.threadCount + 1);
    this.#hashMask = hashSize(this.pageCount) - 1;
    this.#hash = new Int32Array((this.#hashMask + 1) * 3).fill(-1);
    pages.forEach((page, slot) => {
      this.words[this.pageBase + slot] = page.flags;
      this.#enter(page.address, slot);
    });
    this.#pageSources = pages.map((page) => page.source);
    pages.forEach((page, slot) => {
      const isText = page.address < this.textHigh && this.textLow < page.address + PAGE_BYTES;
      if (page.source === undefined && !isText) return;
      const start = this.memoryBase + slot * PAGE_WORDS;
      this.initialPage(slot, this.words.subarray(start, start + PAGE_WORDS));
    });
  }

  /** Writes the contents of a page at the start of the run into `out`. */
  initialPage(slot: number, out: Int32Array): void {
    const address = this.pageAddresses[slot]!;
    const bytes = new Uint8Array(out.buffer, out.byteOffset, PAGE_BYTES);
    bytes.fill(0);
    if (address < this.textHigh && this.textLow < address + PAGE_BYTES)
      this.#fillText(address, out);
    const source = this.#pageSources[slot];
    if (source !== undefined) bytes.set(source);
  }

  /** True if the page is all zero at the start of the run. */
  isBlankPage(slot: number): boolean {
    const address = this.pageAddresses[slot]!;
    const isText = address < this.textHigh && this.textLow < address + PAGE_BYTES;
    return this.#pageSources[slot] === undefined && !isText;
  }

  thread(index: number): number {
    return this.threadBase + index * THREAD_WORDS;
  }

  cpu(index: number): number {
    return this.cpuBase + index * CPU_WORDS;
  }

  /** The only writer of state. */
  put(index: number, value: number): void {
    if (this.logging) this.#log(index);
    this.words[index] = value;
  }

  #log(index: number): void {
    if (this.undoCount + 2 > this.undo.length) this.#growUndo();
    this.undo[this.undoCount] = index;
    this.undo[this.undoCount + 1] = this.words[index]!;
    this.undoCount += 2;
  }

  /** Takes back every write since the log had `count` entries. */
  undoTo(count: number): void {
    const { undo, words } = this;
    for (let at = this.undoCount - 2; at >= count; at -= 2) words[undo[at]!] = undo[at + 1]!;
    this.undoCount = count;
  }

  /** Page slot of an address (two halves), or -1. */
  slotOf(lo: number, hi: number): number {
    const low = (lo >>> 12) | (hi << 20);
    const high = hi >>> 12;
    const hash = this.#hash;
    let at = (Math.imul(low ^ high, 0x9e3779b1) >>> 8) & this.#hashMask;
    for (;;) {
      const slot = hash[at * 3 + 2]!;
      if (slot < 0) return -1;
      if (hash[at * 3] === low && hash[at * 3 + 1] === high) return slot;
      at = (at + 1) & this.#hashMask;
    }
  }

  /** Records what happened; `notes.ts` names kinds and numbers. */
  note(kind: number, thread: number, a = 0, b = 0, c = 0, d = 0): void {
    if (this.noteCount === NOTES_MAX) return;
    const at = this.noteCount++ * NOTE_NUMBERS;
    const { notes } = this;
    notes[at] = kind;
    notes[at + 1] = thread;
    notes[at + 2] = a;
    notes[at + 3] = b;
    notes[at + 4] = c;
    notes[at + 5] = d;
  }

  /** Records a memory access; `how` is A_* of notes.ts. */
  access(
    lo: number,
    hi: number,
    size: number,
    valueLo: number,
    valueHi: number,
    how: number,
  ): void {
    if (this.accessCount === ACCESSES_MAX) return;
    const at = this.accessCount++ * ACCESS_NUMBERS;
    const { accesses } = this;
    accesses[at] = lo;
    accesses[at + 1] = hi;
    accesses[at + 2] = size;
    accesses[at + 3] = valueLo;
    accesses[at + 4] = valueHi;
    accesses[at + 5] = how;
  }

  /** Text as bytes: signatures as they stand, instructions as a word that names their operation. */
  #fillText(address: number, out: Int32Array): void {
    const { bigEndian } = this.program.machine;
    const view = new DataView(out.buffer, out.byteOffset, PAGE_BYTES);
    for (let offset = 0; offset < PAGE_BYTES; offset += 4) {
      const index = (address + offset - this.textLow) / 4;
      if (index < 0 || index >= this.code.programCount) continue;
      const at = index * CODE_WORDS;
      const operation = this.code.code[at]!;
      const word = operation === OP_DATA ? this.code.code[at + I_HOW]! : 0xc0de0000 | operation;
      view.setInt32(offset, word | 0, !bigEndian);
    }
  }

  #enter(address: number, slot: number): void {
    const lo = address | 0;
    const hi = Math.floor(address / 4294967296) | 0;
    const low = (lo >>> 12) | (hi << 20);
    const high = hi >>> 12;
    let at = (Math.imul(low ^ high, 0x9e3779b1) >>> 8) & this.#hashMask;
    while (this.#hash[at * 3 + 2]! >= 0) at = (at + 1) & this.#hashMask;
    this.#hash[at * 3] = low;
    this.#hash[at * 3 + 1] = high;
    this.#hash[at * 3 + 2] = slot;
  }

  #growUndo(): void {
    const larger = new Int32Array(this.undo.length * 2);
    larger.set(this.undo);
    this.undo = larger;
  }
}

interface Page {
  /** Contents at the start; undefined: zero, or text. */
  readonly source: Uint8Array | undefined;
  readonly address: number;
  readonly flags: number;
  readonly stack: boolean;
  readonly mmap: boolean;
}

function hashSize(pages: number): number {
  let size = 64;
  while (size < pages * 2) size *= 2;
  return size;
}

export function protectionFlags(protection: Protection): number {
  switch (protection) {
    case "none":
      return 0;
    case "read":
      return PAGE_READ;
    case "read-write":
      return PAGE_READ | PAGE_WRITE;
    case "execute":
      return PAGE_READ | PAGE_EXECUTE;
  }
}

/** Pages of the segments, of the routines' scratch stack, and room for mmap where the program calls it. */
function pageTable(program: Program, threadCount: number): Page[] {
  const pages: Page[] = [];
  for (const segment of program.segments) {
    const flags = protectionFlags(segment.protection) | PAGE_MAPPED;
    const stack = segment.kind === "stack";
    const count = Math.ceil(segment.size / PAGE_BYTES);
    for (let page = 0; page < count; page++) {
      const bytes = segment.bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
      pages.push({
        source: bytes.length === 0 ? undefined : bytes,
        address: segment.address + page * PAGE_BYTES,
        flags: stack ? flags | PAGE_STACK : flags,
        stack,
        mmap: false,
      });
    }
  }
  const scratch = routineStackAddress(threadCount);
  for (let page = 0; page < STACK_BYTES / PAGE_BYTES; page++) {
    const flags = PAGE_READ | PAGE_WRITE | PAGE_MAPPED;
    pages.push({
      source: undefined,
      address: scratch + page * PAGE_BYTES,
      flags,
      stack: false,
      mmap: false,
    });
  }
  const maps = program.instructions.some(
    (instruction) => instruction.kind === "system-call" && instruction.service === "mmap",
  );
  const mmapPages = maps ? MMAP_PAGES : 0;
  for (let page = 0; page < mmapPages; page++) {
    pages.push({
      source: undefined,
      address: MMAP_ADDRESS + page * PAGE_BYTES,
      flags: 0,
      stack: false,
      mmap: true,
    });
  }
  return pages;
}

/** Where routines keep their memory locals: above everything that user space may map, so that no program points there. */
export function routineStackAddress(threadCount: number): number {
  return 0x800000000000 + threadCount * STACK_BYTES;
}
