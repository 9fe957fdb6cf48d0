// Gives static objects their places and their first bytes: globals, static locals, percpu and __thread variables, strings,
// descriptors of short critical sections. Addresses of text and of read-only data come late, as links.
import type { Initializer, ObjectSymbol, StringExpression } from "../c/ast.ts";
import type { CType } from "../c/types.ts";
import { CONST, isComplete, isScalar, qualifiersOf, resolve, spellType } from "../c/types.ts";
import type { Span } from "../text/source.ts";
import { PAGE_BYTES } from "../program/program.ts";
import { bitFieldPlace } from "./bit-field.ts";
import type { Label } from "./code-builder.ts";
import { Assembly, CodeBuilder } from "./code-builder.ts";
import { conversionOf, convertConstant } from "./conversions.ts";
import type { Environment } from "./environment.ts";
import { makeErroneous, plainKind } from "./environment.ts";
import { ExpressionLowering } from "./expression-lowering.ts";
import { completedType, flattenInitializer } from "./initializer.ts";
import type { Leaf } from "./initializer.ts";
import type { Linear, LinkSymbol } from "./link.ts";
import { ZERO, addConstant, constantWord, isConstantWord, linkWord, numberOf } from "./link.ts";
import { DATA_ADDRESS, PERCPU_ADDRESS, REGION_BYTES, alignUp } from "./memory-map.ts";
import { DataBlock } from "./static-data.ts";

export type LabelLookup = (name: string, span: Span) => Label | undefined;

/** A static object with its place. */
export interface PlacedObject {
  readonly name: string;
  readonly type: CType;
  readonly span: Span;
  readonly storage: "data" | "read-only" | "tls" | "percpu";
  /** In the block; for percpu from the segment's start. */
  readonly offset: number;
  readonly percpu: PercpuSegment | undefined;
}

export interface PercpuSegment {
  readonly name: string;
  /** Page-aligned; the variable ends where the segment does, so that the page behind the last CPU is unmapped. */
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  readonly stride: number;
  readonly block: DataBlock;
}

interface Pending {
  readonly block: DataBlock;
  readonly offsets: readonly number[];
  readonly type: CType;
  readonly initializer: Initializer;
  readonly labelOf: LabelLookup;
}

const NO_LABELS: LabelLookup = () => undefined;

