// System V ABI, Intel386 Architecture Processor Supplement, "Data Representation": 8-byte scalars lie at multiples of 4
// (`__alignof__(long long)` as a variable is 8, `_Alignof` and members are 4); gcc 12 -m32 -dM -E for the macros.
import type { Target } from "../target.ts";
import { ilp32 } from "./data-model.ts";

export const i386: Target = {
  ...ilp32,
  name: "i386-linux",
  isCharSigned: true,
  longLong: { size: 8, align: 4 },
  double: { size: 8, align: 4 },
  longDouble: { size: 12, align: 4 },
  float128: { size: 16, align: 16 },
  variableAlign: 8,
  alignMax: 16,
  wideCharType: "long",
  bitIntLimb: { size: 4, align: 4 },
  macros: [
    ["__i386__", "1"],
    ["__i386", "1"],
    ["i386", "1"],
    ["__i686__", "1"],
  ],
};
