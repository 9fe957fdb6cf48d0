// Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64), 5 "Data types" and 8.1.8 "Bit-fields": unnamed bit-fields
// align their record too.
import type { Target } from "../target.ts";
import { lp64 } from "./data-model.ts";

export const aarch64: Target = {
  ...lp64,
  name: "aarch64-linux",
  isCharSigned: false,
  longDouble: { size: 16, align: 16 },
  wideCharType: "unsigned int",
  unnamedBitFieldAligns: true,
  vaList: { size: 32, align: 8, isArray: false },
  bitIntLimb: { size: 16, align: 16 },
  macros: [
    ["__aarch64__", "1"],
    ["__AARCH64EL__", "1"],
    ["__ARM_64BIT_STATE", "1"],
    ["__ARM_ARCH", "8"],
  ],
};
