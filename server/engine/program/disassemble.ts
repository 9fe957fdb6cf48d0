// The listing: one line an instruction, in the manner of an assembler, with names for addresses and slots. For people; nothing
// parses it.
import type {
  AddressOperand,
  Destination,
  Instruction,
  MemoryReference,
  Operand,
  WordOperand,
} from "./instruction.ts";
import type { Program, ProgramFunction } from "./program.ts";
import { INSTRUCTION_BYTES } from "./program.ts";

/** What stands at an instruction's address: labels of the function, starts and ends of critical sections. */
export function labelsAt(program: Program, instruction: number): readonly string[] {
  const labels: string[] = [];
  for (const { name, start, end } of program.functions)
    if (start === instruction && start < end) labels.push(name);
  for (const { labels: own } of program.functions)
    for (const label of own) if (label.instruction === instruction) labels.push(label.name);
  for (const { name, start, end, abort } of program.sections) {
    if (start === instruction) labels.push(`${name} start_ip`);
    if (end === instruction) labels.push(`${name} post_commit_ip`);
    if (abort === instruction) labels.push(`${name} abort_ip`);
  }
  return labels;
}

/** The instruction at an index as text: `load   cpu, [rseq+0]`. */
export function disassemble(program: Program, index: number): string {
  const instruction = program.instructions[index];
  return instruction === undefined ? "" : textOf(program, instruction, index);
}

/** `increment+8`, or the plain number. */
export function codeAddressName(program: Program, index: number): string {
  const function_ = program.functions.find(({ start, end }) => start <= index && index < end);
  if (function_ === undefined) return hex(BigInt(program.textAddress + index * INSTRUCTION_BYTES));
  const label = function_.labels.find(({ instruction }) => instruction === index);
  if (label !== undefined) return label.name;
  const offset = (index - function_.start) * INSTRUCTION_BYTES;
  return offset === 0 ? function_.name : `${function_.name}+${offset}`;
}

function textOf(program: Program, instruction: Instruction, index: number): string {
  const names = new Namer(program, instruction.function, index);
  switch (instruction.kind) {
    case "load":
      return line(
        "load",
        names.destination(instruction.destination),
        names.memory(instruction.memory),
      );
    case "store":
      return line(
        instruction.commit ? "commit" : "store",
        names.memory(instruction.memory),
        names.operand(instruction.value),
      );
    case "read-modify-write": {
      const parts = [names.memory(instruction.memory)];
      if (instruction.destination !== undefined)
        parts.unshift(names.destination(instruction.destination));
      if (instruction.expected !== undefined) parts.push(names.operand(instruction.expected));
      parts.push(names.operand(instruction.value));
      return line(`atomic.${instruction.operator}`, ...parts);
    }
    case "move":
      return line(
        "move",
        names.destination(instruction.destination),
        names.operand(instruction.value),
      );
    case "unary":
      return line(
        `${instruction.operator}.${instruction.type}`,
        names.destination(instruction.destination),
        names.operand(instruction.value),
      );
    case "binary":
      return line(
        `${instruction.operator}.${instruction.type}`,
        names.destination(instruction.destination),
        names.operand(instruction.left),
        names.operand(instruction.right),
      );
    case "branch":
      return line(
        `branch.${instruction.comparison}.${instruction.type}`,
        names.operand(instruction.left),
        names.operand(instruction.right),
        codeAddressName(program, instruction.target),
      );
    case "jump":
      return line("jump", codeAddressName(program, instruction.target));
    case "call": {
      const { callee } = instruction;
      const name =
        typeof callee === "number"
          ? (program.functions[callee]?.name ?? "?")
          : names.operand(callee);
      return line(
        "call",
        ...names.result(instruction.destination),
        names.called(name, instruction.arguments),
      );
    }
    case "system-call":
      return line(
        "syscall",
        ...names.result(instruction.destination),
        names.called(instruction.service, instruction.arguments),
      );
    case "return":
      return line("return", ...(instruction.value ? [names.operand(instruction.value)] : []));
    case "assert":
      return line(
        `assert.${instruction.comparison}.${instruction.type}`,
        names.operand(instruction.left),
        names.operand(instruction.right),
      );
    case "no-operation":
      return instruction.name;
    case "data":
      return line("data", hex(BigInt(instruction.value)));
  }
}

