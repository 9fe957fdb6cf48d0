// Typedefs and parameters as objects whose spans are made when asked for.
import type { Span } from "../text/source.ts";
import type { Attribute, ObjectSymbol } from "./ast.ts";
import type { Places } from "./places.ts";
import type { CType, Parameter, TypedefType } from "./types.ts";
import { resolve } from "./types.ts";

export class CTypedef implements TypedefType {
  readonly kind = "typedef";
  readonly name: string;
  readonly type: CType;
  readonly attributes: readonly Attribute[];
  readonly nameSpan: Span;
  /** Bytes that the typedef itself asks for; 0 for none. */
  readonly #request: number;
  /** Known from the start unless the typedef names a record or enum that is completed later (-1). */
  readonly #size: number;
  readonly #align: number;

  constructor(
    name: string,
    type: CType,
    request: number,
    attributes: readonly Attribute[],
    nameSpan: Span,
  ) {
    this.name = name;
    this.type = type;
    this.#request = request;
    this.attributes = attributes;
    this.nameSpan = nameSpan;
    const plain = resolve(type);
    const isOpen = (plain.kind === "record" || plain.kind === "enum") && !plain.isComplete;
    this.#size = isOpen ? -1 : type.size;
    this.#align = isOpen ? -1 : request === 0 ? type.align : request;
  }

  get size(): number {
    return this.#size < 0 ? resolve(this.type).size : this.#size;
  }

  get align(): number {
    if (0 <= this.#align) return this.#align;
    // Through names of names, down to the first that asks for an alignment.
    let current: CType = this.type;
    if (this.#request !== 0) return this.#request;
    while (current instanceof CTypedef && current.#request === 0) current = current.type;
    return current instanceof CTypedef ? current.#request : current.align;
  }
}

export class CParameter implements Parameter {
  readonly name: string | undefined;
  readonly type: CType;
  readonly #places: Places;
  readonly #start: number;
  readonly #end: number;

  constructor(name: string | undefined, type: CType, places: Places, start: number, end: number) {
    this.name = name;
    this.type = type;
    this.#places = places;
    this.#start = start;
    this.#end = end;
  }

  get nameSpan(): Span {
    return this.#places.span(this.#start, this.#end);
  }
}

export class CParameterSymbol implements ObjectSymbol {
  readonly kind = "object";
  readonly name: string;
  readonly type: CType;
  readonly isParameter = true;
  readonly storage = "none";
  readonly isThreadLocal = false;
  readonly isGlobal = false;
  readonly #parameter: CParameter;

  constructor(name: string, type: CType, parameter: CParameter) {
    this.name = name;
    this.type = type;
    this.#parameter = parameter;
  }

  get nameSpan(): Span {
    return this.#parameter.nameSpan;
  }
}
