// Procedure Call Standard for the Arm Architecture (AAPCS32), 5 "Data types" and 8.1.8 "Bit-fields", as *-linux-gnueabihf uses it
// (enums are ints): 8-byte scalars at multiples of 8, unnamed bit-fields align their record too.
import type { Target } from "../target.ts";
import { ilp32 } from "./data-model.ts";

export const arm: Target = {
  ...ilp32,
  name: "arm-linux",
  isCharSigned: false,
  longDouble: { size: 8, align: 8 },
  vectorAlignMax: 8,
  wideCharType: "unsigned int",
  unnamedBitFieldAligns: true,
  macros: [
    ["__arm__", "1"],
    ["__ARMEL__", "1"],
    ["__ARM_EABI__", "1"],
    ["__ARM_ARCH", "7"],
  ],
};
