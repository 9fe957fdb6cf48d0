// System V ABI, AMD64 Architecture Processor Supplement, 3.1 "Machine Interface"; gcc 12 -dM -E for the macros.
import type { Target } from "../target.ts";
import { lp64 } from "./data-model.ts";

export const x86_64: Target = {
  ...lp64,
  name: "x86_64-linux",
  isCharSigned: true,
  longDouble: { size: 16, align: 16 },
  vaList: { size: 24, align: 8, isArray: true },
  macros: [
    ["__x86_64__", "1"],
    ["__x86_64", "1"],
    ["__amd64__", "1"],
    ["__amd64", "1"],
    ["__k8", "1"],
    ["__code_model_small__", "1"],
    ["__SSE__", "1"],
    ["__SSE2__", "1"],
  ],
};
