// RISC-V ELF psABI, "C/C++ type details", ILP32D: 8-byte scalars at multiples of 8, a 16-byte long double.
import type { Target } from "../target.ts";
import { ilp32 } from "./data-model.ts";

export const riscv32: Target = {
  ...ilp32,
  name: "riscv32-linux",
  isCharSigned: false,
  longDouble: { size: 16, align: 16 },
  float128: { size: 16, align: 16 },
  alignMax: 16,
  macros: [
    ["__riscv", "1"],
    ["__riscv_xlen", "32"],
    ["__riscv_float_abi_double", "1"],
  ],
};
