// Which register reads may see a variable that was never written (property `uninitialised`). A forward analysis proves most reads;
// only slots with an unproven read keep written bits in their frames, so that ordinary code pays nothing.
import type { Instruction, Operand } from "../program/instruction.ts";
import type { Program, ProgramFunction } from "../program/program.ts";

export interface ReadPlan {
  /** Slots that need written bits. */
  readonly tracked: ReadonlySet<number>;
  /** Instruction → slots whose read there is not proven. */
  readonly reads: ReadonlyMap<number, ReadonlySet<number>>;
}

const NOTHING: ReadPlan = { tracked: new Set(), reads: new Map() };

/** Analyses one function. An abort may come from anywhere, so code after a signature knows the parameters only. */
export function unprovenReads(program: Program, fn: ProgramFunction): ReadPlan {
  const count = fn.end - fn.start;
  if (count <= 0 || fn.registerCount === 0) return NOTHING;
  const words = Math.ceil(fn.registerCount / 32);
  const known = solve(program, fn, words);
  const reads = new Map<number, Set<number>>();
  const tracked = new Set<number>();
  for (let index = 0; index < count; index++) {
    if (known.visited[index] === 0) continue;
    for (const slot of slotsRead(program.instructions[fn.start + index]!)) {
      if (((known.sets[index * words + (slot >> 5)]! >>> (slot & 31)) & 1) === 1) continue;
      tracked.add(slot);
      const at = reads.get(fn.start + index) ?? new Set();
      reads.set(fn.start + index, at.add(slot));
    }
  }
  return { tracked, reads };
}

/** Slots written on every way to each instruction, as bit sets. */
function solve(
  program: Program,
  fn: ProgramFunction,
  words: number,
): { sets: Int32Array; visited: Uint8Array } {
  const count = fn.end - fn.start;
  const sets = new Int32Array(count * words).fill(-1);
  const visited = new Uint8Array(count);
  const work: number[] = [];
  const parameters = new Int32Array(words);
  for (const { storage } of fn.parameters) {
    if (storage.kind === "register") setBit(parameters, storage.slot);
  }
  const meet = (target: number, from: Int32Array): void => {
    if (target < 0 || target >= count) return;
    let changed = visited[target] === 0;
    visited[target] = 1;
    for (let word = 0; word < words; word++) {
      const before = sets[target * words + word]!;
      const after = before & from[word]!;
      if (after !== before) changed = true;
      sets[target * words + word] = after;
    }
    if (changed) work.push(target);
  };
  meet(0, parameters);
  for (let index = 1; index < count; index++) {
    if (program.instructions[fn.start + index - 1]!.kind === "data") meet(index, parameters);
  }
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const instruction = program.instructions[fn.start + index]!;
    const after = sets.slice(index * words, (index + 1) * words);
    const slot = slotWritten(instruction);
    if (slot !== undefined) setBit(after, slot);
    for (const target of successors(instruction, fn.start + index)) meet(target - fn.start, after);
  }
  return { sets, visited };
}

function setBit(set: Int32Array, slot: number): void {
  set[slot >> 5] = set[slot >> 5]! | (1 << (slot & 31));
}

function slotWritten(instruction: Instruction): number | undefined {
  return "destination" in instruction ? instruction.destination?.slot : undefined;
}

function successors(instruction: Instruction, index: number): number[] {
  switch (instruction.kind) {
    case "jump":
      return [instruction.target];
    case "branch":
      return [index + 1, instruction.target];
    case "return":
    case "data":
      return [];
    case "load":
    case "store":
    case "read-modify-write":
    case "move":
    case "unary":
    case "binary":
    case "call":
    case "system-call":
    case "assert":
    case "no-operation":
      return [index + 1];
  }
}

/** Slots of every register operand of an instruction. */
function slotsRead(instruction: Instruction): number[] {
  return operandsOf(instruction).flatMap(slotsOf);
}

function slotsOf(operand: Operand): number[] {
  if (operand.kind === "register") return [operand.slot];
  if (operand.kind === "address") return operand.terms.flatMap((term) => slotsOf(term.operand));
  return [];
}

function operandsOf(instruction: Instruction): Operand[] {
  switch (instruction.kind) {
    case "load":
      return [instruction.memory.address];
    case "store":
      return [instruction.memory.address, instruction.value];
    case "read-modify-write": {
      const { memory, value, expected } = instruction;
      return expected === undefined ? [memory.address, value] : [memory.address, value, expected];
    }
    case "move":
    case "unary":
      return [instruction.value];
    case "binary":
    case "branch":
    case "assert":
      return [instruction.left, instruction.right];
    case "call":
      return typeof instruction.callee === "number"
        ? [...instruction.arguments]
        : [instruction.callee, ...instruction.arguments];
    case "system-call":
      return [...instruction.arguments];
    case "return":
      return instruction.value === undefined ? [] : [instruction.value];
    case "jump":
    case "no-operation":
    case "data":
      return [];
  }
}
