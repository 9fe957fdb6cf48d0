// zSeries ELF Application Binary Interface Supplement, 1.1.2 "Data representation": 16-byte types at multiples of 8, big endian.
import type { Target } from "../target.ts";
import { lp64 } from "./data-model.ts";

export const s390x: Target = {
  ...lp64,
  name: "s390x-linux",
  isBigEndian: true,
  isCharSigned: false,
  longDouble: { size: 16, align: 8 },
  float128: { size: 16, align: 8 },
  int128: { size: 16, align: 8 },
  vectorAlignMax: 8,
  alignMax: 8,
  vaList: { size: 32, align: 8, isArray: true },
  macros: [
    ["__s390__", "1"],
    ["__s390x__", "1"],
    ["__zarch__", "1"],
  ],
};
