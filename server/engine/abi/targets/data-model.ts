// What most targets have in common, by data model: LP64 and ILP32 with natural alignment. A target says where it differs.
import type { SizeAlign, Target } from "../target.ts";

type DataModel = Omit<Target, "name" | "macros" | "longDouble" | "isCharSigned">;

const natural = (size: number): SizeAlign => ({ size, align: size });

export const lp64: DataModel = {
  isBigEndian: false,
  short: natural(2),
  int: natural(4),
  long: natural(8),
  longLong: natural(8),
  pointer: natural(8),
  float: natural(4),
  double: natural(8),
  float128: natural(16),
  int128: natural(16),
  variableAlign: undefined,
  vectorAlignMax: undefined,
  alignMax: 16,
  sizeType: "unsigned long",
  pointerDifferenceType: "long",
  wideCharType: "int",
  bitFieldTypeMatters: true,
  emptyBitFieldAlign: 1,
  unnamedBitFieldAligns: false,
  recordAlignMin: 1,
  atomicAlignMax: 16,
  hasShortEnums: false,
  vaList: { size: 8, align: 8, isArray: false },
  bitIntLimb: natural(8),
};

export const ilp32: DataModel = {
  ...lp64,
  long: natural(4),
  pointer: natural(4),
  float128: undefined,
  int128: undefined,
  alignMax: 8,
  sizeType: "unsigned int",
  pointerDifferenceType: "int",
  atomicAlignMax: 8,
  vaList: { size: 4, align: 4, isArray: false },
};
