// The program as the machine runs it: instructions and operands packed into integer arrays once, so that a step allocates
// nothing and looks nothing up. Routines (invariants, `finally`, watches) are appended behind the program's own instructions.
import type {
  AddressOperand,
  Conversion,
  Destination,
  Instruction,
  MemoryReference,
  Operand,
  OperationType,
  Routine,
  ServiceName,
} from "../program/instruction.ts";
import type { Program, ProgramFunction } from "../program/program.ts";
import { highHalf, lowHalf } from "../support/word64.ts";
import { unprovenReads } from "./written.ts";

/** One instruction is CODE_WORDS integers: operation (first), operands (offsets into `operands`), destination, and what the operation needs. */
export const CODE_WORDS = 10;
export const I_LEFT = 1;
export const I_RIGHT = 2;
export const I_THIRD = 3;
/** Register word offset (2 × slot), or -1. */
export const I_DESTINATION = 4;
export const I_CONVERSION = 5;
/** Memory: size and M_* bits. Operators: operator. */
export const I_HOW = 6;
/** Operators: operation type. Jumps: target. Calls: function. System calls: service. Asserts: index into `messages`. */
export const I_WHAT = 7;
export const I_FUNCTION = 8;
/** Branches and asserts: target, or message. */
export const I_TARGET = 9;

export const OP_LOAD = 0;
export const OP_STORE = 1;
export const OP_RMW = 2;
export const OP_MOVE = 3;
export const OP_UNARY = 4;
export const OP_BINARY = 5;
export const OP_BRANCH = 6;
export const OP_JUMP = 7;
export const OP_CALL = 8;
export const OP_RETURN = 9;
export const OP_SYSTEM_CALL = 10;
export const OP_ASSERT = 11;
export const OP_NOTHING = 12;
export const OP_DATA = 13;

export const M_SIZE = 15;
export const M_SIGNED = 16;
export const M_ATOMIC = 32;
export const M_PARTIAL = 64;

/** Operand kinds; the words that follow are in parentheses. */
export const K_CONSTANT = 0; // (low, high)
export const K_REGISTER = 1; // (register word offset)
export const K_CONVERTED = 2; // (register word offset, conversion)
export const K_SPECIAL = 3; // (which)
export const K_ADDRESS = 4; // (low, high, count, then per term: operand, scale)
export const K_OBSERVE = 5; // (thread, what)
export const K_IN_SECTION = 6; // (thread, section)
export const K_FOREIGN_REGISTER = 7; // (thread, function, register word offset, conversion)
export const K_FOREIGN_FRAME = 8; // (thread, function)
export const K_CHECKED = 9; // (register word offset, conversion, slot): written bits are looked at
export const K_BASE = 10; // (low, high, register word offset): constant plus one whole register
export const K_INDEX = 11; // (low, high, register word offset, conversion, scale): constant plus one scaled register
export const K_AREA = 12; // (low, high): constant plus the calling thread's rseq

const CONVERSIONS: readonly Conversion[] = [
  "u64",
  "s32",
  "u32",
  "s16",
  "u16",
  "s8",
  "u8",
  "bool",
  "s64",
];
const SPECIALS = ["self", "tid", "rseq", "rseq_shared", "tls", "frame"] as const;
const OBSERVED = ["rseq", "rseq_shared", "cpu", "running", "tid", "aborts", "commits"] as const;
export const OPERATORS = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "remainder",
  "and",
  "or",
  "xor",
  "shift-left",
  "shift-right",
  "equal",
  "not-equal",
  "less",
  "less-equal",
  "greater",
  "greater-equal",
] as const;
const TYPES: readonly OperationType[] = ["s32", "u32", "s64", "u64"];
const RMW_OPERATORS = [
  "exchange",
  "compare-exchange",
  "add",
  "subtract",
  "and",
  "or",
  "xor",
] as const;
export const SERVICES: readonly ServiceName[] = [
  "sys_rseq",
  "sys_rseq_shared",
  "sched_yield",
  "sched_setaffinity",
  "getcpu",
  "gettid",
  "getpid",
  "nanosleep",
  "futex_wait",
  "futex_wake",
  "membarrier",
  "prctl",
  "rseq_slice_yield",
  "getauxval",
  "mmap",
  "munmap",
  "mprotect",
  "sigaction",
  "syscall_other",
  "touch",
  "exit",
];

