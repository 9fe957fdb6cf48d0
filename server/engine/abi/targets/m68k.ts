// System V ABI, Motorola 68000 Processor Family Supplement, as gcc follows it on Linux: nothing is aligned to more than 2 bytes, and
// bit-fields ignore the alignment of their type. clang 19 differs (8-byte integers at multiples of 8): it is no truth here.
import type { Target } from "../target.ts";
import { ilp32 } from "./data-model.ts";

export const m68k: Target = {
  ...ilp32,
  name: "m68k-linux",
  isBigEndian: true,
  isCharSigned: true,
  int: { size: 4, align: 2 },
  long: { size: 4, align: 2 },
  longLong: { size: 8, align: 2 },
  pointer: { size: 4, align: 2 },
  float: { size: 4, align: 2 },
  double: { size: 8, align: 2 },
  longDouble: { size: 12, align: 2 },
  alignMax: 2,
  wideCharType: "long",
  bitFieldTypeMatters: false,
  emptyBitFieldAlign: 2,
  atomicAlignMax: 4,
  vaList: { size: 4, align: 2, isArray: false },
  macros: [
    ["__m68k__", "1"],
    ["__mc68000__", "1"],
    ["__mc68020__", "1"],
    ["mc68000", "1"],
  ],
};
