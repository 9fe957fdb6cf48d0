// RISC-V ELF psABI, "C/C++ type details", LP64D.
import type { Target } from "../target.ts";
import { lp64 } from "./data-model.ts";

export const riscv64: Target = {
  ...lp64,
  name: "riscv64-linux",
  isCharSigned: false,
  longDouble: { size: 16, align: 16 },
  macros: [
    ["__riscv", "1"],
    ["__riscv_xlen", "64"],
    ["__riscv_float_abi_double", "1"],
  ],
};
