// One instruction as a line of text. It reads like assembly of a machine with named registers: variables stand for the slots
// that hold them.
import type { AddressOperand, Destination, Instruction, Operand } from "../program/instruction.ts";
import { INSTRUCTION_BYTES } from "../program/program.ts";
import type { Program, ProgramFunction } from "../program/program.ts";
import { symbolName } from "./symbol.ts";
import { hexText } from "./value.ts";

/** The text of the instruction at an index, with a mark where a section starts or ends. */
export function disassembleInstruction(program: Program, index: number): string {
  const instruction = program.instructions[index];
  if (instruction === undefined) return "(no code)";
  return `${instructionText(program, instruction, index)}${marks(program, index)}`;
}

function marks(program: Program, index: number): string {
  const found = program.sections.flatMap(({ name, start, end, abort, commit }) => [
    ...(index === start ? [`start_ip of ${name}`] : []),
    ...(index === commit ? [`commit of ${name}`] : []),
    ...(index === end ? [`post_commit_ip of ${name}`] : []),
    ...(index === abort ? [`abort_ip of ${name}`] : []),
  ]);
  return found.length === 0 ? "" : `  ; ${found.join(", ")}`;
}

function instructionText(program: Program, instruction: Instruction, index: number): string {
  const owner =
    instruction.function === undefined ? undefined : program.functions[instruction.function];
  const value = (operand: Operand): string => operandText(program, owner, operand);
  const slot = (destination: Destination | undefined): string =>
    destination === undefined ? "" : `${slotText(owner, destination.slot, index)} = `;
  switch (instruction.kind) {
    case "load":
      return `load.${instruction.memory.size} ${slot(instruction.destination)}[${value(instruction.memory.address)}]`;
    case "store":
      return `${instruction.commit ? "commit" : "store"}.${instruction.memory.size} [${value(instruction.memory.address)}] = ${value(instruction.value)}`;
    case "read-modify-write": {
      const { operator, memory, expected } = instruction;
      const old = expected === undefined ? "" : ` if ${value(expected)}`;
      return `${slot(instruction.destination)}${operator}.${memory.size} [${value(memory.address)}], ${value(instruction.value)}${old}`;
    }
    case "move":
      return `move ${slot(instruction.destination)}${value(instruction.value)}`;
    case "unary":
      return `${instruction.operator}.${instruction.type} ${slot(instruction.destination)}${value(instruction.value)}`;
    case "binary":
      return `${instruction.operator}.${instruction.type} ${slot(instruction.destination)}${value(instruction.left)}, ${value(instruction.right)}`;
    case "branch":
      return `branch ${targetText(program, instruction.target)} if ${instruction.comparison}.${instruction.type} ${value(instruction.left)}, ${value(instruction.right)}`;
    case "jump":
      return `jump ${targetText(program, instruction.target)}`;
    case "call":
      return `call ${slot(instruction.destination)}${calleeText(program, instruction.callee, value)}(${instruction.arguments.map(value).join(", ")})`;
    case "return":
      return instruction.value === undefined ? "return" : `return ${value(instruction.value)}`;
    case "system-call":
      return `syscall ${slot(instruction.destination)}${instruction.service}(${instruction.arguments.map(value).join(", ")})`;
    case "assert":
      return `assert ${instruction.comparison}.${instruction.type} ${value(instruction.left)}, ${value(instruction.right)}`;
    case "no-operation":
      return instruction.name;
    case "data":
      return `.word ${hexText(instruction.value >>> 0)}`;
  }
}

function calleeText(
  program: Program,
  callee: number | Operand,
  value: (operand: Operand) => string,
): string {
  if (typeof callee !== "number") return `*${value(callee)}`;
  return program.functions[callee]?.name ?? `function ${callee}`;
}

function targetText(program: Program, target: number): string {
  const address = program.textAddress + target * INSTRUCTION_BYTES;
  return symbolName(program, address) ?? hexText(address);
}

/** The variable that a slot holds; temporaries are numbered. */
function slotText(owner: ProgramFunction | undefined, slot: number, index?: number): string {
  const variables = owner === undefined ? [] : [...owner.parameters, ...owner.locals];
  const found = variables.find(
    ({ storage, scope }) =>
      storage.kind === "register" &&
      storage.slot === slot &&
      (scope === undefined || index === undefined || (scope.start <= index && index < scope.end)),
  );
  return found === undefined ? `r${slot}` : found.name;
}

function operandText(
  program: Program,
  owner: ProgramFunction | undefined,
  operand: Operand,
): string {
  switch (operand.kind) {
    case "constant":
      return constantText(program, operand.value);
    case "register":
      return slotText(owner, operand.slot);
    case "special":
      return operand.name;
    case "address":
      return addressText(program, owner, operand);
    case "observe":
      return `${program.threads[operand.thread]?.name ?? "?"}.${operand.what}`;
    case "in-section":
      return `${program.threads[operand.thread]?.name ?? "?"}.in(${program.sections[operand.section]?.name ?? "?"})`;
    case "foreign-register":
    case "foreign-frame":
      return `${program.threads[operand.thread]?.name ?? "?"}.${program.functions[operand.function]?.name ?? "?"}`;
  }
}

function constantText(program: Program, value: bigint): string {
  const name = value > 0xffffn ? symbolName(program, Number(value)) : undefined;
  if (name !== undefined) return name;
  const signed = BigInt.asIntN(64, value);
  return (signed < 0n && signed > -4096n ? signed : value).toString();
}

function addressText(
  program: Program,
  owner: ProgramFunction | undefined,
  operand: AddressOperand,
): string {
  const terms = operand.terms.map(({ operand: term, scale }) => {
    const text = operandText(program, owner, term);
    return scale === 1 ? text : `${text} * ${scale}`;
  });
  const isBase = operand.constant !== 0n || terms.length === 0;
  return [...(isBase ? [constantText(program, operand.constant)] : []), ...terms].join(" + ");
}
