// 64-bit ELF V2 ABI Specification, Power Architecture, little endian.
import type { Target } from "../target.ts";
import { lp64 } from "./data-model.ts";

export const ppc64le: Target = {
  ...lp64,
  name: "ppc64le-linux",
  isCharSigned: false,
  longDouble: { size: 16, align: 16 },
  macros: [
    ["__powerpc64__", "1"],
    ["__powerpc__", "1"],
    ["__PPC64__", "1"],
    ["__PPC__", "1"],
    ["_ARCH_PPC64", "1"],
    ["__LITTLE_ENDIAN__", "1"],
    ["_LITTLE_ENDIAN", "1"],
    ["_CALL_ELF", "2"],
  ],
};
