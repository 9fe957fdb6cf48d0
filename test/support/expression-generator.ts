// Random C functions over integers of all sizes, without undefined behaviour under -fwrapv: divisors are positive, shift counts small,
// every variable is written first. The same text is compiled by gcc and as a scenario.
const TYPES = ["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "bool"] as const;

export const TYPEDEFS = `typedef signed char s8; typedef unsigned char u8; typedef short s16; typedef unsigned short u16;
typedef int s32; typedef unsigned int u32; typedef long long s64; typedef unsigned long long u64; typedef _Bool bool;
`;

/** Objects in memory that the functions read and write. */
export const OBJECTS = `struct mixed { s8 a; u16 b; s32 c; u64 d; s32 low : 5; u32 middle : 9; u64 high : 3; };
struct mixed object, objects[4];
s8 gs8; u8 gu8; s16 gs16; u16 gu16; s32 gs32; u32 gu32; s64 gs64; u64 gu64; bool gbool;
u16 halves[8]; s64 longs[4];
`;

const PLACES = [
  ...TYPES.map((type) => `g${type}`),
  "object.a",
  "object.b",
  "object.c",
  "object.d",
  "object.low",
  "object.middle",
  "object.high",
  "objects[1].c",
  "objects[2].low",
  "halves[3]",
  "longs[2]",
];

export class FunctionGenerator {
  #state: number;
  readonly #locals: string[] = [];
  #counter = 0;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) >>> 0 || 1;
  }

  /** `u64 fN(u64 x, s32 y) { … }`. */
  function(name: string): string {
    this.#locals.length = 0;
    this.#counter = 0;
    const declarations = TYPES.map((type, index) => {
      const local = `l${index}`;
      const text = `  ${type} ${local} = ${this.#expression(2)};\n`;
      this.#locals.push(local);
      return text;
    });
    this.#locals.push("x", "y");
    const count = 2 + this.#below(5);
    const statements = Array.from({ length: count }, () => this.#statement(2));
    const sum = this.#locals.map((local) => `(u64)${local}`).join(" * 31 + ");
    return `u64 ${name}(u64 x, s32 y)\n{\n${declarations.join("")}${statements.join("")}  return ${sum} * 31 + (u64)(${this.#expression(4)});\n}\n`;
  }

  /** xorshift32, the same on every machine. */
  #below(bound: number): number {
    let state = this.#state;
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    this.#state = state;
    return (state >>> 3) % bound;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)]!;
  }

  #constant(): string {
    const value = this.#pick([
      "0",
      "1",
      "2",
      "7",
      "255",
      "256",
      "65535",
      "0x7fffffff",
      "0x80000000",
      "0xffffffffu",
      "0x123456789abcLL",
      "0xffffffffffffffffULL",
      "'a'",
      "3u",
      "5L",
    ]);
    return this.#below(4) === 0 ? `(-${value})` : value;
  }

  #place(): string {
    if (this.#locals.length > 0 && this.#below(2) === 0) return this.#pick(this.#locals);
    if (this.#below(6) === 0) return `halves[(${this.#expression(1)}) & 7]`;
    return this.#pick(PLACES);
  }

  #expression(depth: number): string {
    if (depth === 0) return this.#below(3) === 0 ? this.#constant() : this.#place();
    const inner = (): string =>
      this.#expression(depth - 1 - this.#below(2) * Math.min(1, depth - 1));
    switch (this.#below(12)) {
      case 0:
      case 1:
      case 2:
        return `(${inner()} ${this.#pick(["+", "-", "*", "&", "|", "^"])} ${inner()})`;
      case 3:
        return `(${inner()} ${this.#pick(["/", "%"])} ((${inner()} & 63) + 1))`;
      case 4:
        return `(${inner()} ${this.#pick(["<<", ">>"])} (${inner()} & 7))`;
      case 5:
        return `(${inner()} ${this.#pick(["<", "<=", ">", ">=", "==", "!="])} ${inner()})`;
      case 6:
        return `(${inner()} ${this.#pick(["&&", "||"])} ${inner()})`;
      case 7:
        return `${this.#pick(["-", "~", "!", "+"])}(${inner()})`;
      case 8:
        return `(${inner()} ? ${inner()} : ${inner()})`;
      case 9:
      case 10:
        return `(${this.#pick(TYPES)})(${inner()})`;
      default:
        return this.#place();
    }
  }

  #assignment(): string {
    const place = this.#place();
    switch (this.#below(5)) {
      case 0:
        return `${place} ${this.#pick(["+=", "-=", "*=", "&=", "|=", "^="])} ${this.#expression(2)}`;
      case 1:
        return `${place} ${this.#pick(["<<=", ">>="])} (${this.#expression(1)} & 7)`;
      case 2:
        return `${place} ${this.#pick(["/=", "%="])} ((${this.#expression(1)} & 63) + 1)`;
      case 3:
        return this.#step(place);
      default:
        return `${place} = ${this.#expression(3)}`;
    }
  }

  /** `place++` and its like; not on truth values, and not into the place itself. */
  #step(place: string): string {
    if (place.startsWith("halves[(") || place === "gbool" || place === "l8")
      return `${place} = ${this.#expression(3)}`;
    const used =
      place === "gs64" || place === "gu16" ? [] : [`gs64 = ${place}++`, `gu16 = --${place}`];
    return this.#pick([`${place}++`, `${place}--`, `++${place}`, ...used]);
  }

  #statement(depth: number): string {
    if (depth === 0) return `  ${this.#assignment()};\n`;
    const inner = (): string => this.#statement(depth - 1);
    switch (this.#below(9)) {
      case 0:
        return `  if (${this.#expression(2)}) {\n${inner()}  }\n`;
      case 1:
        return `  if (${this.#expression(2)}) {\n${inner()}  } else {\n${inner()}  }\n`;
      case 2: {
        const counter = `i${this.#counter++}`;
        const stop =
          this.#below(2) === 0
            ? ""
            : `    if (${this.#expression(1)}) ${this.#pick(["break", "continue"])};\n`;
        return `  for (int ${counter} = 0; ${counter} < ${1 + this.#below(4)}; ${counter}++) {\n${stop}${inner()}  }\n`;
      }
      case 3: {
        const counter = `i${this.#counter++}`;
        return `  { int ${counter} = ${this.#below(4)}; do {\n${inner()}  } while (${counter}-- > 0); }\n`;
      }
      case 4:
        return `  switch (${this.#expression(2)}) {\n  case 0:\n${inner()}    break;\n  case 1:\n${inner()}  default:\n${inner()}  }\n`;
      case 5:
        return `  objects[${this.#below(4)}] = object;\n`;
      default:
        return `  ${this.#assignment()};\n`;
    }
  }
}