/** Numbers of a function that calls need. */
export interface FunctionCode {
  readonly start: number;
  readonly registerCount: number;
  readonly frameSizeBytes: number;
  /** Words of written bits in its frames; 0 if every read is proven. */
  readonly writtenWords: number;
  /** Slots whose written bits are kept. */
  readonly tracked: ReadonlySet<number>;
  /** Per parameter: register word offset and conversion, or -1 - frame offset and size. */
  readonly parameters: Int32Array;
}

export class Code {
  code: Int32Array;
  operands: Int32Array;
  count = 0;
  readonly functions: FunctionCode[] = [];
  readonly messages: string[] = [];
  /** Function whose entry the instruction is, or -1. */
  readonly entries: Int32Array;
  /** 1 where an abort may land or a signature stands: data. */
  readonly programCount: number;
  #operandCount = 0;
  readonly #routines = new Map<Routine, number>();
  readonly #constants = new Map<string, number>();
  /** Slots of the function being compiled that need written bits, and the reads to check (by instruction). */
  #tracked: ReadonlySet<number> = new Set();
  #unproven: ReadonlySet<number> | undefined;

  constructor(program: Program) {
    this.code = new Int32Array((program.instructions.length + 64) * CODE_WORDS);
    this.operands = new Int32Array(4096);
    this.programCount = program.instructions.length;
    this.entries = new Int32Array(program.instructions.length).fill(-1);
    const plans = program.functions.map((fn) => unprovenReads(program, fn));
    program.functions.forEach((fn, index) => {
      this.entries[fn.start] = index;
      this.functions.push(functionCode(program, fn, plans[index]!.tracked));
    });
    program.instructions.forEach((instruction, index) => {
      const plan = instruction.function === undefined ? undefined : plans[instruction.function];
      this.#tracked = plan?.tracked ?? new Set();
      this.#unproven = plan?.reads.get(index);
      this.#add(instruction, 0);
    });
    this.#tracked = new Set();
    this.#unproven = undefined;
  }

  /** First instruction of the compiled routine; compiled once. */
  routine(routine: Routine): number {
    const known = this.#routines.get(routine);
    if (known !== undefined) return known;
    const start = this.count;
    this.#tracked = new Set();
    this.#unproven = undefined;
    for (const instruction of routine.instructions) this.#add(instruction, start);
    this.#routines.set(routine, start);
    return start;
  }

