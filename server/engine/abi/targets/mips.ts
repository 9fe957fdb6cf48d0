// System V ABI, MIPS RISC Processor Supplement (o32), big endian; long double is double. What a bare
// `aligned` means is clang's answer (gcc: 8).
import type { Target } from "../target.ts";
import { ilp32 } from "./data-model.ts";

export const mips: Target = {
  ...ilp32,
  name: "mips-linux",
  isBigEndian: true,
  isCharSigned: true,
  longDouble: { size: 8, align: 8 },
  alignMax: 16,
  macros: [
    ["__mips__", "1"],
    ["__mips", "32"],
    ["mips", "1"],
    ["_mips", "1"],
    ["__MIPSEB__", "1"],
    ["_MIPSEB", "1"],
    ["__MIPSEB", "1"],
    ["MIPSEB", "1"],
    ["_MIPS_SIM", "1"],
    ["_ABIO32", "1"],
    ["_ABIN32", "2"],
    ["_ABI64", "3"],
    ["_MIPS_SZINT", "32"],
    ["_MIPS_SZLONG", "32"],
    ["_MIPS_SZPTR", "32"],
  ],
};
