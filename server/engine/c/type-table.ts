// Makes types of one target. Basic types exist once; derived types are made anew each time and compare by structure.
import type { SizeAlign, Target } from "../abi/target.ts";
import type {
  AtomicType,
  CType,
  ComplexType,
  ErrorType,
  FloatType,
  FunctionType,
  IntegerType,
  Parameter,
  PointerType,
  VoidType,
} from "./types.ts";
import * as types from "./types.ts";

export class TypeTable {
  readonly target: Target;
  readonly void: VoidType = { kind: "void", size: 1, align: 1 };
  readonly error: ErrorType = { kind: "error", size: 0, align: 1 };
  readonly bool: IntegerType;
  /** Plain `char`, with the target's signedness. */
  readonly char: IntegerType;
  readonly signedChar: IntegerType;
  readonly unsignedChar: IntegerType;
  readonly short: IntegerType;
  readonly unsignedShort: IntegerType;
  readonly int: IntegerType;
  readonly unsignedInt: IntegerType;
  readonly long: IntegerType;
  readonly unsignedLong: IntegerType;
  readonly longLong: IntegerType;
  readonly unsignedLongLong: IntegerType;
  readonly int128: IntegerType | undefined;
  readonly unsignedInt128: IntegerType | undefined;
  readonly float: FloatType;
  readonly double: FloatType;
  readonly longDouble: FloatType;
  /** What `sizeof` gives. */
  readonly size: IntegerType;
  readonly pointerDifference: IntegerType;
  readonly wideChar: IntegerType;

  constructor(target: Target) {
    this.target = target;
    const one = { size: 1, align: 1 };
    this.bool = { ...integer("_Bool", one, false, types.RANK_BOOL), widthBits: 1 };
    this.char = integer("char", one, target.isCharSigned, types.RANK_CHAR);
    this.signedChar = integer("signed char", one, true, types.RANK_CHAR);
    this.unsignedChar = integer("unsigned char", one, false, types.RANK_CHAR);
    this.short = integer("short", target.short, true, types.RANK_SHORT);
    this.unsignedShort = integer("unsigned short", target.short, false, types.RANK_SHORT);
    this.int = integer("int", target.int, true, types.RANK_INT);
    this.unsignedInt = integer("unsigned int", target.int, false, types.RANK_INT);
    this.long = integer("long", target.long, true, types.RANK_LONG);
    this.unsignedLong = integer("unsigned long", target.long, false, types.RANK_LONG);
    this.longLong = integer("long long", target.longLong, true, types.RANK_LONG_LONG);
    this.unsignedLongLong = integer(
      "unsigned long long",
      target.longLong,
      false,
      types.RANK_LONG_LONG,
    );
    const wide = target.int128;
    this.int128 = wide && integer("__int128", wide, true, types.RANK_INT128);
    this.unsignedInt128 = wide && integer("unsigned __int128", wide, false, types.RANK_INT128);
    this.float = { kind: "float", name: "float", ...target.float };
    this.double = { kind: "float", name: "double", ...target.double };
    this.longDouble = { kind: "float", name: "long double", ...target.longDouble };
    this.size = this.named(target.sizeType);
    this.pointerDifference = this.named(target.pointerDifferenceType);
    this.wideChar = this.named(target.wideCharType);
  }

  /** A basic integer type by its shortest spelling. */
  named(name: string): IntegerType {
    return this.#integers().find((type) => type.name === name) ?? this.int;
  }

  /** The integer type of 8, 16, 32, 64 or 128 bits; `long` before `long long`. */
  ofWidth(widthBits: number, signed: boolean): IntegerType | undefined {
    return this.#integers().find(
      (type) =>
        type.size * 8 === widthBits &&
        type.signed === signed &&
        type.rank !== types.RANK_BOOL &&
        type.name !== "char",
    );
  }

  bitInt(widthBits: number, signed: boolean): IntegerType {
    const { bitIntLimb } = this.target;
    const power = [8, 16, 32, 64].find((bits) => widthBits <= bits && bits <= bitIntLimb.size * 8);
    const limbs = Math.ceil(widthBits / (bitIntLimb.size * 8));
    const place =
      power === undefined
        ? { size: limbs * bitIntLimb.size, align: bitIntLimb.align }
        : this.#placeOf(power);
    const name = `${signed ? "" : "unsigned "}_BitInt(${widthBits})`;
    return {
      kind: "integer",
      name,
      ...place,
      widthBits,
      signed,
      rank: types.RANK_INT,
      isBitInt: true,
    };
  }

  complexOf(element: FloatType | IntegerType): ComplexType {
    return { kind: "complex", element, size: element.size * 2, align: element.align };
  }

  pointerTo(target: CType): PointerType {
    return {
      kind: "pointer",
      target,
      size: this.target.pointer.size,
      align: this.target.pointer.align,
    };
  }

  /** `isVariable`: a bound was written, but it is no constant. */
  arrayOf(element: CType, count: number | undefined, isVariable: boolean = false): CType {
    return {
      kind: "array",
      element,
      count,
      isVariable,
      size: (count ?? 0) * element.size,
      align: element.align,
    };
  }

  functionOf(returns: CType, parameters: readonly Parameter[], isVariadic: boolean): FunctionType {
    return { kind: "function", returns, parameters, isVariadic, size: 1, align: 1 };
  }

  /** Adds qualifiers (CONST, VOLATILE, RESTRICT); none gives the type itself. */
  qualified(type: CType, qualifiers: number): CType {
    if (qualifiers === 0) return type;
    if (type.kind === "qualified") return this.qualified(type.type, type.qualifiers | qualifiers);
    return { kind: "qualified", type, qualifiers, size: type.size, align: type.align };
  }

  atomicOf(type: CType): AtomicType {
    const { size } = type;
    const isAligned = 0 < size && size <= this.target.atomicAlignMax && (size & (size - 1)) === 0;
    return {
      kind: "atomic",
      type,
      size,
      align: isAligned ? Math.max(size, type.align) : type.align,
    };
  }

  /** Of the same rank with the other signedness (`_Bool` stays). */
  withSign(type: IntegerType, signed: boolean): IntegerType {
    if (type.isBitInt) return this.bitInt(type.widthBits, signed);
    if (type.rank === types.RANK_CHAR) return signed ? this.signedChar : this.unsignedChar;
    return (
      this.#integers().find((other) => other.rank === type.rank && other.signed === signed) ?? type
    );
  }

  #placeOf(bits: number): SizeAlign {
    const type = this.ofWidth(bits, true);
    return type === undefined
      ? { size: bits / 8, align: bits / 8 }
      : { size: type.size, align: type.align };
  }

  #integers(): IntegerType[] {
    const list = [
      this.bool,
      this.char,
      this.signedChar,
      this.unsignedChar,
      this.short,
      this.unsignedShort,
      this.int,
      this.unsignedInt,
      this.long,
      this.unsignedLong,
      this.longLong,
      this.unsignedLongLong,
    ];
    if (this.int128 !== undefined && this.unsignedInt128 !== undefined)
      list.push(this.int128, this.unsignedInt128);
    return list;
  }
}

function integer(
  name: string,
  { size, align }: SizeAlign,
  signed: boolean,
  rank: number,
): IntegerType {
  return { kind: "integer", name, size, align, widthBits: size * 8, signed, rank, isBitInt: false };
}
