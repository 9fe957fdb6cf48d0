// 64-bit PowerPC ELF Application Binary Interface Supplement 1.9 (ELFv1), big endian.
import type { Target } from "../target.ts";
import { lp64 } from "./data-model.ts";

export const ppc64: Target = {
  ...lp64,
  name: "ppc64-linux",
  isBigEndian: true,
  isCharSigned: false,
  longDouble: { size: 16, align: 16 },
  macros: [
    ["__powerpc64__", "1"],
    ["__powerpc__", "1"],
    ["__PPC64__", "1"],
    ["__PPC__", "1"],
    ["_ARCH_PPC64", "1"],
    ["__BIG_ENDIAN__", "1"],
    ["_BIG_ENDIAN", "1"],
    ["_CALL_ELF", "1"],
  ],
};
