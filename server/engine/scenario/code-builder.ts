// The instruction list while it is made: labels whose place comes later, register slots, and the statement that the next
// instruction belongs to. Knows no C. `Assembly` is the whole text; `finish` settles all late addresses.
import type {
  Comparison,
  Conversion,
  Destination,
  Instruction,
  BinaryOperator,
  MemoryReference,
  OperationType,
  ServiceName,
  UnaryOperator,
} from "../program/instruction.ts";
import { INSTRUCTION_BYTES } from "../program/program.ts";
import type { Span } from "../text/source.ts";
import type { Linear, LinkSymbol, Word } from "./link.ts";
import { operandOf } from "./link.ts";

/** A place in the text; `instruction` is set when it is placed. */
export interface Label extends LinkSymbol {
  instruction: number | undefined;
}

export function newLabel(name: string): Label {
  return { name, address: undefined, instruction: undefined };
}

/** A memory access while lowering. */
export interface Access {
  readonly address: Linear;
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly atomic: boolean;
  readonly partial?: boolean;
}

/** An instruction with words instead of operands and labels instead of targets. */
export type Draft =
  | { readonly kind: "load"; readonly destination: Destination; readonly memory: Access }
  | {
      readonly kind: "store";
      readonly memory: Access;
      readonly value: Word;
      readonly commit: boolean;
    }
  | {
      readonly kind: "read-modify-write";
      readonly operator: (Instruction & { kind: "read-modify-write" })["operator"];
      readonly memory: Access;
      readonly value: Word;
      readonly expected: Word | undefined;
      readonly destination: Destination | undefined;
    }
  | { readonly kind: "move"; readonly destination: Destination; readonly value: Word }
  | {
      readonly kind: "unary";
      readonly operator: UnaryOperator;
      readonly type: OperationType;
      readonly destination: Destination;
      readonly value: Word;
    }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly type: OperationType;
      readonly destination: Destination;
      readonly left: Word;
      readonly right: Word;
    }
  | {
      readonly kind: "branch";
      readonly comparison: Comparison;
      readonly type: OperationType;
      readonly left: Word;
      readonly right: Word;
      readonly target: Label;
    }
  | { readonly kind: "jump"; readonly target: Label }
  | {
      readonly kind: "call";
      readonly callee: number | Word;
      readonly arguments: readonly Word[];
      readonly destination: Destination | undefined;
    }
  | { readonly kind: "return"; readonly value: Word | undefined }
  | {
      readonly kind: "system-call";
      readonly service: ServiceName;
      readonly arguments: readonly Word[];
      readonly destination: Destination | undefined;
    }
  | {
      readonly kind: "assert";
      readonly comparison: Comparison;
      readonly type: OperationType;
      readonly left: Word;
      readonly right: Word;
      readonly message: string;
    }
  | { readonly kind: "no-operation"; readonly name: string }
  | { readonly kind: "data"; readonly value: number };

interface Placed {
  readonly draft: Draft;
  readonly function: number | undefined;
  readonly span: Span | undefined;
  readonly startsStatement: boolean;
}

/** The text of a program, or the instructions of one routine. */
export class Assembly {
  readonly #placed: Placed[] = [];
  readonly #labels: Label[] = [];

  get length(): number {
    return this.#placed.length;
  }

  add(
    draft: Draft,
    function_: number | undefined,
    span: Span | undefined,
    startsStatement: boolean,
  ): void {
    this.#placed.push({ draft, function: function_, span, startsStatement });
  }

  /** Puts a label before the next instruction. */
  place(label: Label): void {
    label.instruction = this.#placed.length;
    this.#labels.push(label);
  }

  dropJumpTo(label: Label): void {
    const last = this.#placed.at(-1);
    if (last?.draft.kind !== "jump" || last.draft.target !== label) return;
    this.#placed.pop();
    // Labels behind the jump stand before the next instruction as before.
    for (let index = this.#labels.length - 1; 0 <= index; index--) {
      const behind = this.#labels[index]!;
      if (behind.instruction !== this.#placed.length + 1) break;
      behind.instruction = this.#placed.length;
    }
  }

  /** Takes back everything behind a length that the assembly had, with the labels placed since then. */
  dropSince(length: number, labels: number): void {
    this.#placed.length = length;
    this.#labels.length = labels;
  }

  get labelCount(): number {
    return this.#labels.length;
  }

  /** The committing stores. */
  commits(): readonly number[] {
    return this.#select(({ draft }) => draft.kind === "store" && draft.commit);
  }

  /** First instructions of the statements whose place is accepted. */
  statementStarts(accepts: (span: Span) => boolean): readonly number[] {
    return this.#select(
      ({ startsStatement, span }) => startsStatement && span !== undefined && accepts(span),
    );
  }

