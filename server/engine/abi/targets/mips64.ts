// MIPSpro 64-Bit Porting and Transition Guide (n64), big endian.
import type { Target } from "../target.ts";
import { lp64 } from "./data-model.ts";

export const mips64: Target = {
  ...lp64,
  name: "mips64-linux",
  isBigEndian: true,
  isCharSigned: true,
  longDouble: { size: 16, align: 16 },
  macros: [
    ["__mips__", "1"],
    ["__mips", "64"],
    ["__mips64", "1"],
    ["mips", "1"],
    ["_mips", "1"],
    ["__MIPSEB__", "1"],
    ["_MIPSEB", "1"],
    ["__MIPSEB", "1"],
    ["MIPSEB", "1"],
    ["_MIPS_SIM", "3"],
    ["_ABIO32", "1"],
    ["_ABIN32", "2"],
    ["_ABI64", "3"],
    ["_MIPS_SZINT", "32"],
    ["_MIPS_SZLONG", "64"],
    ["_MIPS_SZPTR", "64"],
  ],
};