  #add(instruction: Instruction, base: number): void {
    if ((this.count + 1) * CODE_WORDS > this.code.length) {
      const larger = new Int32Array(this.code.length * 2);
      larger.set(this.code);
      this.code = larger;
    }
    const at = this.count * CODE_WORDS;
    this.count++;
    this.code[at + I_DESTINATION] = -1;
    this.code[at + I_FUNCTION] = instruction.function ?? -1;
    this.#fill(at, instruction, base);
  }

  #fill(at: number, instruction: Instruction, base: number): void {
    const { code } = this;
    switch (instruction.kind) {
      case "load":
        code[at] = OP_LOAD;
        this.#memory(at, instruction.memory);
        this.#destination(at, instruction.destination);
        return;
      case "store":
        code[at] = OP_STORE;
        this.#memory(at, instruction.memory);
        code[at + I_RIGHT] = this.#operand(instruction.value);
        return;
      case "read-modify-write":
        code[at] = OP_RMW;
        this.#memory(at, instruction.memory);
        code[at + I_RIGHT] = this.#operand(instruction.value);
        code[at + I_THIRD] =
          instruction.expected === undefined ? -1 : this.#operand(instruction.expected);
        code[at + I_WHAT] = RMW_OPERATORS.indexOf(instruction.operator);
        this.#destination(at, instruction.destination);
        return;
      case "move":
        code[at] = OP_MOVE;
        code[at + I_LEFT] = this.#operand(instruction.value);
        this.#destination(at, instruction.destination);
        return;
      case "unary":
        code[at] = OP_UNARY;
        code[at + I_LEFT] = this.#operand(instruction.value);
        code[at + I_HOW] = instruction.operator === "negate" ? 0 : 1;
        code[at + I_WHAT] = TYPES.indexOf(instruction.type);
        this.#destination(at, instruction.destination);
        return;
      case "binary":
        code[at] = OP_BINARY;
        code[at + I_LEFT] = this.#operand(instruction.left);
        code[at + I_RIGHT] = this.#operand(instruction.right);
        code[at + I_HOW] = OPERATORS.indexOf(instruction.operator);
        code[at + I_WHAT] = TYPES.indexOf(instruction.type);
        this.#destination(at, instruction.destination);
        return;
      case "branch":
      case "assert":
        code[at] = instruction.kind === "branch" ? OP_BRANCH : OP_ASSERT;
        code[at + I_LEFT] = this.#operand(instruction.left);
        code[at + I_RIGHT] = this.#operand(instruction.right);
        code[at + I_HOW] = OPERATORS.indexOf(instruction.comparison);
        code[at + I_WHAT] = TYPES.indexOf(instruction.type);
        code[at + I_TARGET] =
          instruction.kind === "branch"
            ? base + instruction.target
            : this.messages.push(instruction.message) - 1;
        return;
      case "jump":
        code[at] = OP_JUMP;
        code[at + I_TARGET] = base + instruction.target;
        return;
      case "call":
        code[at] = OP_CALL;
        code[at + I_WHAT] = typeof instruction.callee === "number" ? instruction.callee : -1;
        if (typeof instruction.callee !== "number") {
          code[at + I_LEFT] = this.#operand(instruction.callee);
        }
        code[at + I_RIGHT] = this.#list(instruction.arguments);
        this.#destination(at, instruction.destination);
        return;
      case "return":
        code[at] = OP_RETURN;
        code[at + I_LEFT] = instruction.value === undefined ? -1 : this.#operand(instruction.value);
        return;
      case "system-call":
        code[at] = OP_SYSTEM_CALL;
        code[at + I_WHAT] = SERVICES.indexOf(instruction.service);
        code[at + I_RIGHT] = this.#list(instruction.arguments);
        this.#destination(at, instruction.destination);
        return;
      case "no-operation":
        code[at] = OP_NOTHING;
        return;
      case "data":
        code[at] = OP_DATA;
        code[at + I_HOW] = instruction.value | 0;
        return;
    }
  }

  #memory(at: number, memory: MemoryReference): void {
    this.code[at + I_LEFT] = this.#operand(memory.address);
    this.code[at + I_HOW] =
      memory.size |
      (memory.signed ? M_SIGNED : 0) |
      (memory.atomic ? M_ATOMIC : 0) |
      (memory.partial === true ? M_PARTIAL : 0);
  }

  #destination(at: number, destination: Destination | undefined): void {
    if (destination === undefined) return;
    this.code[at + I_DESTINATION] = destination.slot * 2;
    // A tracked slot's written bit is set along: bits 8 … hold slot + 1.
    const bit = this.#tracked.has(destination.slot) ? (destination.slot + 1) << 8 : 0;
    this.code[at + I_CONVERSION] = conversionCode(destination.as) | bit;
  }

  #list(operands: readonly Operand[]): number {
    const offsets = operands.map((operand) => this.#operand(operand));
    return this.#emit([offsets.length, ...offsets]);
  }

  #operand(operand: Operand): number {
    switch (operand.kind) {
      case "constant":
        return this.#constant(operand.value);
      case "register":
        return this.#register(operand.slot, operand.as);
      case "special":
        return this.#emit([K_SPECIAL, SPECIALS.indexOf(operand.name)]);
      case "address":
        return this.#address(operand);
      case "observe":
        return this.#emit([K_OBSERVE, operand.thread, OBSERVED.indexOf(operand.what)]);
      case "in-section":
        return this.#emit([K_IN_SECTION, operand.thread, operand.section]);
      case "foreign-register":
        return this.#emit([
          K_FOREIGN_REGISTER,
          operand.thread,
          operand.function,
          operand.slot * 2,
          conversionCode(operand.as),
        ]);
      case "foreign-frame":
        return this.#emit([K_FOREIGN_FRAME, operand.thread, operand.function]);
    }
  }

  #constant(value: bigint): number {
    return this.#shared([K_CONSTANT, lowHalf(value), highHalf(value)]);
  }

  #register(slot: number, as: Conversion): number {
    const conversion = conversionCode(as);
    if (this.#unproven?.has(slot) === true) {
      return this.#emit([K_CHECKED, slot * 2, conversion, slot]);
    }
    if (conversion === 0) return this.#shared([K_REGISTER, slot * 2]);
    return this.#shared([K_CONVERTED, slot * 2, conversion]);
  }

  #address(operand: AddressOperand): number {
    const { terms, constant } = operand;
    if (terms.length === 0) return this.#constant(constant);
    const single = terms[0]!;
    if (
      terms.length === 1 &&
      single.scale === 1 &&
      single.operand.kind === "register" &&
      conversionCode(single.operand.as) === 0 &&
      this.#unproven?.has(single.operand.slot) !== true
    ) {
      return this.#emit([K_BASE, lowHalf(constant), highHalf(constant), single.operand.slot * 2]);
    }
    if (terms.length === 1) {
      const { operand: term, scale } = single;
      const constantWords = [lowHalf(constant), highHalf(constant)];
      if (term.kind === "special" && term.name === "rseq" && scale === 1) {
        return this.#shared([K_AREA, ...constantWords]);
      }
      if (term.kind === "register" && this.#unproven?.has(term.slot) !== true) {
        const conversion = conversionCode(term.as);
        return this.#emit([K_INDEX, ...constantWords, term.slot * 2, conversion, scale]);
      }
    }
    const parts = terms.flatMap((term) => [this.#operand(term.operand), term.scale]);
    return this.#emit([K_ADDRESS, lowHalf(constant), highHalf(constant), terms.length, ...parts]);
  }

  #shared(words: number[]): number {
    const key = words.join();
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const offset = this.#emit(words);
    this.#constants.set(key, offset);
    return offset;
  }

  #emit(words: number[]): number {
    if (this.#operandCount + words.length > this.operands.length) {
      const larger = new Int32Array(
        Math.max(this.operands.length * 2, this.#operandCount + words.length),
      );
      larger.set(this.operands);
      this.operands = larger;
    }
    this.operands.set(words, this.#operandCount);
    this.#operandCount += words.length;
    return this.#operandCount - words.length;
  }
}

/** "s64" and "u64" keep all bits and share code 0. */
export function conversionCode(conversion: Conversion): number {
  const index = CONVERSIONS.indexOf(conversion);
  return index === 8 ? 0 : index;
}

function functionCode(
  program: Program,
  fn: ProgramFunction,
  tracked: ReadonlySet<number>,
): FunctionCode {
  const parameters = fn.parameters.flatMap((parameter) => {
    const { storage } = parameter;
    if (storage.kind === "register") return [storage.slot * 2, conversionCode(storage.as)];
    if (storage.kind === "frame") {
      return [-1 - storage.offset, program.types[parameter.type]?.size ?? 8];
    }
    return [];
  });
  return {
    start: fn.start,
    registerCount: fn.registerCount,
    frameSizeBytes: fn.frameSizeBytes,
    writtenWords: tracked.size > 0 ? Math.ceil(fn.registerCount / 32) : 0,
    tracked,
    parameters: Int32Array.from(parameters),
  };
}
