// LoongArch ELF psABI, "C/C++ type details", LP64D.
import type { Target } from "../target.ts";
import { lp64 } from "./data-model.ts";

export const loongarch64: Target = {
  ...lp64,
  name: "loongarch64-linux",
  isCharSigned: true,
  longDouble: { size: 16, align: 16 },
  macros: [
    ["__loongarch__", "1"],
    ["__loongarch64", "1"],
    ["__loongarch_lp64", "1"],
    ["__loongarch_grlen", "64"],
  ],
};
