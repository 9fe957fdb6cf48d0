// Makes types of one target. Basic types exist once; pointers to the same object are shared.
import type {
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

export interface TypeTable {
  readonly void: VoidType;
  readonly error: ErrorType;
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
  bitInt(widthBits: number, signed: boolean): IntegerType;
  complexOf(element: FloatType | IntegerType): ComplexType;
  pointerTo(target: CType): PointerType;
  arrayOf(element: CType, count: number | undefined): CType;
  functionOf(returns: CType, parameters: readonly Parameter[], isVariadic: boolean): FunctionType;
  /** Adds qualifiers (CONST, VOLATILE, RESTRICT); none gives the type itself. */
  qualified(type: CType, qualifiers: number): CType;
  atomicOf(type: CType): CType;
  /** Of the same rank with the other signedness (`_Bool` stays). */
  withSign(type: IntegerType, signed: boolean): IntegerType;
}