function line(mnemonic: string, ...parts: readonly string[]): string {
  return parts.length === 0 ? mnemonic : `${mnemonic} ${parts.join(", ")}`;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

class Namer {
  readonly #program: Program;
  readonly #function: ProgramFunction | undefined;
  readonly #index: number;

  constructor(program: Program, function_: number | undefined, index: number) {
    this.#program = program;
    this.#function = function_ === undefined ? undefined : program.functions[function_];
    this.#index = index;
  }

  destination({ slot }: Destination): string {
    return this.#slot(slot);
  }

  result(destination: Destination | undefined): readonly string[] {
    return destination === undefined ? [] : [this.destination(destination)];
  }

  called(name: string, operands: readonly Operand[]): string {
    return `${name}(${operands.map((operand) => this.operand(operand)).join(", ")})`;
  }

  memory({ address, size }: MemoryReference): string {
    return `${this.#address(address)}.${size * 8}`;
  }

  operand(operand: Operand): string {
    if (operand.kind === "address") return `&${this.#address(operand)}`;
    return this.#word(operand);
  }

  #word(operand: WordOperand): string {
    switch (operand.kind) {
      case "constant":
        return this.#constant(operand.value);
      case "register":
        return this.#slot(operand.slot);
      case "special":
        return operand.name;
      case "observe":
        return `${this.#thread(operand.thread)}.${operand.what}`;
      case "in-section":
        return `${this.#thread(operand.thread)}.in(${this.#program.sections[operand.section]?.name ?? "?"})`;
      case "foreign-register":
        return `${this.#thread(operand.thread)}.r${operand.slot}`;
      case "foreign-frame":
        return `${this.#thread(operand.thread)}.frame`;
    }
  }

  #thread(index: number): string {
    return this.#program.threads[index]?.name ?? "?";
  }

  /** A local's name where one is in scope, else the slot's number. */
  #slot(slot: number): string {
    const function_ = this.#function;
    const variables = function_ === undefined ? [] : [...function_.parameters, ...function_.locals];
    const found = variables.find(
      ({ storage, scope }) =>
        storage.kind === "register" &&
        storage.slot === slot &&
        (scope === undefined || (scope.start <= this.#index && this.#index < scope.end)),
    );
    return found?.name ?? `r${slot}`;
  }

  #constant(value: bigint): string {
    const symbol = this.#symbol(value);
    if (symbol !== undefined) return symbol;
    const signed = BigInt.asIntN(64, value);
    return -4096n <= signed && signed < 4096n ? String(signed) : hex(value);
  }

  #symbol(value: bigint): string | undefined {
    const address = Number(value);
    const found = this.#program.symbols.findLast(
      (symbol) => symbol.address <= address && address < symbol.address + symbol.size,
    );
    if (found === undefined) return undefined;
    const offset = address - found.address;
    return offset === 0 ? found.name : `${found.name}+${offset}`;
  }

  /** `[rseq+8]`, `[hits+cpu*64+8]`. */
  #address({ terms, constant }: AddressOperand): string {
    const parts = terms.map(({ operand, scale }) =>
      scale === 1 ? this.#word(operand) : `${this.#word(operand)}*${scale}`,
    );
    const symbol = this.#symbol(constant);
    if (symbol !== undefined) parts.unshift(symbol);
    else if (constant !== 0n || parts.length === 0) {
      const signed = BigInt.asIntN(64, constant);
      parts.push(-4096n <= signed && signed < 4096n ? String(signed) : hex(constant));
    }
    return `[${parts.join("+").replaceAll("+-", "-")}]`;
  }
}