export class StaticPlacement {
  readonly data: DataBlock;
  readonly readOnly: DataBlock;
  readonly tls: DataBlock;
  /** Start of read-only data; its address is set when the text's size is known. */
  readonly readOnlySymbol: LinkSymbol = { name: "read-only data", address: undefined };
  readonly objects: PlacedObject[] = [];
  readonly percpu: PercpuSegment[] = [];
  readonly strides: Map<ObjectSymbol, number> = new Map();
  readonly #strings = new Map<string, number>();
  readonly #pending: Pending[] = [];
  readonly #bigEndian: boolean;
  #percpuEnd = PERCPU_ADDRESS;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
    this.data = new DataBlock(bigEndian);
    this.readOnly = new DataBlock(bigEndian);
    this.tls = new DataBlock(bigEndian);
  }

  /** A global or static local. Its initialiser is evaluated by `initialise`, when everything has a place. */
  place(
    environment: Environment,
    symbol: ObjectSymbol,
    initializer: Initializer | undefined,
    labelOf: LabelLookup = NO_LABELS,
  ): void {
    const type = completedType(environment, symbol.type, initializer);
    if (!this.#isPlaceable(environment, symbol, type)) return;
    const isReadOnly = (qualifiersOf(type) & CONST) !== 0 && !symbol.isThreadLocal;
    const block = symbol.isThreadLocal ? this.tls : isReadOnly ? this.readOnly : this.data;
    if (REGION_BYTES < block.size + type.size) {
      this.#tooLarge(environment, symbol.nameSpan, type.size);
      environment.storages.set(symbol, { kind: "static", address: ZERO });
      return;
    }
    const offset = block.room(type.size, Math.max(1, type.align));
    const storage = symbol.isThreadLocal ? "tls" : isReadOnly ? "read-only" : "data";
    environment.storages.set(symbol, this.#storageOf(storage, offset));
    this.objects.push({
      name: symbol.name,
      type,
      span: symbol.nameSpan,
      storage,
      offset,
      percpu: undefined,
    });
    if (initializer !== undefined)
      this.#pending.push({ block, offsets: [offset], type, initializer, labelOf });
  }

  #storageOf(
    storage: "data" | "read-only" | "tls",
    offset: number,
  ): { kind: "tls"; offset: number } | { kind: "static"; address: Linear } {
    if (storage === "tls") return { kind: "tls", offset };
    if (storage === "data")
      return { kind: "static", address: constantWord(BigInt(DATA_ADDRESS + offset)) };
    return { kind: "static", address: addConstant(linkWord(this.readOnlySymbol), BigInt(offset)) };
  }

  #isPlaceable(environment: Environment, symbol: ObjectSymbol, type: CType): boolean {
    const kind = plainKind(type);
    if (kind === "error") return false;
    if (isComplete(type) && kind !== "float") return true;
    const message =
      kind === "float"
        ? "The machine has no floating point; use integers."
        : `The size of '${symbol.name}' is not known: its type is ${spellType(type)}.`;
    environment.report(kind === "float" ? "K50" : "T66", symbol.nameSpan, message);
    environment.storages.set(symbol, { kind: "static", address: ZERO });
    makeErroneous(symbol, environment);
    return false;
  }

  #tooLarge(environment: Environment, span: Span, size: number): void {
    environment.report(
      "K08",
      span,
      `This object of ${size.toLocaleString("en-US")} bytes does not fit into the ${REGION_BYTES / 1048576} MiB that the model has for such objects.`,
    );
  }

  /** One element a CPU, a stride apart. `element` is the type without the array. */
  placePercpu(
    environment: Environment,
    symbol: ObjectSymbol,
    element: CType,
    initializer: Initializer | undefined,
    cpus: number,
    cacheLineBytes: number,
  ): void {
    const type = completedType(environment, element, initializer);
    if (!this.#isPlaceable(environment, symbol, type)) return;
    const lineBytes = Math.max(cacheLineBytes, type.align);
    const stride = Math.max(lineBytes, alignUp(type.size, lineBytes));
    const size = stride * cpus;
    this.strides.set(symbol, stride);
    const segmentSize = alignUp(size, Math.max(PAGE_BYTES, lineBytes));
    const address = alignUp(this.#percpuEnd, Math.max(PAGE_BYTES, lineBytes));
    if (PERCPU_ADDRESS + REGION_BYTES < address + segmentSize) {
      this.#tooLarge(environment, symbol.nameSpan, size);
      environment.storages.set(symbol, { kind: "static", address: ZERO });
      return;
    }
    this.#percpuEnd = address + segmentSize + PAGE_BYTES;
    const offset = segmentSize - size;
    const block = new DataBlock(this.#bigEndian);
    block.room(segmentSize, 1);
    const segment: PercpuSegment = {
      name: symbol.name,
      address,
      size: segmentSize,
      offset,
      stride,
      block,
    };
    this.percpu.push(segment);
    environment.storages.set(symbol, {
      kind: "static",
      address: constantWord(BigInt(address + offset)),
    });
    this.objects.push({
      name: symbol.name,
      type,
      span: symbol.nameSpan,
      storage: "percpu",
      offset,
      percpu: segment,
    });
    if (initializer === undefined) return;
    const offsets = Array.from({ length: cpus }, (_, cpu) => offset + cpu * stride);
    this.#pending.push({ block, offsets, type, initializer, labelOf: NO_LABELS });
  }

  /** Address of a string's bytes; equal strings are one. */
  stringAddress(string: StringExpression): Linear {
    const type = resolve(string.type);
    const size = type.kind === "array" ? type.element.size : 1;
    const key = `${size}:${string.units.join(",")}`;
    const known = this.#strings.get(key);
    const offset = known ?? this.#newString(string.units, size);
    this.#strings.set(key, offset);
    return addConstant(linkWord(this.readOnlySymbol), BigInt(offset));
  }

  #newString(units: readonly number[], size: number): number {
    const offset = this.readOnly.room((units.length + 1) * size, size);
    for (const [index, unit] of units.entries())
      this.readOnly.put(offset + index * size, size, constantWord(BigInt(unit)));
    return offset;
  }

  /** The descriptor of a short critical section: static, read-only, 32-aligned. */
  addDescriptor(start: Label, end: Label, abort: Label): Linear {
    const offset = this.readOnly.room(32, 32);
    const startWord = linkWord(start);
    this.readOnly.put(offset + 8, 8, startWord);
    this.readOnly.put(offset + 16, 8, {
      ...ZERO,
      links: [
        { symbol: end, factor: 1n },
        { symbol: start, factor: -1n },
      ],
    });
    this.readOnly.put(offset + 24, 8, linkWord(abort));
    return addConstant(linkWord(this.readOnlySymbol), BigInt(offset));
  }

  /** Evaluates all initialisers that are waiting. */
  initialise(environment: Environment): void {
    for (const pending of this.#pending.splice(0)) {
      const writer = new StaticWriter(environment, pending.labelOf);
      for (const leaf of flattenInitializer(environment, pending.type, pending.initializer))
        writer.write(pending.block, pending.offsets, leaf);
    }
  }
}

class StaticWriter {
  readonly #environment: Environment;
  readonly #builder = new CodeBuilder(new Assembly(), undefined);
  readonly #lowering: ExpressionLowering;

  constructor(environment: Environment, labelOf: LabelLookup) {
    this.#environment = environment;
    this.#lowering = new ExpressionLowering({
      environment,
      builder: this.#builder,
      locals: new Map(),
      labelOf,
      frameRoom: () => 0,
      observer: undefined,
      initialise: () => undefined,
    });
  }

  write(block: DataBlock, offsets: readonly number[], leaf: Leaf): void {
    if (leaf.expression.kind === "string" && plainKind(leaf.type) === "array") {
      for (const offset of offsets) this.#writeString(block, offset, leaf, leaf.expression.units);
      return;
    }
    const value = this.#value(leaf);
    if (value === undefined) return;
    for (const offset of offsets) this.#writeWord(block, offset, leaf, value);
  }

  #value(leaf: Leaf): Linear | undefined {
    const before = this.#builder.here;
    const span = leaf.expression.span;
    if (!isScalar(leaf.type)) {
      this.#environment.report(
        "T65",
        span,
        `A constant cannot initialise ${spellType(leaf.type)}.`,
      );
      return undefined;
    }
    if (!this.#lowering.isScalar(this.#environment.typing.decayed(leaf.expression), span))
      return undefined;
    const word = this.#lowering.valueAs(leaf.expression, leaf.type);
    if (isConstantWord(word) && this.#builder.here === before) return word;
    this.#environment.report(
      "T50",
      span,
      "The first value of a static object must be a constant or an address.",
    );
    return undefined;
  }

  #writeWord(block: DataBlock, offset: number, leaf: Leaf, value: Linear): void {
    if (leaf.bitField === undefined) {
      block.put(offset + leaf.offset, leaf.type.size, value);
      return;
    }
    const field = bitFieldPlace(ZERO, leaf.bitField, this.#environment.bigEndian);
    const place = offset + Number(field.access.address.constant);
    const mask = ((1n << BigInt(field.width)) - 1n) << BigInt(field.shift);
    const bits = convertConstant(numberOf(value) ?? 0n, conversionOf(leaf.type));
    block.putBits(place, field.access.size, bits << BigInt(field.shift), mask);
  }

  #writeString(block: DataBlock, offset: number, leaf: Leaf, units: readonly number[]): void {
    const type = resolve(leaf.type);
    if (type.kind !== "array") return;
    const size = type.element.size;
    const count = Math.min(type.count ?? units.length, units.length);
    for (let index = 0; index < count; index++)
      block.put(offset + leaf.offset + index * size, size, constantWord(BigInt(units[index] ?? 0)));
  }
}