  #select(accepts: (placed: Placed) => boolean): readonly number[] {
    return this.#placed.flatMap((placed, index) => (accepts(placed) ? [index] : []));
  }

  /** Gives every placed label its address. */
  setAddresses(textAddress: number): void {
    for (const label of this.#labels)
      label.address = BigInt(textAddress + (label.instruction ?? 0) * INSTRUCTION_BYTES);
  }

  /** The final instructions; all addresses must be set. */
  finish(): readonly Instruction[] {
    return this.#placed.map(({ draft, function: function_, span, startsStatement }) => ({
      function: function_,
      span,
      startsStatement,
      ...finished(draft),
    }));
  }
}

type Body = Instruction extends infer One
  ? One extends Instruction
    ? Omit<One, "function" | "span" | "startsStatement">
    : never
  : never;

function finished(draft: Draft): Body {
  switch (draft.kind) {
    case "load":
      return { ...draft, memory: reference(draft.memory) };
    case "store":
      return { ...draft, memory: reference(draft.memory), value: operandOf(draft.value) };
    case "read-modify-write":
      return {
        ...draft,
        memory: reference(draft.memory),
        value: operandOf(draft.value),
        expected: draft.expected === undefined ? undefined : operandOf(draft.expected),
      };
    case "move":
    case "unary":
      return { ...draft, value: operandOf(draft.value) };
    case "binary":
    case "assert":
      return { ...draft, left: operandOf(draft.left), right: operandOf(draft.right) };
    case "branch":
      return {
        ...draft,
        left: operandOf(draft.left),
        right: operandOf(draft.right),
        target: draft.target.instruction ?? 0,
      };
    case "jump":
      return { ...draft, target: draft.target.instruction ?? 0 };
    case "call": {
      const callee = typeof draft.callee === "number" ? draft.callee : operandOf(draft.callee);
      return { ...draft, callee, arguments: draft.arguments.map(operandOf) };
    }
    case "system-call":
      return { ...draft, arguments: draft.arguments.map(operandOf) };
    case "return":
      return { ...draft, value: draft.value === undefined ? undefined : operandOf(draft.value) };
    case "no-operation":
    case "data":
      return draft;
  }
}

function reference(access: Access): MemoryReference {
  const operand = operandOf(access.address);
  const address =
    operand.kind === "address"
      ? operand
      : ({
          kind: "address",
          terms: [],
          constant: operand.kind === "constant" ? operand.value : 0n,
        } as const);
  return { ...access, address };
}

/** Emits the instructions of one function, thread body or routine. */
export class CodeBuilder {
  readonly assembly: Assembly;
  readonly #function: number | undefined;
  #span: Span | undefined;
  #startsStatement = false;
  /** How each slot's value was converted when it was written, by slot; a temporary's is that of its last use. */
  readonly #conversions: Conversion[] = [];
  #locals = 0;
  #used = 0;
  #highest = 0;

  constructor(assembly: Assembly, function_: number | undefined) {
    this.assembly = assembly;
    this.#function = function_;
  }

  get here(): number {
    return this.assembly.length;
  }

  /** Number of register slots that the code needs. */
  get registerCount(): number {
    return Math.max(this.#highest, this.#locals);
  }

  /** A slot for the whole function. All of them are taken before the first statement. */
  newLocal(as: Conversion): number {
    const slot = this.#locals++;
    this.#used = this.#locals;
    this.#conversions[slot] = as;
    return slot;
  }

  /** A slot that the next statement may use again. */
  newTemporaryAs(as: Conversion): Destination {
    const slot = this.#used++;
    this.#highest = Math.max(this.#highest, this.#used);
    this.#conversions[slot] = as;
    return { slot, as };
  }

  slotConversion(slot: number): Conversion | undefined {
    return this.#conversions[slot];
  }

  /** What follows belongs to the statement at `span`; its first instruction is where breakpoints stop. */
  startStatement(span: Span): void {
    this.#span = span;
    this.#startsStatement = true;
    this.#used = this.#locals;
  }

  /** What follows belongs to `span`, without being a statement's start. */
  continueAt(span: Span): void {
    this.#span = span;
    this.#startsStatement = false;
    this.#used = this.#locals;
  }

  emit(draft: Draft): void {
    this.assembly.add(draft, this.#function, this.#span, this.#startsStatement);
    this.#startsStatement = false;
  }

  /** 4 bytes that are not code. */
  emitData(value: number): void {
    this.assembly.add({ kind: "data", value }, undefined, undefined, false);
  }

  place(label: Label): void {
    this.assembly.place(label);
  }

  /** Takes the last instruction back if it is a jump to the label: it would lead to what follows. */
  dropJumpTo(label: Label): void {
    this.assembly.dropJumpTo(label);
  }

  /** Runs `lower` for its findings only: what it emits is taken back. */
  discard(lower: () => void): void {
    const { length, labelCount } = this.assembly;
    lower();
    this.assembly.dropSince(length, labelCount);
  }
}
